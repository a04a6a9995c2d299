package org.sparse4j.train.parameter;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.DenseVector;

/**
 * A dense trainable matrix and its gradient of equal shape. A bias of m elements is a {@code 1 x m}
 * matrix.
 */
public final class DenseParameter implements Parameter {

  /** What the numbers are for. */
  private enum Role {
    MATRIX,
    TABLE,
    COEFFICIENTS
  }

  private final DenseMatrix value;
  private final boolean decays;
  private final Initializer initializer;
  private String name;
  private boolean initialised;
  private Role role = Role.MATRIX;
  private boolean filled;
  private long version;
  private @Nullable ForwardWeight forward;
  private @Nullable DenseMatrix gradient;
  private @Nullable DenseVector vector;
  private @Nullable DenseVector gradientVector;

  private DenseParameter(
      String name, DenseMatrix value, boolean decays, Initializer initializer, boolean ready) {
    this.name = name;
    this.value = value;
    this.decays = decays;
    this.initializer = initializer;
    this.initialised = ready;
  }

  /**
   * Makes a parameter of a matrix.
   *
   * @param name the name
   * @param value the numbers, ready to train; shared
   * @param decays whether weight decay applies
   * @return a parameter on the matrix; {@code initialise} draws from N(0, 2 / columns)
   */
  public static DenseParameter of(String name, DenseMatrix value, boolean decays) {
    return new DenseParameter(name, value, decays, Initializer.normal(2), true);
  }

  /**
   * Makes a parameter that must be initialised or loaded before it can be used.
   *
   * @param name the name
   * @param rows number of rows
   * @param columns number of columns
   * @param decays whether weight decay applies
   * @param initializer how it starts
   * @return a parameter of zeros
   */
  public static DenseParameter create(
      String name, int rows, int columns, boolean decays, Initializer initializer) {
    return new DenseParameter(name, DenseMatrix.zeros(rows, columns), decays, initializer, false);
  }

  /**
   * Makes a bias: {@code 1 x length} zeros without decay, ready to train.
   *
   * @param name the name
   * @param length number of elements
   * @return a parameter
   */
  public static DenseParameter bias(String name, int length) {
    return new DenseParameter(
        name, DenseMatrix.zeros(1, length), false, Initializer.constant(0), true);
  }

  /**
   * Says that rows of the matrix are looked up, as those of embeddings are; pruning of trained
   * models leaves such matrices out.
   *
   * @return this parameter
   */
  public DenseParameter asTable() {
    role = Role.TABLE;
    return this;
  }

  /**
   * Says that the numbers stand for several weights each, as those of sums of inputs do; pruning of
   * trained models leaves them out.
   *
   * @return this parameter
   */
  public DenseParameter asCoefficients() {
    role = Role.COEFFICIENTS;
    return this;
  }

  /**
   * Tells whether rows of the matrix are looked up.
   *
   * @return true for embeddings
   */
  public boolean isTable() {
    return role == Role.TABLE;
  }

  /**
   * Tells whether the numbers are weights, each of one input and one output, or a row of them such
   * as a bias.
   *
   * @return false for tables and coefficients
   */
  public boolean isMatrix() {
    return role == Role.MATRIX;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void rename(String name) {
    this.name = name;
  }

  @Override
  public long size() {
    return (long) value.rows() * value.columns();
  }

  @Override
  public boolean decays() {
    return decays;
  }

  @Override
  public boolean isInitialised() {
    return initialised;
  }

  @Override
  public void initialise(long seed) {
    initializer.fill(seed, value);
    initialised = true;
    markChanged();
    zeroGradient();
  }

  /**
   * Copies numbers in, for example from a file, and empties the gradient.
   *
   * @param source matrix of equal shape
   * @throws IllegalArgumentException if the shapes differ
   */
  public void load(DenseMatrix source) {
    if (source.rows() != value.rows() || source.columns() != value.columns()) {
      throw new IllegalArgumentException(
          "load: shape of the source ("
              + source.rows()
              + "x"
              + source.columns()
              + ") must equal the shape of "
              + this);
    }
    value.copyFrom(source);
    initialised = true;
    markChanged();
    zeroGradient();
  }

  /**
   * Returns the numbers.
   *
   * @return the live matrix; whoever writes it calls {@link #markChanged()}
   */
  public DenseMatrix value() {
    return value;
  }

  /** Says that the numbers were written. */
  public void markChanged() {
    version++;
  }

  /**
   * Counts the calls of {@link #markChanged()}.
   *
   * @return a number that differs after every change
   */
  public long version() {
    return version;
  }

  /**
   * Returns what products see instead of the numbers.
   *
   * @return the weight that follows a rule, or empty if products see the numbers themselves
   */
  public Optional<ForwardWeight> forward() {
    return Optional.ofNullable(forward);
  }

  /** Lets a rule rule the products, once. */
  void follow(ForwardWeight next) {
    if (forward != null) {
      throw new IllegalArgumentException(
          "ForwardWeight: " + this + " follows " + forward.rule() + " already");
    }
    forward = next;
  }

  /**
   * Returns the numbers of a bias.
   *
   * @return row 0 as a vector on the same memory
   * @throws IndexOutOfBoundsException if there is no row
   */
  public DenseVector vector() {
    DenseVector result = vector;
    if (result == null) {
      result = DenseVector.ofRow(value, 0);
      vector = result;
    }
    return result;
  }

  /**
   * Returns the gradient; zeros if nothing was added.
   *
   * @return the live matrix
   */
  public DenseMatrix gradient() {
    DenseMatrix result = gradient;
    if (result == null) {
      result = DenseMatrix.zeros(value.rows(), value.columns());
      gradient = result;
    } else if (!filled) {
      result.fill(0);
    }
    return result;
  }

  /**
   * Returns the gradient of a bias.
   *
   * @return row 0 of the gradient as a vector on the same memory
   * @throws IndexOutOfBoundsException if there is no row
   */
  public DenseVector gradientVector() {
    DenseMatrix row = gradient();
    DenseVector result = gradientVector;
    if (result == null) {
      result = DenseVector.ofRow(row, 0);
      gradientVector = result;
    }
    return result;
  }

  /**
   * Says that a backward pass is about to write the gradient.
   *
   * @return true if the gradient was empty, so that the pass must overwrite it; false if the pass
   *     must add to it
   */
  public boolean claimGradient() {
    boolean first = !filled;
    filled = true;
    return first;
  }

  @Override
  public void zeroGradient() {
    filled = false;
  }

  @Override
  public boolean hasGradient() {
    return filled;
  }

  @Override
  public long bytes() {
    return 4 * size();
  }

  /** Returns name and shape. */
  @Override
  public String toString() {
    return name + " (" + value.rows() + "x" + value.columns() + ")";
  }
}
