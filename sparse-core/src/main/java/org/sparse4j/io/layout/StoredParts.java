package org.sparse4j.io.layout;

import java.io.IOException;
import java.util.List;
import org.sparse4j.format.CompressedMatrix;
import org.sparse4j.format.Values;

/**
 * The parts of a matrix that is read, none of them checked but for type and length.
 *
 * <p>Arrays are new and belong to the caller. A part that is missing, or of another type or length
 * than asked for, is an {@link IOException} that names the tensor, its offset, what was expected
 * and what was found. Nothing is allocated beyond the bytes that a tensor really has.
 */
public interface StoredParts {

  /** Says that any length will do. */
  long ANY_LENGTH = -1;

  /**
   * Returns the number of rows that the metadata claim.
   *
   * @return rows, at least 0; no array exists yet that proves it
   */
  int rows();

  /**
   * Returns the number of columns that the metadata claim.
   *
   * @return columns, at least 0; no array exists yet that proves it
   */
  int columns();

  /**
   * Returns the number of elements of a part, whatever its type.
   *
   * @param part name of the part
   * @return length of the tensor
   * @throws IOException if there is no such part
   */
  long length(String part) throws IOException;

  /**
   * Reads an I32 tensor.
   *
   * @param part name of the part
   * @param length elements it must have, or {@link #ANY_LENGTH}
   * @param rule where the length comes from, for the error: {@code rows + 1}
   * @return a new array
   * @throws IOException if it is missing or something else
   */
  int[] ints(String part, long length, String rule) throws IOException;

  /**
   * Reads an I32 tensor of any length.
   *
   * @param part name of the part
   * @return a new array
   * @throws IOException if it is missing or something else
   */
  default int[] ints(String part) throws IOException {
    return ints(part, ANY_LENGTH, "");
  }

  /**
   * Reads an I64 tensor.
   *
   * @param part name of the part
   * @param length elements it must have, or {@link #ANY_LENGTH}
   * @param rule where the length comes from
   * @return a new array
   * @throws IOException if it is missing or something else
   */
  long[] longs(String part, long length, String rule) throws IOException;

  /**
   * Reads an I16 tensor.
   *
   * @param part name of the part
   * @param length elements it must have, or {@link #ANY_LENGTH}
   * @param rule where the length comes from
   * @return a new array
   * @throws IOException if it is missing or something else
   */
  short[] shorts(String part, long length, String rule) throws IOException;

  /**
   * Reads a U16 tensor.
   *
   * @param part name of the part
   * @param length elements it must have, or {@link #ANY_LENGTH}
   * @param rule where the length comes from
   * @return a new array
   * @throws IOException if it is missing or something else
   */
  char[] chars(String part, long length, String rule) throws IOException;

  /**
   * Reads a U8 tensor.
   *
   * @param part name of the part
   * @param length elements it must have, or {@link #ANY_LENGTH}
   * @param rule where the length comes from
   * @return a new array
   * @throws IOException if it is missing or something else
   */
  byte[] bytes(String part, long length, String rule) throws IOException;

  /**
   * Reads an F32 tensor.
   *
   * @param part name of the part
   * @param length elements it must have, or {@link #ANY_LENGTH}
   * @param rule where the length comes from
   * @return a new array
   * @throws IOException if it is missing or something else
   */
  float[] floats(String part, long length, String rule) throws IOException;

  /**
   * Reads an F32 tensor of any length.
   *
   * @param part name of the part
   * @return a new array
   * @throws IOException if it is missing or something else
   */
  default float[] floats(String part) throws IOException {
    return floats(part, ANY_LENGTH, "");
  }

  /**
   * Reads numbers of the type they are stored as: F32, BF16, or I8 with scales and groups.
   *
   * @param part name of the part
   * @param length elements it must have, or {@link #ANY_LENGTH}
   * @param rule where the length comes from
   * @return new values
   * @throws IOException if they are missing or something else
   */
  Values values(String part, long length, String rule) throws IOException;

  /**
   * Reads numbers of any length of the type they are stored as.
   *
   * @param part name of the part
   * @return new values
   * @throws IOException if they are missing or something else
   */
  default Values values(String part) throws IOException {
    return values(part, ANY_LENGTH, "");
  }

  /**
   * Returns a text of the metadata.
   *
   * @param key key inside the matrix
   * @return the text
   * @throws IOException if there is none
   */
  String entry(String key) throws IOException;

  /**
   * Returns a number of the metadata.
   *
   * @param key key inside the matrix
   * @param least smallest number that makes sense, at least 0
   * @param most largest number that makes sense
   * @return the number
   * @throws IOException if there is none, it is no number, or it is outside
   */
  int number(String key, int least, int most) throws IOException;

  /**
   * Returns which of some words the metadata hold.
   *
   * @param key key inside the matrix
   * @param words what the entry may be
   * @return index of the word that it is
   * @throws IOException if there is no entry or it is another word
   */
  int choice(String key, String... words) throws IOException;

  /**
   * Returns the names of the inner matrices.
   *
   * @return names in the order they were written, each once; immutable
   * @throws IOException if the metadata spell them wrong
   */
  List<String> matrices() throws IOException;

  /**
   * Reads an inner matrix by the layout of its format and checks it.
   *
   * @param part name of the part
   * @return a new matrix
   * @throws IOException if it is missing or damaged, or nested deeper than 16
   */
  CompressedMatrix matrix(String part) throws IOException;

  /**
   * Reads an inner matrix of one class.
   *
   * @param <M> the class
   * @param part name of the part
   * @param type the class that the matrix must have
   * @return a new matrix
   * @throws IOException if it is missing, damaged, or of another class
   */
  <M> M matrix(String part, Class<M> type) throws IOException;
}
