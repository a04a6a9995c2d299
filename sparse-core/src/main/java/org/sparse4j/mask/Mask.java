package org.sparse4j.mask;

import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.Objects;
import java.util.SplittableRandom;

/**
 * The kept positions of a rows x columns matrix: one bit a position, set where the weight is kept.
 *
 * <p>Immutable and safe to share.
 */
public final class Mask {

  private final int rows;
  private final int columns;
  private final int wordsPerRow;
  private final long[] words;

  private Mask(int rows, int columns, long[] words) {
    this.rows = rows;
    this.columns = columns;
    this.wordsPerRow = wordsPerRow(columns);
    this.words = words;
  }

  /** Decides position by position. */
  @FunctionalInterface
  public interface Rule {
    /**
     * Tells whether a position is kept.
     *
     * @param row row, from 0
     * @param column column, from 0
     * @return true to keep it
     */
    boolean keeps(int row, int column);
  }

  /** Collects kept positions in any order; not safe for several threads. */
  public static final class Builder {
    private final int rows;
    private final int columns;
    private final int wordsPerRow;
    private final long[] words;

    private Builder(int rows, int columns) {
      this.words = words(rows, columns);
      this.rows = rows;
      this.columns = columns;
      this.wordsPerRow = wordsPerRow(columns);
    }

    /**
     * Keeps a position; keeping it twice changes nothing.
     *
     * @param row row, from 0
     * @param column column, from 0
     * @return this builder
     * @throws IndexOutOfBoundsException if outside
     */
    public Builder keep(int row, int column) {
      words[word(row, column)] |= 1L << column;
      return this;
    }

    /**
     * Tells whether a position is kept so far.
     *
     * @param row row, from 0
     * @param column column, from 0
     * @return true if kept
     * @throws IndexOutOfBoundsException if outside
     */
    public boolean keeps(int row, int column) {
      return ((words[word(row, column)] >>> column) & 1) != 0;
    }

    private int word(int row, int column) {
      Objects.checkIndex(column, columns);
      return Objects.checkIndex(row, rows) * wordsPerRow + (column >> 6);
    }

    /**
     * Builds the mask; the builder may go on collecting afterwards.
     *
     * @return a new mask
     */
    public Mask build() {
      return new Mask(rows, columns, words.clone());
    }
  }

  /**
   * Starts a mask that keeps nothing yet.
   *
   * @param rows number of rows
   * @param columns number of columns
   * @return an empty builder
   * @throws IllegalArgumentException if a size is negative or the mask is too large
   */
  public static Builder builder(int rows, int columns) {
    return new Builder(rows, columns);
  }

  /**
   * Asks a rule about every position.
   *
   * @param rows number of rows
   * @param columns number of columns
   * @param rule called once a position, row by row
   * @return a new mask
   * @throws IllegalArgumentException if a size is negative or the mask is too large
   */
  public static Mask of(int rows, int columns, Rule rule) {
    long[] words = words(rows, columns);
    int wordsPerRow = wordsPerRow(columns);
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        if (rule.keeps(i, j)) {
          words[i * wordsPerRow + (j >> 6)] |= 1L << j;
        }
      }
    }
    return new Mask(rows, columns, words);
  }

  /**
   * Copies the bits of a mask.
   *
   * @param rows number of rows
   * @param columns number of columns
   * @param words {@code ceil(columns / 64)} words a row, bit b of word q of a row for column {@code
   *     64 q + b}, bits beyond the last column 0; not kept
   * @return a new mask
   * @throws IllegalArgumentException if a size is negative, the mask is too large, the number of
   *     words does not fit, or a bit beyond the last column is set
   */
  public static Mask copyOf(int rows, int columns, long[] words) {
    long[] copy = words(rows, columns);
    if (words.length != copy.length) {
      throw new IllegalArgumentException(
          "Mask.copyOf: number of words ("
              + words.length
              + ") must equal rows ("
              + rows
              + ") * words of a row ("
              + wordsPerRow(columns)
              + ")");
    }
    System.arraycopy(words, 0, copy, 0, copy.length);
    if (columns % 64 != 0) {
      int perRow = wordsPerRow(columns);
      for (int i = 0; i < rows; i++) {
        long beyond = copy[i * perRow + perRow - 1] & -1L << columns;
        if (beyond != 0) {
          throw new IllegalArgumentException(
              "Mask.copyOf: row "
                  + i
                  + " keeps column "
                  + (64 * (perRow - 1) + Long.numberOfTrailingZeros(beyond))
                  + ", which is not below columns = "
                  + columns);
        }
      }
    }
    return new Mask(rows, columns, copy);
  }

  /**
   * Keeps every position.
   *
   * @param rows number of rows
   * @param columns number of columns
   * @return a new mask
   */
  public static Mask full(int rows, int columns) {
    return of(rows, columns, (i, j) -> true);
  }

  /**
   * Keeps no position.
   *
   * @param rows number of rows
   * @param columns number of columns
   * @return a new mask
   */
  public static Mask empty(int rows, int columns) {
    return new Mask(rows, columns, words(rows, columns));
  }

  /**
   * Keeps exactly {@code count} positions, every choice of positions equally likely.
   *
   * <p>Selection sampling (Knuth, The Art of Computer Programming 2, 3.4.2, algorithm S): one pass,
   * O(rows * columns) time, the same positions for the same seed.
   *
   * @param rows number of rows
   * @param columns number of columns
   * @param count positions to keep, between 0 and {@code rows * columns}
   * @param seed of the random choice
   * @return a new mask
   * @throws IllegalArgumentException if {@code count} is out of range
   */
  public static Mask random(int rows, int columns, long count, long seed) {
    long[] words = words(rows, columns);
    long left = (long) rows * columns;
    if (count < 0 || count > left) {
      throw new IllegalArgumentException(
          "Mask.random: count ("
              + count
              + ") must be between 0 and rows * columns ("
              + left
              + "); the mask is "
              + rows
              + "x"
              + columns);
    }
    SplittableRandom random = new SplittableRandom(seed);
    int wordsPerRow = wordsPerRow(columns);
    long wanted = count;
    for (int i = 0; i < rows && wanted > 0; i++) {
      for (int j = 0; j < columns && wanted > 0; j++, left--) {
        if (random.nextLong(left) < wanted) {
          words[i * wordsPerRow + (j >> 6)] |= 1L << j;
          wanted--;
        }
      }
    }
    return new Mask(rows, columns, words);
  }

  /**
   * Returns the number of rows.
   *
   * @return rows, at least 0
   */
  public int rows() {
    return rows;
  }

  /**
   * Returns the number of columns.
   *
   * @return columns, at least 0
   */
  public int columns() {
    return columns;
  }

  /**
   * Returns the bits: word {@code row * wordsPerRow() + column / 64} holds a position at bit {@code
   * column % 64}, the least significant bit being 0.
   *
   * @return {@code rows * wordsPerRow()} words, read-only; bits beyond the last column are 0
   */
  public LongBuffer words() {
    return LongBuffer.wrap(words).asReadOnlyBuffer();
  }

  /**
   * Returns the number of words that hold the bits of a row.
   *
   * @return {@code ceil(columns / 64)}
   */
  public int wordsPerRow() {
    return wordsPerRow;
  }

  /**
   * Tells whether a position is kept.
   *
   * @param row row, from 0
   * @param column column, from 0
   * @return true if kept
   * @throws IndexOutOfBoundsException if outside
   */
  public boolean get(int row, int column) {
    Objects.checkIndex(row, rows);
    Objects.checkIndex(column, columns);
    return ((words[row * wordsPerRow + (column >> 6)] >>> column) & 1) != 0;
  }

  /**
   * Returns the first kept column of a row at or after {@code from}.
   *
   * @param row row, from 0
   * @param from column to start at, at least 0; may equal {@code columns()}
   * @return a column, or -1 if none is left
   * @throws IndexOutOfBoundsException if the row is outside or {@code from} is negative
   */
  public int next(int row, int from) {
    Objects.checkIndex(row, rows);
    Objects.checkFromToIndex(from, columns, columns);
    if (from == columns) {
      return -1;
    }
    int start = row * wordsPerRow;
    int word = from >> 6;
    long bits = words[start + word] & -1L << from;
    while (bits == 0) {
      if (++word == wordsPerRow) {
        return -1;
      }
      bits = words[start + word];
    }
    return (word << 6) + Long.numberOfTrailingZeros(bits);
  }

  /**
   * Counts the kept positions.
   *
   * @return number of set bits
   */
  public long count() {
    long count = 0;
    for (long word : words) {
      count += Long.bitCount(word);
    }
    return count;
  }

  /**
   * Counts the kept positions of a row.
   *
   * @param row row, from 0
   * @return number of set bits in the row
   * @throws IndexOutOfBoundsException if outside
   */
  public int countRow(int row) {
    Objects.checkIndex(row, rows);
    int count = 0;
    for (int w = row * wordsPerRow; w < (row + 1) * wordsPerRow; w++) {
      count += Long.bitCount(words[w]);
    }
    return count;
  }

  /**
   * Returns {@code count / (rows * columns)}.
   *
   * @return the kept fraction; 0 for an empty matrix
   */
  public double density() {
    long size = (long) rows * columns;
    return size == 0 ? 0 : (double) count() / size;
  }

  /**
   * Keeps what both masks keep.
   *
   * @param other a mask of the same shape
   * @return the intersection
   * @throws IllegalArgumentException if the shapes differ
   */
  public Mask and(Mask other) {
    requireShape("Mask.and", other);
    long[] result = words.clone();
    for (int w = 0; w < result.length; w++) {
      result[w] &= other.words[w];
    }
    return new Mask(rows, columns, result);
  }

  /**
   * Keeps what either mask keeps.
   *
   * @param other a mask of the same shape
   * @return the union
   * @throws IllegalArgumentException if the shapes differ
   */
  public Mask or(Mask other) {
    requireShape("Mask.or", other);
    long[] result = words.clone();
    for (int w = 0; w < result.length; w++) {
      result[w] |= other.words[w];
    }
    return new Mask(rows, columns, result);
  }

  /**
   * Keeps what this mask keeps and the other does not.
   *
   * @param other a mask of the same shape
   * @return the difference
   * @throws IllegalArgumentException if the shapes differ
   */
  public Mask minus(Mask other) {
    requireShape("Mask.minus", other);
    long[] result = words.clone();
    for (int w = 0; w < result.length; w++) {
      result[w] &= ~other.words[w];
    }
    return new Mask(rows, columns, result);
  }

  /**
   * Keeps (j, i) where this mask keeps (i, j).
   *
   * @return a columns x rows mask
   */
  public Mask transposed() {
    Builder transposed = builder(columns, rows);
    for (int i = 0; i < rows; i++) {
      for (int j = next(i, 0); j >= 0; j = next(i, j + 1)) {
        transposed.keep(j, i);
      }
    }
    return transposed.build();
  }

  private void requireShape(String operation, Mask other) {
    if (rows != other.rows || columns != other.columns) {
      throw new IllegalArgumentException(
          operation
              + ": shapes must be equal; this is "
              + rows
              + "x"
              + columns
              + ", the other is "
              + other.rows
              + "x"
              + other.columns);
    }
  }

  /** A mask around words that its maker made with {@link #words} and gives away. */
  static Mask trusted(int rows, int columns, long[] words) {
    return new Mask(rows, columns, words);
  }

  static int wordsPerRow(int columns) {
    // Not (columns + 63) >> 6, which is negative from 2^31 - 63 columns on.
    return (columns >> 6) + ((columns & 63) == 0 ? 0 : 1);
  }

  /** Zeroed words for the bits of a mask. */
  static long[] words(int rows, int columns) {
    if (rows < 0 || columns < 0) {
      throw new IllegalArgumentException(
          "Mask: rows (" + rows + ") and columns (" + columns + ") must not be negative");
    }
    long length = (long) rows * wordsPerRow(columns);
    if (length > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          "Mask: "
              + rows
              + "x"
              + columns
              + " needs "
              + length
              + " words of 64 bits, an array holds 2^31 - 9");
    }
    return new long[(int) length];
  }

  /** Compares shape and kept positions. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Mask mask
        && rows == mask.rows
        && columns == mask.columns
        && Arrays.equals(words, mask.words);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * rows + columns) + Arrays.hashCode(words);
  }

  /** Returns shape and count, and the picture of a small mask. */
  @Override
  public String toString() {
    StringBuilder text =
        new StringBuilder("Mask ")
            .append(rows)
            .append('x')
            .append(columns)
            .append(" keeps ")
            .append(count());
    if (rows <= 16 && columns <= 64) {
      for (int i = 0; i < rows; i++) {
        text.append('\n');
        for (int j = 0; j < columns; j++) {
          text.append(get(i, j) ? '1' : '.');
        }
      }
    }
    return text.toString();
  }
}
