package org.sparse4j.train.schedule;

/**
 * A drop fraction that falls along half a cosine to a last value above 0: {@code last + (first -
 * last) / 2 (1 + cos(pi progress))}, as Dettmers and Zettlemoyer, Sparse networks from scratch,
 * 2019 (arXiv 1907.04840) use it from 0.5 to 0.005.
 *
 * @param first the fraction at the begin, in [0, 1]
 * @param last the fraction from the end on, in [0, 1]
 */
public record CosineBetween(double first, double last) implements DropFraction {

  /**
   * Creates the schedule.
   *
   * @throws IllegalArgumentException if a fraction is not in [0, 1]
   */
  public CosineBetween {
    Fractions.checked("CosineBetween", first);
    Fractions.checked("CosineBetween", last);
  }

  @Override
  public double at(long step, long begin, long end) {
    double progress = DropFraction.progress(step, begin, end);
    return last + (first - last) / 2 * (1 + StrictMath.cos(StrictMath.PI * progress));
  }
}
