package org.sparse4j.bench.data;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * Reads one IDX file of unsigned bytes: a magic number (two zero bytes, the type 0x08, the number
 * of dimensions), one 32-bit size a dimension, most significant byte first, then the bytes.
 *
 * <p>The format of the MNIST files, described on the pages of LeCun, Cortes and Burges. Gzip is
 * recognised by its first two bytes. Nothing is allocated on the word of a header alone: memory
 * grows with the bytes that really arrive.
 */
final class IdxReader {
  private static final int CHUNK = 1 << 20;
  private static final int UNSIGNED_BYTES = 0x08;

  private final String name;
  private final InputStream in;
  private final boolean compressed;
  private long offset;

  private IdxReader(String name, InputStream in, boolean compressed) {
    this.name = name;
    this.in = in;
    this.compressed = compressed;
  }

  /** The contents of a file: sizes and bytes. */
  @SuppressWarnings("ArrayRecordComponent") // package-private, handed on to one owner
  record Contents(int[] sizes, byte[] bytes) {}

  /**
   * Reads a whole file.
   *
   * @param name the file in messages
   * @param raw its bytes, gzipped or not; not closed
   * @param dimensions how many dimensions it must have
   * @throws IOException naming file, offset, expected and found
   */
  static Contents read(String name, InputStream raw, int dimensions) throws IOException {
    BufferedInputStream buffered = new BufferedInputStream(raw, 1 << 16);
    buffered.mark(2);
    boolean gzip = buffered.read() == 0x1f && buffered.read() == 0x8b;
    buffered.reset();
    try {
      InputStream in = gzip ? new GZIPInputStream(buffered, 1 << 16) : buffered;
      IdxReader reader = new IdxReader(name, in, gzip);
      try {
        return reader.contents(dimensions);
      } catch (ZipException | EOFException damaged) {
        throw reader.broken("gzip data must be whole", "more data", damaged.getMessage(), damaged);
      }
    } catch (ZipException | EOFException damaged) {
      throw new IOException(
          "idx: gzip data must be whole; " + name + ", offset 0, " + damaged.getMessage(), damaged);
    }
  }

  private Contents contents(int dimensions) throws IOException {
    int magic = word("the magic number");
    int expected = UNSIGNED_BYTES << 8 | dimensions;
    if (magic != expected) {
      throw broken(
          offset - 4,
          "the magic number must say unsigned bytes in " + dimensions + " dimensions",
          hex(expected),
          hex(magic));
    }
    int[] sizes = new int[dimensions];
    long total = 1;
    for (int d = 0; d < dimensions; d++) {
      sizes[d] = word("size " + d);
      if (sizes[d] < 1) {
        throw broken(
            offset - 4,
            "size " + d + " must be positive",
            "1 to " + Integer.MAX_VALUE,
            Integer.toString(sizes[d]));
      }
      // Neither factor exceeds 2^31, and total is checked each time, so this cannot overflow.
      total *= sizes[d];
      if (total > Integer.MAX_VALUE - 8) {
        throw broken(
            offset - 4,
            "the product of the sizes must fit an array",
            "at most " + (Integer.MAX_VALUE - 8),
            Long.toString(total));
      }
    }
    byte[] bytes = bytes((int) total);
    if (in.read() >= 0) {
      throw broken("nothing may follow the data", "end of file", "more bytes", null);
    }
    return new Contents(sizes, bytes);
  }

  private byte[] bytes(int total) throws IOException {
    List<byte[]> chunks = new ArrayList<>();
    int read = 0;
    while (read < total) {
      byte[] chunk = in.readNBytes(Math.min(CHUNK, total - read));
      if (chunk.length == 0) {
        throw broken(
            "the data must be as long as the sizes say", total + " bytes", read + " bytes", null);
      }
      chunks.add(chunk);
      read += chunk.length;
      offset += chunk.length;
    }
    byte[] all = new byte[total];
    int at = 0;
    for (byte[] chunk : chunks) {
      System.arraycopy(chunk, 0, all, at, chunk.length);
      at += chunk.length;
    }
    return all;
  }

  private int word(String what) throws IOException {
    byte[] bytes = in.readNBytes(4);
    if (bytes.length < 4) {
      throw broken(what + " must be there", "4 bytes", bytes.length + " bytes", null);
    }
    offset += 4;
    return (bytes[0] & 0xff) << 24
        | (bytes[1] & 0xff) << 16
        | (bytes[2] & 0xff) << 8
        | (bytes[3] & 0xff);
  }

  private static String hex(int word) {
    return String.format("0x%08x", word);
  }

  private IOException broken(
      String rule, String expected, @Nullable String found, @Nullable Throwable cause) {
    IOException exception = broken(offset, rule, expected, found);
    exception.initCause(cause);
    return exception;
  }

  private IOException broken(long at, String rule, String expected, @Nullable String found) {
    return new IOException(
        "idx: "
            + rule
            + "; "
            + name
            + ", offset "
            + at
            + (compressed ? " after unpacking" : "")
            + ", expected "
            + expected
            + ", found "
            + found);
  }
}
