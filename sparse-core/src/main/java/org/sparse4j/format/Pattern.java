package org.sparse4j.format;

import org.sparse4j.mask.Mask;

/**
 * The stored positions of a sparse matrix, without values: immutable and safe to share.
 *
 * <p>Positions are numbered in pattern order, which for a format of ours is the order its values
 * are stored in. The interface is open: a format of your own brings a pattern of its own.
 */
public interface Pattern {

  /**
   * Returns the number of rows.
   *
   * @return rows, at least 0
   */
  int rows();

  /**
   * Returns the number of columns.
   *
   * @return columns, at least 0
   */
  int columns();

  /**
   * Returns the number of stored positions.
   *
   * @return nnz, explicit zeros of a matrix included
   */
  long nnz();

  /**
   * Visits every stored position in pattern order.
   *
   * @param visitor receives the position's number, its row and its column
   */
  void forEach(Visitor visitor);

  /**
   * Returns the bytes that the positions occupy in memory.
   *
   * @return bytes, without object headers
   */
  long bytes();

  /** Receives stored positions. */
  @FunctionalInterface
  interface Visitor {
    /**
     * Visits a position.
     *
     * @param index number of the position in pattern order
     * @param row row, from 0
     * @param column column, from 0
     */
    void visit(int index, int row, int column);
  }

  /**
   * Returns {@code nnz / (rows * columns)}.
   *
   * @return the stored fraction; 0 for an empty matrix
   */
  default double density() {
    long size = (long) rows() * columns();
    return size == 0 ? 0 : (double) nnz() / size;
  }

  /**
   * Returns {@code 1 - density}.
   *
   * @return the dropped fraction
   */
  default double sparsity() {
    return 1 - density();
  }

  /**
   * Returns the stored positions as a mask.
   *
   * @return a mask whose count is nnz
   */
  default Mask mask() {
    Mask.Builder mask = Mask.builder(rows(), columns());
    forEach((index, row, column) -> mask.keep(row, column));
    return mask.build();
  }

  /**
   * Returns the positions in CSR order and where each comes from; O(nnz) where the visit goes row
   * by row with ascending columns, else O(nnz log nnz).
   *
   * @return a new CSR pattern with the permutation of its positions
   */
  default CsrOrder csrOrder() {
    return CsrOrder.of(this);
  }

  /**
   * Returns runs of positions in pattern order that belong together when values are quantised:
   * group g is {@code [starts[g], starts[g + 1])}. Rows where pattern order goes row by row, blocks
   * where it goes by blocks.
   *
   * @return ascending offsets from 0 to nnz; by default one group of all
   */
  default int[] valueGroups() {
    return new int[] {0, Math.toIntExact(nnz())};
  }
}
