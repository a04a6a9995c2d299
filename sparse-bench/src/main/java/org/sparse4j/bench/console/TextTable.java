package org.sparse4j.bench.console;

import java.util.ArrayList;
import java.util.List;

/** A table for a terminal: the first column to the left, numbers to the right. */
public final class TextTable {
  private final List<List<String>> lines = new ArrayList<>();
  private final int leftColumns;

  /**
   * Starts a table.
   *
   * @param leftColumns how many columns, from the left, hold words
   * @param headings one heading a column
   */
  public TextTable(int leftColumns, List<String> headings) {
    this.leftColumns = leftColumns;
    lines.add(List.copyOf(headings));
  }

  /**
   * Adds a row.
   *
   * @param cells one cell a column
   * @return this table
   * @throws IllegalArgumentException if there are more or fewer cells than headings
   */
  public TextTable row(List<String> cells) {
    if (cells.size() != lines.getFirst().size()) {
      throw new IllegalArgumentException(
          "TextTable: cells ("
              + cells.size()
              + ") must equal headings ("
              + lines.getFirst().size()
              + ")");
    }
    lines.add(List.copyOf(cells));
    return this;
  }

  /** Returns heading, rule and rows, one a line, without a line break at the end. */
  @Override
  public String toString() {
    int columns = lines.getFirst().size();
    int[] widths = new int[columns];
    for (List<String> line : lines) {
      for (int c = 0; c < columns; c++) {
        widths[c] = Math.max(widths[c], line.get(c).length());
      }
    }
    List<String> text = new ArrayList<>();
    for (List<String> line : lines) {
      StringBuilder padded = new StringBuilder();
      for (int c = 0; c < columns; c++) {
        String gap = " ".repeat(widths[c] - line.get(c).length());
        padded.append(c == 0 ? "" : "  ");
        padded.append(c < leftColumns ? line.get(c) + gap : gap + line.get(c));
      }
      text.add(padded.toString().stripTrailing());
      if (text.size() == 1) {
        List<String> rules = new ArrayList<>();
        for (int width : widths) {
          rules.add("-".repeat(width));
        }
        text.add(String.join("  ", rules));
      }
    }
    return String.join("\n", text);
  }
}
