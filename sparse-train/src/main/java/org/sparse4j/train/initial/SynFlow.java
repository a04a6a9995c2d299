package org.sparse4j.train.initial;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.sparse4j.mask.Mask;
import org.sparse4j.train.saliency.Scope;

/**
 * Prunes without data, little by little, so that no layer runs empty: with {@code |w|} for w and an
 * input of ones, R is the sum of the outputs and {@code |w| dR/d|w|} the score of a weight; round k
 * of n keeps the density {@code d^((k + 1) / n)} of all layers together. Tanaka, Kunin, Yamins and
 * Ganguli, Pruning neural networks without any data by iteratively conserving synaptic flow, 2020
 * (arXiv 2006.05467), equation 4 and algorithm 1.
 *
 * <p>The original computes in double because R overflows in deep networks. Here every layer is
 * multiplied by a power of two first, that brings the mean sum of its rows near 1. In a network
 * whose functions are positively homogeneous (ReLU) and whose biases are 0 all scores of a round
 * change by the same power of two, which changes no order. Counts are exact, and what was dropped
 * stays dropped. Dropout takes part if the model has any. Deviation: batch norm would normalise the
 * single sample by itself, which leaves all scores 0 and is an error; the original takes its
 * running numbers.
 */
public final class SynFlow implements FirstMasks {

  private final int rounds;

  private SynFlow(int rounds) {
    this.rounds = rounds;
  }

  /**
   * Names the number of rounds.
   *
   * @param rounds at least 1; the paper uses 100
   * @return the choice
   * @throws IllegalArgumentException if {@code rounds} is below 1
   */
  public static SynFlow rounds(int rounds) {
    if (rounds < 1) {
      throw new IllegalArgumentException("SynFlow: rounds (" + rounds + ") must be at least 1");
    }
    return new SynFlow(rounds);
  }

  @Override
  public List<Mask> choose(Probe probe) {
    int layers = probe.targets().size();
    long[] positions = Choices.positions(probe);
    long size = Arrays.stream(positions).sum();
    long stored = probe.targets().stream().mapToLong(Target::stored).sum();
    List<float[]> weights = new ArrayList<>();
    List<int[]> kept = new ArrayList<>();
    for (int l = 0; l < layers; l++) {
      weights.add(probe.weights(l).clone());
      int[] all = new int[weights.get(l).length];
      Arrays.setAll(all, p -> p);
      kept.add(all);
    }
    for (int k = 0; k < rounds; k++) {
      for (int l = 0; l < layers; l++) {
        load(probe, l, weights.get(l), kept.get(l));
      }
      probe.weightsChanged();
      probe.outputGradient();
      List<float[]> scores = new ArrayList<>();
      for (int l = 0; l < layers; l++) {
        scores.add(scores(probe, l, kept.get(l)));
      }
      if (k == 0) {
        requireFlow(scores);
      }
      long[] counts = new long[layers];
      counts[0] = k + 1 == rounds ? stored : count(size, stored, k);
      List<int[]> next = Scope.network().keep(scores, counts, positions);
      for (int l = 0; l < layers; l++) {
        int[] before = kept.get(l);
        kept.set(l, Arrays.stream(next.get(l)).map(index -> before[index]).toArray());
      }
    }
    for (int l = 0; l < layers; l++) {
      System.arraycopy(weights.get(l), 0, probe.weights(l), 0, weights.get(l).length);
    }
    probe.weightsChanged();
    return Choices.masks(probe, kept);
  }

  private static void requireFlow(List<float[]> scores) {
    for (float[] layer : scores) {
      for (float score : layer) {
        if (score != 0) {
          return;
        }
      }
    }
    throw new IllegalStateException(
        "SynFlow: all scores are 0; nothing flows through the model, as with batch norm of a single"
            + " sample");
  }

  private long count(long size, long stored, int round) {
    double density = Math.pow((double) stored / size, (round + 1.0) / rounds);
    return Math.min(size, Math.max(stored, Math.round(density * size)));
  }

  private static void load(Probe probe, int layer, float[] weights, int[] kept) {
    double sum = 0;
    for (int position : kept) {
      sum += Math.abs(weights[position]);
    }
    double mean = sum / probe.targets().get(layer).shape().rows();
    int power = mean == 0 ? 0 : -Math.getExponent(mean);
    float[] loaded = probe.weights(layer);
    Arrays.fill(loaded, 0);
    for (int position : kept) {
      loaded[position] = Math.scalb(Math.abs(weights[position]), power);
    }
  }

  private static float[] scores(Probe probe, int layer, int[] kept) {
    float[] weights = probe.weights(layer);
    float[] gradient = probe.gradient(layer);
    float[] scores = new float[kept.length];
    for (int c = 0; c < kept.length; c++) {
      scores[c] = weights[kept[c]] * gradient[kept[c]];
    }
    Choices.requireFinite("SynFlow", probe, layer, scores);
    return scores;
  }

  /** Returns the number of rounds. */
  @Override
  public String toString() {
    return "SynFlow in " + rounds + " rounds";
  }
}
