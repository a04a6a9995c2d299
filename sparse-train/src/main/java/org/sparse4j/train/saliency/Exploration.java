package org.sparse4j.train.saliency;

import org.sparse4j.format.CsrPattern;
import org.sparse4j.train.layer.LayerView;

/**
 * The magnitude of the gradient plus a bonus for positions that were seldom stored, {@code |G_i| +
 * c ln(t) / (N_i + epsilon)}: the score by which Huang, Lei, Xu, Peng, Sun, Xie and Ding, Dynamic
 * sparse training via balancing the exploration-exploitation trade-off, 2023 (arXiv 2211.16667)
 * grow; published code was not at hand, so the exact form is a reconstruction.
 *
 * <p>With a small epsilon, positions that were never stored win as soon as {@code c ln(t) /
 * epsilon} exceeds the scale of gradients.
 */
public final class Exploration implements Growth {

  private final float[] counts;
  private final double bonus;
  private final double epsilon;

  private Exploration(float[] counts, double bonus, double epsilon) {
    this.counts = counts;
    this.bonus = bonus;
    this.epsilon = epsilon;
  }

  /**
   * Scores positions at a step.
   *
   * @param counts N, how many rounds each position was stored, row-major; read, not kept for longer
   * @param coefficient c, at least 0
   * @param epsilon added to the counts, above 0
   * @param step t; below 1 it counts as 1
   * @return the growth of this step
   * @throws IllegalArgumentException if a number is out of range
   */
  public static Exploration at(float[] counts, double coefficient, double epsilon, long step) {
    if (!(coefficient >= 0) || !(epsilon > 0)) {
      throw new IllegalArgumentException(
          "Exploration: coefficient ("
              + coefficient
              + ") must not be negative and epsilon ("
              + epsilon
              + ") must be above 0");
    }
    return new Exploration(counts, coefficient * Math.log((double) Math.max(1, step)), epsilon);
  }

  /**
   * Returns the score of a position.
   *
   * @param position row-major position
   * @param gradient gradient there
   * @return {@code |gradient| + c ln(t) / (N + epsilon)}
   */
  public float score(int position, float gradient) {
    return (float) (Math.abs(gradient) + bonus / (counts[position] + epsilon));
  }

  @Override
  public TopK bestMissing(LayerView layer, CsrPattern kept, int k) {
    TopK best = TopK.of(k);
    if (k == 0) {
      return best;
    }
    int columns = kept.columns();
    boolean[] taken = new boolean[counts.length];
    kept.forEach((p, i, j) -> taken[i * columns + j] = true);
    GradientRows.forEach(
        layer,
        (i, row) -> {
          for (int j = 0; j < columns; j++) {
            if (!taken[i * columns + j]) {
              int position = i * columns + j;
              best.offer(score(position, row[j]), position);
            }
          }
        });
    return best;
  }

  @Override
  public String toString() {
    return "gradient magnitude and exploration";
  }
}
