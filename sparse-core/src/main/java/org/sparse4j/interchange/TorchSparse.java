package org.sparse4j.interchange;

import java.io.IOException;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.sparse4j.format.BlockMatrix;
import org.sparse4j.format.BlockOrder;
import org.sparse4j.format.BlockPattern;
import org.sparse4j.format.CscMatrix;
import org.sparse4j.format.CscPattern;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.CsrPattern;
import org.sparse4j.format.SparseMatrix;
import org.sparse4j.format.Values;
import org.sparse4j.io.SafetensorsFile;
import org.sparse4j.io.SafetensorsWriter;
import org.sparse4j.io.TensorInfo;

/**
 * The components of PyTorch's compressed sparse tensors as ordinary tensors of a safetensors file.
 *
 * <p>Neither PyTorch nor safetensors has a representation of sparse tensors in files, so the rule
 * is ours: a matrix {@code w} is {@code w.crow_indices}, {@code w.col_indices} and {@code w.values}
 * (csr, bsr) or {@code w.ccol_indices}, {@code w.row_indices} and {@code w.values} (csc), with
 * {@code w.shape} and the metadata entry {@code w.layout}. The arrays are what {@code
 * torch.sparse_csr_tensor} and its siblings take: indices of 64 bits (32 are read, too), columns
 * strictly ascending in a row; values of bsr are blocks x rows x columns of a block.
 */
public final class TorchSparse {

  private static final int LARGEST_SIZE = Integer.MAX_VALUE - 16;
  private static final String LAYOUT = ".layout";
  private static final String SHAPE = ".shape";
  private static final String VALUES = ".values";

  private TorchSparse() {}

  /**
   * Lists the matrices of a file by the metadata that name their layouts.
   *
   * @param file an open file
   * @return names with layout csr, csc or bsr, sorted; immutable
   */
  public static List<String> names(SafetensorsFile file) {
    List<String> names = new ArrayList<>();
    for (Map.Entry<String, String> entry : file.metadata().entrySet()) {
      String key = entry.getKey();
      if (key.endsWith(LAYOUT) && List.of("csr", "csc", "bsr").contains(entry.getValue())) {
        names.add(key.substring(0, key.length() - LAYOUT.length()));
      }
    }
    return List.copyOf(names);
  }

  /**
   * Adds a matrix with layout csr.
   *
   * @param writer receives tensors and metadata; the values are read when the file is written
   * @param name name of the matrix
   * @param matrix values of type F32 or BF16
   * @throws IllegalArgumentException if a name is taken or the values have another type
   */
  public static void add(SafetensorsWriter writer, String name, CsrMatrix matrix) {
    CsrPattern pattern = matrix.pattern();
    Tensors.add(writer, name + VALUES, matrix.values(), matrix.nnz());
    add(writer, name, matrix, "csr", pattern.rowPointers(), pattern.columnIndices());
  }

  /**
   * Adds a matrix with layout csc.
   *
   * @param writer receives tensors and metadata; the values are read when the file is written
   * @param name name of the matrix
   * @param matrix values of type F32 or BF16
   * @throws IllegalArgumentException if a name is taken or the values have another type
   */
  public static void add(SafetensorsWriter writer, String name, CscMatrix matrix) {
    CscPattern pattern = matrix.pattern();
    Tensors.add(writer, name + VALUES, matrix.values(), matrix.nnz());
    add(writer, name, matrix, "csc", pattern.columnPointers(), pattern.rowIndices());
  }

  /**
   * Adds a matrix with layout bsr.
   *
   * @param writer receives tensors and metadata; the values are read when the file is written
   * @param name name of the matrix
   * @param matrix blocks in order of rows that divide the matrix, values of type F32 or BF16
   * @throws IllegalArgumentException if the blocks are in another order or do not divide the
   *     matrix, a name is taken, or the values have another type
   */
  public static void add(SafetensorsWriter writer, String name, BlockMatrix matrix) {
    BlockPattern pattern = matrix.pattern();
    int height = pattern.blockHeight();
    int width = pattern.blockWidth();
    if (pattern.order() != BlockOrder.ROWS
        || matrix.rows() % height != 0
        || matrix.columns() % width != 0) {
      throw new IllegalArgumentException(
          "TorchSparse.add: bsr takes blocks by rows that divide the matrix; "
              + Broken.quote(name)
              + " is "
              + pattern);
    }
    Tensors.add(
        writer,
        name + VALUES,
        matrix.values(),
        (long) pattern.blockCount(),
        (long) height,
        (long) width);
    add(writer, name, matrix, "bsr", pattern.pointers(), pattern.indices());
  }

  private static void add(
      SafetensorsWriter writer,
      String name,
      SparseMatrix matrix,
      String layout,
      IntBuffer pointers,
      IntBuffer indices) {
    writer
        .add(name + pointersOf(layout), longs(pointers))
        .add(name + indicesOf(layout), longs(indices))
        .add(name + SHAPE, new long[] {matrix.rows(), matrix.columns()})
        .metadata(name + LAYOUT, layout);
  }

  private static String pointersOf(String layout) {
    return layout.equals("csc") ? ".ccol_indices" : ".crow_indices";
  }

  private static String indicesOf(String layout) {
    return layout.equals("csc") ? ".row_indices" : ".col_indices";
  }

  private static long[] longs(IntBuffer numbers) {
    long[] wide = new long[numbers.remaining()];
    for (int k = 0; k < wide.length; k++) {
      wide[k] = numbers.get(numbers.position() + k);
    }
    return wide;
  }

  /**
   * Reads a matrix.
   *
   * @param file an open file
   * @param name name of the matrix, as {@link #names} lists it
   * @return a {@link CsrMatrix}, {@link CscMatrix} or {@link BlockMatrix}, by its layout; values
   *     stay BF16 where the file has that type, others become float32
   * @throws IllegalArgumentException if the metadata name no such matrix
   * @throws IOException if its tensors break the rules or contradict each other; indices that are
   *     not sorted are refused, not sorted
   */
  public static SparseMatrix read(SafetensorsFile file, String name) throws IOException {
    String where = "TorchSparse.read: " + file.path() + ", matrix " + Broken.quote(name);
    if (!names(file).contains(name)) {
      throw new IllegalArgumentException(
          where + ": the metadata name no layout csr, csc or bsr under " + name + LAYOUT);
    }
    String layout = String.valueOf(file.metadata().get(name + LAYOUT));
    TensorInfo shape = Tensors.info(where, file, name + SHAPE, 1);
    Tensors.requireShape(where, shape, 2L);
    int[] sizes = Tensors.indices(where, file, shape, LARGEST_SIZE);
    int rows = sizes[0];
    int columns = sizes[1];
    TensorInfo values = Tensors.info(where, file, name + VALUES, layout.equals("bsr") ? 3 : 1);
    long height = layout.equals("bsr") ? values.shape().get(1) : 1;
    long width = layout.equals("bsr") ? values.shape().get(2) : 1;
    if (Math.min(height, width) < 1 || rows % height != 0 || columns % width != 0) {
      throw Tensors.wrong(
          where, values, "blocks that divide " + rows + "x" + columns, height + "x" + width);
    }
    long lines = layout.equals("csc") ? columns : rows / height;
    TensorInfo crow = Tensors.info(where, file, name + pointersOf(layout), 1);
    TensorInfo col = Tensors.info(where, file, name + indicesOf(layout), 1);
    Tensors.requireShape(where, crow, lines + 1);
    Tensors.requireShape(where, col, values.shape().getFirst());
    int[] pointers = Tensors.indices(where, file, crow, Integer.MAX_VALUE - 8);
    int[] indices = Tensors.indices(where, file, col, LARGEST_SIZE);
    Values numbers = Tensors.values(where, file, values);
    Broken.requireHeap(where, "row pointers", rows + 1L, 4);
    try {
      return switch (layout) {
        case "csr" -> CsrMatrix.of(CsrPattern.copyOf(rows, columns, pointers, indices), numbers);
        case "csc" -> CscMatrix.of(CscPattern.copyOf(rows, columns, pointers, indices), numbers);
        default ->
            BlockMatrix.of(
                BlockPattern.copyOf(
                    rows, columns, (int) height, (int) width, BlockOrder.ROWS, pointers, indices),
                numbers);
      };
    } catch (IllegalArgumentException e) {
      throw new IOException(
          where + ", indices at offset " + col.offset() + ": " + e.getMessage(), e);
    }
  }
}
