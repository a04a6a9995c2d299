package org.sparse4j.train.saliency;

import org.sparse4j.format.CsrPattern;
import org.sparse4j.train.layer.LayerView;

/**
 * The magnitude of the gradient of the last backward pass, {@code |dL/dw|}: at stored positions the
 * one that training uses, at all others computed on request.
 *
 * <p>The search is that of the view, or computes the dense gradient some rows at a time and keeps
 * the k best; either way its memory is O(k) and one tile; it costs {@code 2 rows columns batch}
 * operations.
 */
public final class GradientMagnitude implements Saliency, Growth {

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
    if (k == 0) {
      return best;
    }
    long[] positions = new long[k];
    float[] magnitudes = new float[k];
    int found = layer.largestGradients(kept, k, positions, magnitudes);
    if (found >= 0) {
      return TopK.of(positions, magnitudes, found);
    }
    int columns = kept.columns();
    int[] keptColumns = new int[(int) kept.nnz()];
    kept.columnIndices().get(keptColumns);
    GradientRows.forEach(
        layer,
        (i, row) -> {
          int next = kept.rowStart(i);
          int end = kept.rowStart(i + 1);
          for (int j = 0; j < columns; j++) {
            if (next < end && keptColumns[next] == j) {
              next++;
            } else {
              best.offer(Math.abs(row[j]), (long) i * columns + j);
            }
          }
        });
    return best;
  }

  @Override
  public String toString() {
    return "gradient magnitude";
  }
}
