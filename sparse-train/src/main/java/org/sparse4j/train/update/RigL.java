package org.sparse4j.train.update;

import org.sparse4j.format.Remap;
import org.sparse4j.train.layer.LayerView;
import org.sparse4j.train.saliency.GradientMagnitude;
import org.sparse4j.train.saliency.Magnitude;
import org.sparse4j.train.schedule.DropFraction;

/**
 * Rigged lottery: the smallest weights are dropped, and the positions with the largest dense
 * gradient of one batch are grown; Evci, Gale, Menick, Castro and Elsen, Rigging the Lottery:
 * Making All Tickets Winners, 2020 (arXiv 1911.11134), algorithm 1 and reference code.
 *
 * <p>The batch whose gradient decides takes no weight step and does not count as a step. The dense
 * gradient is searched tile by tile and never in memory at once. Grown weights are 0 and so is
 * their optimizer state. Deviation: ties go to the lower position instead of being broken by noise;
 * see {@link Exchange} for the exact rule.
 */
public final class RigL implements LayerRule {

  private final DropFraction fraction;

  private RigL(DropFraction fraction) {
    this.fraction = fraction;
  }

  /**
   * Names the fraction to exchange.
   *
   * @param fraction of the stored weights at each update; the paper's is {@code Cosine.from(0.3)}
   * @return the rule
   */
  public static RigL dropFraction(DropFraction fraction) {
    return new RigL(fraction);
  }

  @Override
  public Timing timing() {
    return Timing.INSTEAD_OF_STEP;
  }

  @Override
  public Remap update(LayerView layer, UpdatePoint point) {
    double dropped = fraction.at(point.step(), point.begin(), point.end());
    return Exchange.exchange(layer, Magnitude.instance(), GradientMagnitude.instance(), dropped);
  }

  /** Returns the rule and its fraction. */
  @Override
  public String toString() {
    return "RigL, " + fraction;
  }
}
