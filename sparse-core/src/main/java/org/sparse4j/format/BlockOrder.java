package org.sparse4j.format;

/** The order in which a block matrix stores its blocks. */
public enum BlockOrder {
  /** Row of blocks by row of blocks, in each by ascending block column: BSR. */
  ROWS,
  /** Column of blocks by column of blocks, in each by ascending block row: BSC. */
  COLUMNS
}
