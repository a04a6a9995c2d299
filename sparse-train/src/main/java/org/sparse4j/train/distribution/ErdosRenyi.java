package org.sparse4j.train.distribution;

import java.util.List;
import java.util.Set;
import org.sparse4j.train.layer.LayerShape;

/**
 * Density in proportion to {@code (inputs + outputs) / (inputs * outputs)}, so that the number of
 * weights follows the number of neurons: Mocanu et al., Scalable training of artificial neural
 * networks with adaptive sparse connectivity inspired by network science, 2018 (arXiv 1707.04780),
 * with the total fixed as in Evci et al., 2020 (arXiv 1911.11134).
 *
 * <p>Kernel height and width of a convolution do not count; {@link ErdosRenyiKernel} counts them.
 * Where a density would exceed 1, every layer with the largest value is made dense and the rest is
 * shared out again, until none does.
 */
public final class ErdosRenyi implements SparsityDistribution {

  private final double sparsity;
  private final Set<String> dense;

  private ErdosRenyi(double sparsity, Set<String> dense) {
    this.sparsity = sparsity;
    this.dense = dense;
  }

  /**
   * Drops a fraction of all weights together.
   *
   * @param sparsity dropped fraction of the network, in [0, 1]
   * @return the distribution
   * @throws IllegalArgumentException if {@code sparsity} is not in [0, 1]
   */
  public static ErdosRenyi sparsity(double sparsity) {
    return new ErdosRenyi(Sparsities.checked("ErdosRenyi", sparsity), Set.of());
  }

  /**
   * Keeps some layers dense; the others make up for them.
   *
   * @param layers names of weights
   * @return a new distribution
   */
  public ErdosRenyi dense(String... layers) {
    return new ErdosRenyi(sparsity, Set.of(layers));
  }

  @Override
  public double[] densities(List<LayerShape> layers) {
    return Budget.share(
        "ErdosRenyi",
        sparsity,
        layers,
        dense,
        layer -> {
          double outputs = layer.rows();
          double inputs = layer.dimensions().size() < 2 ? 1 : layer.dimensions().get(1);
          return (inputs + outputs) / (inputs * outputs);
        });
  }

  @Override
  public double sparsity() {
    return sparsity;
  }

  /** Returns the rule and its sparsity. */
  @Override
  public String toString() {
    return "Erdos-Renyi " + sparsity + (dense.isEmpty() ? "" : ", dense " + dense);
  }
}
