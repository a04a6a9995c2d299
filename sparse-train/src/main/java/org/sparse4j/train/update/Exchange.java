package org.sparse4j.train.update;

import java.util.Arrays;
import org.sparse4j.format.CsrPattern;
import org.sparse4j.format.Remap;
import org.sparse4j.mask.Scores;
import org.sparse4j.train.layer.LayerView;
import org.sparse4j.train.saliency.Growth;
import org.sparse4j.train.saliency.Saliency;
import org.sparse4j.train.saliency.TopK;

/**
 * Drops the least salient weights of a layer and grows as many positions: the step that RigL, SET
 * and their relatives share (Evci et al., Rigging the Lottery, 2020, arXiv 1911.11134, algorithm 1
 * and reference code).
 *
 * <p>Of n stored weights {@code d = trunc(n f)} are dropped and {@code n - d} kept; then the d best
 * positions <em>that are not kept</em> are grown. A weight that was just dropped may thus be grown
 * again; it then keeps its value and its optimizer state, because it is stored before and after.
 * The number of stored weights never changes.
 *
 * <p>Deviation: the reference code adds noise of 1e-5 to the scores to break ties, here the lower
 * position wins, so that equal inputs give equal masks.
 */
public final class Exchange {

  private Exchange() {}

  /**
   * Decides on the next positions of a layer.
   *
   * @param layer the layer
   * @param saliency scores stored weights; the largest are kept
   * @param growth finds positions to grow
   * @param fraction of the stored weights to exchange, in [0, 1]
   * @return from the layer's pattern to one with equally many positions
   * @throws IllegalArgumentException if {@code fraction} is not in [0, 1]
   * @throws IllegalStateException if {@code growth} does not find as many positions as it must
   */
  public static Remap exchange(LayerView layer, Saliency saliency, Growth growth, double fraction) {
    if (!(fraction >= 0 && fraction <= 1)) {
      throw new IllegalArgumentException(
          "exchange: fraction ("
              + fraction
              + ") must be between 0 and 1; the layer is "
              + layer.shape());
    }
    CsrPattern from = layer.pattern();
    int stored = (int) from.nnz();
    int dropped = (int) (stored * fraction);
    if (dropped == 0) {
      return Remap.between(from, from);
    }
    float[] scores = new float[stored];
    saliency.scoreStored(layer, scores);
    CsrPattern kept = keepLargest(from, scores, stored - dropped);
    TopK grown = growth.bestMissing(layer, kept, dropped);
    if (grown.size() != dropped) {
      throw new IllegalStateException(
          "exchange: "
              + growth
              + " found "
              + grown.size()
              + " positions to grow, "
              + dropped
              + " were dropped; the layer is "
              + layer.shape());
    }
    return Remap.between(from, join(kept, grown.ascending()));
  }

  /** The pattern of the stored positions with the largest scores, ties to the lower position. */
  static CsrPattern keepLargest(CsrPattern from, float[] scores, int count) {
    long[] keys = new long[scores.length];
    for (int p = 0; p < keys.length; p++) {
      keys[p] = Scores.descendingKey(scores[p], p);
    }
    Arrays.sort(keys);
    int[] order = new int[count];
    for (int p = 0; p < count; p++) {
      order[p] = (int) keys[p];
    }
    Arrays.sort(order);
    int[] pointers = new int[from.rows() + 1];
    int[] columns = new int[count];
    int[] fromColumns = new int[(int) from.nnz()];
    from.columnIndices().get(fromColumns);
    int p = 0;
    for (int i = 0; i < from.rows(); i++) {
      for (int end = from.rowStart(i + 1); p < count && order[p] < end; p++) {
        columns[p] = fromColumns[order[p]];
      }
      pointers[i + 1] = p;
    }
    return CsrPattern.copyOf(from.rows(), from.columns(), pointers, columns);
  }

  /** Merges a pattern with ascending row-major positions that are not in it. */
  static CsrPattern join(CsrPattern kept, long[] grown) {
    int[] keptColumns = new int[(int) kept.nnz()];
    kept.columnIndices().get(keptColumns);
    int[] pointers = new int[kept.rows() + 1];
    int[] columns = new int[keptColumns.length + grown.length];
    int size = 0;
    int next = 0;
    for (int i = 0; i < kept.rows(); i++) {
      long rowStart = (long) i * kept.columns();
      long rowEnd = rowStart + kept.columns();
      int k = kept.rowStart(i);
      int end = kept.rowStart(i + 1);
      while (next < grown.length && grown[next] < rowEnd) {
        int column = (int) (grown[next++] - rowStart);
        while (k < end && keptColumns[k] < column) {
          columns[size++] = keptColumns[k++];
        }
        columns[size++] = column;
      }
      while (k < end) {
        columns[size++] = keptColumns[k++];
      }
      pointers[i + 1] = size;
    }
    return CsrPattern.copyOf(kept.rows(), kept.columns(), pointers, columns);
  }
}
