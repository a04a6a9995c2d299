package org.sparse4j.train;

import java.util.Arrays;
import java.util.OptionalDouble;

/**
 * Times of the last steps; their median is robust against a busy machine.
 *
 * <p>Of very many steps the first are forgotten: a training of millions would else remember each,
 * and whoever interrupts it often would sort them all every time.
 */
final class Durations {

  /** The most that are remembered. */
  static final int MOST = 1 << 16;

  private long[] nanos = new long[64];
  private int size;
  private int next;

  void add(long time) {
    if (next == nanos.length && next < MOST) {
      nanos = Arrays.copyOf(nanos, 2 * next);
    }
    next = next == MOST ? 0 : next;
    nanos[next++] = time;
    size = Math.max(size, next);
  }

  OptionalDouble medianMicros() {
    if (size == 0) {
      return OptionalDouble.empty();
    }
    long[] sorted = Arrays.copyOf(nanos, size);
    Arrays.sort(sorted);
    return OptionalDouble.of((sorted[(size - 1) / 2] + sorted[size / 2]) / 2e3);
  }
}
