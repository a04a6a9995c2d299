package org.sparse4j.format;

import org.sparse4j.mask.Mask;

/**
 * Kept positions of a group of at most 32 neighbouring columns, bit c for column c of the group.
 */
final class GroupBits {

  private GroupBits() {}

  /** Reads the group of {@code size} columns at {@code from}. */
  static int of(Mask mask, int row, int from, int size) {
    int bits = 0;
    for (int j = mask.next(row, from); j >= 0 && j - from < size; j = mask.next(row, j + 1)) {
      bits |= 1 << (j - from);
    }
    return bits;
  }

  /** Returns the bits of the first {@code size} columns. */
  static int first(int size) {
    return -1 >>> (32 - size);
  }

  /** Adds the lowest columns that are free until {@code count} are kept. */
  static int filled(int bits, int count) {
    int filled = bits;
    while (Integer.bitCount(filled) < count) {
      filled |= ~filled & (filled + 1);
    }
    return filled;
  }
}
