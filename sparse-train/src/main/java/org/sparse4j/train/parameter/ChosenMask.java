package org.sparse4j.train.parameter;

import java.util.Arrays;
import org.sparse4j.mask.Mask;

/**
 * The mask of training steps: its words, when and how often it was chosen, and what the last choice
 * flipped. Apart from what products multiply with because it outlives that: optimizers look at it,
 * reports count it, and checkpoints hold it.
 */
final class ChosenMask {

  /** Numbers of a state beside the words. */
  static final int COUNTS = 5;

  private final MaskWords shape;
  private final long[] words;
  private final long[] previous;
  private long refreshes;
  private long refreshedAt = -1;
  private int kept;
  private int dropped;
  private int grown;

  ChosenMask(MaskWords shape) {
    this.shape = shape;
    this.words = shape.none();
    this.previous = shape.none();
  }

  /** Returns the live words: zeros until the first choice. */
  long[] words() {
    return words;
  }

  /** Returns how often the mask was chosen. */
  long refreshes() {
    return refreshes;
  }

  /** Tells whether the mask was ever chosen in a step. */
  boolean isChosen() {
    return refreshedAt >= 0;
  }

  /** Returns how many positions were kept before and after the last choice. */
  int kept() {
    return kept;
  }

  /** Returns how many positions were kept only before the last choice. */
  int dropped() {
    return dropped;
  }

  /** Returns how many positions were kept only after the last choice. */
  int grown() {
    return grown;
  }

  /** Remembers the mask before {@link #words} are written for another choice. */
  void remember() {
    System.arraycopy(words, 0, previous, 0, words.length);
  }

  /** Counts a choice, now that the words are written. */
  void chosenAt(long step) {
    compare();
    refreshes++;
    refreshedAt = step;
  }

  private void compare() {
    if (refreshes == 0) {
      kept = MaskWords.count(words);
      dropped = 0;
      grown = 0;
      return;
    }
    int both = 0;
    int gone = 0;
    int fresh = 0;
    for (int w = 0; w < words.length; w++) {
      both += Long.bitCount(words[w] & previous[w]);
      gone += Long.bitCount(previous[w] & ~words[w]);
      fresh += Long.bitCount(words[w] & ~previous[w]);
    }
    kept = both;
    dropped = gone;
    grown = fresh;
  }

  /** Returns a copy; full before the first choice. */
  Mask toMask() {
    long[] positions = words;
    if (refreshes == 0) {
      positions = shape.none();
      shape.keepAll(positions);
    }
    return shape.toMask(positions);
  }

  /** Writes a row as ones and zeros; ones before the first choice. */
  void spread(int i, float[] row) {
    if (refreshes == 0) {
      Arrays.fill(row, 0, shape.columns(), 1);
    } else {
      shape.spread(words, i, row);
    }
  }

  /**
   * Writes what a resumed training needs.
   *
   * @param counts where {@link #COUNTS} counts begin
   * @param start where the words begin
   */
  void save(long[] state, int counts, int start) {
    state[counts] = refreshes;
    state[counts + 1] = refreshedAt;
    state[counts + 2] = kept;
    state[counts + 3] = dropped;
    state[counts + 4] = grown;
    System.arraycopy(words, 0, state, start, words.length);
  }

  /** Takes back what {@link #save} wrote. */
  void restore(long[] state, int counts, int start) {
    refreshes = state[counts];
    refreshedAt = state[counts + 1];
    kept = (int) state[counts + 2];
    dropped = (int) state[counts + 3];
    grown = (int) state[counts + 4];
    System.arraycopy(state, start, words, 0, words.length);
  }

  /** Tells whether counts of positions are those of a matrix of a size. */
  boolean fits(long[] state, int counts, long size) {
    boolean fits = true;
    for (int c = counts + 2; fits && c < counts + COUNTS; c++) {
      fits = state[c] >= 0 && state[c] <= size;
    }
    return fits;
  }
}
