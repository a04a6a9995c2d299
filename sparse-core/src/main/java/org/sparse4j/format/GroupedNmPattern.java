package org.sparse4j.format;

import java.nio.CharBuffer;
import java.nio.IntBuffer;
import java.util.Arrays;
import java.util.Objects;
import org.sparse4j.mask.GroupedNmStructure;
import org.sparse4j.mask.Mask;

/**
 * Grouped N:M positions, n:m:g: chunks of {@code C(m, n) g} neighbouring rows in which every
 * pattern of n among m columns serves exactly g rows, so what is stored is which row sits in which
 * slot, and no column index at all. The layout of STen (see {@link GroupedNmStructure}), for the
 * transposed matrix.
 *
 * <p>{@link #slots()} holds, chunk by chunk, in a chunk group of columns by group, in a group
 * pattern by pattern in the order of {@link GroupedNmStructure#patterns()}, the g rows that keep
 * the pattern, numbered from 0 in their chunk and ascending. Every group of a chunk thereby holds
 * each of its {@code C(m, n) g} rows once.
 *
 * <p>Pattern order is the order of the slots, in a slot by ascending column. The matrix is padded
 * to whole chunks and groups in {@link #slots()} only: rows from {@code rows()} on and columns from
 * {@code columns()} on are no positions of the pattern, and nothing is stored for them. So in a
 * whole chunk and group position k of slot s is {@code start + s * n + k}, and in the last ones
 * slots may hold less; {@link #groupStarts()} gives the starts.
 *
 * <p>Checked once, when it is built; immutable and safe to share afterwards.
 */
public final class GroupedNmPattern implements Pattern {

  private final int rows;
  private final int columns;
  private final GroupedNmStructure structure;
  private final int[] patterns;
  private final int chunkRows;
  private final int groups;
  private final char[] slots;
  private final int[] groupStarts;

  private GroupedNmPattern(int rows, int columns, GroupedNmStructure structure, char[] slots) {
    this.rows = rows;
    this.columns = columns;
    this.structure = structure;
    this.patterns = structure.patterns();
    this.chunkRows = structure.chunkRows();
    this.groups = Math.ceilDiv(columns, structure.m());
    this.slots = slots;
    this.groupStarts = starts();
  }

  private int[] starts() {
    int[] starts = new int[Math.ceilDiv(rows, chunkRows) * groups + 1];
    for (int at = 1; at < starts.length; at++) {
      int stored = 0;
      int first = (at - 1) / groups * chunkRows;
      int from = (at - 1) % groups * structure.m();
      for (int s = 0; s < chunkRows; s++) {
        if (slots[(at - 1) * chunkRows + s] < rows - first) {
          stored += Integer.bitCount(kept(s, from));
        }
      }
      starts[at] = starts[at - 1] + stored;
    }
    return starts;
  }

  /** Returns what slot s keeps of the group at column {@code from}, bit c for column c of it. */
  private int kept(int s, int from) {
    return patterns[s / structure.g()] & GroupBits.first(Math.min(structure.m(), columns - from));
  }

  private static int slotCount(int rows, int columns, GroupedNmStructure structure) {
    CsrPattern.checkSize("GroupedNmPattern", rows, columns);
    long groups = Math.ceilDiv(columns, structure.m());
    long chunks = Math.ceilDiv(rows, structure.chunkRows());
    long slots = chunks * groups * structure.chunkRows();
    long most = slots * structure.n();
    if (most > CsrPattern.LONGEST_ARRAY) {
      throw new IllegalArgumentException(
          "GroupedNmPattern: "
              + rows
              + "x"
              + columns
              + " at "
              + structure
              + " has "
              + most
              + " positions with its padding, an array holds "
              + CsrPattern.LONGEST_ARRAY);
    }
    return (int) slots;
  }

  /**
   * Copies and checks slots as {@link #slots()} gives them.
   *
   * @param rows number of rows
   * @param columns number of columns
   * @param structure the rule
   * @param slots rows of the chunks, laid out as the class says, those of the padding included; not
   *     kept
   * @return a new pattern
   * @throws IllegalArgumentException naming the first rule that is broken: the length, rows below
   *     those of a chunk, ascending for a pattern, and none twice in a group
   */
  public static GroupedNmPattern copyOf(
      int rows, int columns, GroupedNmStructure structure, char[] slots) {
    // Copied before the check: a caller that still writes must not get past it.
    char[] copy = slots.clone();
    int length = slotCount(rows, columns, structure);
    if (copy.length != length) {
      throw new IllegalArgumentException(
          "GroupedNmPattern: length of slots ("
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
    check(copy, structure);
    return new GroupedNmPattern(rows, columns, structure, copy);
  }

  private static void check(char[] slots, GroupedNmStructure structure) {
    int chunkRows = structure.chunkRows();
    int[] seenIn = new int[chunkRows];
    for (int k = 0; k < slots.length; k++) {
      int row = slots[k];
      String finding = null;
      if (row >= chunkRows) {
        finding = " is not below the rows of a chunk (" + chunkRows + ")";
      } else if (k % structure.g() != 0 && row <= slots[k - 1]) {
        finding = " is not above its predecessor " + (int) slots[k - 1];
      } else if (seenIn[row] == k / chunkRows + 1) {
        finding = " was there before in its group";
      }
      if (finding != null) {
        throw new IllegalArgumentException("GroupedNmPattern: slots[" + k + "] = " + row + finding);
      }
      seenIn[row] = k / chunkRows + 1;
    }
  }

  /**
   * Builds the pattern of a mask. Rows of a last group whose patterns differ only in the padding
   * take the earlier pattern first, lower rows first; rows of the padding take what is left.
   *
   * @param mask kept positions
   * @param structure the rule
   * @return a new pattern with {@code nnz = mask.count()}
   * @throws IllegalArgumentException naming the first row whose positions are no pattern, or the
   *     first pattern that too many rows of a chunk keep; nothing is filled up
   */
  public static GroupedNmPattern of(Mask mask, GroupedNmStructure structure) {
    int rows = mask.rows();
    int columns = mask.columns();
    char[] slots = new char[slotCount(rows, columns, structure)];
    structure.check(mask);
    int chunkRows = structure.chunkRows();
    int[] patterns = structure.patterns();
    int at = 0;
    for (int top = 0; top < rows; top += Math.min(chunkRows, rows - top)) {
      int size;
      for (int from = 0; from < columns; from += size, at += chunkRows) {
        size = Math.min(structure.m(), columns - from);
        int[] bits = new int[Math.min(chunkRows, rows - top)];
        for (int r = 0; r < bits.length; r++) {
          bits[r] = GroupBits.of(mask, top + r, from, size);
        }
        assign(bits, patterns, GroupBits.first(size), structure.g(), slots, at);
      }
    }
    return new GroupedNmPattern(rows, columns, structure, slots);
  }

  /** Fills the slots of one chunk and group; the mask was checked, so every row finds one. */
  private static void assign(int[] bits, int[] patterns, int inside, int g, char[] slots, int at) {
    int[] used = new int[patterns.length];
    for (int r = 0; r < bits.length; r++) {
      int p = 0;
      while ((patterns[p] & inside) != bits[r] || used[p] == g) {
        p++;
      }
      slots[at + p * g + used[p]++] = (char) r;
    }
    int padding = bits.length;
    for (int p = 0; p < patterns.length; p++) {
      while (used[p] < g) {
        slots[at + p * g + used[p]++] = (char) padding++;
      }
    }
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
    return groupStarts[groupStarts.length - 1];
  }

  /**
   * Returns the rule.
   *
   * @return n, m and g
   */
  public GroupedNmStructure structure() {
    return structure;
  }

  /**
   * Returns the number of chunks of rows, the last one padded.
   *
   * @return {@code ceil(rows / (C(m, n) g))}
   */
  public int chunks() {
    return Math.ceilDiv(rows, chunkRows);
  }

  /**
   * Returns the number of groups of columns, the last one padded.
   *
   * @return {@code ceil(columns / m)}
   */
  public int groups() {
    return groups;
  }

  /**
   * Returns which row of its chunk sits in each slot, laid out as the class says; what is not below
   * {@code rows()} is padding.
   *
   * @return {@code chunks() * groups() * C(m, n) g} rows, read-only; bulk {@code get} copies them
   *     out
   */
  public CharBuffer slots() {
    return CharBuffer.wrap(slots).asReadOnlyBuffer();
  }

  /**
   * Returns the number of the first position of each chunk and group.
   *
   * @return {@code chunks() * groups() + 1} offsets, chunk by chunk, read-only; the last is nnz
   */
  public IntBuffer groupStarts() {
    return IntBuffer.wrap(groupStarts).asReadOnlyBuffer();
  }

  /**
   * Finds a position, O(C(m, n) g).
   *
   * @param row row, from 0
   * @param column column, from 0
   * @return its number in pattern order, or -1 if it is not stored
   * @throws IndexOutOfBoundsException if outside the matrix
   */
  public int indexOf(int row, int column) {
    Objects.checkIndex(row, rows);
    Objects.checkIndex(column, columns);
    int chunk = row / chunkRows;
    int group = column / structure.m();
    int from = group * structure.m();
    int at = chunk * groups + group;
    int index = groupStarts[at];
    int s = 0;
    while (slots[at * chunkRows + s] != row % chunkRows) {
      if (slots[at * chunkRows + s] < rows - chunk * chunkRows) {
        index += Integer.bitCount(kept(s, from));
      }
      s++;
    }
    int bit = 1 << (column - from);
    int kept = kept(s, from);
    return (kept & bit) == 0 ? -1 : index + Integer.bitCount(kept & (bit - 1));
  }

  @Override
  public void forEach(Visitor visitor) {
    int index = 0;
    for (int at = 0; at < groupStarts.length - 1; at++) {
      int top = at / groups * chunkRows;
      int from = at % groups * structure.m();
      for (int s = 0; s < chunkRows; s++) {
        int row = slots[at * chunkRows + s];
        if (row < rows - top) {
          for (int left = kept(s, from); left != 0; left &= left - 1) {
            visitor.visit(index++, top + row, from + Integer.numberOfTrailingZeros(left));
          }
        }
      }
    }
  }

  /**
   * Returns the bytes of slots and starts.
   *
   * @return {@code 2 * slots + 4 * (chunks * groups + 1)}
   */
  @Override
  public long bytes() {
    return 2L * slots.length + 4L * groupStarts.length;
  }

  /**
   * Returns the chunks of rows.
   *
   * @return {@code chunks + 1} offsets
   */
  @Override
  public int[] valueGroups() {
    int[] starts = new int[chunks() + 1];
    for (int c = 0; c < starts.length; c++) {
      starts[c] = groupStarts[c * groups];
    }
    return starts;
  }

  /** Compares shape, rule and slots, those of the padding included. */
  @Override
  public boolean equals(Object other) {
    return this == other
        || (other instanceof GroupedNmPattern pattern
            && rows == pattern.rows
            && columns == pattern.columns
            && structure.equals(pattern.structure)
            && Arrays.equals(slots, pattern.slots));
  }

  @Override
  public int hashCode() {
    return 31 * Objects.hash(rows, columns, structure) + Arrays.hashCode(slots);
  }

  /** Returns shape, nnz and rule. */
  @Override
  public String toString() {
    return rows + "x" + columns + " n:m:g (nnz " + nnz() + ", " + structure + ")";
  }
}
