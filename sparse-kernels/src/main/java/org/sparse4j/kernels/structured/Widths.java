package org.sparse4j.kernels.structured;

import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Buffers for the last few batch sizes: a training run has two, that of the last batch of an epoch
 * included.
 *
 * @param <T> what is kept for one size
 */
final class Widths<T> {

  private static final int KEPT = 4;

  private final IntFunction<T> maker;
  private final int[] widths = new int[KEPT];
  private final @Nullable Object[] buffers = new @Nullable Object[KEPT];
  private int next;

  Widths(IntFunction<T> maker) {
    this.maker = maker;
  }

  // Only what the maker made is ever stored.
  @SuppressWarnings("unchecked")
  T of(int n) {
    for (int i = 0; i < KEPT; i++) {
      Object kept = buffers[i];
      if (kept != null && widths[i] == n) {
        return (T) kept;
      }
    }
    T made = maker.apply(n);
    widths[next] = n;
    buffers[next] = made;
    next = (next + 1) % KEPT;
    return made;
  }
}
