package org.sparse4j.interchange;

/**
 * Where the metadata words of a 2:4 matrix go. The orders of PyTorch and of Marlin are different
 * permutations: words written in one are garbage in the other, and nothing in the words tells.
 */
public enum TorchMetaOrder {
  /** Row by row, word by word, as the matrix reads. */
  NATURAL,
  /** As {@code torch.sparse.SemiStructuredSparseTensor} gives them to CUTLASS. */
  PYTORCH,
  /** As the marlin-24 compressor of compressed-tensors has them; rows must be a multiple of 64. */
  MARLIN;

  /**
   * Returns where word (row, column) goes.
   *
   * @param rows rows of the matrix
   * @param columns words of a row
   * @param wide true for words of 32 bits
   */
  int offset(int row, int column, int rows, int columns, boolean wide) {
    int group = wide ? 16 : 32;
    int moved =
        switch (this) {
          case NATURAL -> row;
          case PYTORCH -> row / group * group + row % 8 * (wide ? 2 : 4) + row % group / 8;
          case MARLIN ->
              row / 64 * 64
                  + row % 2 * 2
                  + row % 8 / 4
                  + row % group % 4 / 2 * 32
                  + row % 64 / 8 * 4;
        };
    if (this == NATURAL) {
      return row * columns + column;
    }
    // Two by two words change places across the diagonal.
    int down = moved % 2 == 0 && column % 2 == 1 ? 1 : moved % 2 == 1 && column % 2 == 0 ? -1 : 0;
    int r = moved + down;
    int c = column - down;
    return c / 2 * 2 * rows + 2 * r + c % 2;
  }

  /** Returns what the rows must be a multiple of for the order to be a permutation. */
  int rowMultiple(boolean wide) {
    return switch (this) {
      case NATURAL -> 1;
      case PYTORCH -> wide ? 16 : 32;
      case MARLIN -> 64;
    };
  }
}
