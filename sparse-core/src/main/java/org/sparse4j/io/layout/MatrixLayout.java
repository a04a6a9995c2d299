package org.sparse4j.io.layout;

import java.io.IOException;
import org.sparse4j.format.CompressedMatrix;

/**
 * How the matrices of one format are stored: as arrays and short texts with names.
 *
 * <p>The type is open. A layout for a format of your own is given to {@code Safetensors.writer} and
 * {@code Safetensors.open}, or registered as a service of this interface (a public class with a
 * constructor without parameters), and the format then works in files as those of this library do.
 * Implementations are immutable and safe to share.
 *
 * @param <M> the class of the format's matrices
 */
public interface MatrixLayout<M extends CompressedMatrix> {

  /**
   * Returns the word that names the format in files.
   *
   * @return for example {@code csr}: lower-case letters, digits and {@code : _ + - .}; not a word
   *     of this library
   */
  String format();

  /**
   * Returns the version of the layout, which changes whenever files of the old version would be
   * misread.
   *
   * @return at least 1; files of another version are refused
   */
  default int version() {
    return 1;
  }

  /**
   * Returns the class of the matrices that this layout writes and reads.
   *
   * @return a class whose instances {@link #write} takes
   */
  Class<M> type();

  /**
   * Names the arrays, texts and inner matrices that describe a matrix; shape, number of stored
   * numbers, type of the numbers and checksum are stored without being named.
   *
   * <p>Equal matrices must give equal parts in the same order.
   *
   * @param matrix the matrix
   * @param parts receives the parts; arrays are not copied and are read when the file is written
   */
  void write(M matrix, MatrixParts parts);

  /**
   * Makes a matrix of the parts, which may be anything: every rule of the format is to be checked,
   * best by the format's own factory, and no array may be allocated whose size only the file
   * vouches for.
   *
   * <p>The matrix is written again by {@link #write} and compared with the file, so what the
   * checksum covers needs no second look.
   *
   * @param parts what the file holds
   * @return a new matrix of the shape that {@code parts} tells
   * @throws IOException if a part is missing or of the wrong type or length; {@code parts} throws
   *     it
   * @throws IllegalArgumentException if the parts break a rule of the format; the caller sees an
   *     {@link IOException} that names file, matrix and offsets in front of the message
   */
  M read(StoredParts parts) throws IOException;
}
