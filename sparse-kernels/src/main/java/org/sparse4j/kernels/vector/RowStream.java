package org.sparse4j.kernels.vector;

import java.nio.IntBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.sparse4j.format.CsrOrder;
import org.sparse4j.format.CsrPattern;
import org.sparse4j.format.DType;
import org.sparse4j.format.Int8Values;
import org.sparse4j.format.SparseMatrix;

/**
 * The positions of a matrix of any format, row by row, and where their values come from: what the
 * CSR kernels run on.
 */
final class RowStream {

  final CsrPattern pattern;

  /**
   * The position in the caller's pattern of each position of {@link #pattern}; null if they are the
   * same. Not to be written.
   */
  final int @Nullable [] sources;

  /** What a kernel's name starts with: nothing for CSR, else the format whose rows it reads. */
  final String label;

  /** How the matrix stores its values. */
  final DType dtype;

  /** Where the groups start that share a scale, if values are bytes. */
  private final int[] groupStarts;

  private RowStream(
      CsrPattern pattern, int @Nullable [] sources, String label, DType dtype, int[] groupStarts) {
    this.pattern = pattern;
    this.sources = sources;
    this.label = label;
    this.dtype = dtype;
    this.groupStarts = groupStarts;
  }

  /**
   * Lowers a matrix to rows; O(nnz), or O(nnz log nnz) where the format's order is not by rows.
   *
   * @param matrix of any format
   * @return its rows
   */
  static RowStream of(SparseMatrix matrix) {
    DType dtype = matrix.values().dtype();
    int[] starts = matrix.values() instanceof Int8Values codes ? codes.starts() : new int[0];
    if (matrix.pattern() instanceof CsrPattern csr) {
      return new RowStream(csr, null, "", dtype, starts);
    }
    CsrOrder order = matrix.pattern().csrOrder();
    IntBuffer buffer = order.sources();
    int[] sources = new int[buffer.remaining()];
    buffer.get(sources);
    boolean moved = false;
    for (int k = 0; k < sources.length; k++) {
      moved |= sources[k] != k;
    }
    String label = "rows of " + matrix.format() + ", ";
    return new RowStream(order.pattern(), moved ? sources : null, label, dtype, starts);
  }

  /** Returns the rows of the transpose, with values from the same places. */
  RowStream transposed() {
    CsrOrder order = pattern.transposed();
    int[] from = new int[nnz()];
    order.sources().get(from);
    for (int k = 0; k < from.length; k++) {
      from[k] = source(sources, from[k]);
    }
    return new RowStream(order.pattern(), from, label, dtype, groupStarts);
  }

  /** Returns the group of each of the caller's positions; nothing unless values are bytes. */
  int[] scaleGroups() {
    int[] groups = new int[dtype == DType.I8 ? nnz() : 0];
    for (int g = 0; g < groupStarts.length - 1 && groups.length > 0; g++) {
      Arrays.fill(groups, groupStarts[g], groupStarts[g + 1], g);
    }
    return groups;
  }

  int nnz() {
    return (int) pattern.nnz();
  }

  /** Returns a copy of the columns. */
  int[] columnIndices() {
    int[] columns = new int[nnz()];
    pattern.columnIndices().get(columns);
    return columns;
  }

  /** Returns the position in the caller's pattern. */
  static int source(int @Nullable [] sources, int k) {
    return sources == null ? k : sources[k];
  }
}
