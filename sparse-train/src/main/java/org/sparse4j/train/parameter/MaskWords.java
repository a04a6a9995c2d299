package org.sparse4j.train.parameter;

import java.util.Arrays;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.mask.Mask;

/**
 * Masks of one shape as words of 64 bits, rows one after the other, as mask kernels write them: a
 * bit a position, bits beyond the columns 0.
 */
final class MaskWords {

  private static final float[] BITS = bits();

  private final int rows;
  private final int columns;

  /** Words in a row. */
  private final int perRow;

  MaskWords(int rows, int columns) {
    this.rows = rows;
    this.columns = columns;
    this.perRow = Math.ceilDiv(columns, Long.SIZE);
  }

  /** Returns a new mask that keeps nothing. */
  long[] none() {
    return new long[Math.multiplyExact(rows, perRow)];
  }

  int columns() {
    return columns;
  }

  /** Returns a copy; refuses bits beyond the columns. */
  Mask toMask(long[] words) {
    return Mask.copyOf(rows, columns, words);
  }

  /** Keeps all positions. */
  void keepAll(long[] words) {
    Arrays.fill(words, -1);
    if (columns % Long.SIZE != 0) {
      for (int w = perRow - 1; w < words.length; w += perRow) {
        words[w] = (1L << columns) - 1;
      }
    }
  }

  /** Keeps all numbers but zeros. */
  void keepNonZeros(Kernels kernels, DenseMatrix matrix, long[] words) {
    Arrays.fill(words, 0);
    int[] found = new int[columns];
    for (int i = 0; i < rows; i++) {
      int count = kernels.masks().atLeast(matrix, i, Float.MIN_VALUE, found);
      for (int k = 0; k < count; k++) {
        words[i * perRow + (found[k] >> 6)] |= 1L << found[k];
      }
    }
  }

  /** Moves every row's bits: column j takes the bit of {@code order.place(j)}. */
  void ungroup(long[] words, ChannelOrder order) {
    long[] line = new long[perRow];
    for (int i = 0; i < rows; i++) {
      System.arraycopy(words, i * perRow, line, 0, perRow);
      Arrays.fill(words, i * perRow, (i + 1) * perRow, 0);
      for (int j = 0; j < columns; j++) {
        int from = order.place(j);
        words[i * perRow + (j >> 6)] |= (line[from >> 6] >>> from & 1) << j;
      }
    }
  }

  /** Returns 1 if a position is kept, else 0. */
  int bit(long[] words, int i, int j) {
    return (int) (words[i * perRow + (j >> 6)] >>> j & 1);
  }

  /** Returns how many positions are kept. */
  static int count(long[] words) {
    int count = 0;
    for (long word : words) {
      count += Long.bitCount(word);
    }
    return count;
  }

  /** Writes a row as ones and zeros, eight bits at a time: 4 times as fast as one. */
  void spread(long[] words, int i, float[] kept) {
    int whole = columns & -Byte.SIZE;
    for (int j = 0; j < whole; j += Byte.SIZE) {
      int bits = (int) (words[i * perRow + (j >> 6)] >>> j) & 0xff;
      System.arraycopy(BITS, bits * Byte.SIZE, kept, j, Byte.SIZE);
    }
    for (int j = whole; j < columns; j++) {
      kept[j] = bit(words, i, j);
    }
  }

  /**
   * Multiplies what a row's mask prunes by a rest. A rest of 0 takes the numbers out whatever they
   * are: infinities and NaN become 0 too, and so does -0.
   *
   * @param rest in [0, 1]
   * @param row the numbers; kept ones stay
   */
  void shrinkPruned(long[] words, int i, float rest, float[] row) {
    for (int w = 0; w < perRow; w++) {
      int start = w * Long.SIZE;
      int end = Math.min(Long.SIZE, columns - start);
      for (long left = ~words[i * perRow + w] & -1L >>> -end; left != 0; left &= left - 1) {
        int j = start + Long.numberOfTrailingZeros(left);
        row[j] = rest == 0 ? 0 : rest * row[j];
      }
    }
  }

  /**
   * Copies what a mask keeps of a matrix, row by row.
   *
   * @param row room for a row
   * @param values receives the numbers
   */
  void gather(long[] words, DenseMatrix matrix, float[] row, float[] values) {
    int k = 0;
    for (int i = 0; i < rows; i++) {
      matrix.getRow(i, row, 0);
      for (int w = 0; w < perRow; w++) {
        for (long left = words[i * perRow + w]; left != 0; left &= left - 1) {
          values[k++] = row[w * Long.SIZE + Long.numberOfTrailingZeros(left)];
        }
      }
    }
  }

  /** The bits of every byte as numbers, the lowest first. */
  private static float[] bits() {
    float[] bits = new float[(1 << Byte.SIZE) * Byte.SIZE];
    for (int p = 0; p < bits.length; p++) {
      bits[p] = (p / Byte.SIZE) >>> (p % Byte.SIZE) & 1;
    }
    return bits;
  }
}
