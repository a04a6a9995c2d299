package org.sparse4j.train.saliency;

import java.util.Arrays;
import java.util.HashSet;
import org.sparse4j.format.CsrPattern;
import org.sparse4j.train.layer.LayerView;
import org.sparse4j.train.random.Streams;

/**
 * Positions at random: every choice of k positions outside the kept set is equally likely, and
 * follows from the view's seed alone.
 *
 * <p>Draws ranks among the missing positions without replacement (Floyd's algorithm; Bentley and
 * Floyd, A sample of brilliance, 1987) and finds their places in one pass; O(k log k + nnz),
 * whatever the size of the matrix.
 */
public final class RandomGrowth implements Growth {

  private static final RandomGrowth INSTANCE = new RandomGrowth();

  private RandomGrowth() {}

  /**
   * Returns the growth.
   *
   * @return the one such object
   */
  public static RandomGrowth instance() {
    return INSTANCE;
  }

  @Override
  public TopK bestMissing(LayerView layer, CsrPattern kept, int k) {
    long columns = kept.columns();
    long missing = kept.rows() * columns - kept.nnz();
    if (k < 0 || k > missing) {
      throw new IllegalArgumentException(
          "RandomGrowth: k ("
              + k
              + ") must be between 0 and the number of missing positions ("
              + missing
              + ") of "
              + layer.shape());
    }
    long[] ranks = ranks(k, missing, layer.seed());
    int[] keptColumns = new int[(int) kept.nnz()];
    kept.columnIndices().get(keptColumns);
    TopK chosen = TopK.of(k);
    int row = 0;
    long before = 0; // missing positions in the rows above
    for (long rank : ranks) {
      while (rank - before >= missingInRow(kept, row)) {
        before += missingInRow(kept, row);
        row++;
      }
      chosen.offer(0, row * columns + column(kept, keptColumns, row, (int) (rank - before)));
    }
    return chosen;
  }

  /** Floyd: for j = missing - k .. missing - 1 take a rank in [0, j], or j if that one is taken. */
  private static long[] ranks(int k, long missing, long seed) {
    HashSet<Long> taken = new HashSet<>(2 * k);
    long[] ranks = new long[k];
    for (int i = 0; i < k; i++) {
      long last = missing - k + i;
      long rank = Math.unsignedMultiplyHigh(Streams.bits(seed, i), last + 1);
      ranks[i] = taken.add(rank) ? rank : last;
      taken.add(ranks[i]);
    }
    Arrays.sort(ranks);
    return ranks;
  }

  private static long missingInRow(CsrPattern kept, int row) {
    return (long) kept.columns() - (kept.rowStart(row + 1) - kept.rowStart(row));
  }

  /** The column of the missing position number {@code rank} of a row, by bisection. */
  private static int column(CsrPattern kept, int[] keptColumns, int row, int rank) {
    int start = kept.rowStart(row);
    int low = start;
    int high = kept.rowStart(row + 1);
    while (low < high) {
      int middle = (low + high) >>> 1;
      // Columns before the kept column at middle that are missing.
      if (keptColumns[middle] - (middle - start) <= rank) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return rank + (low - start);
  }

  @Override
  public String toString() {
    return "random";
  }
}
