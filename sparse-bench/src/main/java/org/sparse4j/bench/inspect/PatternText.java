package org.sparse4j.bench.inspect;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.sparse4j.mask.Mask;

/** A pattern as lines of text: a character stands for a block of positions. */
final class PatternText {
  private static final String SHADES = " .:-=+*#%@";
  private static final int MOST_COLUMNS = 64;
  private static final int MOST_ROWS = 20;

  private PatternText() {}

  /** The picture with a frame, and a line that says what a character means. */
  static List<String> lines(Mask mask) {
    int blockRows = Math.max(1, Math.ceilDiv(mask.rows(), MOST_ROWS));
    int blockColumns = Math.max(1, Math.ceilDiv(mask.columns(), MOST_COLUMNS));
    int height = Math.ceilDiv(mask.rows(), blockRows);
    int width = Math.ceilDiv(mask.columns(), blockColumns);
    int[][] counts = new int[height][width];
    int most = 1;
    for (int i = 0; i < mask.rows(); i++) {
      for (int j = mask.next(i, 0); j >= 0; j = mask.next(i, j + 1)) {
        int count = ++counts[i / blockRows][j / blockColumns];
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
        int shade = count == 0 ? 0 : 1 + (SHADES.length() - 2) * count / most;
        line.append(SHADES.charAt(Math.min(shade, SHADES.length() - 1)));
      }
      lines.add(line.append('|').toString());
    }
    lines.add(edge);
    lines.add(
        blockRows * blockColumns == 1
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
