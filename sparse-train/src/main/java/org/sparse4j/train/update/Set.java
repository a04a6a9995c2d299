package org.sparse4j.train.update;

import org.sparse4j.format.Remap;
import org.sparse4j.train.layer.LayerView;
import org.sparse4j.train.saliency.Magnitude;
import org.sparse4j.train.saliency.RandomGrowth;
import org.sparse4j.train.schedule.DropFraction;

/**
 * Sparse evolutionary training: after the weights took their step, the smallest ones are dropped
 * and random positions grown; Mocanu et al., Scalable training of artificial neural networks with
 * adaptive sparse connectivity inspired by network science, 2018 (arXiv 1707.04780), in the form of
 * Evci et al., 2020 (arXiv 1911.11134).
 *
 * <p>No dense gradient is ever needed. Deviations from the 2018 paper, as in all later code:
 * magnitude decides, not the smallest positive and the largest negative weights; grown weights are
 * 0, not drawn; the fraction usually falls over time. See {@link Exchange} for the exact rule.
 */
public final class Set implements LayerRule {

  private final DropFraction fraction;

  private Set(DropFraction fraction) {
    this.fraction = fraction;
  }

  /**
   * Names the fraction to exchange.
   *
   * @param fraction of the stored weights at each update, usually {@code Cosine.from(0.3)}
   * @return the rule
   */
  public static Set dropFraction(DropFraction fraction) {
    return new Set(fraction);
  }

  @Override
  public Timing timing() {
    return Timing.AFTER_STEP;
  }

  @Override
  public Remap update(LayerView layer, UpdatePoint point) {
    double dropped = fraction.at(point.step(), point.begin(), point.end());
    return Exchange.exchange(layer, Magnitude.instance(), RandomGrowth.instance(), dropped);
  }

  /** Returns the rule and its fraction. */
  @Override
  public String toString() {
    return "SET, " + fraction;
  }
}
