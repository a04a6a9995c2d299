package org.sparse4j.io.layout;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;
import org.sparse4j.format.CompressedMatrix;
import org.sparse4j.format.Values;

/**
 * Receives the parts of a matrix that is written.
 *
 * <p>Names of parts and keys are letters, digits and underscores, each used once. Nothing is
 * copied: arrays and values are read when the file is written.
 */
public interface MatrixParts {

  /**
   * Adds an I32 tensor.
   *
   * @param part name of the part
   * @param numbers the numbers between position and limit; a heap buffer in native order
   * @return this
   * @throws IllegalArgumentException if the name is taken or not a name
   */
  MatrixParts ints(String part, IntBuffer numbers);

  /**
   * Adds an I64 tensor.
   *
   * @param part name of the part
   * @param numbers the numbers between position and limit
   * @return this
   * @throws IllegalArgumentException if the name is taken or not a name
   */
  MatrixParts longs(String part, LongBuffer numbers);

  /**
   * Adds an I16 tensor.
   *
   * @param part name of the part
   * @param numbers the numbers between position and limit
   * @return this
   * @throws IllegalArgumentException if the name is taken or not a name
   */
  MatrixParts shorts(String part, ShortBuffer numbers);

  /**
   * Adds a U16 tensor.
   *
   * @param part name of the part
   * @param numbers the numbers between position and limit
   * @return this
   * @throws IllegalArgumentException if the name is taken or not a name
   */
  MatrixParts chars(String part, CharBuffer numbers);

  /**
   * Adds a U8 tensor.
   *
   * @param part name of the part
   * @param numbers the bytes between position and limit
   * @return this
   * @throws IllegalArgumentException if the name is taken or not a name
   */
  MatrixParts bytes(String part, ByteBuffer numbers);

  /**
   * Adds an F32 tensor.
   *
   * @param part name of the part
   * @param numbers the numbers between position and limit
   * @return this
   * @throws IllegalArgumentException if the name is taken or not a name
   */
  MatrixParts floats(String part, FloatBuffer numbers);

  /**
   * Adds numbers of any stored type: an F32 or BF16 tensor, or an I8 tensor {@code part} with an
   * F32 tensor {@code part.scales} and an I32 tensor {@code part.group_starts}.
   *
   * @param part name of the part
   * @param values live values; written as they are when the file is written
   * @return this
   * @throws IllegalArgumentException if the name is taken or not a name, or the values are of a
   *     class that is not this library's
   */
  MatrixParts values(String part, Values values);

  /**
   * Adds a text to the metadata, for example a block size.
   *
   * @param key key inside the matrix; not one of {@code format}, {@code version}, {@code shape},
   *     {@code nnz}, {@code structure}, {@code dtype}, {@code parts} and {@code checksum}
   * @param text printable ASCII without spaces
   * @return this
   * @throws IllegalArgumentException if the key is taken or not a name, or the text is not as above
   */
  MatrixParts entry(String key, String text);

  /**
   * Adds a number to the metadata.
   *
   * @param key key as for {@link #entry(String, String)}
   * @param number the number
   * @return this
   * @throws IllegalArgumentException if the key is taken or not a name
   */
  default MatrixParts entry(String key, long number) {
    return entry(key, String.valueOf(number));
  }

  /**
   * Adds a matrix that this one is made of; it is stored as a matrix of its own, named {@code
   * name.part}, by the layout of its format.
   *
   * @param part name of the part
   * @param matrix the inner matrix
   * @return this
   * @throws IllegalArgumentException if the name is taken or not a name, or nobody knows a layout
   *     for the inner matrix
   */
  MatrixParts matrix(String part, CompressedMatrix matrix);
}
