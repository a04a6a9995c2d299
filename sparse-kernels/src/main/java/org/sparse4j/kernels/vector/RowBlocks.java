package org.sparse4j.kernels.vector;

/** How layouts cut rows into blocks, and sort the rows of a block. */
final class RowBlocks {

  private RowBlocks() {}

  /**
   * Cuts rows into blocks with about the same number of entries.
   *
   * @param pointers first entry of each row, and their number
   * @param blocks number of blocks
   * @param unit what the number of rows of every block but the last is a multiple of
   * @param most rows of a block at most, given enough blocks
   * @return the first row of each block, and the number of rows
   */
  static int[] cut(int[] pointers, int blocks, int unit, int most) {
    int rows = pointers.length - 1;
    int[] start = new int[blocks + 1];
    int row = 0;
    for (int b = 1; b < blocks; b++) {
      long entries = (long) pointers[rows] * b / blocks;
      // Rows count a little, so that empty ones are shared out too.
      int lowest = Math.max(row, rows - (blocks - b) * most);
      int highest = Math.min(rows, row + most);
      while (row < highest && (row < lowest || pointers[row] < entries)) {
        row += unit;
      }
      row = Math.min(row, rows);
      start[b] = row;
    }
    start[blocks] = rows;
    return start;
  }

  /**
   * Returns some rows by ascending number of entries, equal ones in order: a counting sort.
   *
   * @param first first row
   * @param end end of the rows
   * @param from first entry of each row
   * @param to end of the entries of each row
   */
  static int[] sorted(int first, int end, int[] from, int[] to) {
    int most = 0;
    for (int i = first; i < end; i++) {
      most = Math.max(most, to[i] - from[i]);
    }
    int[] place = new int[most + 2];
    for (int i = first; i < end; i++) {
      place[to[i] - from[i] + 1]++;
    }
    for (int c = 0; c <= most; c++) {
      place[c + 1] += place[c];
    }
    int[] sorted = new int[end - first];
    for (int i = first; i < end; i++) {
      sorted[place[to[i] - from[i]]++] = i;
    }
    return sorted;
  }
}
