package org.sparse4j.train;

import java.io.IOException;
import org.sparse4j.format.CsrPattern;

/** Which positions of a layer have ever been stored: one bit a position, row-major. */
final class Coverage {

  private final int columns;
  private final long[] words;

  private Coverage(int columns, long[] words) {
    this.columns = columns;
    this.words = words;
  }

  static Coverage none(int rows, int columns) {
    long size = (long) rows * columns;
    return new Coverage(columns, new long[Math.toIntExact((size + 63) >>> 6)]);
  }

  /** Takes over saved bits. */
  static Coverage of(String where, int rows, int columns, long[] saved) throws IOException {
    Coverage coverage = none(rows, columns);
    if (saved.length != coverage.words.length) {
      throw new IOException(
          where
              + " has "
              + saved.length
              + " words, expected "
              + coverage.words.length
              + " for "
              + rows
              + "x"
              + columns);
    }
    System.arraycopy(saved, 0, coverage.words, 0, saved.length);
    return coverage;
  }

  void add(CsrPattern pattern) {
    pattern.forEach((index, row, column) -> {
      long position = (long) row * columns + column;
      words[(int) (position >>> 6)] |= 1L << position;
    });
  }

  long count() {
    long count = 0;
    for (long word : words) {
      count += Long.bitCount(word);
    }
    return count;
  }

  /** The live bits, for a file. */
  long[] words() {
    return words;
  }
}
