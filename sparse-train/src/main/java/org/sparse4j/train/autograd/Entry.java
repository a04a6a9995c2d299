package org.sparse4j.train.autograd;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.DenseVector;
import org.sparse4j.format.DenseView;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.DenseKernels;
import org.sparse4j.train.parameter.SparseParameter;

/**
 * One use of an operator on a tape: what its forward and backward methods work with.
 *
 * <p>The tape reuses entries from step to step.
 */
public final class Entry {

  private final Tape tape;
  private Variable[] inputs = new Variable[2];
  private int inputCount;
  private @Nullable Operator operator;
  private @Nullable Variable output;
  private @Nullable DenseMatrix[] saved = new DenseMatrix[2];

  /** Views by slot, and of what they are; they stay valid while matrices come back in order. */
  private @Nullable DenseMatrix[] viewed = new DenseMatrix[0];

  private @Nullable DenseMatrix[] views = new DenseMatrix[0];
  private @Nullable DenseVector[] vectors = new DenseVector[0];

  private @Nullable DenseView[] operands = new DenseView[0];

  /** Constants of the built-in operators, so that those need no objects of their own. */
  float number;

  long seed;
  int from;
  int to;
  boolean flag;

  /** Whole numbers of this use, such as labels; longer than what is used of it. */
  int[] ints = new int[0];

  private @Nullable Window window;

  Entry(Tape tape) {
    this.tape = tape;
  }

  void reuse(Operator newOperator, Variable newOutput) {
    operator = newOperator;
    output = newOutput;
    inputCount = 0;
    Arrays.fill(saved, null);
  }

  void addInput(Variable input) {
    if (inputCount == inputs.length) {
      inputs = Arrays.copyOf(inputs, 2 * inputCount);
    }
    inputs[inputCount++] = input;
  }

  Operator operator() {
    Operator result = operator;
    if (result == null) {
      throw new IllegalStateException("Entry: not in use");
    }
    return result;
  }

  Variable outputVariable() {
    Variable result = output;
    if (result == null) {
      throw new IllegalStateException("Entry: not in use");
    }
    return result;
  }

  Variable inputVariable(int index) {
    if (index >= inputCount) {
      throw new IndexOutOfBoundsException(
          operator().label() + ": input " + index + " of " + inputCount);
    }
    return inputs[index];
  }

  /**
   * Returns the number of inputs.
   *
   * @return how many variables the operator was applied to
   */
  public int inputs() {
    return inputCount;
  }

  /**
   * Returns an input.
   *
   * @param index input, from 0
   * @return its matrix, not to be written
   */
  public DenseMatrix value(int index) {
    return inputVariable(index).value();
  }

  /**
   * Returns the result: to be overwritten by {@code forward}, read by {@code backward}.
   *
   * @return the matrix
   */
  public DenseMatrix output() {
    return outputVariable().value();
  }

  /**
   * Returns the gradient of the loss with respect to the result; for {@code backward}.
   *
   * @return the complete gradient
   */
  public DenseMatrix outputGradient() {
    return outputVariable().accumulator(dense(), workspace());
  }

  /**
   * Tells whether the step will run backwards through this entry, so that {@code forward} should
   * save what that needs.
   *
   * @return false in an evaluation step
   */
  public boolean needsBackward() {
    return outputVariable().needsGradient();
  }

  /**
   * Tells whether an input's gradient is wanted.
   *
   * @param index input, from 0
   * @return true if {@code backward} must add to it
   */
  public boolean needsGradient(int index) {
    return inputVariable(index).needsGradient();
  }

  /**
   * Returns a matrix for this operator's whole contribution to an input's gradient: the gradient
   * itself at first, else a spare matrix that is added to it. Overwrite all of it, then call {@link
   * #gradientWritten}.
   *
   * @param index input that needs a gradient
   * @return a matrix of the input's shape with undefined contents and zero padding
   */
  public DenseMatrix gradientTarget(int index) {
    return inputVariable(index).target();
  }

  /**
   * Says that {@link #gradientTarget} was written.
   *
   * @param index the input
   */
  public void gradientWritten(int index) {
    inputVariable(index).written(dense(), workspace());
  }

  /**
   * Returns an input's gradient to add to, zeros at first; for operators that add by themselves or
   * touch only a part.
   *
   * @param index input that needs a gradient
   * @return the gradient
   */
  public DenseMatrix gradientSum(int index) {
    return inputVariable(index).accumulator(dense(), workspace());
  }

  /** Tells whether another operator has already contributed to an input's gradient. */
  boolean hasGradient(int index) {
    return inputVariable(index).isFilled();
  }

  /**
   * Like {@link #gradientTarget}, but may return {@link #outputGradient()} itself where nobody will
   * read that any more. For the last thing an element-wise operator computes.
   *
   * @param index input that needs a gradient
   * @return a matrix of the input's shape with undefined contents, or the gradient of the result
   */
  public DenseMatrix gradientTargetInPlace(int index) {
    Variable result = outputVariable();
    if (!result.isRetained() && inputVariable(index).adopt(outputGradient())) {
      return outputGradient();
    }
    return gradientTarget(index);
  }

  /** Returns where the gradient before a fused function goes: in place unless it is kept. */
  DenseMatrix innerGradient(int slot) {
    return outputVariable().isRetained()
        ? saved(slot, output().rows(), output().columns())
        : outputGradient();
  }

  /**
   * Returns a matrix that lives until the step ends; the same one for the same slot, so that {@code
   * backward} finds what {@code forward} saved.
   *
   * @param slot number of the matrix, from 0
   * @param rows number of rows
   * @param columns number of columns
   * @return the matrix; undefined contents and zero padding at its first use in a step
   */
  public DenseMatrix saved(int slot, int rows, int columns) {
    if (slot >= saved.length) {
      saved = Arrays.copyOf(saved, slot + 1);
    }
    DenseMatrix result = saved[slot];
    if (result == null) {
      result = tape.take(rows, columns);
      saved[slot] = result;
    }
    return result;
  }

  /** Returns row 0 of a matrix as a vector, the same object while the matrix is the same. */
  DenseVector vector(int slot, DenseMatrix row) {
    look(slot, row);
    DenseVector known = vectors[slot];
    if (known == null) {
      known = DenseVector.ofRow(row, 0);
      vectors[slot] = known;
    }
    return known;
  }

  /** Returns rows of a matrix, the same object while matrix and rows are the same. */
  DenseMatrix rows(int slot, DenseMatrix matrix, int fromRow, int toRow) {
    look(slot, matrix);
    DenseMatrix known = views[slot];
    boolean same =
        known != null
            && known.rows() == toRow - fromRow
            && known.address() == matrix.address() + 4L * fromRow * matrix.stride();
    if (known == null || !same) {
      known = matrix.rows(fromRow, toRow);
      views[slot] = known;
    }
    return known;
  }

  /** Returns a matrix as an operand, the same object while the matrix is the same. */
  DenseView operand(int slot, DenseMatrix matrix) {
    look(slot, matrix);
    DenseView known = operands[slot];
    if (known == null) {
      known = matrix.view();
      operands[slot] = known;
    }
    return known;
  }

  void window(Window next) {
    window = next;
  }

  Window window() {
    Window result = window;
    if (result == null) {
      throw new IllegalStateException(operator().label() + ": has no window");
    }
    return result;
  }

  /** Copies numbers of the caller, which may be gone when the backward pass comes. */
  void keepInts(int[] source, int count, int capacity) {
    if (ints.length < capacity) {
      ints = new int[capacity];
    }
    System.arraycopy(source, 0, ints, 0, count);
  }

  /** Makes a slot one of views of a matrix, and forgets those of another. */
  @SuppressWarnings("ReferenceEquality") // views are of this very matrix, not of an equal one
  private void look(int slot, DenseMatrix matrix) {
    if (slot >= viewed.length) {
      // Attention has a view a head of every sequence.
      int length = Math.max(slot + 1, viewed.length * 2);
      viewed = Arrays.copyOf(viewed, length);
      views = Arrays.copyOf(views, length);
      vectors = Arrays.copyOf(vectors, length);
      operands = Arrays.copyOf(operands, length);
    }
    if (viewed[slot] != matrix) {
      viewed[slot] = matrix;
      views[slot] = null;
      vectors[slot] = null;
      operands[slot] = null;
    }
  }

  double calibrate() {
    return tape.calibrate();
  }

  void captured(SparseParameter parameter) {
    tape.captured(parameter);
  }

  /**
   * Returns the kernels of the tape.
   *
   * @return the kernels
   */
  public Kernels kernels() {
    return tape.kernels();
  }

  /**
   * Returns the dense operations.
   *
   * @return the tape's dense kernels
   */
  public DenseKernels dense() {
    return tape.dense();
  }

  /**
   * Returns scratch memory and threads.
   *
   * @return the tape's workspace
   */
  public Workspace workspace() {
    return tape.workspace();
  }

  /** Returns the operator and the shape of the result. */
  @Override
  public String toString() {
    return operator == null ? "Entry" : operator().label() + " -> " + outputVariable().shape();
  }
}
