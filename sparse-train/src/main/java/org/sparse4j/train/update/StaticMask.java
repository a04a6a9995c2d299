package org.sparse4j.train.update;

import org.sparse4j.format.Remap;
import org.sparse4j.train.layer.LayerView;

/** Positions drawn before training and never changed: static random pruning. */
public final class StaticMask implements LayerRule {

  private static final StaticMask INSTANCE = new StaticMask();

  private StaticMask() {}

  /**
   * Returns the rule.
   *
   * @return the one such object
   */
  public static StaticMask instance() {
    return INSTANCE;
  }

  @Override
  public Timing timing() {
    return Timing.NEVER;
  }

  /** Keeps every position. */
  @Override
  public Remap update(LayerView layer, UpdatePoint point) {
    return Remap.between(layer.pattern(), layer.pattern());
  }

  @Override
  public String toString() {
    return "static";
  }
}
