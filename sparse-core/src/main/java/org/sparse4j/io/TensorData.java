package org.sparse4j.io;

import java.lang.foreign.MemorySegment;
import java.nio.Buffer;
import java.nio.IntBuffer;
import java.util.List;
import org.sparse4j.format.DenseMatrix;

/**
 * Numbers in memory that are to become a tensor: rows of packed elements, a stride apart.
 *
 * @param type element type in the file; the memory holds it in the machine's byte order
 * @param shape shape in the file
 * @param memory first byte at the first element
 * @param rows number of rows
 * @param columns elements of a row
 * @param stride elements from row to row
 */
record TensorData(
    TensorType type, List<Long> shape, MemorySegment memory, long rows, long columns, long stride) {

  static TensorData of(DenseMatrix matrix) {
    return new TensorData(
        TensorType.F32,
        List.of((long) matrix.rows(), (long) matrix.columns()),
        matrix.segment(),
        matrix.rows(),
        matrix.columns(),
        matrix.stride());
  }

  static TensorData of(float[] array) {
    return vector(TensorType.F32, MemorySegment.ofArray(array), array.length);
  }

  static TensorData of(int[] array) {
    return vector(TensorType.I32, MemorySegment.ofArray(array), array.length);
  }

  static TensorData of(IntBuffer buffer) {
    return of(TensorType.I32, buffer);
  }

  static TensorData of(TensorType type, Buffer buffer) {
    return vector(type, MemorySegment.ofBuffer(buffer), buffer.remaining());
  }

  static TensorData of(long[] array) {
    return vector(TensorType.I64, MemorySegment.ofArray(array), array.length);
  }

  static TensorData of(byte[] array) {
    return vector(TensorType.U8, MemorySegment.ofArray(array), array.length);
  }

  private static TensorData vector(TensorType type, MemorySegment memory, int length) {
    return new TensorData(type, List.of((long) length), memory, 1, length, length);
  }

  int elementBytes() {
    return type.bits() / 8;
  }

  long bytes() {
    return rows * columns * elementBytes();
  }
}
