package org.sparse4j.format;

import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.Objects;
import org.sparse4j.mask.Mask;

/**
 * Positions as one bit an element of the full matrix, with the offset of each row's first value.
 *
 * <p>Smaller than CSR above a density of 1/32, whatever the values: a bit an element instead of 32
 * a stored position. The layout of the {@code sparse-bitmask} files of compressed-tensors, with
 * words of 64 bits instead of bytes. Immutable and safe to share; the bits are those of the mask it
 * was made from, not a copy.
 */
public final class BitmapPattern implements Pattern {

  private final Mask mask;
  private final int[] rowOffsets;

  private BitmapPattern(Mask mask, int[] rowOffsets) {
    this.mask = mask;
    this.rowOffsets = rowOffsets;
  }

  /**
   * Copies and checks words of bits.
   *
   * @param rows number of rows
   * @param columns number of columns
   * @param words {@code ceil(columns / 64)} words a row, least significant bit first, bits beyond
   *     the last column 0; not kept
   * @return a new pattern
   * @throws IllegalArgumentException naming the first rule that is broken
   */
  public static BitmapPattern copyOf(int rows, int columns, long[] words) {
    return of(Mask.copyOf(rows, columns, words));
  }

  /**
   * Builds the pattern of a mask and shares its bits; O(rows * columns / 64).
   *
   * @param mask kept positions
   * @return a new pattern with {@code nnz = mask.count()}
   * @throws IllegalArgumentException if the mask keeps more positions than an array holds
   */
  public static BitmapPattern of(Mask mask) {
    CsrPattern.checkSize("BitmapPattern", mask.rows(), mask.columns());
    CsrPattern.checkCount("BitmapPattern", mask);
    int[] offsets = new int[mask.rows() + 1];
    for (int i = 0; i < mask.rows(); i++) {
      offsets[i + 1] = offsets[i] + mask.countRow(i);
    }
    return new BitmapPattern(mask, offsets);
  }

  @Override
  public int rows() {
    return mask.rows();
  }

  @Override
  public int columns() {
    return mask.columns();
  }

  @Override
  public long nnz() {
    return rowOffsets[mask.rows()];
  }

  /**
   * Returns the bits: word {@code row * wordsPerRow() + column / 64} holds a position at bit {@code
   * column % 64}, the least significant bit being 0.
   *
   * @return {@code rows * wordsPerRow()} words, read-only; bulk {@code get} copies them out
   */
  public LongBuffer words() {
    return mask.words();
  }

  /**
   * Returns the number of words that hold the bits of a row.
   *
   * @return {@code ceil(columns / 64)}
   */
  public int wordsPerRow() {
    return mask.wordsPerRow();
  }

  /**
   * Returns the numbers of the rows' first positions.
   *
   * @return {@code rows + 1} offsets, read-only; bulk {@code get} copies them out
   */
  public IntBuffer rowOffsets() {
    return IntBuffer.wrap(rowOffsets).asReadOnlyBuffer();
  }

  /**
   * Returns the number of the first position of a row.
   *
   * @param row row, from 0; {@code rows()} gives nnz
   * @return {@code rowOffsets[row]}
   * @throws IndexOutOfBoundsException if outside
   */
  public int rowStart(int row) {
    return rowOffsets[Objects.checkIndex(row, rowOffsets.length)];
  }

  /**
   * Finds a position; counts the bits of its row before it.
   *
   * @param row row, from 0
   * @param column column, from 0
   * @return its number in pattern order, or -1 if it is not stored
   * @throws IndexOutOfBoundsException if outside the matrix
   */
  public int indexOf(int row, int column) {
    if (!mask.get(row, column)) {
      return -1;
    }
    LongBuffer words = mask.words();
    int word = row * mask.wordsPerRow();
    int index = rowOffsets[row];
    for (int last = word + (column >> 6); word < last; word++) {
      index += Long.bitCount(words.get(word));
    }
    return index + Long.bitCount(words.get(word) & ~(-1L << column));
  }

  @Override
  public void forEach(Visitor visitor) {
    int k = 0;
    for (int i = 0; i < mask.rows(); i++) {
      for (int j = mask.next(i, 0); j >= 0; j = mask.next(i, j + 1)) {
        visitor.visit(k++, i, j);
      }
    }
  }

  /** {@inheritDoc} Here it is the mask that the pattern holds. */
  @Override
  public Mask mask() {
    return mask;
  }

  /** {@inheritDoc} Here the order is the pattern's own. */
  @Override
  public CsrOrder csrOrder() {
    return CsrOrder.identity(CsrPattern.of(mask));
  }

  /**
   * Returns the transposed pattern.
   *
   * @return a new columns x rows pattern
   */
  public BitmapPattern transposed() {
    return of(mask.transposed());
  }

  /**
   * Returns the bytes of bits and offsets.
   *
   * @return {@code 8 * rows * wordsPerRow + 4 * (rows + 1)}
   */
  @Override
  public long bytes() {
    return 8L * mask.rows() * mask.wordsPerRow() + 4L * rowOffsets.length;
  }

  /**
   * Returns the rows.
   *
   * @return {@code rows + 1} offsets
   */
  @Override
  public int[] valueGroups() {
    return rowOffsets.clone();
  }

  /** Compares shape and positions. */
  @Override
  public boolean equals(Object other) {
    return this == other || (other instanceof BitmapPattern pattern && mask.equals(pattern.mask));
  }

  @Override
  public int hashCode() {
    return 31 * mask.hashCode() + Arrays.hashCode(rowOffsets);
  }

  /** Returns shape and nnz. */
  @Override
  public String toString() {
    return rows() + "x" + columns() + " bitmap (nnz " + nnz() + ")";
  }
}
