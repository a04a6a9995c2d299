package org.sparse4j.structured;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.sparse4j.format.FloatValues;

/**
 * A butterfly matrix: a product of {@code L = log2 n} sparse factors, each of which mixes pairs of
 * coordinates at one distance with free 2x2 blocks; {@code 2 n L} numbers and multiply-adds for one
 * n x n product. Contains the Hadamard and, in complex numbers, the Fourier transform (Dao et al.,
 * Learning Fast Algorithms for Linear Transforms Using Butterfly Factorizations, 2019, arXiv
 * 1903.05895; Kaleidoscope, 2020, arXiv 2012.14966).
 *
 * <p><b>One factor</b> of stride s sees its input as n/(2s) groups of two runs of s: {@code
 * z'[d][i][t] = sum_j T[d s + t][i][j] z[d][j][t]}, so that a pair is the coordinates {@code 2 s d
 * + t} and {@code 2 s d + s + t}. Factor number idx of a block has stride {@code 2^idx} where the
 * block is increasing, else {@code 2^(L-1-idx)}; with several blocks the direction flips from each
 * to the next.
 *
 * <p><b>Other shapes.</b> n is the next power of two of the inputs. Inputs are padded with zeros to
 * n, outputs are cut off. More outputs than n come from several stacks side by side, one product
 * each. The transpose of such a stack splits its inputs over the stacks and adds their results:
 * {@link #splitsInputs()}.
 *
 * <p>The one parameter, the twiddle, has the shape (stacks, blocks, L, n/2, 2, 2), row-major. Decay
 * of these weights pulls the product towards 0 exponentially; leave it off. Deep products of
 * Gaussian starts are badly conditioned; prefer {@link Init#ORTHOGONAL}.
 */
public final class ButterflyMatrix extends ComputedMatrix {

  private static final String NAME = "ButterflyMatrix";

  /** How the 2x2 blocks start. */
  public enum Init {
    /** Every number from N(0, 1/2), which keeps the expected squared length of a vector. */
    GAUSSIAN,
    /** Random rotations and reflections, {@code [[d cos, -d sin], [sin, cos]]} with d = 1 or -1. */
    ORTHOGONAL,
    /** The identity. */
    IDENTITY
  }

  private final int size;
  private final int blocks;
  private final boolean increasing;
  private final boolean splitsInputs;
  private final FloatValues twiddle;

  private ButterflyMatrix(
      int rows,
      int columns,
      int size,
      int blocks,
      boolean increasing,
      boolean splitsInputs,
      FloatValues twiddle) {
    super(rows, columns, List.of(twiddle));
    this.size = size;
    this.blocks = blocks;
    this.increasing = increasing;
    this.splitsInputs = splitsInputs;
    this.twiddle = twiddle;
  }

  /**
   * Shares a twiddle.
   *
   * @param rows outputs
   * @param columns inputs
   * @param blocks products of L factors one after the other, at least 1
   * @param increasing whether strides of the first block grow
   * @param twiddle the numbers, for n the next power of two of {@code columns}; kept
   * @return a matrix on the twiddle
   * @throws IllegalArgumentException if a size or the length does not fit
   */
  public static ButterflyMatrix of(
      int rows, int columns, int blocks, boolean increasing, FloatValues twiddle) {
    requireShape(NAME, rows, columns);
    return of(rows, columns, sizeOf(columns), blocks, increasing, false, twiddle);
  }

  /**
   * Shares a twiddle of any size and either way of stacking: every butterfly that this class can
   * hold, for readers of files.
   *
   * @param rows outputs
   * @param columns inputs
   * @param size n, a power of two
   * @param blocks products of L factors one after the other, at least 1
   * @param increasing whether strides of the first block grow
   * @param splitsInputs whether several stacks split the inputs rather than the outputs
   * @param twiddle the numbers; kept
   * @return a matrix on the twiddle
   * @throws IllegalArgumentException if a size or the length does not fit
   */
  public static ButterflyMatrix of(
      int rows,
      int columns,
      int size,
      int blocks,
      boolean increasing,
      boolean splitsInputs,
      FloatValues twiddle) {
    requireShape(NAME, rows, columns);
    requireAtLeast(NAME, "blocks", blocks, 1);
    if (size < 1 || Integer.bitCount(size) != 1) {
      throw new IllegalArgumentException(NAME + ": size (" + size + ") must be a power of two");
    }
    int whole = splitsInputs ? rows : columns;
    if (whole > size) {
      throw new IllegalArgumentException(
          NAME
              + ": "
              + (splitsInputs ? "rows" : "columns")
              + " ("
              + whole
              + ") must be at most size ("
              + size
              + ")");
    }
    int stacks = ceilDivide(splitsInputs ? columns : rows, size);
    requireLength(
        NAME,
        "twiddle",
        twiddle,
        length(stacks, blocks, size),
        "stacks * blocks * log2(size) * size / 2 * 4");
    // One stack reads and writes all there is: the two ways are the same, and should be equal.
    return new ButterflyMatrix(
        rows, columns, size, blocks, increasing, splitsInputs && stacks != 1, twiddle);
  }

  private static int sizeOf(int columns) {
    if (columns > 1 << 30) {
      throw new IllegalArgumentException(NAME + ": columns (" + columns + ") must be at most 2^30");
    }
    return columns <= 1 ? 1 : Integer.highestOneBit(columns - 1) << 1;
  }

  private static int log2(int size) {
    return Integer.numberOfTrailingZeros(size);
  }

  private static long length(int stacks, int blocks, int size) {
    return Math.multiplyExact(2L * log2(size) * size, Math.multiplyExact((long) stacks, blocks));
  }

  /**
   * Draws a butterfly.
   *
   * @param rows outputs
   * @param columns inputs
   * @param blocks products of L factors one after the other, at least 1
   * @param init how the 2x2 blocks start
   * @param seed of the draw; not used by {@link Init#IDENTITY}
   * @return a new matrix with increasing strides in its first block
   * @throws IllegalArgumentException if a size is out of range
   */
  public static ButterflyMatrix random(int rows, int columns, int blocks, Init init, long seed) {
    requireShape(NAME, rows, columns);
    requireAtLeast(NAME, "blocks", blocks, 1);
    int size = sizeOf(columns);
    float[] t =
        new float
            [arrayLength(NAME, rows + "x" + columns, length(ceilDivide(rows, size), blocks, size))];
    Draws draws = new Draws(seed);
    for (int k = 0; k < t.length; k += 4) {
      switch (init) {
        case GAUSSIAN -> {
          for (int e = k; e < k + 4; e++) {
            t[e] = (float) (draws.gaussian() * Math.sqrt(0.5));
          }
        }
        case ORTHOGONAL -> {
          double angle = 2 * StrictMath.PI * draws.next();
          double sign = draws.nextBoolean() ? 1 : -1;
          t[k] = (float) (sign * StrictMath.cos(angle));
          t[k + 1] = (float) (-sign * StrictMath.sin(angle));
          t[k + 2] = (float) StrictMath.sin(angle);
          t[k + 3] = (float) StrictMath.cos(angle);
        }
        case IDENTITY -> {
          t[k] = 1;
          t[k + 3] = 1;
        }
      }
    }
    return of(rows, columns, blocks, true, FloatValues.wrap(t));
  }

  /**
   * Returns the Hadamard matrix of Sylvester's order, with elements 1 and -1: every block is {@code
   * [[1, 1], [1, -1]]}. Divided by {@code sqrt(n)}, see {@link #scaled}, it is orthogonal.
   *
   * @param size n, a power of two
   * @return a new n x n matrix
   * @throws IllegalArgumentException if {@code size} is no power of two
   */
  public static ButterflyMatrix hadamard(int size) {
    if (size < 1 || Integer.bitCount(size) != 1) {
      throw new IllegalArgumentException(NAME + ": size (" + size + ") must be a power of two");
    }
    float[] t = new float[arrayLength(NAME, size + "x" + size, length(1, 1, size))];
    Arrays.fill(t, 1);
    for (int k = 3; k < t.length; k += 4) {
      t[k] = -1;
    }
    return of(size, size, 1, true, FloatValues.wrap(t));
  }

  /**
   * Returns the length n of the vectors that the factors transform.
   *
   * @return a power of two
   */
  public int size() {
    return size;
  }

  /**
   * Returns the number of factors in a block.
   *
   * @return {@code L = log2(size)}
   */
  public int levels() {
    return log2(size);
  }

  /**
   * Returns the number of blocks.
   *
   * @return at least 1
   */
  public int blocks() {
    return blocks;
  }

  /**
   * Returns the number of stacks.
   *
   * @return products of their own, whose outputs are concatenated or, with {@link #splitsInputs()},
   *     added
   */
  public int stacks() {
    return ceilDivide(splitsInputs ? columns() : rows(), size);
  }

  /**
   * Tells in which direction the first block goes.
   *
   * @return whether its strides grow
   */
  public boolean increasing() {
    return increasing;
  }

  /**
   * Tells what several stacks share.
   *
   * @return false if each stack reads all inputs and writes outputs of its own, true if each reads
   *     inputs of its own and the results are added; false for a single stack
   */
  public boolean splitsInputs() {
    return splitsInputs;
  }

  /**
   * Returns the numbers.
   *
   * @return live values of shape (stacks, blocks, levels, size / 2, 2, 2)
   */
  public FloatValues twiddle() {
    return twiddle;
  }

  /**
   * Returns the stride of a factor.
   *
   * @param block number of the block, in the order of application
   * @param level number of the factor in it, in the order of application
   * @return a power of two below {@link #size()}
   * @throws IndexOutOfBoundsException if there is no such factor
   */
  public int stride(int block, int level) {
    Objects.checkIndex(block, blocks);
    Objects.checkIndex(level, levels());
    return increasing == (block % 2 == 0) ? 1 << level : 1 << (levels() - 1 - level);
  }

  /** Where the numbers of a factor begin. */
  private int offset(int stack, int block, int level) {
    return ((stack * blocks + block) * levels() + level) * 2 * size;
  }

  @Override
  public String format() {
    return "butterfly";
  }

  @Override
  public long multiplications() {
    return twiddle.length();
  }

  /**
   * {@inheritDoc} Each 2x2 block is transposed, factors and blocks are reversed, and so is the
   * direction that the last block had.
   */
  @Override
  public ButterflyMatrix transposed() {
    float[] from = twiddle.array();
    float[] to = new float[from.length];
    for (int stack = 0; stack < stacks(); stack++) {
      for (int block = 0; block < blocks; block++) {
        for (int level = 0; level < levels(); level++) {
          int source = offset(stack, block, level);
          int target = offset(stack, blocks - 1 - block, levels() - 1 - level);
          for (int k = 0; k < 2 * size; k += 4) {
            to[target + k] = from[source + k];
            to[target + k + 1] = from[source + k + 2];
            to[target + k + 2] = from[source + k + 1];
            to[target + k + 3] = from[source + k + 3];
          }
        }
      }
    }
    boolean last = increasing == (blocks % 2 == 1);
    return of(
        columns(),
        rows(),
        size,
        blocks,
        !last,
        !splitsInputs && stacks() != 1,
        FloatValues.wrap(to));
  }

  /**
   * Returns {@code c M}: every number times {@code c^(1 / (blocks L))}.
   *
   * @param factor c, at least 0
   * @return a new matrix
   * @throws IllegalArgumentException if the factor is negative or no number, or if there is no
   *     factor to scale (size 1)
   */
  public ButterflyMatrix scaled(double factor) {
    if (!(factor >= 0 && factor < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          NAME + ".scaled: factor (" + factor + ") must be finite and at least 0");
    }
    requireFactors("scaled");
    double each = StrictMath.pow(factor, 1.0 / ((double) blocks * levels()));
    float[] t = twiddle.toFloats();
    for (int k = 0; k < t.length; k++) {
      t[k] = (float) (t[k] * each);
    }
    return with(t);
  }

  /**
   * Returns {@code M D} for a diagonal D, folded into the first factors.
   *
   * @param diagonal one number a column
   * @return a new matrix of the same structure
   * @throws IllegalArgumentException if the length does not fit or there is no factor (size 1)
   */
  public ButterflyMatrix timesDiagonal(float... diagonal) {
    requireDiagonal("timesDiagonal", diagonal, columns(), "columns");
    float[] t = twiddle.toFloats();
    int s = stride(0, 0);
    for (int stack = 0; stack < stacks(); stack++) {
      int first = splitsInputs ? stack * size : 0;
      for (int pair = 0; pair < size / 2; pair++) {
        int low = first + pair / s * 2 * s + pair % s;
        int k = offset(stack, 0, 0) + 4 * pair;
        float a = at(diagonal, low);
        float b = at(diagonal, low + s);
        t[k] *= a;
        t[k + 1] *= b;
        t[k + 2] *= a;
        t[k + 3] *= b;
      }
    }
    return with(t);
  }

  /**
   * Returns {@code D M} for a diagonal D, folded into the last factors.
   *
   * @param diagonal one number a row
   * @return a new matrix of the same structure
   * @throws IllegalArgumentException if the length does not fit or there is no factor (size 1)
   */
  public ButterflyMatrix diagonalTimes(float... diagonal) {
    requireDiagonal("diagonalTimes", diagonal, rows(), "rows");
    float[] t = twiddle.toFloats();
    int s = stride(blocks - 1, levels() - 1);
    for (int stack = 0; stack < stacks(); stack++) {
      int first = splitsInputs ? 0 : stack * size;
      for (int pair = 0; pair < size / 2; pair++) {
        int low = first + pair / s * 2 * s + pair % s;
        int k = offset(stack, blocks - 1, levels() - 1) + 4 * pair;
        float a = at(diagonal, low);
        float b = at(diagonal, low + s);
        t[k] *= a;
        t[k + 1] *= a;
        t[k + 2] *= b;
        t[k + 3] *= b;
      }
    }
    return with(t);
  }

  /** What lies in the padding reaches nothing and stays as it is. */
  private static float at(float[] diagonal, int index) {
    return index < diagonal.length ? diagonal[index] : 1;
  }

  private void requireDiagonal(String operation, float[] diagonal, int length, String what) {
    if (diagonal.length != length) {
      throw new IllegalArgumentException(
          NAME
              + "."
              + operation
              + ": length of the diagonal ("
              + diagonal.length
              + ") must equal "
              + what
              + " ("
              + length
              + ")");
    }
    requireFactors(operation);
  }

  private void requireFactors(String operation) {
    if (levels() == 0) {
      throw new IllegalArgumentException(
          NAME + "." + operation + ": a butterfly of size 1 has no factors; the matrix is " + this);
    }
  }

  private ButterflyMatrix with(float[] numbers) {
    return new ButterflyMatrix(
        rows(), columns(), size, blocks, increasing, splitsInputs, FloatValues.wrap(numbers));
  }

  @Override
  VectorProduct product() {
    double[] z = new double[size];
    return (x, y) -> {
      Arrays.fill(y, 0, rows(), 0);
      for (int stack = 0; stack < stacks(); stack++) {
        int read = splitsInputs ? stack * size : 0;
        int write = splitsInputs ? 0 : stack * size;
        Arrays.fill(z, 0);
        System.arraycopy(x, read, z, 0, Math.min(size, columns() - read));
        for (int block = 0; block < blocks; block++) {
          for (int level = 0; level < levels(); level++) {
            transform(z, stride(block, level), offset(stack, block, level));
          }
        }
        for (int i = 0; i < Math.min(size, rows() - write); i++) {
          y[write + i] += z[i];
        }
      }
    };
  }

  private void transform(double[] z, int s, int offset) {
    float[] t = twiddle.array();
    for (int pair = 0; pair < size / 2; pair++) {
      int low = pair / s * 2 * s + pair % s;
      int k = offset + 4 * pair;
      double a = z[low];
      double b = z[low + s];
      z[low] = times(t[k], a) + times(t[k + 1], b);
      z[low + s] = times(t[k + 2], a) + times(t[k + 3], b);
    }
  }

  private static double times(float weight, double x) {
    return x == 0 ? 0 : weight * x;
  }

  @Override
  String layout() {
    return "size "
        + size
        + ", "
        + blocks
        + (increasing ? " increasing" : " decreasing")
        + (blocks == 1 ? " block" : " blocks")
        + ", "
        + stacks()
        + (stacks() == 1 ? " stack" : " stacks")
        + (splitsInputs ? " of inputs" : "");
  }
}
