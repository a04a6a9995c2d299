package org.sparse4j.interchange;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.IntBuffer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import org.sparse4j.format.CsrPattern;
import org.sparse4j.io.FileReplacement;

/**
 * The {@code .smtx} files of the Deep Learning Matrix Collection: positions of pruned weights,
 * without values (Gale, Zaharia, Young, Elsen: Sparse GPU Kernels for Deep Learning, 2020,
 * arXiv:2006.10901).
 *
 * <p>Three lines: rows, columns and nnz, separated by commas; the row offsets; the columns of all
 * positions. Loaders draw random values.
 */
public final class Dlmc {

  private static final int LARGEST_SIZE = Integer.MAX_VALUE - 16;

  private Dlmc() {}

  /**
   * Reads the first line.
   *
   * @param path the file
   * @return sizes and number of positions
   * @throws IOException if the file cannot be read or the line breaks the format
   */
  public static DlmcInfo info(Path path) throws IOException {
    String where = "Dlmc.info: " + path;
    try (MappedFile file = MappedFile.open(where, path)) {
      return new Text(where, file.bytes()).header();
    }
  }

  /**
   * Reads the positions; the columns of a row may come in any order.
   *
   * @param path the file
   * @return a new pattern
   * @throws IOException if the file cannot be read or breaks the format; the message names the line
   */
  public static CsrPattern read(Path path) throws IOException {
    String where = "Dlmc.read: " + path;
    try (MappedFile file = MappedFile.open(where, path)) {
      return read(where, file.bytes());
    }
  }

  static CsrPattern read(String where, MemorySegment bytes) throws IOException {
    Text text = new Text(where, bytes);
    DlmcInfo info = text.header();
    // Every number takes a digit and, but for the last of a line, a separator.
    long numbers = info.rows() + 1L + info.nnz();
    if (numbers > (bytes.byteSize() + 2) / 2) {
      throw text.wrong(
          "at most " + (bytes.byteSize() + 2) / 2 + " numbers in the bytes of the file",
          info.rows() + " rows and " + info.nnz() + " positions");
    }
    text.nextLine("the row offsets");
    int[] pointers = new int[info.rows() + 1];
    for (int i = 0; i <= info.rows(); i++) {
      int least = i == 0 ? 0 : pointers[i - 1];
      int most = i == 0 ? 0 : info.nnz();
      pointers[i] = text.number("offset " + i, i == info.rows() ? most : least, most);
    }
    text.requireLineEnd();
    int[] columns = new int[info.nnz()];
    if (info.nnz() > 0) {
      text.nextLine("the columns");
    }
    for (int k = 0; k < info.nnz(); k++) {
      columns[k] = text.number("column " + k, 0, info.columns() - 1);
    }
    text.requireEnd();
    for (int i = 0; i < info.rows(); i++) {
      Arrays.sort(columns, pointers[i], pointers[i + 1]);
    }
    try {
      return CsrPattern.copyOf(info.rows(), info.columns(), pointers, columns);
    } catch (IllegalArgumentException e) {
      throw new IOException(where + ": a column is given twice; " + e.getMessage(), e);
    }
  }

  /**
   * Writes positions.
   *
   * @param pattern what to write
   * @param path the file; replaced as a whole if it exists
   * @throws IOException if writing fails; an existing file is unchanged
   */
  public static void write(CsrPattern pattern, Path path) throws IOException {
    FileReplacement.write(
        "Dlmc.write",
        path,
        channel -> {
          Writer text =
              new BufferedWriter(
                  new OutputStreamWriter(
                      Channels.newOutputStream(channel), StandardCharsets.US_ASCII));
          text.write(pattern.rows() + ", " + pattern.columns() + ", " + pattern.nnz() + "\n");
          line(text, pattern.rowPointers());
          line(text, pattern.columnIndices());
          text.flush();
        });
  }

  private static void line(Writer text, IntBuffer numbers) throws IOException {
    for (int k = numbers.position(); k < numbers.limit(); k++) {
      text.write((k == numbers.position() ? "" : " ") + numbers.get(k));
    }
    text.write('\n');
  }

  /** Reads numbers line by line. */
  private static final class Text {
    private final String where;
    private final MemorySegment bytes;
    private long at;
    private int line = 1;

    Text(String where, MemorySegment bytes) {
      this.where = where;
      this.bytes = bytes;
    }

    DlmcInfo header() throws IOException {
      int rows = number("a number of rows", 0, LARGEST_SIZE);
      int columns = number("a number of columns", 0, LARGEST_SIZE);
      int nnz = number("a number of positions", 0, LARGEST_SIZE);
      requireLineEnd();
      return new DlmcInfo(rows, columns, nnz);
    }

    private int peek() {
      return at < bytes.byteSize() ? bytes.get(ValueLayout.JAVA_BYTE, at) & 0xff : -1;
    }

    /** Skips blanks, and commas, which only the first line has. */
    private void skip() {
      while (peek() == ' ' || peek() == '\t' || peek() == '\r' || (peek() == ',' && line == 1)) {
        at++;
      }
    }

    int number(String what, int least, int most) throws IOException {
      skip();
      long start = at;
      long value = 0;
      while (peek() >= '0' && peek() <= '9' && at - start < 11) {
        value = 10 * value + peek() - '0';
        at++;
      }
      boolean ends = peek() < 0 || " \t\r\n,".indexOf(peek()) >= 0;
      if (at == start || !ends || value < least || value > most) {
        throw wrong(
            what + " between " + least + " and " + most,
            at > start && ends ? String.valueOf(value) : found(start));
      }
      return (int) value;
    }

    private String found(long start) {
      if (start == bytes.byteSize()) {
        return "the end of the file";
      }
      byte[] some =
          bytes
              .asSlice(start, Math.min(16, bytes.byteSize() - start))
              .toArray(ValueLayout.JAVA_BYTE);
      String text = new String(some, StandardCharsets.ISO_8859_1);
      return text.startsWith("\n") ? "the end of the line" : Broken.quote(text);
    }

    void requireLineEnd() throws IOException {
      skip();
      if (peek() >= 0 && peek() != '\n') {
        throw wrong("the end of the line", found(at));
      }
    }

    void nextLine(String what) throws IOException {
      if (peek() < 0) {
        throw wrong("a line with " + what, "the end of the file");
      }
      at++;
      line++;
    }

    void requireEnd() throws IOException {
      requireLineEnd();
      while (peek() == '\n') {
        at++;
        line++;
        skip();
      }
      if (peek() >= 0) {
        throw wrong("the end of the file", found(at));
      }
    }

    IOException wrong(String expected, String found) {
      return new IOException(
          where + ", line " + line + ": expected " + expected + ", found " + found);
    }
  }
}
