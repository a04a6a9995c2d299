package org.sparse4j.interchange;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * An open {@code .npz} file: arrays by name, each read when it is asked for.
 *
 * <p>A member {@code x.npy} of the archive is the array {@code x}; other members are left alone.
 * Safe to read from several threads. A member may take up to 2 GB; the memory that reading it takes
 * follows the bytes that are really there.
 */
public final class NpzFile implements AutoCloseable {

  private static final String SUFFIX = ".npy";
  private static final int LONGEST_ARRAY = Integer.MAX_VALUE - 8;

  private final String where;
  private final Path path;
  private final ZipFile zip;
  private final List<String> names;

  private NpzFile(String where, Path path, ZipFile zip, List<String> names) {
    this.where = where;
    this.path = path;
    this.zip = zip;
    this.names = names;
  }

  // Closed by close() of what is returned, or here if nothing is.
  @SuppressWarnings("MustBeClosedChecker")
  static NpzFile open(String where, Path path) throws IOException {
    if (Files.isDirectory(path)) {
      throw new IOException(where + ": is a folder, not a file");
    }
    ZipFile zip;
    try {
      zip = new ZipFile(path.toFile());
    } catch (NoSuchFileException e) {
      throw new IOException(where + ": there is no such file", e);
    } catch (ZipException | EOFException e) {
      throw Numpy.damaged(where, e);
    }
    List<String> names = new ArrayList<>();
    zip.stream()
        .map(ZipEntry::getName)
        .filter(name -> name.endsWith(SUFFIX))
        .map(name -> name.substring(0, name.length() - SUFFIX.length()))
        .forEach(names::add);
    return new NpzFile(where, path, zip, List.copyOf(names));
  }

  /**
   * Returns the names of the arrays.
   *
   * @return names without {@code .npy}, in the order of the archive; immutable
   */
  public List<String> names() {
    return names;
  }

  /**
   * Tells whether there is an array of that name.
   *
   * @param name name of an array
   * @return true if {@link #read} finds it
   */
  public boolean contains(String name) {
    return zip.getEntry(name + SUFFIX) != null;
  }

  /**
   * Reads the header of an array.
   *
   * @param name name of an array
   * @return type and shape
   * @throws IllegalArgumentException if there is no such array
   * @throws IOException if the header breaks the format or the archive is damaged
   */
  public ArrayInfo info(String name) throws IOException {
    ZipEntry entry = entry(name);
    String member = member(name);
    try (InputStream bytes = zip.getInputStream(entry)) {
      return NpyHeader.read(member, bytes::readNBytes).info(name);
    } catch (ZipException | EOFException e) {
      throw Numpy.damaged(member, e);
    }
  }

  /**
   * Reads an array and compares it with its checksum.
   *
   * @param name name of an array
   * @return the array, on the heap
   * @throws IllegalArgumentException if there is no such array
   * @throws IOException if the array breaks the format, the archive is damaged, or the array holds
   *     something else than numbers and texts
   */
  public NumpyArray read(String name) throws IOException {
    ZipEntry entry = entry(name);
    String member = member(name);
    long size = entry.getSize();
    Broken.requireHeap(member, "bytes", size, 1);
    byte[] bytes;
    try (InputStream stream = zip.getInputStream(entry)) {
      // Read in pieces, for the size is only what the archive says; one more byte shows a lie.
      bytes = stream.readNBytes((int) Math.min(LONGEST_ARRAY, size + 1));
    } catch (ZipException | EOFException e) {
      throw Numpy.damaged(member, e);
    } catch (OutOfMemoryError e) {
      throw new IOException(member + ": its bytes do not fit on the heap; raise -Xmx", e);
    }
    if (bytes.length != size) {
      throw Broken.in(member, size + " bytes, as the archive says", bytes.length + " bytes");
    }
    CRC32 crc = new CRC32();
    crc.update(bytes);
    if (crc.getValue() != entry.getCrc()) {
      throw Broken.in(
          member,
          "the checksum %08x of the archive".formatted(entry.getCrc()),
          "%08x".formatted(crc.getValue()));
    }
    return Numpy.read(member, name, MemorySegment.ofArray(bytes));
  }

  private ZipEntry entry(String name) {
    ZipEntry entry = zip.getEntry(name + SUFFIX);
    if (entry == null) {
      int shown = Math.min(8, names.size());
      throw new IllegalArgumentException(
          where
              + ": there is no array "
              + Broken.quote(name)
              + "; there are "
              + names.size()
              + (shown == 0 ? "" : ": ")
              + String.join(", ", names.subList(0, shown).stream().map(Broken::quote).toList())
              + (shown < names.size() ? ", ..." : ""));
    }
    return entry;
  }

  /** Returns where an error about an array is. */
  String member(String name) {
    return where + ", array " + Broken.quote(name);
  }

  /**
   * Closes the file; a second call does nothing. Arrays that were read live on.
   *
   * @throws IOException if closing fails
   */
  @Override
  public void close() throws IOException {
    zip.close();
  }

  /** Returns path and number of arrays. */
  @Override
  public String toString() {
    return "NpzFile " + path + " (" + names.size() + " arrays)";
  }
}
