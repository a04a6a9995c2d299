package org.sparse4j.io;

import java.io.IOException;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sparse4j.format.SparseMatrix;

/**
 * Checks N:M, the rule that metadata can spell; other rules are their owner's to check.
 *
 * <p>Walks the stored positions: a mask takes a bit a position of the full matrix, which a few
 * bytes of metadata could make gigabytes.
 */
final class StructureCheck {

  private static final Pattern NM_TEXT = Pattern.compile("([1-9]\\d{0,8}):([1-9]\\d{0,8})");

  private final int n;
  private final int m;
  private final long groupsOfRow;
  private long group = -1;
  private int kept;
  private boolean ascending = true;
  private long broken = -1;

  private StructureCheck(int n, int m, int columns) {
    this.n = n;
    this.m = m;
    this.groupsOfRow = (columns + m - 1L) / m;
  }

  /** Throws if the text is N:M and a group of the matrix stores more than N values. */
  static void require(String what, String structure, SparseMatrix matrix) throws IOException {
    Matcher rule = NM_TEXT.matcher(structure);
    if (!rule.matches()) {
      return;
    }
    int n = Integer.parseInt(rule.group(1));
    int m = Integer.parseInt(rule.group(2));
    StructureCheck check = new StructureCheck(n, m, matrix.columns());
    long broken = check.firstBrokenGroup(matrix);
    if (broken >= 0) {
      throw new IOException(
          what
              + ": expected at most "
              + n
              + " values in a group of "
              + m
              + ", found more in row "
              + broken / check.groupsOfRow
              + ", group "
              + broken % check.groupsOfRow);
    }
  }

  private long firstBrokenGroup(SparseMatrix matrix) {
    matrix.pattern().forEach((index, row, column) -> count(groupOf(row, column)));
    if (ascending) {
      return broken;
    }
    // Positions that come in another order are sorted first.
    long[] groups = new long[Math.toIntExact(matrix.nnz())];
    matrix.pattern().forEach((index, row, column) -> groups[index] = groupOf(row, column));
    Arrays.sort(groups);
    group = -1;
    broken = -1;
    for (long next : groups) {
      count(next);
    }
    return broken;
  }

  private long groupOf(int row, int column) {
    return row * groupsOfRow + column / m;
  }

  private void count(long next) {
    ascending &= next >= group;
    kept = next == group ? kept + 1 : 1;
    group = next;
    if (kept > n && broken < 0) {
      broken = next;
    }
  }
}
