package org.sparse4j.train.saliency;

import org.sparse4j.train.layer.LayerView;

/** The magnitude of a weight, {@code |w|}. */
public final class Magnitude implements Saliency {

  private static final Magnitude INSTANCE = new Magnitude();

  private Magnitude() {}

  /**
   * Returns the saliency.
   *
   * @return the one such object
   */
  public static Magnitude instance() {
    return INSTANCE;
  }

  @Override
  public void scoreStored(LayerView layer, float[] scores) {
    float[] weights = layer.weights().array();
    for (int p = 0; p < scores.length; p++) {
      scores[p] = Math.abs(weights[p]);
    }
  }

  @Override
  public String toString() {
    return "magnitude";
  }
}
