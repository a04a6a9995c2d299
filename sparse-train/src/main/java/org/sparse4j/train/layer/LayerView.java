package org.sparse4j.train.layer;

import org.sparse4j.format.CsrPattern;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.FloatValues;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.train.parameter.SparseParameter;

/**
 * What an update rule sees of one sparse layer: positions, weights, gradient and a seed.
 *
 * <p>Everything is for reading, and valid for the duration of one update. The interface is open, so
 * that a rule can be tried on plain arrays.
 */
public interface LayerView {

  /**
   * Returns name and dimensions.
   *
   * @return the shape
   */
  LayerShape shape();

  /**
   * Returns the stored positions.
   *
   * @return the pattern before the update
   */
  CsrPattern pattern();

  /**
   * Returns the weights, one a stored position.
   *
   * @return live values; not to be written
   */
  FloatValues weights();

  /**
   * Returns the gradient of the last backward pass, one number a stored position.
   *
   * @return live values; not to be written
   */
  FloatValues gradient();

  /**
   * Computes rows of the gradient of the last backward pass at all positions, stored or not.
   *
   * @param fromRow first row
   * @param toRow row after the last
   * @param tile receives {@code toRow - fromRow} rows of {@code pattern().columns()} numbers
   * @throws IllegalStateException if there was no backward pass, or its operands are gone
   */
  void gradientRows(int fromRow, int toRow, DenseMatrix tile);

  /**
   * Returns the seed of everything random in this update: another one for each layer and update.
   *
   * @return a seed
   */
  long seed();

  /**
   * Looks at a parameter.
   *
   * @param parameter the weights; shared
   * @param workspace scratch and threads for {@link #gradientRows}
   * @param seed of this update
   * @return a view
   */
  static LayerView of(SparseParameter parameter, Workspace workspace, long seed) {
    return new ParameterView(parameter, workspace, seed);
  }
}
