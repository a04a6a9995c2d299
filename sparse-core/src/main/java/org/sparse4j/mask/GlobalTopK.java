package org.sparse4j.mask;

import java.util.ArrayList;
import java.util.List;

/**
 * The largest scores of several layers together: one count for all, a mask for each.
 *
 * <pre>{@code
 * List<Mask> masks =
 *     new GlobalTopK().add(300, 784, first).add(10, 300, second).dropSmallest(0.9);
 * }</pre>
 *
 * <p>Ties go to the earlier layer, then to the lower position; NaN counts as largest. Score arrays
 * are kept, not copied, and not modified. Not safe for several threads.
 */
public final class GlobalTopK {

  private static final int HALF = 1 << 16;

  private final List<Layer> layers = new ArrayList<>();
  private long size;

  /** Creates a selection without layers. */
  public GlobalTopK() {}

  // A class: the array of a record would compare by identity.
  private static final class Layer {
    private final int rows;
    private final int columns;
    private final float[] scores;

    Layer(int rows, int columns, float[] scores) {
      this.rows = rows;
      this.columns = columns;
      this.scores = scores;
    }
  }

  /**
   * Adds a layer.
   *
   * @param rows number of rows
   * @param columns number of columns
   * @param scores one score a position, row-major; kept, read by the methods below
   * @return this selection
   * @throws IllegalArgumentException if a size is negative or the array's length does not fit
   */
  public GlobalTopK add(int rows, int columns, float[] scores) {
    Scores.requireSize("GlobalTopK", rows, columns);
    Scores.requireLength("GlobalTopK", rows, columns, scores);
    layers.add(new Layer(rows, columns, scores));
    size += scores.length;
    return this;
  }

  /**
   * Counts the positions of all layers.
   *
   * @return the sum of {@code rows * columns}
   */
  public long size() {
    return size;
  }

  /**
   * Keeps all but the {@code floor(sparsity * size)} smallest scores.
   *
   * @param sparsity fraction to drop, in [0, 1]
   * @return a mask for each layer, in the order they were added
   * @throws IllegalArgumentException if {@code sparsity} is not in [0, 1]
   */
  public List<Mask> dropSmallest(double sparsity) {
    Scores.requireSparsity("GlobalTopK", sparsity);
    return keepLargest(size - (long) Math.floor(sparsity * size));
  }

  /**
   * Keeps the largest scores, {@code O(size)}: two passes find the smallest score that is kept, a
   * third takes what is above it and as many at it as are left.
   *
   * @param count positions to keep in all layers together
   * @return a mask for each layer, in the order they were added; their counts sum to {@code count}
   * @throws IllegalArgumentException if {@code count} is negative or above {@link #size()}
   */
  public List<Mask> keepLargest(long count) {
    if (count < 0 || count > size) {
      throw new IllegalArgumentException(
          "GlobalTopK: count ("
              + count
              + ") must be between 0 and the positions of all layers ("
              + size
              + ")");
    }
    if (count == 0) {
      return layers.stream().map(layer -> Mask.empty(layer.rows, layer.columns)).toList();
    }
    // The upper half of the threshold, then its lower half among the scores that share the upper.
    long[] bins = new long[HALF];
    for (Layer layer : layers) {
      for (float score : layer.scores) {
        bins[rank(score) >>> 16]++;
      }
    }
    long left = count;
    int upper = bin(bins, left);
    left -= above(bins, upper);
    bins = new long[HALF];
    for (Layer layer : layers) {
      for (float score : layer.scores) {
        int rank = rank(score);
        if (rank >>> 16 == upper) {
          bins[rank & (HALF - 1)]++;
        }
      }
    }
    int lower = bin(bins, left);
    left -= above(bins, lower);
    return select(upper << 16 | lower, left);
  }

  private List<Mask> select(int threshold, long ties) {
    List<Mask> masks = new ArrayList<>();
    long left = ties;
    for (Layer layer : layers) {
      Mask.Builder mask = Mask.builder(layer.rows, layer.columns);
      for (int p = 0; p < layer.scores.length; p++) {
        int comparison = Integer.compareUnsigned(rank(layer.scores[p]), threshold);
        if (comparison > 0 || (comparison == 0 && left > 0)) {
          mask.keep(p / layer.columns, p % layer.columns);
          left -= comparison == 0 ? 1 : 0;
        }
      }
      masks.add(mask.build());
    }
    return List.copyOf(masks);
  }

  /** Returns the highest bin at which the bins from the top hold at least {@code wanted}. */
  private static int bin(long[] bins, long wanted) {
    long seen = 0;
    for (int b = HALF - 1; b > 0; b--) {
      seen += bins[b];
      if (seen >= wanted) {
        return b;
      }
    }
    return 0;
  }

  private static long above(long[] bins, int bin) {
    long count = 0;
    for (int b = bin + 1; b < HALF; b++) {
      count += bins[b];
    }
    return count;
  }

  /** Returns a number that ascends with the score, compared unsigned. */
  private static int rank(float score) {
    return (int) (~Scores.descendingKey(score, 0) >>> 32) ^ Integer.MIN_VALUE;
  }
}
