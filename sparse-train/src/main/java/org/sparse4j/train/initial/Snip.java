package org.sparse4j.train.initial;

import java.util.ArrayList;
import java.util.List;
import org.sparse4j.mask.Mask;
import org.sparse4j.train.saliency.Scope;

/**
 * Keeps the weights whose removal would change the loss most, {@code |g w|} with g the gradient
 * summed over batches at the start: Lee, Ajanthan and Torr, SNIP: Single-shot network pruning based
 * on connection sensitivity, 2019 (arXiv 1810.02340), equation 6.
 *
 * <p>All layers compete for the total number of weights that the distribution gives; {@link
 * #perLayer()} keeps each layer's own, as the comparisons of Evci et al., 2020 (arXiv 1911.11134)
 * do. The paper divides all scores by their sum, which changes no order. Counts are exact, ties go
 * to the lower position.
 */
public final class Snip implements FirstMasks {

  /** Name under which {@link #remembered()} leaves the scores in the state of a layer. */
  public static final String SCORES = "first.scores";

  /** Name under which {@link #remembered()} leaves the first weights in the state of a layer. */
  public static final String WEIGHTS = "first.weights";

  private final int batches;
  private final Scope scope;
  private final boolean remembered;

  private Snip(int batches, Scope scope, boolean remembered) {
    this.batches = batches;
    this.scope = scope;
    this.remembered = remembered;
  }

  /**
   * Looks at some batches.
   *
   * @param batches number of batches, at least 1; the paper uses one
   * @return the choice
   * @throws IllegalArgumentException if {@code batches} is below 1
   */
  public static Snip batches(int batches) {
    if (batches < 1) {
      throw new IllegalArgumentException("Snip: batches (" + batches + ") must be at least 1");
    }
    return new Snip(batches, Scope.network(), false);
  }

  /**
   * Keeps in each layer what the distribution gives it.
   *
   * @return a new choice
   */
  public Snip perLayer() {
    return within(Scope.layer());
  }

  /**
   * Says where scores compete, for example with a cap on the sparsity of a layer.
   *
   * @param scope who competes
   * @return a new choice
   */
  public Snip within(Scope scope) {
    return new Snip(batches, scope, remembered);
  }

  /**
   * Leaves scores and first weights in the state of the layers, for {@code Sniper}: two numbers a
   * position, stored or not.
   *
   * @return a new choice
   */
  public Snip remembered() {
    return new Snip(batches, scope, true);
  }

  @Override
  public List<Mask> choose(Probe probe) {
    Choices.requireRoom(probe, scope);
    probe.lossGradient(batches);
    List<float[]> scores = new ArrayList<>();
    for (int l = 0; l < probe.targets().size(); l++) {
      float[] weights = probe.weights(l);
      float[] gradient = probe.gradient(l);
      float[] layer = new float[weights.length];
      for (int p = 0; p < layer.length; p++) {
        layer[p] = Math.abs(gradient[p] * weights[p]);
      }
      Choices.requireFinite("Snip", probe, l, layer);
      scores.add(layer);
      if (remembered) {
        probe.remember(l, SCORES, layer);
        probe.remember(l, WEIGHTS, weights.clone());
      }
    }
    return Choices.largest(probe, scope, scores);
  }

  /** Returns the settings. */
  @Override
  public String toString() {
    return "SNIP on " + batches + " batches, " + scope + (remembered ? ", remembered" : "");
  }
}
