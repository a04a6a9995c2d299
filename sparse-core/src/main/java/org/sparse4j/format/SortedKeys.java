package org.sparse4j.format;

/** The order that sorts keys: a stable merge sort of their numbers. */
final class SortedKeys {

  private SortedKeys() {}

  /** Returns the numbers of the keys by ascending key; equal keys keep their order. */
  static int[] order(long[] keys) {
    int[] order = new int[keys.length];
    boolean sorted = true;
    for (int k = 0; k < order.length; k++) {
      order[k] = k;
      sorted &= k == 0 || keys[k - 1] <= keys[k];
    }
    if (sorted) {
      return order;
    }
    int[] merged = new int[order.length];
    // Sizes as long: the last doubling may pass 2^31.
    for (long size = 1; size < order.length; size *= 2) {
      for (long from = 0; from < order.length; from += 2 * size) {
        int middle = (int) Math.min(from + size, order.length);
        int end = (int) Math.min(from + 2 * size, order.length);
        merge(keys, order, merged, (int) from, middle, end);
      }
      int[] swap = order;
      order = merged;
      merged = swap;
    }
    return order;
  }

  private static void merge(
      long[] keys, int[] source, int[] target, int from, int middle, int end) {
    int p = from;
    int q = middle;
    for (int k = from; k < end; k++) {
      boolean left = q == end || (p < middle && keys[source[p]] <= keys[source[q]]);
      target[k] = left ? source[p++] : source[q++];
    }
  }
}
