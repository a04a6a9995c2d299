package org.sparse4j.train.initial;

import java.util.ArrayList;
import java.util.List;
import org.sparse4j.mask.Mask;
import org.sparse4j.mask.Structure;
import org.sparse4j.train.random.Streams;
import org.sparse4j.train.traits.Granularity;

/**
 * Masks that obey a structure, such as 2:4: of the largest weights of a model that holds trained
 * ones (with {@code pruneWeights()}, one-shot N:M magnitude pruning), or at random. Layers are
 * sparse from then on, in products, gradients and optimizer state.
 *
 * <p>The structure alone says how much is kept: give the sparsifier the distribution that fits it,
 * {@code Uniform.sparsity(0.5)} for 2:4.
 */
public final class StructureMasks implements FirstMasks {

  private final Structure structure;
  private final boolean random;

  private StructureMasks(Structure structure, boolean random) {
    this.structure = structure;
    this.random = random;
  }

  /**
   * Keeps the largest weights.
   *
   * @param structure the rule
   * @return the choice
   */
  public static StructureMasks largest(Structure structure) {
    return new StructureMasks(structure, false);
  }

  /**
   * Keeps weights at random, with equal chances, by the sparsifier's seed.
   *
   * @param structure the rule
   * @return the choice
   */
  public static StructureMasks random(Structure structure) {
    return new StructureMasks(structure, true);
  }

  @Override
  public List<Mask> choose(Probe probe) {
    List<Mask> masks = new ArrayList<>();
    for (int l = 0; l < probe.targets().size(); l++) {
      Target target = probe.targets().get(l);
      int rows = target.shape().rows();
      int columns = Math.toIntExact(target.shape().columns());
      float[] scores = random ? draws(rows, columns, target.seed()) : magnitudes(probe, l);
      Mask mask = structure.keepLargest(rows, columns, scores);
      if (mask.count() != target.stored()) {
        throw new IllegalArgumentException(
            "StructureMasks: "
                + structure
                + " keeps "
                + mask.count()
                + " of "
                + target.shape()
                + ", the distribution "
                + target.stored()
                + "; give the sparsity of the structure");
      }
      masks.add(mask);
    }
    return List.copyOf(masks);
  }

  @Override
  public Granularity granularity() {
    return Granularity.of(structure);
  }

  private static float[] draws(int rows, int columns, long seed) {
    float[] scores = new float[Math.multiplyExact(rows, columns)];
    for (int p = 0; p < scores.length; p++) {
      scores[p] = (float) Streams.uniform(seed, p);
    }
    return scores;
  }

  private float[] magnitudes(Probe probe, int layer) {
    float[] weights = probe.weights(layer);
    float[] scores = new float[weights.length];
    for (int p = 0; p < scores.length; p++) {
      scores[p] = Math.abs(weights[p]);
    }
    Choices.requireFinite("StructureMasks", probe, layer, scores);
    return scores;
  }

  /** Returns the structure and how it is filled. */
  @Override
  public String toString() {
    return structure + (random ? " at random" : " by magnitude");
  }
}
