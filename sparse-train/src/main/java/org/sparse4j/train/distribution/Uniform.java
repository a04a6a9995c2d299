package org.sparse4j.train.distribution;

import java.util.Arrays;
import java.util.List;
import org.sparse4j.train.layer.LayerShape;

/**
 * The same sparsity in every layer, the first one optionally dense, as in the uniform setting of
 * Evci et al., Rigging the Lottery, 2020 (arXiv 1911.11134). A dense first layer is not made up for
 * in the others.
 */
public final class Uniform implements SparsityDistribution {

  private final double sparsity;
  private final boolean firstDense;

  private Uniform(double sparsity, boolean firstDense) {
    this.sparsity = sparsity;
    this.firstDense = firstDense;
  }

  /**
   * Drops the same fraction everywhere.
   *
   * @param sparsity dropped fraction, in [0, 1]
   * @return the distribution
   * @throws IllegalArgumentException if {@code sparsity} is not in [0, 1]
   */
  public static Uniform sparsity(double sparsity) {
    return new Uniform(Sparsities.checked("Uniform", sparsity), false);
  }

  /**
   * Keeps the first layer dense.
   *
   * @return a new distribution
   */
  public Uniform firstLayerDense() {
    return new Uniform(sparsity, true);
  }

  @Override
  public double[] densities(List<LayerShape> layers) {
    double[] densities = new double[layers.size()];
    Arrays.fill(densities, 1 - sparsity);
    if (firstDense && densities.length > 0) {
      densities[0] = 1;
    }
    return densities;
  }

  @Override
  public double sparsity() {
    return sparsity;
  }

  /** Returns the rule and its sparsity. */
  @Override
  public String toString() {
    return "uniform " + sparsity + (firstDense ? ", first layer dense" : "");
  }
}
