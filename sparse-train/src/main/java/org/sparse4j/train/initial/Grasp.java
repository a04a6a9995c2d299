package org.sparse4j.train.initial;

import java.util.ArrayList;
import java.util.List;
import org.sparse4j.mask.Mask;
import org.sparse4j.train.saliency.Scope;

/**
 * Keeps the weights that carry the gradient's flow, the largest {@code w (H g)} with g the gradient
 * and H the Hessian of the loss in the managed weights: Wang, Zhang and Grosse, Picking winning
 * tickets before training by preserving gradient flow, 2020 (arXiv 2002.07376), equation 8 and
 * reference code (10 samples of every class, outputs divided by a temperature of 200, all layers
 * compete).
 *
 * <p>Deviation: the tape has no second derivatives, so {@code H g} is the central difference {@code
 * (g(w + e g) - g(w - e g)) / (2 e)} with {@code e |g| = 0.005 |w|}; two more passes instead of one
 * through the graph of the gradient. Counts are exact.
 */
public final class Grasp implements FirstMasks {

  /** About the cube root of the rounding of float32: where both errors of a difference balance. */
  private static final double STEP = 0.005;

  private final int samples;
  private final double temperature;
  private final Scope scope;

  private Grasp(int samples, double temperature, Scope scope) {
    this.samples = samples;
    this.temperature = temperature;
    this.scope = scope;
  }

  /**
   * Looks at some samples of every class, with temperature 200.
   *
   * @param samples number of samples of a class, at least 1; the paper uses 10
   * @return the choice
   * @throws IllegalArgumentException if {@code samples} is below 1
   */
  public static Grasp samplesPerClass(int samples) {
    if (samples < 1) {
      throw new IllegalArgumentException(
          "Grasp: samples per class (" + samples + ") must be at least 1");
    }
    return new Grasp(samples, 200, Scope.network());
  }

  /**
   * Sets what outputs are divided by.
   *
   * @param temperature above 0
   * @return a new choice
   * @throws IllegalArgumentException if {@code temperature} is not above 0
   */
  public Grasp temperature(double temperature) {
    if (!(temperature > 0)) {
      throw new IllegalArgumentException(
          "Grasp: temperature (" + temperature + ") must be above 0");
    }
    return new Grasp(samples, temperature, scope);
  }

  /**
   * Says where scores compete.
   *
   * @param scope who competes
   * @return a new choice
   */
  public Grasp within(Scope scope) {
    return new Grasp(samples, temperature, scope);
  }

  @Override
  public List<Mask> choose(Probe probe) {
    Choices.requireRoom(probe, scope);
    int layers = probe.targets().size();
    probe.balancedGradient(samples, temperature);
    List<float[]> first = new ArrayList<>();
    List<float[]> weights = new ArrayList<>();
    double weightSquares = 0;
    double gradientSquares = 0;
    for (int l = 0; l < layers; l++) {
      first.add(probe.gradient(l).clone());
      weights.add(probe.weights(l).clone());
      weightSquares += squares(weights.get(l));
      gradientSquares += squares(first.get(l));
    }
    double step = gradientSquares == 0 ? 0 : STEP * Math.sqrt(weightSquares / gradientSquares);
    List<float[]> ahead = gradientAt(probe, weights, first, step);
    List<float[]> behind = gradientAt(probe, weights, first, -step);
    List<float[]> scores = new ArrayList<>();
    for (int l = 0; l < layers; l++) {
      System.arraycopy(weights.get(l), 0, probe.weights(l), 0, weights.get(l).length);
      float[] layer = new float[weights.get(l).length];
      for (int p = 0; p < layer.length && step > 0; p++) {
        double product = ((double) ahead.get(l)[p] - behind.get(l)[p]) / (2 * step);
        layer[p] = (float) (weights.get(l)[p] * product);
      }
      Choices.requireFinite("Grasp", probe, l, layer);
      scores.add(layer);
    }
    probe.weightsChanged();
    return Choices.largest(probe, scope, scores);
  }

  private static double squares(float[] values) {
    double squares = 0;
    for (float value : values) {
      squares += (double) value * value;
    }
    return squares;
  }

  private List<float[]> gradientAt(
      Probe probe, List<float[]> weights, List<float[]> direction, double step) {
    for (int l = 0; l < weights.size(); l++) {
      float[] moved = probe.weights(l);
      for (int p = 0; p < moved.length; p++) {
        moved[p] = (float) (weights.get(l)[p] + step * direction.get(l)[p]);
      }
    }
    probe.weightsChanged();
    probe.balancedGradient(samples, temperature);
    List<float[]> gradient = new ArrayList<>();
    for (int l = 0; l < weights.size(); l++) {
      gradient.add(probe.gradient(l).clone());
    }
    return gradient;
  }

  /** Returns the settings. */
  @Override
  public String toString() {
    return "GraSP on " + samples + " samples a class, temperature " + temperature + ", " + scope;
  }
}
