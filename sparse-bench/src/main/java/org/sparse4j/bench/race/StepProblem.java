package org.sparse4j.bench.race;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * One training step of a classifier with ReLU layers: forward, softmax cross-entropy averaged over
 * the batch, backward, and {@code v = momentum v + gradient; w = w - rate v} for weights and
 * biases.
 *
 * <p>Every contestant starts from the same weights, of which sparse ones keep {@link #mask}, and
 * trains on the same batch. After {@value #CHECKED_STEPS} steps its weights must agree with the
 * same steps in double precision.
 */
public final class StepProblem {
  /** Steps after which the weights are compared. */
  public static final int CHECKED_STEPS = 3;

  /** Learning rate. */
  public static final float RATE = 0.1f;

  /** Momentum. */
  public static final float MOMENTUM = 0.9f;

  private static final long SEED = 20_250_118L;
  private static final double TOLERANCE = 2e-5;

  private final RaceSpec spec;
  private final int[] widths;
  private final List<float[]> weights = new ArrayList<>();
  private final List<boolean[]> masks = new ArrayList<>();
  private final float[] inputs;
  private final int[] labels;

  /**
   * Draws weights, masks and a batch.
   *
   * @param spec a training step
   */
  public StepProblem(RaceSpec spec) {
    this.spec = spec;
    widths = Stream.of(spec.shape().split("-", -1)).mapToInt(Integer::parseInt).toArray();
    SplittableRandom random = new SplittableRandom(SEED);
    double[] densities = erdosRenyi(1 - spec.sparsity());
    for (int layer = 0; layer < layers(); layer++) {
      int size = Math.multiplyExact(outputs(layer), inputs(layer));
      float[] numbers = new float[size];
      boolean[] mask = new boolean[size];
      float scale = (float) Math.sqrt(6.0 / inputs(layer));
      int kept = (int) Math.round(size * densities[layer]);
      for (int i = 0; i < size; i++) {
        numbers[i] = (random.nextFloat() * 2 - 1) * scale;
        mask[i] = random.nextInt(size - i) < kept;
        kept -= mask[i] ? 1 : 0;
      }
      weights.add(numbers);
      masks.add(mask);
    }
    inputs = new float[widths[0] * spec.n()];
    for (int i = 0; i < inputs.length; i++) {
      inputs[i] = random.nextFloat();
    }
    labels = new int[spec.n()];
    for (int sample = 0; sample < labels.length; sample++) {
      labels[sample] = random.nextInt(widths[widths.length - 1]);
    }
  }

  /**
   * Densities proportional to {@code (outputs + inputs) / (outputs * inputs)}, full layers capped
   * at 1.
   */
  private double[] erdosRenyi(double density) {
    double[] densities = new double[layers()];
    boolean[] full = new boolean[layers()];
    boolean again = true;
    while (again) {
      double budget = 0;
      double divisor = 0;
      for (int layer = 0; layer < layers(); layer++) {
        double size = (double) outputs(layer) * inputs(layer);
        budget += density * size - (full[layer] ? size : 0);
        divisor += full[layer] ? 0 : outputs(layer) + inputs(layer);
      }
      again = false;
      for (int layer = 0; layer < layers(); layer++) {
        double size = (double) outputs(layer) * inputs(layer);
        densities[layer] =
            full[layer] ? 1 : budget / divisor * (outputs(layer) + inputs(layer)) / size;
        if (densities[layer] > 1) {
          full[layer] = true;
          again = true;
        }
      }
    }
    return densities;
  }

  /**
   * The race.
   *
   * @return its specification
   */
  public RaceSpec spec() {
    return spec;
  }

  /**
   * Number of weight matrices.
   *
   * @return layers
   */
  public int layers() {
    return widths.length - 1;
  }

  /**
   * Inputs of a layer.
   *
   * @param layer index from 0
   * @return columns of its weights
   */
  public int inputs(int layer) {
    return widths[layer];
  }

  /**
   * Outputs of a layer.
   *
   * @param layer index from 0
   * @return rows of its weights
   */
  public int outputs(int layer) {
    return widths[layer + 1];
  }

  /**
   * Samples in the batch.
   *
   * @return n
   */
  public int batch() {
    return spec.n();
  }

  /**
   * The weights every contestant starts from.
   *
   * @param layer index from 0
   * @return outputs x inputs, row-major, a copy
   */
  public float[] weights(int layer) {
    return weights.get(layer).clone();
  }

  /**
   * The positions a sparse contestant keeps, Erdos-Renyi densities over the layers with exact
   * counts.
   *
   * @param layer index from 0
   * @return outputs x inputs, row-major, a copy
   */
  public boolean[] mask(int layer) {
    return masks.get(layer).clone();
  }

  /**
   * The batch, a row is a sample.
   *
   * @return batch x inputs, row-major, a copy
   */
  public float[] samples() {
    return inputs.clone();
  }

  /**
   * The classes of the samples.
   *
   * @return one index per sample, a copy
   */
  public int[] labels() {
    return labels.clone();
  }

  /**
   * The classes of the samples as rows of zeros with a one.
   *
   * @return batch x classes, row-major
   */
  public float[] oneHot() {
    int classes = widths[widths.length - 1];
    float[] rows = new float[labels.length * classes];
    for (int sample = 0; sample < labels.length; sample++) {
      rows[sample * classes + labels[sample]] = 1;
    }
    return rows;
  }

  /**
   * Operations of the products of one step: forward, weight gradients, and input gradients of all
   * layers but the first.
   *
   * @param sparse whether to count kept weights only
   * @return operations
   */
  public double flops(boolean sparse) {
    double flops = 0;
    for (int layer = 0; layer < layers(); layer++) {
      double size = weights.get(layer).length;
      if (sparse) {
        size = 0;
        for (boolean kept : masks.get(layer)) {
          size += kept ? 1 : 0;
        }
      }
      flops += 2 * size * batch() * (layer == 0 ? 2 : 3);
    }
    return flops;
  }

  /**
   * A contestant that must have taken the right steps.
   *
   * @param entry its entry
   * @param sparse whether it trains the masked network
   * @param step one training step
   * @param current its weights: layer, and position in the row-major matrix; 0 where the mask drops
   *     a weight
   * @return the contestant
   */
  public Contender contender(Entry entry, boolean sparse, Runnable step, Elements current) {
    return new Contender(
        entry,
        step,
        () -> {
          for (int i = 0; i < CHECKED_STEPS; i++) {
            step.run();
          }
          return check(sparse, current);
        });
  }

  private Optional<String> check(boolean sparse, Elements current) {
    double[][] expected = new ReferenceSteps(this, sparse).run(CHECKED_STEPS);
    for (int layer = 0; layer < layers(); layer++) {
      for (int i = 0; i < expected[layer].length; i++) {
        double got = current.at(layer, i);
        if (!(Math.abs(got - expected[layer][i]) <= TOLERANCE)) {
          return Optional.of(
              "wrong result: after %d steps weight %d of layer %d is %s, expected %s within %s"
                  .formatted(CHECKED_STEPS, i, layer, got, expected[layer][i], TOLERANCE));
        }
      }
    }
    return Optional.empty();
  }

  @Override
  public String toString() {
    return spec.line() + " widths " + Arrays.toString(widths) + " seed " + SEED;
  }
}
