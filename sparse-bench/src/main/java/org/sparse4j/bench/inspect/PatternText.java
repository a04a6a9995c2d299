package org.sparse4j.bench.inspect;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.sparse4j.format.Pattern;

/** A pattern as lines of text: a character stands for a block of positions. */
final class PatternText {
  private static final String SHADES = " .:-=+*#%@";
  private static final int MOST_COLUMNS = 64;
  private static final int MOST_ROWS = 20;

  private PatternText() {}

  /** The picture with a frame, and a line that says what a character means. */
  static List<String> lines(Pattern pattern) {
    int blockRows = Math.max(1, Math.ceilDiv(pattern.rows(), MOST_ROWS));
    int blockColumns = Math.max(1, Math.ceilDiv(pattern.columns(), MOST_COLUMNS));
    int height = Math.ceilDiv(pattern.rows(), blockRows);
    int width = Math.ceilDiv(pattern.columns(), blockColumns);
    int[][] counts = new int[height][width];
    // Position by position, not bit by bit: a mask of a large sparse matrix would fill the memory.
    pattern.forEach((index, row, column) -> counts[row / blockRows][column / blockColumns]++);
    int most = 1;
    for (int[] row : counts) {
      for (int count : row) {
        most = Math.max(most, count);
      }
    }
    List<String> lines = new ArrayList<>();
    String edge = "+" + "-".repeat(width) + "+";
    lines.add(edge);
    for (int[] row : counts) {
      StringBuilder line = new StringBuilder("|");
      for (int count : row) {
        // Only what is empty is blank: a single kept weight in a block shows.
        int shade = count == 0 ? 0 : 1 + (int) ((SHADES.length() - 2L) * count / most);
        line.append(SHADES.charAt(Math.min(shade, SHADES.length() - 1)));
      }
      lines.add(line.append('|').toString());
    }
    lines.add(edge);
    lines.add(
        blockRows == 1 && blockColumns == 1
            ? "'@' is stored"
            : String.format(
                Locale.ROOT,
                "a character is %d x %d positions; '%s' from none to %d stored",
                blockRows,
                blockColumns,
                SHADES,
                most));
    return lines;
  }
}
