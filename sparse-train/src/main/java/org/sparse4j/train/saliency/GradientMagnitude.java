package org.sparse4j.train.saliency;

import org.sparse4j.format.CsrPattern;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.memory.Memory;
import org.sparse4j.train.layer.LayerView;

/**
 * The magnitude of the gradient of the last backward pass, {@code |dL/dw|}: at stored positions the
 * one that training uses, at all others computed on request.
 *
 * <p>The search computes the dense gradient some rows at a time and keeps the k best, so its memory
 * is O(k) and one tile of about {@value #TILE} numbers; it costs {@code 2 rows columns batch}
 * operations.
 */
public final class GradientMagnitude implements Saliency, Growth {

  /** 256 KiB: stays in the second-level cache between the product and the search. */
  private static final int TILE = 1 << 16;

  /** Fewer rows would leave the register tiles of the product half empty. */
  private static final int LEAST_ROWS = 16;

  private static final GradientMagnitude INSTANCE = new GradientMagnitude();

  private GradientMagnitude() {}

  /**
   * Returns the saliency.
   *
   * @return the one such object
   */
  public static GradientMagnitude instance() {
    return INSTANCE;
  }

  @Override
  public void scoreStored(LayerView layer, float[] scores) {
    float[] gradient = layer.gradient().array();
    for (int p = 0; p < scores.length; p++) {
      scores[p] = Math.abs(gradient[p]);
    }
  }

  @Override
  public TopK bestMissing(LayerView layer, CsrPattern kept, int k) {
    TopK best = TopK.of(k);
    int rows = kept.rows();
    int columns = kept.columns();
    if (k == 0) {
      return best;
    }
    int[] keptColumns = new int[(int) kept.nnz()];
    kept.columnIndices().get(keptColumns);
    int tileRows = Math.min(rows, Math.max(LEAST_ROWS, TILE / columns));
    float[] row = new float[columns];
    try (Memory.Scope scope = Memory.scope()) {
      DenseMatrix tile = DenseMatrix.zeros(scope, tileRows, columns);
      for (int from = 0; from < rows; from += tileRows) {
        int to = Math.min(rows, from + tileRows);
        DenseMatrix part = tile.rows(0, to - from);
        layer.gradientRows(from, to, part);
        for (int i = from; i < to; i++) {
          part.getRow(i - from, row, 0);
          int next = kept.rowStart(i);
          int end = kept.rowStart(i + 1);
          for (int j = 0; j < columns; j++) {
            if (next < end && keptColumns[next] == j) {
              next++;
            } else {
              best.offer(Math.abs(row[j]), (long) i * columns + j);
            }
          }
        }
      }
    }
    return best;
  }

  @Override
  public String toString() {
    return "gradient magnitude";
  }
}
