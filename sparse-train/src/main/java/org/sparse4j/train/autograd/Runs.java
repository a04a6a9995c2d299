package org.sparse4j.train.autograd;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Plain loops over runs of floats; positions count floats from the start of a segment. */
final class Runs {

  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;

  private Runs() {}

  /** {@code to_i = from_i}. */
  static void copy(MemorySegment from, long source, MemorySegment to, long target, int count) {
    MemorySegment.copy(from, 4 * source, to, 4 * target, 4L * count);
  }

  /** {@code to_i += from_i}. */
  static void add(MemorySegment from, long source, MemorySegment to, long target, int count) {
    for (int i = 0; i < count; i++) {
      float sum = to.getAtIndex(FLOAT, target + i) + from.getAtIndex(FLOAT, source + i);
      to.setAtIndex(FLOAT, target + i, sum);
    }
  }

  /** {@code to_i += factor from_i}. */
  static void addScaled(
      float factor, MemorySegment from, long source, MemorySegment to, long target, int count) {
    for (int i = 0; i < count; i++) {
      float more = factor * from.getAtIndex(FLOAT, source + i);
      to.setAtIndex(FLOAT, target + i, to.getAtIndex(FLOAT, target + i) + more);
    }
  }

  /** {@code to_i = value}. */
  static void fill(float value, MemorySegment to, long target, int count) {
    for (int i = 0; i < count; i++) {
      to.setAtIndex(FLOAT, target + i, value);
    }
  }

  /** Swaps two ways of counting: {@code to_(j * rows + i) = from_(i * columns + j)}. */
  static void transpose(
      MemorySegment from, long source, MemorySegment to, long target, int rows, int columns) {
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        float value = from.getAtIndex(FLOAT, source + (long) i * columns + j);
        to.setAtIndex(FLOAT, target + (long) j * rows + i, value);
      }
    }
  }
}
