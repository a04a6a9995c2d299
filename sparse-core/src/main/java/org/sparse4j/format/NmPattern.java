package org.sparse4j.format;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import org.sparse4j.mask.Mask;
import org.sparse4j.mask.NmStructure;

/**
 * N:M positions: of every m neighbouring columns of a row exactly n are stored, so no row needs an
 * offset and a position takes 2 bits (2:4) or a byte.
 *
 * <p>Groups start at multiples of m; a last group of {@code t < m} columns stores {@code min(n,
 * t)}. Any {@code 1 <= n <= m <= 32} is taken; n = m stores everything. Pattern order goes row by
 * row, columns ascending.
 *
 * <p>{@link #codes()} holds the positions inside their groups. Under 2:4 a group is four bits,
 * {@code first | second << 2}; group q of a row is the low (q even) or high (q odd) half of byte q
 * / 2 of the row, and every row starts on a byte, in the natural order of rows and columns. What is
 * not used of a last group and a last byte is 0. Under any other rule a position is a byte, row
 * after row.
 *
 * <p>Checked once, when it is built; immutable and safe to share afterwards.
 */
public final class NmPattern implements Pattern {

  private static final int LARGEST_GROUP = 32;

  private final int rows;
  private final int columns;
  private final NmStructure structure;
  private final int perRow;
  private final boolean packed;
  private final int rowBytes;
  private final byte[] codes;

  private NmPattern(int rows, int columns, NmStructure structure, byte[] codes) {
    this.rows = rows;
    this.columns = columns;
    this.structure = structure;
    this.perRow = perRow(columns, structure);
    this.packed = packed(structure);
    this.rowBytes = rowBytes(columns, structure);
    this.codes = codes;
  }

  private static boolean packed(NmStructure structure) {
    return structure.n() == 2 && structure.m() == 4;
  }

  private static int perRow(int columns, NmStructure structure) {
    int m = structure.m();
    return columns / m * structure.n() + Math.min(structure.n(), columns % m);
  }

  private static int rowBytes(int columns, NmStructure structure) {
    return packed(structure) ? Math.ceilDiv(columns, 8) : perRow(columns, structure);
  }

  private static void checkSizes(int rows, int columns, NmStructure structure) {
    CsrPattern.checkSize("NmPattern", rows, columns);
    if (structure.m() > LARGEST_GROUP) {
      throw new IllegalArgumentException(
          "NmPattern: m (" + structure.m() + ") must be at most " + LARGEST_GROUP);
    }
    long nnz = (long) rows * perRow(columns, structure);
    if (nnz > CsrPattern.LONGEST_ARRAY) {
      throw new IllegalArgumentException(
          "NmPattern: "
              + rows
              + "x"
              + columns
              + " at "
              + structure
              + " stores "
              + nnz
              + " positions, an array holds "
              + CsrPattern.LONGEST_ARRAY);
    }
  }

  /**
   * Copies and checks codes as {@link #codes()} gives them.
   *
   * @param rows number of rows
   * @param columns number of columns
   * @param structure the rule, m at most 32
   * @param codes positions inside their groups, laid out as the class says; not kept
   * @return a new pattern
   * @throws IllegalArgumentException naming the first rule that is broken: the length, positions
   *     strictly ascending inside a group and below its size, and zeros in what is not used
   */
  public static NmPattern copyOf(int rows, int columns, NmStructure structure, byte[] codes) {
    // Copied before the check: a caller that still writes must not get past it.
    byte[] copy = codes.clone();
    checkSizes(rows, columns, structure);
    long length = (long) rows * rowBytes(columns, structure);
    if (copy.length != length) {
      throw new IllegalArgumentException(
          "NmPattern: length of codes ("
              + copy.length
              + ") must be "
              + length
              + " for "
              + rows
              + "x"
              + columns
              + " at "
              + structure);
    }
    NmPattern pattern = new NmPattern(rows, columns, structure, copy);
    pattern.check();
    return pattern;
  }

  private void check() {
    int m = structure.m();
    // Rows without columns cost a file nothing, so they must not cost its reader a loop.
    for (int i = 0; columns > 0 && i < rows; i++) {
      for (int from = 0, group = 0; from < columns; from += size(from), group++) {
        int previous = -1;
        for (int slot = 0; slot < stored(size(from)); slot++) {
          int position = position(i, group, slot);
          if (position <= previous || position >= size(from)) {
            throw new IllegalArgumentException(
                "NmPattern: position "
                    + position
                    + " is not "
                    + (position >= size(from)
                        ? "below the " + size(from) + " columns of its group"
                        : "above its predecessor " + previous)
                    + " (row "
                    + i
                    + ", group "
                    + group
                    + ")");
          }
          previous = position;
        }
        if (packed && size(from) == 1 && position(i, group, 1) != 0) {
          throw new IllegalArgumentException(
              "NmPattern: a last group of one column has a second position, "
                  + position(i, group, 1)
                  + " (row "
                  + i
                  + ", group "
                  + group
                  + ")");
        }
      }
      if (packed && Math.ceilDiv(columns, m) % 2 == 1) {
        int last = codes[(i + 1) * rowBytes - 1] & 0xff;
        if (last >>> 4 != 0) {
          throw new IllegalArgumentException(
              "NmPattern: the upper half of the last byte ("
                  + last
                  + ") must be 0, it holds no group (row "
                  + i
                  + ")");
        }
      }
    }
  }

  /**
   * Builds the pattern of a mask. A group that keeps fewer positions than the rule stores is filled
   * with its lowest positions that are free.
   *
   * @param mask kept positions
   * @param structure the rule, m at most 32
   * @return a new pattern with {@code nnz >= mask.count()}
   * @throws IllegalArgumentException naming the first group of the mask that keeps too many, or if
   *     m is above 32
   */
  public static NmPattern of(Mask mask, NmStructure structure) {
    checkSizes(mask.rows(), mask.columns(), structure);
    structure.check(mask);
    int rowBytes = rowBytes(mask.columns(), structure);
    NmPattern pattern =
        new NmPattern(mask.rows(), mask.columns(), structure, new byte[mask.rows() * rowBytes]);
    for (int i = 0; i < mask.rows(); i++) {
      int size;
      for (int from = 0, group = 0; from < mask.columns(); from += size, group++) {
        size = pattern.size(from);
        int bits = GroupBits.of(mask, i, from, size);
        pattern.write(i, group, GroupBits.filled(bits, pattern.stored(size)));
      }
    }
    return pattern;
  }

  private void write(int row, int group, int bits) {
    int slot = 0;
    for (int left = bits; left != 0; left &= left - 1, slot++) {
      int position = Integer.numberOfTrailingZeros(left);
      if (packed) {
        codes[row * rowBytes + group / 2] |= (byte) (position << (group % 2 * 4 + slot * 2));
      } else {
        codes[row * rowBytes + group * structure.n() + slot] = (byte) position;
      }
    }
  }

  /** Returns the columns of the group that starts at column {@code from}. */
  private int size(int from) {
    return Math.min(structure.m(), columns - from);
  }

  private int stored(int size) {
    return Math.min(structure.n(), size);
  }

  private int position(int row, int group, int slot) {
    return packed
        ? codes[row * rowBytes + group / 2] >>> (group % 2 * 4 + slot * 2) & 3
        : codes[row * rowBytes + group * structure.n() + slot] & 0xff;
  }

  @Override
  public int rows() {
    return rows;
  }

  @Override
  public int columns() {
    return columns;
  }

  @Override
  public long nnz() {
    return (long) rows * perRow;
  }

  /**
   * Returns the rule.
   *
   * @return n and m
   */
  public NmStructure structure() {
    return structure;
  }

  /**
   * Returns the positions that a row stores, the same for every row.
   *
   * @return {@code floor(columns / m) * n + min(n, columns mod m)}
   */
  public int positionsPerRow() {
    return perRow;
  }

  /**
   * Returns the bytes of {@link #codes()} that a row takes.
   *
   * @return {@code ceil(columns / 8)} under 2:4, else {@link #positionsPerRow()}
   */
  public int codeBytesPerRow() {
    return rowBytes;
  }

  /**
   * Returns the positions inside their groups, laid out as the class says.
   *
   * @return {@code rows() * codeBytesPerRow()} bytes, read-only; bulk {@code get} copies them out
   */
  public ByteBuffer codes() {
    return ByteBuffer.wrap(codes).asReadOnlyBuffer();
  }

  /**
   * Finds a position.
   *
   * @param row row, from 0
   * @param column column, from 0
   * @return its number in pattern order, or -1 if it is not stored
   * @throws IndexOutOfBoundsException if outside the matrix
   */
  public int indexOf(int row, int column) {
    Objects.checkIndex(row, rows);
    Objects.checkIndex(column, columns);
    int group = column / structure.m();
    int from = group * structure.m();
    for (int slot = 0; slot < stored(size(from)); slot++) {
      if (from + position(row, group, slot) == column) {
        return row * perRow + group * structure.n() + slot;
      }
    }
    return -1;
  }

  @Override
  public void forEach(Visitor visitor) {
    int k = 0;
    for (int i = 0; i < rows; i++) {
      int size;
      for (int from = 0, group = 0; from < columns; from += size, group++) {
        size = size(from);
        for (int slot = 0; slot < stored(size); slot++) {
          visitor.visit(k++, i, from + position(i, group, slot));
        }
      }
    }
  }

  /** {@inheritDoc} Here the order is the pattern's own. */
  @Override
  public CsrOrder csrOrder() {
    int[] indices = new int[(int) nnz()];
    forEach((index, row, column) -> indices[index] = column);
    return CsrOrder.identity(CsrPattern.trusted(rows, columns, valueGroups(), indices));
  }

  /**
   * Returns the bytes of the codes.
   *
   * @return {@code rows * codeBytesPerRow}
   */
  @Override
  public long bytes() {
    return codes.length;
  }

  /**
   * Returns the rows.
   *
   * @return {@code rows + 1} offsets
   */
  @Override
  public int[] valueGroups() {
    int[] starts = new int[rows + 1];
    for (int i = 0; i < rows; i++) {
      starts[i + 1] = starts[i] + perRow;
    }
    return starts;
  }

  /** Compares shape, rule and positions. */
  @Override
  public boolean equals(Object other) {
    return this == other
        || (other instanceof NmPattern pattern
            && rows == pattern.rows
            && columns == pattern.columns
            && structure.equals(pattern.structure)
            && Arrays.equals(codes, pattern.codes));
  }

  @Override
  public int hashCode() {
    return 31 * Objects.hash(rows, columns, structure) + Arrays.hashCode(codes);
  }

  /** Returns shape, nnz and rule. */
  @Override
  public String toString() {
    return rows + "x" + columns + " N:M (nnz " + nnz() + ", " + structure + ")";
  }
}
