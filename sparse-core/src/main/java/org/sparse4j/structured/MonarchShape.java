package org.sparse4j.structured;

/**
 * The six sizes of a Monarch matrix: the first factor holds k blocks of q x p, the second l blocks
 * of s x r, and what the first writes the second reads, {@code l r = k q}.
 *
 * @param firstBlocks k
 * @param firstRows q
 * @param firstColumns p
 * @param secondBlocks l
 * @param secondRows s
 * @param secondColumns r
 */
public record MonarchShape(
    int firstBlocks,
    int firstRows,
    int firstColumns,
    int secondBlocks,
    int secondRows,
    int secondColumns) {

  /**
   * Creates the sizes.
   *
   * @throws IllegalArgumentException if a number of blocks is below 1, another size is negative, or
   *     {@code l r} differs from {@code k q}
   */
  public MonarchShape {
    ComputedMatrix.requireAtLeast("MonarchShape", "firstBlocks", firstBlocks, 1);
    ComputedMatrix.requireAtLeast("MonarchShape", "firstRows", firstRows, 0);
    ComputedMatrix.requireAtLeast("MonarchShape", "firstColumns", firstColumns, 0);
    ComputedMatrix.requireAtLeast("MonarchShape", "secondBlocks", secondBlocks, 1);
    ComputedMatrix.requireAtLeast("MonarchShape", "secondRows", secondRows, 0);
    ComputedMatrix.requireAtLeast("MonarchShape", "secondColumns", secondColumns, 0);
    long written = (long) firstBlocks * firstRows;
    long read = (long) secondBlocks * secondColumns;
    if (written != read) {
      throw new IllegalArgumentException(
          "MonarchShape: secondBlocks * secondColumns ("
              + read
              + ") must equal firstBlocks * firstRows ("
              + written
              + ")");
    }
  }

  /**
   * Returns the sizes of a layer with the same number of blocks in both factors (the published
   * configurations use 4): blocks of {@code a = ceil(columns / blocks)} inputs and {@code c =
   * ceil(rows / blocks)} outputs, and between the factors the smaller of the two.
   *
   * @param rows outputs
   * @param columns inputs
   * @param blocks number of blocks, at least 1
   * @return first factor (blocks, min(a, c), a), second factor (blocks, c, min(a, c))
   * @throws IllegalArgumentException if a size is out of range
   */
  public static MonarchShape linear(int rows, int columns, int blocks) {
    ComputedMatrix.requireShape("MonarchShape", rows, columns);
    ComputedMatrix.requireAtLeast("MonarchShape", "blocks", blocks, 1);
    int a = ComputedMatrix.ceilDivide(columns, blocks);
    int c = ComputedMatrix.ceilDivide(rows, blocks);
    return new MonarchShape(blocks, Math.min(a, c), a, blocks, c, Math.min(a, c));
  }

  /**
   * Returns the sizes in which every block of the first factor writes {@code rank} numbers for
   * every block of the second: the matrix then falls into k l sub-matrices of at most that rank.
   *
   * @param rows outputs
   * @param columns inputs
   * @param firstBlocks k, at least 1
   * @param secondBlocks l, at least 1
   * @param rank of each sub-matrix, at least 1
   * @return first factor (k, l rank, ceil(columns / k)), second factor (l, ceil(rows / l), k rank)
   * @throws IllegalArgumentException if a size is out of range
   */
  public static MonarchShape ofRank(
      int rows, int columns, int firstBlocks, int secondBlocks, int rank) {
    ComputedMatrix.requireShape("MonarchShape", rows, columns);
    ComputedMatrix.requireAtLeast("MonarchShape", "firstBlocks", firstBlocks, 1);
    ComputedMatrix.requireAtLeast("MonarchShape", "secondBlocks", secondBlocks, 1);
    ComputedMatrix.requireAtLeast("MonarchShape", "rank", rank, 1);
    return new MonarchShape(
        firstBlocks,
        Math.multiplyExact(secondBlocks, rank),
        ComputedMatrix.ceilDivide(columns, firstBlocks),
        secondBlocks,
        ComputedMatrix.ceilDivide(rows, secondBlocks),
        Math.multiplyExact(firstBlocks, rank));
  }

  /**
   * Returns how many blocks the square case uses for n: the smaller factor of the pair of factors
   * of n that is closest to its square root.
   *
   * @param n a size, at least 1
   * @return the largest divisor of n that is at most {@code sqrt(n)}
   * @throws IllegalArgumentException if n is below 1
   */
  public static int squareBlocks(int n) {
    ComputedMatrix.requireAtLeast("MonarchShape", "n", n, 1);
    int blocks = (int) Math.sqrt(n);
    while (n % blocks != 0) {
      blocks--;
    }
    return blocks;
  }

  /**
   * Returns the inputs of the first factor.
   *
   * @return {@code k p}, at least the columns of the matrix
   */
  public long paddedColumns() {
    return (long) firstBlocks * firstColumns;
  }

  /**
   * Returns the outputs of the second factor.
   *
   * @return {@code l s}, at least the rows of the matrix
   */
  public long paddedRows() {
    return (long) secondBlocks * secondRows;
  }

  /**
   * Returns the numbers between the factors.
   *
   * @return {@code k q = l r}
   */
  public long middle() {
    return (long) firstBlocks * firstRows;
  }

  long firstLength() {
    return Math.multiplyExact(middle(), (long) firstColumns);
  }

  long secondLength() {
    return Math.multiplyExact(paddedRows(), (long) secondColumns);
  }

  /** Returns the sizes as (k, q, p) and (l, s, r). */
  @Override
  public String toString() {
    return "("
        + firstBlocks
        + ", "
        + firstRows
        + ", "
        + firstColumns
        + ") then ("
        + secondBlocks
        + ", "
        + secondRows
        + ", "
        + secondColumns
        + ")";
  }
}
