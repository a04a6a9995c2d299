package org.sparse4j.interchange;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.io.FileReplacement;

/**
 * Collects arrays and writes them as one {@code .npz} file, which {@code numpy.load} reads.
 *
 * <p>Numbers are not copied: they are read when {@link #write} runs and must not change meanwhile.
 * Equal arrays in equal order give equal bytes. Not safe for several threads.
 */
public final class NpzWriter {

  /** The earliest date of the zip format: a file must not depend on when it was written. */
  private static final LocalDateTime NO_DATE = LocalDateTime.of(1980, 1, 1, 0, 0);

  private final Map<String, ArrayOutput> arrays = new LinkedHashMap<>();

  NpzWriter() {}

  /**
   * Adds a matrix as an array of shape {@code (rows, columns)} and type {@code <f4}.
   *
   * @param name name of the array
   * @param matrix the numbers; read when the file is written
   * @return this writer
   * @throws IllegalArgumentException if the name is empty or was given before
   */
  public NpzWriter add(String name, DenseMatrix matrix) {
    return add(name, ArrayOutput.of(matrix));
  }

  /**
   * Adds numbers of type {@code <f4}.
   *
   * @param name name of the array
   * @param array the numbers; read when the file is written
   * @return this writer
   * @throws IllegalArgumentException if the name is empty or was given before
   */
  public NpzWriter add(String name, float[] array) {
    return add(name, ArrayOutput.of(array));
  }

  /**
   * Adds numbers of type {@code <i4}.
   *
   * @param name name of the array
   * @param array the numbers; read when the file is written
   * @return this writer
   * @throws IllegalArgumentException if the name is empty or was given before
   */
  public NpzWriter add(String name, int[] array) {
    return add(name, ArrayOutput.of(array));
  }

  /**
   * Adds numbers of type {@code <i8}.
   *
   * @param name name of the array
   * @param array the numbers; read when the file is written
   * @return this writer
   * @throws IllegalArgumentException if the name is empty or was given before
   */
  public NpzWriter add(String name, long[] array) {
    return add(name, ArrayOutput.of(array));
  }

  NpzWriter add(String name, ArrayOutput array) {
    if (name.isEmpty() || name.length() > 1024) {
      throw new IllegalArgumentException(
          "NpzWriter: " + Broken.quote(name) + " cannot be the name of an array");
    }
    if (arrays.putIfAbsent(name, array) != null) {
      throw new IllegalArgumentException(
          "NpzWriter: name " + Broken.quote(name) + " was given twice");
    }
    return this;
  }

  /**
   * Writes the file: to a temporary name in the same folder, then moved into place.
   *
   * @param path the file; replaced if it exists
   * @throws IOException if writing fails; an existing file is unchanged
   */
  public void write(Path path) throws IOException {
    FileReplacement.write(
        "NpzWriter",
        path,
        channel -> {
          OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
          write(out);
          out.flush();
        });
  }

  /**
   * Writes the archive; the stream stays open, for the file is still to be forced to the device.
   */
  void write(OutputStream out) throws IOException {
    ZipOutputStream zip = new ZipOutputStream(out);
    for (Map.Entry<String, ArrayOutput> array : arrays.entrySet()) {
      ZipEntry entry = new ZipEntry(array.getKey() + ".npy");
      entry.setTimeLocal(NO_DATE);
      zip.putNextEntry(entry);
      array.getValue().write(zip);
      zip.closeEntry();
    }
    zip.finish();
  }
}
