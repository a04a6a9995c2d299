package org.sparse4j.kernels.planner;

import java.nio.LongBuffer;
import java.util.Optional;
import org.sparse4j.mask.Mask;
import org.sparse4j.mask.NmStructure;
import org.sparse4j.mask.VnmStructure;

/**
 * Finds the rules that a pattern fills exactly: every position that the rule stores is there, so
 * the format adds no explicit zeros.
 */
final class ExactFit {

  private static final int[] HEIGHTS = {16, 8, 4};
  private static final int[] WIDTHS = {16, 8, 4};
  private static final int[] GROUPS = {2, 4, 5, 8, 10, 16, 20, 32};

  private final Mask mask;
  private final LongBuffer words;

  /** The largest of {@link #HEIGHTS} that shares columns, else 1. */
  private final int height;

  ExactFit(Mask mask) {
    this.mask = mask;
    this.words = mask.words();
    this.height = sharedRows();
  }

  /** Height and width of the largest blocks; empty if only single positions fit. */
  Optional<int[]> block() {
    if (mask.count() == 0) {
      return Optional.empty();
    }
    for (int width : WIDTHS) {
      if (width <= mask.columns() && wholeRuns(width)) {
        return Optional.of(new int[] {height, width});
      }
    }
    return height > 1 ? Optional.of(new int[] {height, 1}) : Optional.empty();
  }

  /** The rule with the tallest blocks and the smallest groups. */
  Optional<VnmStructure> vnm() {
    return height == 1
        ? Optional.empty()
        : nm().map(rule -> new VnmStructure(height, rule.n(), rule.m()));
  }

  /** The rule with the smallest groups. */
  Optional<NmStructure> nm() {
    if (mask.count() == 0) {
      return Optional.empty();
    }
    for (int m : GROUPS) {
      if (m <= mask.columns()) {
        int n = count(0, 0, m);
        if (n > 0 && n < m && fills(n, m)) {
          return Optional.of(new NmStructure(n, m));
        }
      }
    }
    return Optional.empty();
  }

  private int sharedRows() {
    for (int candidate : HEIGHTS) {
      if (candidate <= mask.rows() && shares(candidate)) {
        return candidate;
      }
    }
    return 1;
  }

  private boolean shares(int candidate) {
    int perRow = mask.wordsPerRow();
    for (int i = 1; i < mask.rows(); i++) {
      if (i % candidate != 0) {
        for (int q = 0; q < perRow; q++) {
          if (words.get(i * perRow + q) != words.get((i - 1) * perRow + q)) {
            return false;
          }
        }
      }
    }
    return true;
  }

  private boolean wholeRuns(int width) {
    for (int i = 0; i < mask.rows(); i += height) {
      for (int j = 0; j < mask.columns(); j += width) {
        int size = Math.min(width, mask.columns() - j);
        int kept = count(i, j, size);
        if (kept != 0 && kept != size) {
          return false;
        }
      }
    }
    return true;
  }

  private boolean fills(int n, int m) {
    for (int i = 0; i < mask.rows(); i++) {
      for (int j = 0; j < mask.columns(); j += m) {
        int size = Math.min(m, mask.columns() - j);
        if (count(i, j, size) != Math.min(n, size)) {
          return false;
        }
      }
    }
    return true;
  }

  /** Kept positions among at most 64 of a row. */
  private int count(int row, int from, int length) {
    int at = row * mask.wordsPerRow() + from / 64;
    int shift = from % 64;
    long bits = words.get(at) >>> shift;
    if (shift + length > 64) {
      bits |= words.get(at + 1) << (64 - shift);
    }
    return Long.bitCount(bits & -1L >>> (64 - length));
  }
}
