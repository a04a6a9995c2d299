package org.sparse4j.bench.race;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.CsrPattern;
import org.sparse4j.format.DType;
import org.sparse4j.format.FloatValues;
import org.sparse4j.mask.Mask;

/**
 * The operands of one race and the result they must give, computed in double precision.
 *
 * <p>Weights W are m x k, with random positions of the race's format holding the exact number of
 * weights that the sparsity asks for, rounded to the type that stores them. For a mask all weights
 * are there. Everything is drawn from one fixed seed, so every process has the same operands.
 */
public final class Problem implements AutoCloseable {
  private static final long SEED = 20_250_117L;

  private final RaceSpec spec;
  private final float[] weights;
  private final int[] rowPointers;
  private final int[] columnIndices;
  private final float[] values;
  private final float[] inputs;
  private final float[] gradients;
  private final Arena arena = Arena.ofShared();
  private final IdentityHashMap<Object, MemorySegment> segments = new IdentityHashMap<>();
  private final List<Runnable> releases = new ArrayList<>();
  private final Reference reference;

  /**
   * Draws the operands and computes the result.
   *
   * @param spec race on a weight matrix
   */
  public Problem(RaceSpec spec) {
    this.spec = spec;
    int m = spec.rows();
    int k = spec.columns();
    SplittableRandom random = new SplittableRandom(SEED);
    long elements = (long) m * k;
    weights = new float[Math.toIntExact(elements)];
    rowPointers = new int[m + 1];
    RaceFormat format = RaceFormat.of(spec.format());
    if (format.isUnstructured() || spec.operation() == RaceOperation.MASK) {
      double kept = spec.operation() == RaceOperation.MASK ? 1 : 1 - spec.sparsity();
      int nnz = (int) Math.round(elements * kept);
      columnIndices = new int[nnz];
      values = new float[nnz];
      drawAnywhere(random);
    } else {
      Mask mask = format.positions(m, k, spec.sparsity(), random);
      int nnz = Math.toIntExact(mask.count());
      columnIndices = new int[nnz];
      values = new float[nnz];
      drawAt(mask, random);
    }
    if (format.dtype() != DType.F32) {
      round(format);
    }
    inputs = draw(random, k, spec.n());
    gradients = draw(random, m, spec.n());
    reference = new Reference(this);
  }

  /** Selection sampling: exactly nnz positions are chosen. */
  private void drawAnywhere(SplittableRandom random) {
    int k = spec.columns();
    long elements = weights.length;
    int placed = 0;
    for (int row = 0; row < spec.rows(); row++) {
      for (int column = 0; column < k; column++) {
        long left = elements - ((long) row * k + column);
        if (random.nextLong(left) < values.length - placed) {
          place(row, column, placed++, random);
        }
      }
      rowPointers[row + 1] = placed;
    }
  }

  private void drawAt(Mask mask, SplittableRandom random) {
    int placed = 0;
    for (int row = 0; row < mask.rows(); row++) {
      for (int j = mask.next(row, 0); j >= 0; j = mask.next(row, j + 1)) {
        place(row, j, placed++, random);
      }
      rowPointers[row + 1] = placed;
    }
  }

  private void place(int row, int column, int index, SplittableRandom random) {
    float value = random.nextFloat() - 0.5f;
    weights[row * spec.columns() + column] = value;
    columnIndices[index] = column;
    values[index] = value;
  }

  /**
   * Gives every weight the value that the format's type can hold, so that all multiply the same.
   */
  private void round(RaceFormat format) {
    CsrPattern pattern = CsrPattern.copyOf(spec.rows(), spec.columns(), rowPointers, columnIndices);
    format
        .matrix(CsrMatrix.of(pattern, FloatValues.copyOf(values)))
        .toCsr()
        .values()
        .copyTo(values);
    for (int row = 0; row < spec.rows(); row++) {
      for (int p = rowPointers[row]; p < rowPointers[row + 1]; p++) {
        weights[row * spec.columns() + columnIndices[p]] = values[p];
      }
    }
  }

  private static float[] draw(SplittableRandom random, int rows, int columns) {
    float[] numbers = new float[Math.multiplyExact(rows, columns)];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = random.nextFloat() - 0.5f;
    }
    return numbers;
  }

  /**
   * The race.
   *
   * @return its specification
   */
  public RaceSpec spec() {
    return spec;
  }

  /**
   * Rows of the weights.
   *
   * @return m
   */
  public int m() {
    return spec.rows();
  }

  /**
   * Columns of the weights.
   *
   * @return k
   */
  public int k() {
    return spec.columns();
  }

  /**
   * Samples.
   *
   * @return n
   */
  public int n() {
    return spec.n();
  }

  /**
   * Number of weights at the positions of the pattern.
   *
   * @return nnz
   */
  public int nnz() {
    return values.length;
  }

  /**
   * Operations of the product on stored weights: {@code 2 nnz n}.
   *
   * @return operations
   */
  public double sparseFlops() {
    return 2.0 * nnz() * n();
  }

  /**
   * Operations of the product on all weights: {@code 2 m k n}.
   *
   * @return operations
   */
  public double denseFlops() {
    return 2.0 * m() * k() * n();
  }

  /**
   * The weights with zeros, m x k, row-major.
   *
   * @return the array itself, to be read only
   */
  public float[] weights() {
    return weights;
  }

  /**
   * Where rows of the pattern start.
   *
   * @return m + 1 positions, the array itself, to be read only
   */
  public int[] rowPointers() {
    return rowPointers;
  }

  /**
   * Columns of the stored weights, ascending in each row.
   *
   * @return nnz indices, the array itself, to be read only
   */
  public int[] columnIndices() {
    return columnIndices;
  }

  /**
   * The stored weights in row order.
   *
   * @return nnz values, the array itself, to be read only
   */
  public float[] values() {
    return values;
  }

  /**
   * X, k x n, row-major: a column is a sample.
   *
   * @return the array itself, to be read only
   */
  public float[] inputs() {
    return inputs;
  }

  /**
   * dY, m x n, row-major: a column is a sample.
   *
   * @return the array itself, to be read only
   */
  public float[] gradients() {
    return gradients;
  }

  /**
   * The transpose of a matrix of this problem.
   *
   * @param matrix row-major
   * @param rows its rows
   * @param columns its columns
   * @return columns x rows, row-major
   */
  public static float[] transposed(float[] matrix, int rows, int columns) {
    float[] result = new float[matrix.length];
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        result[column * rows + row] = matrix[row * columns + column];
      }
    }
    return result;
  }

  /**
   * A copy of an array in native memory, aligned to 64 bytes; the same array gives the same memory,
   * so contestants share their operands.
   *
   * @param array numbers
   * @return memory that lives until {@link #close}
   */
  public MemorySegment segment(float[] array) {
    return segments.computeIfAbsent(
        array,
        source -> {
          MemorySegment copy = allocate(array.length);
          MemorySegment.copy(array, 0, copy, ValueLayout.JAVA_FLOAT, 0, array.length);
          return copy;
        });
  }

  /**
   * A copy of an array of indices in native memory; the same array gives the same memory.
   *
   * @param array indices
   * @return memory that lives until {@link #close}
   */
  public MemorySegment segment(int[] array) {
    return segments.computeIfAbsent(
        array,
        source -> {
          MemorySegment copy = allocate(array.length);
          MemorySegment.copy(array, 0, copy, ValueLayout.JAVA_INT, 0, array.length);
          return copy;
        });
  }

  /**
   * Native memory for a result, aligned to 64 bytes and filled with NaN.
   *
   * @param length number of floats
   * @return memory that lives until {@link #close}
   */
  public MemorySegment result(int length) {
    MemorySegment memory = allocate(length);
    for (int i = 0; i < length; i++) {
      memory.setAtIndex(ValueLayout.JAVA_FLOAT, i, Float.NaN);
    }
    return memory;
  }

  private MemorySegment allocate(int length) {
    return arena.allocate(Math.max(1L, length) * Float.BYTES, 64);
  }

  /**
   * Compares a result with the reference, element by element, with the bound of float32 sums in any
   * order. Of a product of more than {@value Reference#MOST_PRODUCTS} multiplications only every
   * so-manieth row is compared, of sddmm every so-manieth position.
   *
   * @param output result; for sddmm it is read at the positions of the pattern only, for a mask it
   *     is 1 where a weight stays and 0 elsewhere
   * @return what is wrong, or empty
   */
  public Optional<String> check(Elements output) {
    return reference.check(output);
  }

  /**
   * A contestant that is checked by {@link #check}.
   *
   * @param entry its entry
   * @param body one call
   * @param output reads the result of the last call
   * @return the contestant
   */
  public Contender contender(Entry entry, Runnable body, Elements output) {
    return new Contender(
        entry,
        body,
        () -> {
          body.run();
          return check(output);
        });
  }

  /**
   * Runs something when the problem is closed: a library's own memory is freed there.
   *
   * @param release what to run
   */
  public void onClose(Runnable release) {
    releases.add(release);
  }

  /** Frees the native memory. */
  @Override
  public void close() {
    releases.forEach(Runnable::run);
    releases.clear();
    arena.close();
    segments.clear();
  }

  @Override
  public String toString() {
    return spec.line() + " nnz " + nnz() + " seed " + SEED;
  }
}
