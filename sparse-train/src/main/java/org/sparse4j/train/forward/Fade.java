package org.sparse4j.train.forward;

import java.util.Locale;

/**
 * What pruned weights are multiplied by while they fade: mask decay (MdGf) of Bambhaniya et al.,
 * Progressive gradient flow for robust N:M sparsity training in transformers, 2024 (arXiv
 * 2402.04744), and reference code.
 *
 * <p>With t the steps since the fading began, the factor is {@code max(1 - rate t, 0)} or {@code
 * exp(-rate t)}: 1 at t = 0, so that the network starts dense. It is 0 in the last part of the
 * training, for fine-tuning.
 *
 * @param form how it falls
 * @param rate per step, at least 0; 2e-4 in the reference code
 * @param dense fraction of the training before the fading begins
 * @param fineTuning fraction of the training, at the end, in which the factor is 0
 */
public record Fade(Form form, double rate, double dense, double fineTuning) {

  /** How the factor falls. */
  public enum Form {
    /** {@code max(1 - rate t, 0)}. */
    LINEAR,
    /** {@code exp(-rate t)}. */
    EXPONENTIAL
  }

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if one is negative, or the fractions together are not below 1
   */
  public Fade {
    if (!(rate >= 0) || !(dense >= 0 && fineTuning >= 0 && dense + fineTuning < 1)) {
      throw new IllegalArgumentException(
          "Fade: rate ("
              + rate
              + "), dense ("
              + dense
              + ") and fine-tuning ("
              + fineTuning
              + ") must not be negative, the fractions together below 1");
    }
  }

  /**
   * Falls by the same amount every step, from the first step on.
   *
   * @param rate per step, at least 0
   * @return the fading, 0 from step {@code 1 / rate} on
   * @throws IllegalArgumentException if {@code rate} is negative
   */
  public static Fade linear(double rate) {
    return new Fade(Form.LINEAR, rate, 0, 0);
  }

  /**
   * Falls by the same share every step, from the first step on.
   *
   * @param rate per step, at least 0
   * @return the fading; it never reaches 0 unless {@link #between} ends it
   * @throws IllegalArgumentException if {@code rate} is negative
   */
  public static Fade exponential(double rate) {
    return new Fade(Form.EXPONENTIAL, rate, 0, 0);
  }

  /**
   * Sets when the fading begins, and when the factor becomes 0.
   *
   * @param denseFraction of all steps, before it begins
   * @param fineTuningFraction of all steps, at the end, without pruned weights
   * @return a new fading
   * @throws IllegalArgumentException if one is negative, or both together are not below 1
   */
  public Fade between(double denseFraction, double fineTuningFraction) {
    return new Fade(form, rate, denseFraction, fineTuningFraction);
  }

  /**
   * Returns the factor of a step.
   *
   * @param step weight steps taken so far, from 0
   * @param totalSteps weight steps of the whole training
   * @return in [0, 1]
   */
  public double at(long step, long totalSteps) {
    if (step >= totalSteps - (long) (fineTuning * totalSteps)) {
      return 0;
    }
    double steps = Math.max(0, step - (long) (dense * totalSteps));
    return switch (form) {
      case LINEAR -> Math.max(1 - rate * steps, 0);
      case EXPONENTIAL -> StrictMath.exp(-rate * steps);
    };
  }

  /** Returns the settings. */
  @Override
  public String toString() {
    return form.name().toLowerCase(Locale.ROOT)
        + " fading "
        + rate
        + ", dense "
        + dense
        + ", fine-tuning "
        + fineTuning;
  }
}
