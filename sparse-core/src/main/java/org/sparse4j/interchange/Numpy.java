package org.sparse4j.interchange;

import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.io.FileReplacement;
import org.sparse4j.memory.Memory;

/**
 * NumPy's files: {@code .npy} holds one array, {@code .npz} is a zip archive of them (Kern, A
 * Simple File Format for NumPy Arrays, NEP 1, 2007).
 *
 * <p>Read are versions 1 to 3, either byte order, C and Fortran order, and every type of booleans,
 * integers and real numbers; texts where a file holds a single one; complex numbers are listed, not
 * decoded. Pickled objects and structured types are refused. Written are version 1, C order,
 * little-endian, byte for byte as NumPy writes them.
 */
public final class Numpy {

  private Numpy() {}

  /**
   * Reads the header of a {@code .npy} file.
   *
   * @param path the file
   * @return element type and shape; the name is empty
   * @throws IOException if the file cannot be read or its header breaks the format
   */
  public static ArrayInfo info(Path path) throws IOException {
    String where = "Numpy.info: " + path;
    try (InputStream file = Files.newInputStream(path)) {
      return NpyHeader.read(where, file::readNBytes).info("");
    } catch (NoSuchFileException e) {
      throw new IOException(where + ": there is no such file", e);
    }
  }

  /**
   * Reads a {@code .npy} file.
   *
   * @param path the file
   * @return its array, in automatic memory
   * @throws IOException if the file cannot be read, breaks the format, holds something else than
   *     numbers and texts, or memory does not suffice; the message names the offset
   */
  public static NumpyArray read(Path path) throws IOException {
    String where = "Numpy.read: " + path;
    try (Arena arena = Arena.ofConfined();
        FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      MemorySegment file = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
      NpyHeader header = NpyHeader.read(where, start(file));
      MemorySegment numbers = file.asSlice(header.dataStart());
      NumpyArray.elements(where, header, numbers.byteSize());
      MemorySegment copy;
      try {
        copy = Memory.auto().allocate(numbers.byteSize());
      } catch (OutOfMemoryError e) {
        throw new IOException(where + ": " + e.getMessage(), e);
      }
      return NumpyArray.of(where, "", header, copy.copyFrom(numbers));
    } catch (NoSuchFileException e) {
      throw new IOException(where + ": there is no such file", e);
    }
  }

  /** Reads an array from bytes that are in memory and stay as they are. */
  static NumpyArray read(String where, String name, MemorySegment file) throws IOException {
    NpyHeader header = NpyHeader.read(where, start(file));
    return NumpyArray.of(where, name, header, file.asSlice(header.dataStart()));
  }

  private static NpyHeader.Start start(MemorySegment file) {
    long[] at = {0};
    return count -> {
      byte[] bytes = new byte[(int) Math.min(count, file.byteSize() - at[0])];
      MemorySegment.copy(file, at[0], MemorySegment.ofArray(bytes), 0, bytes.length);
      at[0] += bytes.length;
      return bytes;
    };
  }

  /**
   * Writes a matrix as a {@code .npy} file of shape {@code (rows, columns)} and type {@code <f4}.
   *
   * @param matrix the numbers
   * @param path the file; replaced as a whole if it exists
   * @throws IOException if writing fails; an existing file is unchanged
   */
  public static void write(DenseMatrix matrix, Path path) throws IOException {
    write(ArrayOutput.of(matrix), path);
  }

  /**
   * Writes numbers as a {@code .npy} file of type {@code <f4}.
   *
   * @param array the numbers
   * @param path the file; replaced as a whole if it exists
   * @throws IOException if writing fails; an existing file is unchanged
   */
  public static void write(float[] array, Path path) throws IOException {
    write(ArrayOutput.of(array), path);
  }

  /**
   * Writes numbers as a {@code .npy} file of type {@code <i4}.
   *
   * @param array the numbers
   * @param path the file; replaced as a whole if it exists
   * @throws IOException if writing fails; an existing file is unchanged
   */
  public static void write(int[] array, Path path) throws IOException {
    write(ArrayOutput.of(array), path);
  }

  /**
   * Writes numbers as a {@code .npy} file of type {@code <i8}.
   *
   * @param array the numbers
   * @param path the file; replaced as a whole if it exists
   * @throws IOException if writing fails; an existing file is unchanged
   */
  public static void write(long[] array, Path path) throws IOException {
    write(ArrayOutput.of(array), path);
  }

  private static void write(ArrayOutput array, Path path) throws IOException {
    FileReplacement.write(
        "Numpy.write",
        path,
        channel -> {
          OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
          array.write(out);
          out.flush();
        });
  }

  /**
   * Opens a {@code .npz} file and reads the directory of its archive.
   *
   * @param path the file
   * @return the open file; close it
   * @throws IOException if the file cannot be read or is no zip archive
   */
  public static NpzFile open(Path path) throws IOException {
    return NpzFile.open("Numpy.open: " + path, path);
  }

  /**
   * Starts a {@code .npz} file.
   *
   * @return a writer without arrays
   */
  public static NpzWriter npz() {
    return new NpzWriter();
  }

  /** Says what the JDK's zip code leaves out. */
  static IOException damaged(String where, IOException e) {
    return new IOException(
        where
            + ": damaged zip data; "
            + (e instanceof EOFException || e.getMessage() == null
                ? "unexpected end"
                : e.getMessage()),
        e);
  }
}
