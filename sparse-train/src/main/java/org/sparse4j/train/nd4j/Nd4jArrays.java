package org.sparse4j.train.nd4j;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.Function;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.DenseView;
import org.sparse4j.memory.Memory;

/**
 * Our matrices as ND4J arrays and the other way round.
 *
 * <p>Memory is shared in one direction only, ours seen by ND4J: an array's memory is freed or
 * reused by ND4J without notice, so a matrix on it would read what is no longer there. Arrays are
 * copied, or read inside one call.
 */
public final class Nd4jArrays {

  static {
    // ND4J sits on the class path, also where this class is in a named module.
    Module here = Nd4jArrays.class.getModule();
    here.addReads(Nd4jArrays.class.getClassLoader().getUnnamedModule());
  }

  private Nd4jArrays() {}

  /**
   * Returns a matrix as an array on the same memory; nothing is copied.
   *
   * <p>The array is strided, because rows of a matrix are padded; operations of ND4J that want
   * packed memory copy it by themselves ({@code dup()}). It keeps automatic memory alive. Memory of
   * a scope must not be closed before the array was last used: ND4J cannot notice.
   *
   * @param matrix the elements; shared, and written through the array where ND4J works in place
   * @return a {@code [rows, columns]} array of FLOAT, row-major
   * @throws IllegalArgumentException if the matrix has no element
   * @throws IllegalStateException if its memory was closed
   */
  public static INDArray view(DenseMatrix matrix) {
    matrix.requireAlive("Nd4jArrays.view");
    int rows = matrix.rows();
    int columns = matrix.columns();
    if (rows == 0 || columns == 0) {
      throw new IllegalArgumentException(
          "Nd4jArrays.view: rows ("
              + rows
              + ") and columns ("
              + columns
              + ") must be at least 1; ND4J has no memory behind an empty array");
    }
    long floats = (rows - 1L) * matrix.stride() + columns;
    DataBuffer buffer = Nd4j.createBuffer(new Address(matrix, floats), floats, DataType.FLOAT);
    KeptMatrix.keep(matrix, buffer.pointer());
    long[] strides = {matrix.stride(), 1};
    return Nd4j.create(buffer, new long[] {rows, columns}, strides, 0, 'c');
  }

  /**
   * Copies an array into a matrix in automatic memory.
   *
   * @param array FLOAT with one dimension, which becomes a {@code 1 x n} matrix, or two; any
   *     strides
   * @return a new matrix, independent of the array
   * @throws IllegalArgumentException if the type or the rank is another
   */
  public static DenseMatrix copyOf(INDArray array) {
    return copyOf(array, Memory.auto());
  }

  /**
   * Copies an array into a matrix.
   *
   * @param array FLOAT with one or two dimensions; any strides
   * @param memory where to allocate
   * @return a new matrix, independent of the array
   * @throws IllegalArgumentException if the type or the rank is another
   */
  public static DenseMatrix copyOf(INDArray array, Memory memory) {
    check("Nd4jArrays.copyOf", array);
    DenseMatrix matrix = DenseMatrix.zeros(memory, rows(array), columns(array));
    if (!array.isEmpty()) {
      read(
          array,
          view -> {
            matrix.copyFrom(view);
            return matrix;
          });
    }
    return matrix;
  }

  /**
   * Reads an array without copying it.
   *
   * @param array FLOAT with one or two dimensions; any strides; must not be written or closed
   *     meanwhile
   * @param reader receives a view that lives until it returns; later use is an {@link
   *     IllegalStateException}
   * @param <R> what the reader returns
   * @return the reader's result
   * @throws IllegalArgumentException if the type or the rank is another, or the array is empty
   */
  // The view's bounds are those of the array; ND4J says where it is and how long.
  @SuppressWarnings("restricted")
  public static <R> R read(INDArray array, Function<DenseView, R> reader) {
    check("Nd4jArrays.read", array);
    Objects.requireNonNull(reader, "reader");
    if (array.isEmpty()) {
      throw new IllegalArgumentException(
          "Nd4jArrays.read: the array must have elements; its shape is "
              + Arrays.toString(array.shape()));
    }
    int rows = rows(array);
    int columns = columns(array);
    long rowStride = array.rank() == 1 ? 0 : array.stride(0);
    long columnStride = array.stride(array.rank() - 1);
    long floats = (rows - 1) * rowStride + (columns - 1) * columnStride + 1;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory =
          MemorySegment.ofAddress(array.data().pointer().address() + 4 * array.offset())
              .reinterpret(4 * floats, arena, null);
      return reader.apply(DenseView.of(memory, rows, columns, rowStride, columnStride));
    } finally {
      Reference.reachabilityFence(array);
    }
  }

  private static int rows(INDArray array) {
    return array.rank() == 1 ? 1 : Math.toIntExact(array.size(0));
  }

  private static int columns(INDArray array) {
    return Math.toIntExact(array.size(array.rank() - 1));
  }

  private static void check(String operation, INDArray array) {
    if (array.wasClosed()) {
      throw new IllegalStateException(operation + ": the array was closed");
    }
    if (array.rank() != 1 && array.rank() != 2) {
      throw new IllegalArgumentException(
          operation
              + ": rank ("
              + array.rank()
              + ") must be 1 or 2; the shape is "
              + Arrays.toString(array.shape()));
    }
    if (array.dataType() != DataType.FLOAT) {
      throw new IllegalArgumentException(
          operation
              + ": data type ("
              + array.dataType()
              + ") must be FLOAT; call castTo(DataType.FLOAT) first; the shape is "
              + Arrays.toString(array.shape()));
    }
  }

  /** JavaCPP takes addresses in constructors of subclasses only. */
  private static final class Address extends FloatPointer {
    Address(DenseMatrix matrix, long floats) {
      super((Pointer) null);
      address = matrix.address();
      limit = floats;
      capacity = floats;
    }
  }
}
