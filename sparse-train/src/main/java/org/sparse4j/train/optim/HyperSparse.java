package org.sparse4j.train.optim;

import java.util.List;
import org.sparse4j.train.parameter.Parameter;

/**
 * A regularizer that presses small weights to 0 and leaves large ones alone, harder and harder:
 * Glandorf, Kaiser and Rosenhahn, HyperSparse neural networks: shifting exploration to exploitation
 * through adaptive regularization, 2023 (arXiv 2308.07163), equations 4 to 6.
 *
 * <p>With w all weights together, tau the magnitude at place {@code floor(sparsity n)} of their
 * ascending order and {@code s = 0.6585 / tau}, the gradient that is added is {@code lambda sign(w)
 * s sech^2(s |w|) (sum |w|) / (sum tanh(s |w|))}; {@code lambda = first growth^e} in epoch e after
 * the warm-up. Nothing is added during the warm-up, nor while tau is 0. Four passes over the
 * weights, none over a sorted copy.
 *
 * <p>Strength grows without bound: stop as soon as the pruned network is as good as the dense one.
 *
 * @param sparsity fraction of weights that is to become negligible, in [0, 1)
 * @param first strength in the first epoch after the warm-up, at least 0; the sources disagree
 *     between 5e-7 and 5e-4
 * @param growth factor from one epoch to the next, 1.05 in the paper, at least 0
 * @param warmUp epochs without regularization, at least 0
 * @param stepsPerEpoch weight steps of an epoch, at least 1
 */
public record HyperSparse(
    double sparsity, double first, double growth, int warmUp, long stepsPerEpoch)
    implements Regularizer {

  /** Half of the width at which the curvature of tanh peaks, as the paper rounds it. */
  private static final double PEAK = 0.6585;

  private static final int HALF = 1 << 16;

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if one is out of range
   */
  public HyperSparse {
    if (!(sparsity >= 0 && sparsity < 1) || !(first >= 0) || !(growth >= 0)) {
      throw new IllegalArgumentException(
          "HyperSparse: sparsity ("
              + sparsity
              + ") must be in [0, 1), first strength ("
              + first
              + ") and growth ("
              + growth
              + ") must not be negative");
    }
    if (warmUp < 0 || stepsPerEpoch < 1) {
      throw new IllegalArgumentException(
          "HyperSparse: warm-up ("
              + warmUp
              + ") must not be negative, steps per epoch ("
              + stepsPerEpoch
              + ") must be at least 1");
    }
  }

  /**
   * Returns the strength at a step.
   *
   * @param step weight steps taken so far
   * @return {@code first growth^(epoch - warmUp)}, 0 during the warm-up
   */
  public double strength(long step) {
    long epoch = step / stepsPerEpoch;
    return epoch < warmUp ? 0 : first * StrictMath.pow(growth, (double) (epoch - warmUp));
  }

  @Override
  public void add(List<Parameter> parameters, long step) {
    double strength = strength(step);
    List<Parameter> regular = WeightRows.regular(parameters);
    long size = regular.stream().mapToLong(Parameter::size).sum();
    if (strength == 0 || size == 0) {
      return;
    }
    float threshold = ascending(regular, (long) Math.floor(sparsity * size));
    if (threshold == 0) {
      return;
    }
    double scale = PEAK / threshold;
    double[] sums = new double[2];
    for (Parameter parameter : regular) {
      WeightRows.read(
          parameter,
          (weights, gradient) -> {
            for (float weight : weights) {
              sums[0] += Math.abs(weight);
              sums[1] += StrictMath.tanh(scale * Math.abs(weight));
            }
          });
    }
    double factor = strength * scale * sums[0] / sums[1];
    for (Parameter parameter : regular) {
      WeightRows.change(
          parameter,
          (weights, gradient) -> {
            for (int p = 0; p < gradient.length; p++) {
              double tanh = StrictMath.tanh(scale * Math.abs(weights[p]));
              gradient[p] += (float) (factor * Math.signum(weights[p]) * (1 - tanh * tanh));
            }
          });
    }
  }

  /** The magnitude at a place of the ascending order, by two passes of 16 bits. */
  private static float ascending(List<Parameter> parameters, long place) {
    int high = 0;
    long left = place;
    long[] bins = count(parameters, -1);
    while (left >= bins[high]) {
      left -= bins[high++];
    }
    bins = count(parameters, high);
    int low = 0;
    while (left >= bins[low]) {
      left -= bins[low++];
    }
    return Float.intBitsToFloat(high << 16 | low);
  }

  /** Counts upper halves of magnitudes, or lower ones among those with a given upper half. */
  private static long[] count(List<Parameter> parameters, int high) {
    long[] bins = new long[HALF];
    for (Parameter parameter : parameters) {
      WeightRows.read(
          parameter,
          (weights, gradient) -> {
            for (float weight : weights) {
              int bits = Float.floatToIntBits(Math.abs(weight));
              if (high < 0) {
                bins[bits >>> 16]++;
              } else if (bits >>> 16 == high) {
                bins[bits & (HALF - 1)]++;
              }
            }
          });
    }
    return bins;
  }
}
