package org.sparse4j.train.initial;

import java.util.List;

/**
 * A network before its first masks are chosen, and experiments with it.
 *
 * <p>The first call of any method but {@link #targets} and {@code remember} stores all positions of
 * all managed layers and draws the weights of the whole model (or keeps those it holds if they are
 * to be pruned, with 0 where nothing was stored), so that memory is that of a dense model until the
 * masks are chosen. Whoever changes weights puts them back. The interface is open, so that choices
 * can be tried on plain arrays.
 */
public interface Probe {

  /**
   * Returns the layers.
   *
   * @return managed layers in the order of the network
   */
  List<Target> targets();

  /**
   * Returns the weights of a layer at all positions.
   *
   * @param layer number of the layer in {@link #targets()}
   * @return live weights, row-major; after writing them call {@link #weightsChanged}
   */
  float[] weights(int layer);

  /** Says that weights were written. */
  void weightsChanged();

  /**
   * Returns what the last experiment found.
   *
   * @param layer number of the layer in {@link #targets()}
   * @return the gradient at all positions, row-major; valid until the next experiment
   */
  float[] gradient(int layer);

  /**
   * Computes the gradient of the loss, summed over some batches; the same ones at every call.
   *
   * @param batches number of batches, at least 1
   * @throws IllegalStateException if there are no samples
   */
  void lossGradient(int batches);

  /**
   * Computes the gradient of the loss of one batch that has equally many samples of every class,
   * the same ones at every call.
   *
   * @param samples number of samples of a class, at least 1
   * @param temperature what the outputs are divided by before the loss, above 0
   * @throws IllegalStateException if there are no samples, or not enough of a class
   */
  void balancedGradient(int samples, double temperature);

  /**
   * Computes the gradient of the sum of all outputs for an input of ones; every parameter that is
   * not a managed weight counts with its magnitude meanwhile.
   *
   * @return the sum of the outputs
   */
  double outputGradient();

  /**
   * Leaves an array in the state of a layer, for the rule that will change its masks; see {@code
   * RuleState}.
   *
   * @param layer number of the layer in {@link #targets()}
   * @param name name of the array
   * @param array the array; kept
   */
  void remember(int layer, String name, float[] array);

  /**
   * Leaves numbers in the state of a layer, for the rule that will change its masks.
   *
   * @param layer number of the layer in {@link #targets()}
   * @param name name of the numbers
   * @param numbers the numbers; kept
   */
  void remember(int layer, String name, double... numbers);
}
