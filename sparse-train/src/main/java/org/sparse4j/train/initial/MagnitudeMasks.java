package org.sparse4j.train.initial;

import java.util.ArrayList;
import java.util.List;
import org.sparse4j.mask.Mask;
import org.sparse4j.train.saliency.Scope;

/**
 * Keeps the largest weights, for models that hold trained ones: one-shot magnitude pruning.
 *
 * <p>The three ways of See, Luong and Manning, Compression of neural machine translation models via
 * pruning, 2016 (arXiv 1606.09274) are scopes: class-blind is {@code Scope.network()},
 * class-uniform {@code Scope.layer()} with a uniform distribution, class-distribution {@code
 * Scope.networkStandardised()}.
 */
public final class MagnitudeMasks implements FirstMasks {

  private final Scope scope;

  private MagnitudeMasks(Scope scope) {
    this.scope = scope;
  }

  /**
   * Says where magnitudes compete.
   *
   * @param scope who competes
   * @return the choice
   */
  public static MagnitudeMasks within(Scope scope) {
    return new MagnitudeMasks(scope);
  }

  @Override
  public List<Mask> choose(Probe probe) {
    Choices.requireRoom(probe, scope);
    List<float[]> scores = new ArrayList<>();
    for (int l = 0; l < probe.targets().size(); l++) {
      float[] weights = probe.weights(l);
      float[] layer = new float[weights.length];
      for (int p = 0; p < layer.length; p++) {
        layer[p] = Math.abs(weights[p]);
      }
      Choices.requireFinite("MagnitudeMasks", probe, l, layer);
      scores.add(layer);
    }
    return Choices.largest(probe, scope, scores);
  }

  /** Returns who competes. */
  @Override
  public String toString() {
    return "magnitude " + scope;
  }
}
