package org.sparse4j.train.optim;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** An optimizer whose learning rate differs from parameter to parameter. */
record FactoredRates(Optimizer base, RateFactor factor) implements Optimizer {

  @Override
  public List<String> slots() {
    return base.slots();
  }

  /** The rate of a parameter whose factor is 1. */
  @Override
  public double rateAt(long step) {
    return base.rateAt(step);
  }

  @Override
  public Update update(long step, double common) {
    Map<Double, Update> updates = new HashMap<>();
    return (dense, workspace, parameter, slots) ->
        updates
            .computeIfAbsent(factor.of(parameter), own -> base.update(step, common * own))
            .apply(dense, workspace, parameter, slots);
  }

  @Override
  public String toString() {
    return base + ", rates " + factor;
  }
}
