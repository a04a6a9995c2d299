package org.sparse4j.structured;

import java.nio.LongBuffer;
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

  /** Copies words and checks that there are as many as the codes take, with nothing behind them. */
  PackedCodes(String name, int bits, long count, long[] words) {
    long used = Math.multiplyExact(count, bits);
    long length = used / 64 + (used % 64 == 0 ? 0 : 1);
    if (words.length != length) {
      throw new IllegalArgumentException(
          "SpqrMatrix: length of "
              + name
              + " ("
              + words.length
              + ") must be "
              + length
              + ": "
              + count
              + " codes of "
              + bits
              + " bits");
    }
    if (used % 64 != 0 && words[words.length - 1] >>> (used % 64) != 0) {
      throw new IllegalArgumentException(
          "SpqrMatrix: " + name + " must be 0 behind the last of its " + count + " codes");
    }
    this.bits = bits;
    this.words = words.clone();
  }

  LongBuffer words() {
    return LongBuffer.wrap(words).asReadOnlyBuffer();
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
