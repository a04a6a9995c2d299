package org.sparse4j.format;

import org.sparse4j.mask.Mask;

/** One walk over a sparse matrix that finds the first broken promise. */
final class Validation {

  private final SparseMatrix matrix;
  private final int rows;
  private final int columns;
  private final Mask.Builder seen;
  private long visited;

  Validation(SparseMatrix matrix) {
    this.matrix = matrix;
    this.rows = matrix.rows();
    this.columns = matrix.columns();
    require(rows >= 0 && columns >= 0, "sizes must not be negative");
    this.seen = Mask.builder(rows, columns);
  }

  void run() {
    Pattern pattern = matrix.pattern();
    require(
        pattern.rows() == rows && pattern.columns() == columns,
        "its pattern is " + pattern.rows() + "x" + pattern.columns());
    pattern.forEach(this::visit);
    require(visited == pattern.nnz(), "the pattern visits " + visited + " positions");
    int length = matrix.values().length();
    require(length == pattern.nnz(), "there are " + length + " values");
  }

  private void visit(int index, int row, int column) {
    String position = "position " + index + " is (" + row + ", " + column + ")";
    require(index == visited, position + " and comes at place " + visited);
    require(
        row >= 0 && row < rows && column >= 0 && column < columns, position + " and lies outside");
    require(!seen.keeps(row, column), position + ", which was there before");
    seen.keep(row, column);
    visited++;
  }

  private void require(boolean kept, String finding) {
    if (!kept) {
      throw new IllegalStateException(
          matrix.format()
              + ": "
              + finding
              + "; the matrix is "
              + rows
              + "x"
              + columns
              + " (nnz "
              + matrix.nnz()
              + ")");
    }
  }
}
