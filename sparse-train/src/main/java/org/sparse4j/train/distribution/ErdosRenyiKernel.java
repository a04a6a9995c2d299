package org.sparse4j.train.distribution;

import java.util.List;
import java.util.Set;
import org.sparse4j.train.layer.LayerShape;

/**
 * Density in proportion to {@code (sum of dimensions / product of dimensions)^power}: the
 * Erdos-Renyi-Kernel rule of Evci et al., Rigging the Lottery, 2020 (arXiv 1911.11134), appendix.
 *
 * <p>With S the sparsity, n the sizes and D the dense layers (those asked for, at first) the scale
 * is {@code [sum over l not in D of (n_l - floor(S n_l)) - sum over D of floor(S n_l)] / sum over l
 * not in D of raw_l n_l}. While the largest raw value times the scale exceeds 1, every layer that
 * attains it joins D and the scale is found anew: at S = 0.9 the output layer of LeNet-300-100
 * becomes dense that way.
 */
public final class ErdosRenyiKernel implements SparsityDistribution {

  private final double sparsity;
  private final double power;
  private final Set<String> dense;

  private ErdosRenyiKernel(double sparsity, double power, Set<String> dense) {
    this.sparsity = sparsity;
    this.power = power;
    this.dense = dense;
  }

  /**
   * Drops a fraction of all weights together, with power 1.
   *
   * @param sparsity dropped fraction of the network, in [0, 1]
   * @return the distribution
   * @throws IllegalArgumentException if {@code sparsity} is not in [0, 1]
   */
  public static ErdosRenyiKernel sparsity(double sparsity) {
    return new ErdosRenyiKernel(Sparsities.checked("ErdosRenyiKernel", sparsity), 1, Set.of());
  }

  /**
   * Changes the exponent: 0 makes all layers equally dense, 1 is the paper's rule.
   *
   * @param power exponent, at least 0
   * @return a new distribution
   * @throws IllegalArgumentException if {@code power} is below 0
   */
  public ErdosRenyiKernel power(double power) {
    if (!(power >= 0)) {
      throw new IllegalArgumentException(
          "ErdosRenyiKernel: power (" + power + ") must be at least 0");
    }
    return new ErdosRenyiKernel(sparsity, power, dense);
  }

  /**
   * Keeps some layers dense; the others make up for them.
   *
   * @param layers names of weights
   * @return a new distribution
   */
  public ErdosRenyiKernel dense(String... layers) {
    return new ErdosRenyiKernel(sparsity, power, Set.of(layers));
  }

  @Override
  public double[] densities(List<LayerShape> layers) {
    return Budget.share(
        "ErdosRenyiKernel",
        sparsity,
        layers,
        dense,
        layer -> {
          double sum = 0;
          for (int dimension : layer.dimensions()) {
            sum += dimension;
          }
          return StrictMath.pow(sum / layer.size(), power);
        });
  }

  @Override
  public double sparsity() {
    return sparsity;
  }

  /** Returns the rule and its sparsity. */
  @Override
  public String toString() {
    return "Erdos-Renyi-Kernel "
        + sparsity
        + (power == 1 ? "" : ", power " + power)
        + (dense.isEmpty() ? "" : ", dense " + dense);
  }
}
