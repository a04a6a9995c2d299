package org.sparse4j.interchange;

import java.util.Arrays;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.CsrPattern;
import org.sparse4j.format.FloatValues;
import org.sparse4j.format.SparseMatrix;

/**
 * A 2:4 matrix as PyTorch gives it to CUTLASS: the kept numbers in order, and words of metadata
 * that hold four bits a group of four columns.
 *
 * <p>The four bits are {@code first + 4 * second}, the two kept columns of the group; group q of a
 * word sits at bit 4 q. For float32 a group is two columns, of which one is kept, and its bits are
 * those of the two halves: 4 for the first, 14 for the second. A group that does not keep exactly
 * its half is refused: PyTorch's own conversion drops numbers there, and its versions differ in
 * which. Immutable.
 *
 * <p>CUTLASS asks for at least 32x64 (half), 16x128 (int8) or 32x32 (float32) elements, which is
 * not checked here. cuSPARSELt has an opaque layout of its own.
 */
public final class TorchSemiStructured {

  private static final int FIRST_OF_TWO = 0b0100;
  private static final int SECOND_OF_TWO = 0b1110;

  private final int rows;
  private final int columns;
  private final TorchElement element;
  private final TorchMetaOrder order;
  private final float[] packed;
  private final int[] meta;

  private TorchSemiStructured(
      int rows,
      int columns,
      TorchElement element,
      TorchMetaOrder order,
      float[] packed,
      int[] meta) {
    this.rows = rows;
    this.columns = columns;
    this.element = element;
    this.order = order;
    this.packed = packed;
    this.meta = meta;
  }

  /**
   * Converts a matrix whose every group stores exactly half of its columns, explicit zeros
   * included.
   *
   * @param matrix positions and values; for HALF and BYTE two in every aligned four columns, for
   *     FLOAT one in every two
   * @param element size of a number, which decides groups and words
   * @param order where words go
   * @return a new object that shares nothing with the matrix
   * @throws IllegalArgumentException naming the first group that stores another number of columns,
   *     or if the shape does not fill words and the order's tiles
   */
  public static TorchSemiStructured of(
      SparseMatrix matrix, TorchElement element, TorchMetaOrder order) {
    int rows = matrix.rows();
    int columns = matrix.columns();
    checkShape(rows, columns, element, order);
    CsrMatrix csr = matrix.toCsr();
    int group = element.group();
    int kept = group / 2;
    int[] meta = new int[words(columns, element) * rows];
    int[] indices = new int[csr.values().length()];
    csr.pattern().columnIndices().get(indices);
    int wordsPerRow = words(columns, element);
    for (int row = 0; row < rows; row++) {
      int k = csr.pattern().rowStart(row);
      int end = csr.pattern().rowStart(row + 1);
      for (int g = 0; g < columns / group; g++) {
        int from = k;
        int bits = 0;
        while (k < end && indices[k] < (g + 1) * group) {
          bits |= 1 << (indices[k++] % group);
        }
        if (k - from != kept) {
          throw new IllegalArgumentException(
              "TorchSemiStructured: every "
                  + group
                  + " columns must store "
                  + kept
                  + "; row "
                  + row
                  + ", columns from "
                  + g * group
                  + " store "
                  + (k - from)
                  + "; the matrix is "
                  + csr.pattern());
        }
        int word =
            order.offset(row, g / element.groupsPerWord(), rows, wordsPerRow, element.wide());
        meta[word] |= code(bits, element) << (4 * (g % element.groupsPerWord()));
      }
    }
    return new TorchSemiStructured(
        rows, columns, element, order, csr.floatValues().array(), signed(meta, element));
  }

  /** Returns the four bits of a group that stores half of its columns; bit c is column c. */
  static int code(int bits, TorchElement element) {
    if (element == TorchElement.FLOAT) {
      return bits == 1 ? FIRST_OF_TWO : SECOND_OF_TWO;
    }
    int first = Integer.numberOfTrailingZeros(bits);
    return first | (31 - Integer.numberOfLeadingZeros(bits)) << 2;
  }

  /** Words of 16 bits are signed in PyTorch. */
  private static int[] signed(int[] meta, TorchElement element) {
    if (!element.wide()) {
      Arrays.setAll(meta, k -> (short) meta[k]);
    }
    return meta;
  }

  private static int words(int columns, TorchElement element) {
    return columns / (element.group() * element.groupsPerWord());
  }

  private static void checkShape(
      int rows, int columns, TorchElement element, TorchMetaOrder order) {
    int columnMultiple = element.group() * element.groupsPerWord();
    // The other orders place words in pairs.
    columnMultiple *= order == TorchMetaOrder.NATURAL ? 1 : 2;
    int rowMultiple = order.rowMultiple(element.wide());
    if (rows < 0 || columns < 0 || rows % rowMultiple != 0 || columns % columnMultiple != 0) {
      throw new IllegalArgumentException(
          "TorchSemiStructured: rows ("
              + rows
              + ") must be a multiple of "
              + rowMultiple
              + " and columns ("
              + columns
              + ") of "
              + columnMultiple
              + " for "
              + element
              + " in the order "
              + order);
    }
  }

  /**
   * Copies the arrays of another tool and checks them.
   *
   * @param rows number of rows
   * @param columns number of columns of the full matrix
   * @param element size of a number
   * @param order where words are; nothing in the words tells, so it must be known
   * @param packed {@code rows * columns / 2} kept numbers, row by row
   * @param meta words in file order; of words of 16 bits the lower half counts
   * @return a new object
   * @throws IllegalArgumentException if a length is wrong or a group's bits are none that this
   *     layout has
   */
  public static TorchSemiStructured copyOf(
      int rows,
      int columns,
      TorchElement element,
      TorchMetaOrder order,
      float[] packed,
      int[] meta) {
    checkShape(rows, columns, element, order);
    requireLength("packed", packed.length, (long) rows * (columns / 2));
    requireLength("meta", meta.length, (long) rows * words(columns, element));
    TorchSemiStructured copy =
        new TorchSemiStructured(
            rows, columns, element, order, packed.clone(), signed(meta.clone(), element));
    for (int row = 0; row < rows; row++) {
      for (int g = 0; g < columns / element.group(); g++) {
        copy.bits(row, g);
      }
    }
    return copy;
  }

  private static void requireLength(String what, int found, long wanted) {
    if (found != wanted) {
      throw new IllegalArgumentException(
          "TorchSemiStructured: length of " + what + " (" + found + ") must be " + wanted);
    }
  }

  /** Returns the stored columns of a group as bits, or throws if there is no such group. */
  private int bits(int row, int group) {
    int word =
        meta[
            order.offset(
                row,
                group / element.groupsPerWord(),
                rows,
                words(columns, element),
                element.wide())];
    int code = word >>> (4 * (group % element.groupsPerWord())) & 15;
    int first = code & 3;
    int second = code >>> 2;
    boolean known =
        element == TorchElement.FLOAT
            ? code == FIRST_OF_TWO || code == SECOND_OF_TWO
            : first < second;
    if (!known) {
      throw new IllegalArgumentException(
          "TorchSemiStructured: row "
              + row
              + ", group "
              + group
              + " has the bits "
              + code
              + ", which keep no "
              + (element == TorchElement.FLOAT ? "one of two" : "two of four")
              + "; was the order another than "
              + order
              + "?");
    }
    if (element == TorchElement.FLOAT) {
      return code == FIRST_OF_TWO ? 1 : 2;
    }
    return 1 << first | 1 << second;
  }

  /**
   * Returns the number of rows.
   *
   * @return rows
   */
  public int rows() {
    return rows;
  }

  /**
   * Returns the number of columns of the full matrix.
   *
   * @return columns
   */
  public int columns() {
    return columns;
  }

  /**
   * Returns the kept numbers.
   *
   * @return a copy of {@code rows * columns / 2} numbers, row by row
   */
  public float[] packed() {
    return packed.clone();
  }

  /**
   * Returns the words of metadata.
   *
   * @return a copy, in the order that was asked for; words of 16 bits with their sign
   */
  public int[] meta() {
    return meta.clone();
  }

  /**
   * Returns the same matrix with its words in another order.
   *
   * @param other the order wanted
   * @return a new object
   * @throws IllegalArgumentException if the shape does not fill the other order's tiles
   */
  public TorchSemiStructured ordered(TorchMetaOrder other) {
    checkShape(rows, columns, element, other);
    int perRow = words(columns, element);
    int[] moved = new int[meta.length];
    for (int row = 0; row < rows; row++) {
      for (int word = 0; word < perRow; word++) {
        moved[other.offset(row, word, rows, perRow, element.wide())] =
            meta[order.offset(row, word, rows, perRow, element.wide())];
      }
    }
    return new TorchSemiStructured(rows, columns, element, other, packed, moved);
  }

  /**
   * Returns the matrix with its stored positions, zeros among them.
   *
   * @return a new matrix with {@code rows * columns / 2} positions, whose structure is 2:4, or 1:2
   *     for FLOAT
   */
  public CsrMatrix toCsr() {
    int perRow = columns / 2;
    int[] pointers = new int[rows + 1];
    int[] indices = new int[packed.length];
    int k = 0;
    for (int row = 0; row < rows; row++) {
      for (int g = 0; g < columns / element.group(); g++) {
        int bits = bits(row, g);
        for (int c = 0; c < element.group(); c++) {
          if ((bits >>> c & 1) != 0) {
            indices[k++] = g * element.group() + c;
          }
        }
      }
      pointers[row + 1] = (row + 1) * perRow;
    }
    return CsrMatrix.of(
        CsrPattern.copyOf(rows, columns, pointers, indices), FloatValues.copyOf(packed));
  }

  /** Returns shape, element and order. */
  @Override
  public String toString() {
    return rows + "x" + columns + " 2:4 of " + element + ", metadata in the order " + order;
  }
}
