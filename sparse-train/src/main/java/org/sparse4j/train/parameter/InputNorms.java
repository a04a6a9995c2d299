package org.sparse4j.train.parameter;

import org.jspecify.annotations.Nullable;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.DenseVector;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.execution.Workspace;

/**
 * Sums of squares of the inputs of all training batches, and the scores of weights that follow from
 * them. Apart from the masks because it grows with every batch, whether a mask is due or not; holds
 * nothing if a rule does not look at inputs.
 */
final class InputNorms {

  /** Empty if inputs do not count. */
  private final double[] squares;

  private final @Nullable DenseVector dots;
  private final float[] norms;
  private final float[] row;
  private long samples;
  private @Nullable DenseMatrix scores;

  InputNorms(int columns, boolean count) {
    this.squares = new double[count ? columns : 0];
    this.dots = count ? DenseVector.zeros(columns) : null;
    this.norms = new float[squares.length];
    this.row = new float[squares.length];
  }

  /** Tells whether there were no inputs yet, or none that count. */
  boolean isEmpty() {
    return samples == 0;
  }

  void observe(Kernels kernels, Workspace workspace, DenseMatrix x) {
    DenseVector sums = dots;
    if (sums != null) {
      kernels.dense().rowDots(workspace, x, x, sums);
      for (int j = 0; j < squares.length; j++) {
        squares[j] += sums.get(j);
      }
      samples += x.columns();
    }
  }

  /** Magnitudes of the weights times norms of the inputs, in a matrix that the next call reuses. */
  DenseMatrix scores(DenseMatrix weights) {
    DenseMatrix result = scores;
    if (result == null) {
      result = DenseMatrix.zeros(weights.rows(), weights.columns());
      scores = result;
    }
    for (int j = 0; j < squares.length; j++) {
      norms[j] = (float) Math.sqrt(squares[j] / samples);
    }
    for (int i = 0; i < result.rows(); i++) {
      weights.getRow(i, row, 0);
      for (int j = 0; j < row.length; j++) {
        row[j] = Math.abs(row[j]) * norms[j];
      }
      result.setRow(i, row, 0);
    }
    return result;
  }

  /** Numbers of a state beside the count of samples. */
  int stateLength() {
    return squares.length;
  }

  /**
   * Writes what a resumed training needs.
   *
   * @param count where the count of samples goes
   * @param sums where the bits of the sums begin
   */
  void save(long[] state, int count, int sums) {
    state[count] = samples;
    for (int j = 0; j < squares.length; j++) {
      state[sums + j] = Double.doubleToRawLongBits(squares[j]);
    }
  }

  /** Takes back what {@link #save} wrote. */
  void restore(long[] state, int count, int sums) {
    samples = state[count];
    for (int j = 0; j < squares.length; j++) {
      squares[j] = Double.longBitsToDouble(state[sums + j]);
    }
  }

  /** Tells whether a count of samples is one of these inputs. */
  boolean fits(long count) {
    return count >= 0 && (count == 0 || squares.length > 0);
  }
}
