package org.sparse4j.train;

import java.util.Arrays;
import java.util.OptionalDouble;

/** Times of steps; their median is robust against a busy machine. */
final class Durations {

  private long[] nanos = new long[64];
  private int size;

  void add(long time) {
    if (size == nanos.length) {
      nanos = Arrays.copyOf(nanos, 2 * size);
    }
    nanos[size++] = time;
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
