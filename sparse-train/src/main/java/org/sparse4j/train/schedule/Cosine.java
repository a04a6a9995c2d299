package org.sparse4j.train.schedule;

/**
 * A drop fraction that falls along half a cosine: {@code first / 2 (1 + cos(pi (t - begin) / (end -
 * begin)))}, 0 from the end on (Dettmers and Zettlemoyer, Sparse networks from scratch, 2019, arXiv
 * 1907.04840; Evci et al., 2020, arXiv 1911.11134, section 3).
 *
 * <p>Deviation: the reference code divides the step itself, not {@code t - begin}, by {@code end -
 * begin}. Both agree if {@code begin} is 0; otherwise only this form starts at {@code first}.
 *
 * @param first the fraction at the first update, in [0, 1]
 */
public record Cosine(double first) implements DropFraction {

  /**
   * Creates the schedule.
   *
   * @throws IllegalArgumentException if {@code first} is not in [0, 1]
   */
  public Cosine {
    Fractions.checked("Cosine", first);
  }

  /**
   * Names the first fraction.
   *
   * @param first the fraction at the first update, in [0, 1]
   * @return the schedule
   * @throws IllegalArgumentException if {@code first} is not in [0, 1]
   */
  public static Cosine from(double first) {
    return new Cosine(first);
  }

  @Override
  public double at(long step, long begin, long end) {
    double progress = DropFraction.progress(step, begin, end);
    return first / 2 * (1 + StrictMath.cos(StrictMath.PI * progress));
  }
}
