package org.sparse4j.train.parameter;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.CsrPattern;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.FloatValues;
import org.sparse4j.format.Remap;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.Plan;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.Epilogue;
import org.sparse4j.kernels.operation.GemmForm;
import org.sparse4j.kernels.operation.LinearOperator;
import org.sparse4j.kernels.operation.Operation;
import org.sparse4j.mask.Mask;

/**
 * A sparse trainable matrix: weights, gradient and optimizer state have one number a stored
 * position.
 *
 * <p>The gradient at positions that are not stored exists only on request: the parameter keeps the
 * operands of the last backward pass (inputs X and output gradients dY) until the tape starts
 * another step, and {@link #gradientRows} computes some rows of {@code dY X^T} at a time, so a
 * sparsifier can look for positions to grow without the dense gradient ever being in memory.
 */
public final class SparseParameter implements FlatParameter {

  private final Initializer initializer;
  private final FlatGradient gradient;
  private final List<DenseMatrix> inputs = new ArrayList<>(1);
  private final List<DenseMatrix> outputGradients = new ArrayList<>(1);
  private String name;
  private List<Integer> dimensions;
  private CsrMatrix matrix;
  private boolean initialised;
  private boolean chosen = true;
  private double searched;
  private @Nullable Kernels kernels;
  private @Nullable LinearOperator operator;
  private @Nullable Plan fused;
  private @Nullable Epilogue fusedEpilogue;

  private SparseParameter(
      String name, CsrMatrix matrix, Initializer initializer, boolean initialised) {
    this.name = name;
    this.matrix = matrix;
    this.dimensions = List.of(matrix.rows(), matrix.columns());
    this.initializer = initializer;
    this.initialised = initialised;
    this.gradient = new FlatGradient(matrix.values().length());
  }

  /**
   * Makes a parameter of a matrix.
   *
   * @param name the name
   * @param matrix weights, outputs x inputs, ready to train; shared
   * @return a parameter on the matrix; {@code initialise} draws row i from N(0, 2 / nnz_i)
   */
  public static SparseParameter of(String name, CsrMatrix matrix) {
    return new SparseParameter(name, matrix, Initializer.normal(2), true);
  }

  /**
   * Makes a parameter whose positions are still to be chosen, by {@link #restart} or {@link #load}.
   *
   * @param name the name
   * @param rows number of outputs
   * @param columns number of inputs
   * @param initializer how the weights start
   * @return a parameter that stores nothing; initialised without a choice it stores all positions
   */
  public static SparseParameter create(
      String name, int rows, int columns, Initializer initializer) {
    SparseParameter parameter = create(name, CsrPattern.of(Mask.empty(rows, columns)), initializer);
    parameter.chosen = false;
    return parameter;
  }

  /**
   * Makes a parameter that must be initialised or loaded before it can be used.
   *
   * @param name the name
   * @param pattern stored positions, outputs x inputs
   * @param initializer how the weights start
   * @return a parameter of zeros
   */
  public static SparseParameter create(String name, CsrPattern pattern, Initializer initializer) {
    FloatValues zeros = FloatValues.zeros(Math.toIntExact(pattern.nnz()));
    return new SparseParameter(name, CsrMatrix.of(pattern, zeros), initializer, false);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void rename(String name) {
    this.name = name;
  }

  /**
   * Returns the number of outputs.
   *
   * @return rows of the matrix
   */
  public int rows() {
    return matrix.rows();
  }

  /**
   * Returns the number of inputs.
   *
   * @return columns of the matrix
   */
  public int columns() {
    return matrix.columns();
  }

  /**
   * Says that the inputs of an output have dimensions of their own, as those of a convolution have:
   * distributions such as Erdos-Renyi-Kernel look at them, nothing else does.
   *
   * @param inputs dimensions whose product is the number of inputs
   * @return this parameter
   * @throws IllegalArgumentException if the product is another
   */
  public SparseParameter inputDimensions(int... inputs) {
    List<Integer> all = new ArrayList<>();
    all.add(rows());
    long product = 1;
    for (int input : inputs) {
      product = Math.multiplyExact(product, (long) input);
      all.add(input);
    }
    if (product != columns()) {
      throw new IllegalArgumentException(
          "inputDimensions: product of "
              + Arrays.toString(inputs)
              + " ("
              + product
              + ") must equal the inputs of "
              + this);
    }
    dimensions = List.copyOf(all);
    return this;
  }

  /**
   * Returns the number of outputs and the dimensions of their inputs.
   *
   * @return rows and columns unless {@link #inputDimensions} said more
   */
  public List<Integer> dimensions() {
    return dimensions;
  }

  /**
   * Returns the weights.
   *
   * @return the live matrix; replaced when the pattern changes
   */
  public CsrMatrix matrix() {
    return matrix;
  }

  /**
   * Returns the stored positions.
   *
   * @return the current pattern
   */
  public CsrPattern pattern() {
    return matrix.pattern();
  }

  @Override
  public FloatValues values() {
    return matrix.floatValues();
  }

  @Override
  public boolean decays() {
    return true;
  }

  @Override
  public boolean isInitialised() {
    return initialised;
  }

  @Override
  public void initialise(long seed) {
    if (!chosen) {
      restart(CsrPattern.of(Mask.full(rows(), columns())));
    }
    initializer.fill(seed, matrix);
    initialised = true;
    zeroGradient();
  }

  /**
   * Takes another pattern, whose weights {@link #initialise(long)} will draw: how a sparse network
   * starts. Nothing is carried over; optimizer state must start afresh too.
   *
   * @param pattern stored positions of the same shape
   * @throws IllegalArgumentException if the shapes differ
   */
  public void restart(CsrPattern pattern) {
    requireShape("restart", pattern);
    take(CsrMatrix.of(pattern, FloatValues.zeros(Math.toIntExact(pattern.nnz()))));
    initialised = false;
  }

  /**
   * Takes another pattern and draws fresh weights on it: how a sparse network starts. Nothing is
   * carried over; optimizer state must start afresh too.
   *
   * @param pattern stored positions of the same shape
   * @param seed of the draw; equal seeds give equal draws at positions that two patterns share, up
   *     to the scale of the row
   * @throws IllegalArgumentException if the shapes differ
   */
  public void initialise(CsrPattern pattern, long seed) {
    restart(pattern);
    initialise(seed);
  }

  /**
   * Takes another matrix, for example from a file. Nothing is carried over.
   *
   * @param source matrix of the same shape; shared
   * @throws IllegalArgumentException if the shapes differ
   */
  public void load(CsrMatrix source) {
    requireShape("load", source.pattern());
    take(source);
    initialised = true;
  }

  /**
   * Changes the pattern: kept weights stay, grown ones are 0, the gradient is emptied and the
   * kernels are packed anew at their next use.
   *
   * @param remap from the current pattern to the next; apply it to the optimizer state too
   * @throws IllegalArgumentException if it does not start from the current pattern
   */
  public void replace(Remap remap) {
    requireFrom(remap);
    take(CsrMatrix.of(remap.to(), FloatValues.wrap(remap.apply(values().array()))));
  }

  /**
   * Changes the pattern, with given weights at the grown positions.
   *
   * @param remap from the current pattern to the next; apply it to the optimizer state too
   * @param grownValues one weight a grown position, in the order of the new pattern
   * @throws IllegalArgumentException if the remap does not start from the current pattern, or the
   *     number of weights is not {@code remap.grown()}
   */
  public void replace(Remap remap, float[] grownValues) {
    requireFrom(remap);
    if (grownValues.length != remap.grown()) {
      throw new IllegalArgumentException(
          "replace: number of grown values ("
              + grownValues.length
              + ") must equal grown positions ("
              + remap.grown()
              + "); "
              + this);
    }
    float[] carried = remap.apply(values().array());
    int next = 0;
    for (int k = 0; k < carried.length; k++) {
      if (remap.source(k) < 0) {
        carried[k] = grownValues[next++];
      }
    }
    take(CsrMatrix.of(remap.to(), FloatValues.wrap(carried)));
  }

  private void requireFrom(Remap remap) {
    if (!remap.from().equals(pattern())) {
      throw new IllegalArgumentException(
          "replace: the remap starts from "
              + remap.from()
              + ", which is not the current pattern of "
              + this);
    }
  }

  private void requireShape(String operation, CsrPattern other) {
    if (other.rows() != rows() || other.columns() != columns()) {
      throw new IllegalArgumentException(
          operation + ": " + other + " must have the shape of " + this);
    }
  }

  private void take(CsrMatrix next) {
    matrix = next;
    chosen = true;
    gradient.resize(next.values().length());
    operator = null;
    fused = null;
  }

  @Override
  public FloatValues gradient() {
    return gradient.values();
  }

  @Override
  public FloatValues gradientTarget() {
    return gradient.target();
  }

  @Override
  public void gradientWritten() {
    gradient.written();
  }

  @Override
  public void zeroGradient() {
    gradient.clear();
  }

  @Override
  public boolean hasGradient() {
    return gradient.isFilled();
  }

  /**
   * Returns the matrix as a linear map; its plans are kept until the pattern changes and refreshed
   * when values changed.
   *
   * @param kernels which kernels to use
   * @return the operator, valid until the pattern changes
   */
  public LinearOperator operator(Kernels kernels) {
    use(kernels);
    LinearOperator result = operator;
    if (result == null) {
      result = kernels.operator(matrix);
      operator = result;
    }
    return result;
  }

  private void use(Kernels next) {
    if (next != kernels) {
      kernels = next;
      operator = null;
      fused = null;
    }
  }

  /**
   * Computes {@code Y = f(A X + b)} with bias and function inside the product.
   *
   * @param kernels which kernels to use
   * @param workspace scratch and threads
   * @param epilogue bias and function; pass the same object every time, a plan is kept for the last
   * @param x columns() x n
   * @param y receives rows() x n
   */
  public void apply(
      Kernels kernels, Workspace workspace, Epilogue epilogue, DenseMatrix x, DenseMatrix y) {
    use(kernels);
    Plan plan = fused;
    if (plan == null || epilogue != fusedEpilogue) {
      int n = x.columns();
      plan = kernels.plan(Operation.SPMM, matrix).epilogue(epilogue).batch(n, n).build();
      fused = plan;
      fusedEpilogue = epilogue;
    } else if (plan.isStale()) {
      plan.refresh();
    }
    plan.run(workspace, x, y);
  }

  /**
   * Adds to the gradient: {@code g_ij += sum_t dY_it X_jt} at the stored positions, and remembers
   * the operands until {@link #forgetCaptures()}.
   *
   * @param kernels which kernels to use
   * @param workspace scratch and threads
   * @param x inputs, columns() x n; must stay alive and unchanged until forgotten
   * @param dy output gradients, rows() x n; likewise
   */
  public void addGradient(Kernels kernels, Workspace workspace, DenseMatrix x, DenseMatrix dy) {
    operator(kernels).parameterGradient(workspace, x, dy, gradient.targets());
    gradient.written();
    inputs.add(x);
    outputGradients.add(dy);
  }

  /**
   * Returns how many backward passes went through this parameter since the captures were forgotten.
   *
   * @return usually 1 after a backward pass; more if a layer is used twice
   */
  public int captures() {
    return inputs.size();
  }

  /** Forgets the operands of the last backward pass; the tape calls this when a step ends. */
  public void forgetCaptures() {
    inputs.clear();
    outputGradients.clear();
  }

  /**
   * Computes rows of the dense gradient of the last backward pass: {@code tile = dY[rows] X^T},
   * summed over the uses of this parameter; {@code 2 (toRow - fromRow) columns() n} operations.
   *
   * @param workspace scratch and threads
   * @param fromRow first row
   * @param toRow row after the last
   * @param tile receives {@code toRow - fromRow} rows of {@code columns()} numbers
   * @throws IllegalStateException if there was no backward pass since the step began
   * @throws IllegalArgumentException if the tile has another shape
   * @throws IndexOutOfBoundsException if the rows are outside
   */
  public void gradientRows(Workspace workspace, int fromRow, int toRow, DenseMatrix tile) {
    Kernels current = kernels;
    if (inputs.isEmpty() || current == null) {
      throw new IllegalStateException(
          "gradientRows: no backward pass has gone through "
              + this
              + " since the step began; its operands die with the step");
    }
    if (tile.rows() != toRow - fromRow || tile.columns() != columns()) {
      throw new IllegalArgumentException(
          "gradientRows: shape of the tile ("
              + tile.rows()
              + "x"
              + tile.columns()
              + ") must be "
              + (toRow - fromRow)
              + "x"
              + columns()
              + " for rows "
              + fromRow
              + " to "
              + toRow
              + " of "
              + this);
    }
    double missing =
        (double) (toRow - fromRow) * columns()
            - (pattern().rowStart(toRow) - pattern().rowStart(fromRow));
    for (int c = 0; c < inputs.size(); c++) {
      DenseMatrix dy = outputGradients.get(c).rows(fromRow, toRow);
      DenseMatrix x = inputs.get(c);
      searched += 2 * missing * x.columns();
      if (c == 0) {
        current.dense().gemm(workspace, GemmForm.ABT, dy, x, Epilogue.none(), tile);
      } else {
        current.dense().gemmAdd(workspace, GemmForm.ABT, dy, x, tile);
      }
    }
  }

  /**
   * Finds the largest magnitudes of the dense gradient of the last backward pass outside a set, if
   * a single pass went through this parameter; see {@link Kernels#sddmmTopK}.
   *
   * @param workspace scratch and threads
   * @param kept positions that are taken
   * @param k how many to find
   * @param positions receives row-major positions, largest first, ties to the lower one
   * @param magnitudes receives the magnitudes there
   * @return how many were found: k, or all there are; -1 if there was no pass or more than one,
   *     whose sum {@link #gradientRows} computes
   * @throws IllegalArgumentException if shapes or lengths do not fit
   */
  public int largestGradients(
      Workspace workspace, CsrPattern kept, int k, long[] positions, float[] magnitudes) {
    Kernels current = kernels;
    if (inputs.size() != 1 || current == null) {
      return -1;
    }
    DenseMatrix dy = outputGradients.getFirst();
    searched += 2 * ((double) rows() * columns() - size()) * dy.columns();
    return current.sddmmTopK(workspace, kept, dy, inputs.getFirst(), k, positions, magnitudes);
  }

  /**
   * Returns the multiplications and additions that {@link #gradientRows} and {@link
   * #largestGradients} spent on positions that are not stored since this was last asked, and counts
   * from 0 again.
   *
   * @return operations
   */
  public double takeSearchOperations() {
    double operations = searched;
    searched = 0;
    return operations;
  }

  @Override
  public long bytes() {
    return matrix.bytes();
  }

  /** Returns name, shape and number of stored positions. */
  @Override
  public String toString() {
    return name + " (" + matrix.pattern() + ")";
  }
}
