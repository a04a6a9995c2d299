package org.sparse4j.train.saliency;

import java.util.Arrays;
import org.sparse4j.mask.Scores;

/**
 * The k best of any number of scored positions, in memory for k: a heap whose root is the worst of
 * them.
 *
 * <p>Larger scores are better, ties go to the lower position, NaN counts as largest: the order of
 * {@link Scores}, so that the result is that of sorting everything.
 */
public final class TopK {

  /** Positions are kept in 32 bits. */
  private static final long MOST_POSITIONS = 1L << 32;

  private final int k;
  private final long[] keys;
  private int size;
  private float worst = Float.NEGATIVE_INFINITY;

  private TopK(int k) {
    this.k = k;
    this.keys = new long[k];
  }

  /**
   * Starts a search.
   *
   * @param k how many to keep, at least 0
   * @return an empty set
   * @throws IllegalArgumentException if {@code k} is negative
   */
  public static TopK of(int k) {
    if (k < 0) {
      throw new IllegalArgumentException("TopK: k (" + k + ") must not be negative");
    }
    return new TopK(k);
  }

  /**
   * Takes over a finished search.
   *
   * @param positions row-major positions below 2^32, best first
   * @param scores their scores
   * @param count how many of them there are
   * @return a full set of that many
   */
  static TopK of(long[] positions, float[] scores, int count) {
    TopK best = new TopK(count);
    // Worst first is a heap with the worst at its root.
    for (int p = 0; p < count; p++) {
      best.keys[count - 1 - p] = Scores.descendingKey(scores[p], (int) positions[p]);
    }
    best.size = count;
    if (count > 0) {
      best.worst = score(best.keys[0]);
    }
    return best;
  }

  /**
   * Offers a position; O(log k) if it is taken in, O(1) if it is clearly worse than all k.
   *
   * @param score its score
   * @param position row-major position, below 2^32; offered at most once
   * @throws IllegalArgumentException if the position is out of range
   */
  public void offer(float score, long position) {
    // A NaN score is not below anything, so it goes on to the exact comparison.
    if (score < worst || k == 0) {
      return;
    }
    if (position < 0 || position >= MOST_POSITIONS) {
      throw new IllegalArgumentException(
          "TopK: position (" + position + ") must be between 0 and 2^32 - 1");
    }
    long key = Scores.descendingKey(score, (int) position);
    if (size < k) {
      up(size++, key);
    } else if (key < keys[0]) {
      down(key);
    } else {
      return;
    }
    if (size == k) {
      worst = score(keys[0]);
    }
  }

  private void up(int from, long key) {
    int at = from;
    while (at > 0) {
      int parent = (at - 1) >>> 1;
      if (keys[parent] >= key) {
        break;
      }
      keys[at] = keys[parent];
      at = parent;
    }
    keys[at] = key;
  }

  private void down(long key) {
    int at = 0;
    while (true) {
      int child = 2 * at + 1;
      if (child >= size) {
        break;
      }
      if (child + 1 < size && keys[child + 1] > keys[child]) {
        child++;
      }
      if (keys[child] <= key) {
        break;
      }
      keys[at] = keys[child];
      at = child;
    }
    keys[at] = key;
  }

  /** The score of a key; the inverse of {@link Scores#descendingKey}. */
  private static float score(long key) {
    int ascending = ~(int) (key >> 32);
    return Float.intBitsToFloat(ascending ^ ((ascending >> 31) & 0x7fffffff));
  }

  /**
   * Returns how many positions are held.
   *
   * @return k, or fewer if fewer were offered
   */
  public int size() {
    return size;
  }

  /**
   * Returns the positions, best first.
   *
   * @return a new array of {@link #size()} row-major positions
   */
  public long[] bestFirst() {
    long[] positions = Arrays.copyOf(keys, size);
    Arrays.sort(positions);
    for (int p = 0; p < positions.length; p++) {
      positions[p] &= 0xffffffffL;
    }
    return positions;
  }

  /**
   * Returns the positions in the order of a matrix.
   *
   * @return a new array of {@link #size()} row-major positions, ascending
   */
  public long[] ascending() {
    long[] positions = bestFirst();
    Arrays.sort(positions);
    return positions;
  }

  /** Returns how many of k are held. */
  @Override
  public String toString() {
    return "TopK " + size + " of " + k;
  }
}
