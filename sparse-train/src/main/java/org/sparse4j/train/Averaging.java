package org.sparse4j.train;

import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * Lets a training end with a mean of the weights of its last part: stochastic weight averaging
 * (Izmailov et al., 2018, arXiv 1803.05407) or an exponential mean.
 *
 * <p>The last part is the last quarter of the batches unless {@link #from} says otherwise; its rate
 * is the optimizer's business, a constant or cyclic one as a rule. An update of masks forgets what
 * was averaged before it, so the mean is as sparse as the model. At the end of the last epoch,
 * before its evaluation, the model takes the mean, and batch norms measure a fifth of the training
 * samples again. A training that ends early keeps the weights it has. Checkpoints hold the sums (8
 * bytes a number). Immutable.
 *
 * <pre>{@code
 * Trainer.of(model)
 *     .averaging(Averaging.everyEpoch())
 *     .optimizer(n -> Sgd.rate(LearningRate.cosine(.1, .05, 3 * n / 4)))  // then .05
 *     ...
 * }</pre>
 */
public final class Averaging {

  private final OptionalInt interval;
  private final OptionalDouble decay;
  private final double from;

  private Averaging(OptionalInt interval, OptionalDouble decay, double from) {
    this.interval = interval;
    this.decay = decay;
    this.from = from;
  }

  /**
   * The mean of the weights at the end of every epoch.
   *
   * @return averaging in the last quarter
   */
  public static Averaging everyEpoch() {
    return new Averaging(OptionalInt.empty(), OptionalDouble.empty(), 0.75);
  }

  /**
   * The mean of the weights after every so many batches.
   *
   * @param batches at least 1
   * @return averaging in the last quarter
   * @throws IllegalArgumentException if below 1
   */
  public static Averaging everyBatches(int batches) {
    if (batches < 1) {
      throw new IllegalArgumentException("Averaging: batches (" + batches + ") must be at least 1");
    }
    return new Averaging(OptionalInt.of(batches), OptionalDouble.empty(), 0.75);
  }

  /**
   * The exponential mean of the weights after every batch, {@code a <- decay a + (1 - decay) w}.
   *
   * @param decay share of what was there before, in [0, 1)
   * @return averaging in the last quarter
   * @throws IllegalArgumentException if {@code decay} is out of range
   */
  public static Averaging exponential(double decay) {
    WeightAverage.exponential(decay);
    return new Averaging(OptionalInt.of(1), OptionalDouble.of(decay), 0.75);
  }

  /**
   * Sets where averaging starts.
   *
   * @param fraction of the batches of the whole training, in [0, 1)
   * @return a new object
   * @throws IllegalArgumentException if {@code fraction} is out of range
   */
  public Averaging from(double fraction) {
    if (!(fraction >= 0 && fraction < 1)) {
      throw new IllegalArgumentException(
          "Averaging: start (" + fraction + ") must be a fraction of the training in [0, 1)");
    }
    return new Averaging(interval, decay, fraction);
  }

  WeightAverage start() {
    return decay.isPresent()
        ? WeightAverage.exponential(decay.getAsDouble())
        : WeightAverage.uniform();
  }

  /** Refuses a training that ends before any weights count. */
  void requireDue(int perEpoch, long total) {
    int every = interval.orElse(perEpoch);
    if (!isDue(total - total % every, perEpoch, total)) {
      throw new IllegalArgumentException(
          "Trainer: no weights count for the " + this + " in a training of " + total + " batches");
    }
  }

  /** Tells whether the weights after some batches count. */
  boolean isDue(long batches, int perEpoch, long total) {
    return batches > from * total && batches % interval.orElse(perEpoch) == 0;
  }

  /** Returns kind and start. */
  @Override
  public String toString() {
    return (decay.isPresent()
            ? "exponential mean, decay " + decay.getAsDouble()
            : "mean of every "
                + (interval.isPresent() ? interval.getAsInt() + " batches" : "epoch"))
        + " from "
        + from;
  }
}
