package org.sparse4j.format;

import java.util.Arrays;

/**
 * What happens to the positions of a parameter when its pattern changes: kept, dropped and grown
 * ones.
 *
 * <p>Applied to every array of the parameter (weights, gradients, optimizer slots), so that kept
 * positions carry their state and grown positions start afresh. Immutable.
 */
public final class Remap {

  private final CsrPattern from;
  private final CsrPattern to;
  private final int[] sources;
  private final int kept;

  private Remap(CsrPattern from, CsrPattern to, int[] sources, int kept) {
    this.from = from;
    this.to = to;
    this.sources = sources;
    this.kept = kept;
  }

  /**
   * Compares two patterns of the same shape; O(nnz of both).
   *
   * @param from the pattern before the change
   * @param to the pattern after the change
   * @return what becomes of each position
   * @throws IllegalArgumentException if the shapes differ
   */
  public static Remap between(CsrPattern from, CsrPattern to) {
    if (from.rows() != to.rows() || from.columns() != to.columns()) {
      throw new IllegalArgumentException(
          "Remap: shapes must be equal; before is " + from + ", after is " + to);
    }
    int[] before = new int[(int) from.nnz()];
    from.columnIndices().get(before);
    int[] after = new int[(int) to.nnz()];
    to.columnIndices().get(after);
    int[] sources = new int[after.length];
    int kept = 0;
    for (int i = 0; i < to.rows(); i++) {
      int k = from.rowStart(i);
      int end = from.rowStart(i + 1);
      for (int l = to.rowStart(i); l < to.rowStart(i + 1); l++) {
        while (k < end && before[k] < after[l]) {
          k++;
        }
        boolean found = k < end && before[k] == after[l];
        sources[l] = found ? k : -1;
        kept += found ? 1 : 0;
      }
    }
    return new Remap(from, to, sources, kept);
  }

  /**
   * Returns the pattern before the change.
   *
   * @return the old pattern
   */
  public CsrPattern from() {
    return from;
  }

  /**
   * Returns the pattern after the change.
   *
   * @return the new pattern
   */
  public CsrPattern to() {
    return to;
  }

  /**
   * Returns the number of positions in both patterns.
   *
   * @return kept positions
   */
  public int kept() {
    return kept;
  }

  /**
   * Returns the number of positions that are only in the old pattern.
   *
   * @return dropped positions
   */
  public int dropped() {
    return (int) from.nnz() - kept;
  }

  /**
   * Returns the number of positions that are only in the new pattern.
   *
   * @return grown positions
   */
  public int grown() {
    return sources.length - kept;
  }

  /**
   * Tells where a new position comes from.
   *
   * @param index position in the new pattern
   * @return its number in the old pattern, or -1 if it is grown
   * @throws IndexOutOfBoundsException if outside
   */
  public int source(int index) {
    return sources[index];
  }

  /**
   * Lists the positions that are only in the old pattern.
   *
   * @return a new array of {@link #dropped()} positions of the old pattern, ascending
   */
  public int[] droppedPositions() {
    int[] positions = new int[dropped()];
    int found = 0;
    int old = 0;
    // Sources of kept positions ascend, because both patterns are in row-major order.
    for (int source : sources) {
      if (source >= 0) {
        for (; old < source; old++) {
          positions[found++] = old;
        }
        old = source + 1;
      }
    }
    for (; old < from.nnz(); old++) {
      positions[found++] = old;
    }
    return positions;
  }

  /**
   * Lists the positions that are only in the new pattern.
   *
   * @return a new array of {@link #grown()} positions of the new pattern, ascending
   */
  public int[] grownPositions() {
    int[] positions = new int[grown()];
    int found = 0;
    for (int l = 0; l < sources.length; l++) {
      if (sources[l] < 0) {
        positions[found++] = l;
      }
    }
    return positions;
  }

  /**
   * Carries one array over: kept positions keep their number, grown ones get {@code grownValue}.
   *
   * @param before one number a position of the old pattern; not modified
   * @param grownValue value at grown positions
   * @return a new array, one number a position of the new pattern
   * @throws IllegalArgumentException if the length is not the old nnz
   */
  public float[] apply(float[] before, float grownValue) {
    if (before.length != from.nnz()) {
      throw new IllegalArgumentException(
          "Remap: length of the array ("
              + before.length
              + ") must equal nnz before ("
              + from.nnz()
              + ")");
    }
    float[] after = new float[sources.length];
    for (int l = 0; l < after.length; l++) {
      after[l] = sources[l] < 0 ? grownValue : before[sources[l]];
    }
    return after;
  }

  /**
   * Carries one array over with zero at grown positions.
   *
   * @param before one number a position of the old pattern; not modified
   * @return a new array, one number a position of the new pattern
   * @throws IllegalArgumentException if the length is not the old nnz
   */
  public float[] apply(float[] before) {
    return apply(before, 0);
  }

  /** Compares both patterns. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Remap remap && from.equals(remap.from) && to.equals(remap.to);
  }

  @Override
  public int hashCode() {
    return 31 * from.hashCode() + Arrays.hashCode(sources);
  }

  /** Returns the three counts. */
  @Override
  public String toString() {
    return "Remap kept " + kept() + ", dropped " + dropped() + ", grown " + grown();
  }
}
