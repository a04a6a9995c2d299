package org.sparse4j.structured;

import java.util.Arrays;

/** Small codes side by side in 64-bit words, low bits first, across word borders. */
final class PackedCodes {

  private final int bits;
  private final long[] words;

  PackedCodes(int bits, long count) {
    this.bits = bits;
    this.words =
        new long[ComputedMatrix.arrayLength("SpqrMatrix", "codes", (count * bits + 63) / 64)];
  }

  int get(long index) {
    long at = index * bits;
    int word = (int) (at >>> 6);
    int shift = (int) at & 63;
    long found = words[word] >>> shift;
    if (shift + bits > 64) {
      found |= words[word + 1] << (64 - shift);
    }
    return (int) found & ((1 << bits) - 1);
  }

  /** Sets a code that was 0. */
  void set(long index, int code) {
    long at = index * bits;
    int word = (int) (at >>> 6);
    int shift = (int) at & 63;
    words[word] |= (long) code << shift;
    if (shift + bits > 64) {
      words[word + 1] |= (long) code >>> (64 - shift);
    }
  }

  long bytes() {
    return 8L * words.length;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PackedCodes codes
        && bits == codes.bits
        && Arrays.equals(words, codes.words);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(words);
  }
}
