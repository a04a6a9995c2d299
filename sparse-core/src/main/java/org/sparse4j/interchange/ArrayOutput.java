package org.sparse4j.interchange;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.sparse4j.format.DenseMatrix;

/**
 * An array in memory that is to be written: rows of elements of 1, 4 or 8 bytes, a stride apart.
 *
 * @param descr NumPy's name of the type, with its byte order in the file
 * @param shape shape in the file
 * @param memory first byte at the first element, in the machine's byte order
 * @param elementBytes size of an element
 * @param rows number of rows
 * @param columns elements of a row
 * @param stride elements from row to row
 */
record ArrayOutput(
    String descr,
    List<Long> shape,
    MemorySegment memory,
    int elementBytes,
    long rows,
    long columns,
    long stride) {

  private static final int PIECE = 1 << 16;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
  private static final ValueLayout.OfInt FILE_INT = INT.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong FILE_LONG = LONG.withOrder(ByteOrder.LITTLE_ENDIAN);

  static ArrayOutput of(DenseMatrix matrix) {
    return new ArrayOutput(
        "<f4",
        List.of((long) matrix.rows(), (long) matrix.columns()),
        matrix.segment(),
        4,
        matrix.rows(),
        matrix.columns(),
        matrix.stride());
  }

  static ArrayOutput of(float[] array, long... shape) {
    return packed("<f4", MemorySegment.ofArray(array), 4, shape);
  }

  static ArrayOutput of(int[] array, long... shape) {
    return packed("<i4", MemorySegment.ofArray(array), 4, shape);
  }

  static ArrayOutput of(long[] array, long... shape) {
    return packed("<i8", MemorySegment.ofArray(array), 8, shape);
  }

  /** Returns a scalar of ASCII bytes. */
  static ArrayOutput of(byte[] text) {
    return new ArrayOutput(
        "|S" + text.length, List.of(), MemorySegment.ofArray(text), 1, 1, text.length, text.length);
  }

  private static ArrayOutput packed(
      String descr, MemorySegment memory, int elementBytes, long... shape) {
    long count = memory.byteSize() / elementBytes;
    List<Long> sizes = shape.length == 0 ? List.of(count) : Arrays.stream(shape).boxed().toList();
    return new ArrayOutput(descr, sizes, memory, elementBytes, 1, count, count);
  }

  /** Writes the header and the numbers as bit patterns, so that every NaN keeps its payload. */
  void write(OutputStream out) throws IOException {
    out.write(NpyHeader.write(descr, shape));
    byte[] piece = new byte[PIECE];
    MemorySegment staging = MemorySegment.ofArray(piece);
    for (long row = 0; row < rows; row++) {
      long from = row * stride * elementBytes;
      for (long left = columns; left > 0; ) {
        long count = Math.min(left, PIECE / elementBytes);
        switch (elementBytes) {
          case 4 -> MemorySegment.copy(memory, INT, from, staging, FILE_INT, 0, count);
          case 8 -> MemorySegment.copy(memory, LONG, from, staging, FILE_LONG, 0, count);
          default -> MemorySegment.copy(memory, from, staging, 0, count);
        }
        out.write(piece, 0, (int) count * elementBytes);
        from += count * elementBytes;
        left -= count;
      }
    }
  }
}
