package org.sparse4j.train.optim;

import java.util.Map;
import java.util.TreeMap;
import org.sparse4j.train.parameter.Initializer;

/**
 * Sparse maximal update parameterisation: first weights and learning rates of hidden layers that
 * keep the best settings of a small dense model for wider and sparser ones, with static random
 * masks and AdamW: Dey, Bergsma and Hestness, Sparse maximal update parameterization, 2024 (arXiv
 * 2405.15743), table 1.
 *
 * <p>With {@code m_d} and {@code m_r} the width and the density divided by those of the tuned base:
 * hidden weights start with variance {@code base^2 / (m_d m_r)}, learn with rate {@code base / (m_d
 * m_r)}, and outputs are multiplied by {@code alpha / m_d}. Embeddings, norms and biases stay as
 * they are. The authors report that it does not carry over to masks that change (RigL, gradual
 * pruning), where it corrects too much.
 *
 * @param width width multiplier {@code m_d}, above 0
 * @param density density multiplier {@code m_r}, above 0; the density itself for a dense base
 */
public record SmuPar(double width, double density) {

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if one is not above 0
   */
  public SmuPar {
    if (!(width > 0) || !(density > 0)) {
      throw new IllegalArgumentException(
          "SmuPar: width ("
              + width
              + ") and density ("
              + density
              + ") multipliers must be above 0");
    }
  }

  /**
   * Draws hidden weights.
   *
   * @param baseDeviation standard deviation of the tuned base
   * @return normal weights with deviation {@code base / sqrt(m_d m_r)} at every stored position
   */
  public Initializer hidden(double baseDeviation) {
    return Initializer.deviation(baseDeviation / Math.sqrt(width * density));
  }

  /**
   * Scales the learning rates of hidden weights.
   *
   * @param hiddenWeights names of their parameters
   * @return a factor of {@code 1 / (m_d m_r)} for those, 1 for all others
   */
  public RateFactor rates(String... hiddenWeights) {
    Map<String, Double> factors = new TreeMap<>();
    for (String name : hiddenWeights) {
      factors.put(name, 1 / (width * density));
    }
    return RateFactor.named(factors);
  }

  /**
   * Scales outputs before the loss; see {@code Loss.ofScaledOutput}.
   *
   * @param alpha multiplier of the tuned base
   * @return {@code alpha / m_d}
   */
  public float outputFactor(double alpha) {
    return (float) (alpha / width);
  }
}
