package org.sparse4j.train.layer;

import org.sparse4j.format.CsrPattern;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.FloatValues;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.train.parameter.Slots;
import org.sparse4j.train.parameter.SparseParameter;

/**
 * What an update rule sees of one sparse layer: positions, weights, gradient and a seed.
 *
 * <p>Everything but {@link #state()} is for reading, and valid for the duration of one update. The
 * interface is open, so that a rule can be tried on plain arrays.
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
   * Finds the largest gradients of the last backward pass outside a set, if this view has a search
   * of its own that is faster than reading all rows.
   *
   * @param kept positions that are taken
   * @param k how many to find
   * @param positions receives row-major positions, largest magnitude first, ties to the lower one
   * @param magnitudes receives the magnitudes there
   * @return how many were found: k, or all there are; -1 if there is no such search
   */
  default int largestGradients(CsrPattern kept, int k, long[] positions, float[] magnitudes) {
    return -1;
  }

  /**
   * Returns what the optimizer remembers of the stored weights.
   *
   * @param slot name of the array, for example {@code velocity}
   * @return the live array, one number a stored position; not to be written
   * @throws IllegalArgumentException if the optimizer keeps no such array
   */
  float[] optimizerState(String slot);

  /**
   * Returns what the rule remembers of this layer.
   *
   * @return the live state
   */
  RuleState state();

  /**
   * Returns the seed of everything random in this update: another one for each layer and update.
   *
   * @return a seed
   */
  long seed();

  /**
   * Looks at a parameter, for a rule that neither remembers anything nor reads the optimizer.
   *
   * @param parameter the weights; shared
   * @param workspace scratch and threads for {@link #gradientRows}
   * @param seed of this update
   * @return a view with an empty state of its own
   */
  static LayerView of(SparseParameter parameter, Workspace workspace, long seed) {
    return of(parameter, Slots.of(parameter), new RuleState(), workspace, seed);
  }

  /**
   * Looks at a parameter.
   *
   * @param parameter the weights; shared
   * @param slots what the optimizer remembers of them; shared
   * @param state what the rule remembers of them; shared
   * @param workspace scratch and threads for {@link #gradientRows}
   * @param seed of this update
   * @return a view
   */
  static LayerView of(
      SparseParameter parameter, Slots slots, RuleState state, Workspace workspace, long seed) {
    return new ParameterView(parameter, slots, state, workspace, seed);
  }
}
