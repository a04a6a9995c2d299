package org.sparse4j.train.update;

import org.sparse4j.format.Remap;
import org.sparse4j.train.layer.LayerView;
import org.sparse4j.train.saliency.Exploration;
import org.sparse4j.train.saliency.Magnitude;
import org.sparse4j.train.schedule.DropFraction;

/**
 * RigL with a bonus for positions that were seldom stored, so that more of them get a chance: the
 * smallest weights are dropped, the positions with the largest {@code |G| + c ln(t) / (N +
 * epsilon)} are grown; Huang, Lei, Xu, Peng, Sun, Xie and Ding, Dynamic sparse training via
 * balancing the exploration-exploitation trade-off, 2023 (arXiv 2211.16667).
 *
 * <p>N counts the rounds in which a position was stored, the first mask included; one number a
 * position is remembered. No published code was at hand: the exact score, and whether the first
 * mask counts, are a reconstruction. See {@link RigL} for everything else.
 */
public final class DstEe implements LayerRule {

  private static final String COUNTS = "rounds stored";

  private final DropFraction fraction;
  private final double coefficient;
  private final double epsilon;

  private DstEe(DropFraction fraction, double coefficient, double epsilon) {
    this.fraction = fraction;
    this.coefficient = coefficient;
    this.epsilon = epsilon;
  }

  /**
   * Names the fraction to exchange and the bonus.
   *
   * @param fraction of the stored weights at each update, usually {@code Cosine.from(0.3)}
   * @param coefficient c, to be tuned between 1e-6 and 1e-2; 0 is RigL
   * @param epsilon added to the counts, above 0; about 1 keeps the bonus below c ln(t)
   * @return the rule
   * @throws IllegalArgumentException if a number is out of range
   */
  public static DstEe of(DropFraction fraction, double coefficient, double epsilon) {
    Exploration.at(new float[0], coefficient, epsilon, 1);
    return new DstEe(fraction, coefficient, epsilon);
  }

  @Override
  public Timing timing() {
    return Timing.INSTEAD_OF_STEP;
  }

  @Override
  public Remap update(LayerView layer, UpdatePoint point) {
    float[] counts = layer.state().floats(COUNTS, Positions.size(layer.pattern()));
    double dropped = fraction.at(point.step(), point.begin(), point.end());
    float[] next = counts.clone();
    for (int position : Positions.of(layer.pattern())) {
      next[position]++;
    }
    Exploration growth = Exploration.at(next, coefficient, epsilon, point.step());
    Remap remap = Exchange.exchange(layer, Magnitude.instance(), growth, dropped);
    System.arraycopy(next, 0, counts, 0, counts.length);
    return remap;
  }

  /** Returns the settings. */
  @Override
  public String toString() {
    return "DST-EE, " + fraction + ", c " + coefficient + ", epsilon " + epsilon;
  }
}
