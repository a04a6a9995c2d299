package org.sparse4j.kernels;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.sparse4j.format.CsrPattern;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.Epilogue;
import org.sparse4j.kernels.operation.GemmForm;
import org.sparse4j.mask.Scores;
import org.sparse4j.mask.Selection;

/**
 * The largest entries of a product outside a pattern: computes some rows at a time, lists what is
 * not below the worst of the best so far, and keeps up to twice as many keys as are wanted before
 * it selects among them.
 */
final class GradientSearch {

  /** 256 KiB: stays in the second-level cache between the product and the search. */
  private static final int TILE = 1 << 16;

  /** Fewer rows would leave the register tiles of the product half empty. */
  private static final int LEAST_ROWS = 16;

  private @Nullable DenseMatrix tile;
  private long[] keys = new long[0];
  private int[] found = new int[0];
  private int[] kept = new int[0];

  int search(
      Kernels kernels,
      Workspace workspace,
      CsrPattern pattern,
      DenseMatrix g,
      DenseMatrix x,
      int count,
      long[] positions,
      float[] values) {
    int rows = pattern.rows();
    int columns = pattern.columns();
    if (count == 0 || rows == 0 || columns == 0) {
      return 0;
    }
    reserve(rows, columns, count, (int) pattern.nnz());
    pattern.columnIndices().get(kept, 0, (int) pattern.nnz());
    DenseMatrix whole = tile(Math.min(rows, Math.max(LEAST_ROWS, TILE / columns)), columns);
    int size = 0;
    float bound = Float.NEGATIVE_INFINITY;
    for (int from = 0; from < rows; from += Math.min(whole.rows(), rows - from)) {
      int to = from + Math.min(whole.rows(), rows - from);
      DenseMatrix part = to - from == whole.rows() ? whole : whole.rows(0, to - from);
      kernels.dense().gemm(workspace, GemmForm.ABT, g.rows(from, to), x, Epilogue.none(), part);
      for (int i = from; i < to; i++) {
        int listed = kernels.masks().atLeast(part, i - from, bound, found);
        int next = pattern.rowStart(i);
        int end = pattern.rowStart(i + 1);
        for (int c = 0; c < listed; c++) {
          int column = found[c];
          while (next < end && kept[next] < column) {
            next++;
          }
          if (next < end && kept[next] == column) {
            continue;
          }
          if (size == keys.length) {
            Selection.smallest(keys, 0, size, count);
            size = count;
            bound = score(keys[count - 1]);
          }
          float magnitude = Math.abs(part.get(i - from, column));
          keys[size++] = Scores.descendingKey(magnitude, (int) ((long) i * columns + column));
        }
      }
    }
    int best = Math.min(size, count);
    Selection.smallest(keys, 0, size, best);
    Arrays.sort(keys, 0, best);
    for (int p = 0; p < best; p++) {
      positions[p] = keys[p] & 0xffffffffL;
      values[p] = score(keys[p]);
    }
    return best;
  }

  private void reserve(int rows, int columns, int count, int nnz) {
    // Twice the count: a selection then drops as many as it keeps, O(1) for each.
    long room = Math.min(2L * count, (long) rows * columns);
    int length = (int) Math.min(Math.max(room, count + 1L), Integer.MAX_VALUE - 8);
    if (keys.length < length || keys.length > 4L * length) {
      keys = new long[length];
    }
    if (found.length < columns) {
      found = new int[columns];
    }
    if (kept.length < nnz) {
      kept = new int[nnz];
    }
  }

  private DenseMatrix tile(int rows, int columns) {
    DenseMatrix known = tile;
    if (known == null || known.rows() != rows || known.columns() != columns) {
      known = DenseMatrix.zeros(rows, columns);
      tile = known;
    }
    return known;
  }

  /** The score of a key; the inverse of {@link Scores#descendingKey}. */
  private static float score(long key) {
    int ascending = ~(int) (key >> 32);
    return Float.intBitsToFloat(ascending ^ ((ascending >> 31) & Integer.MAX_VALUE));
  }
}
