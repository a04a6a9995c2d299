package org.sparse4j.train.optim;

import org.sparse4j.format.DenseMatrix;
import org.sparse4j.train.parameter.DenseParameter;
import org.sparse4j.train.parameter.FlatParameter;
import org.sparse4j.train.parameter.ForwardWeight;
import org.sparse4j.train.parameter.Parameter;
import org.sparse4j.train.parameter.Slots;

/**
 * Shows a parameter, its gradient and both moments as arrays, for variants of Adam that look at
 * masks: a row of a dense parameter, all of a flat one.
 */
final class AdamRows {

  private AdamRows() {}

  /** Changes weights and moments that belong together. */
  @FunctionalInterface
  interface Rule {
    /**
     * Takes a step.
     *
     * @param w weights
     * @param g their gradient, not to be changed
     * @param first first moments
     * @param second second moments
     * @param pruned 1 where the mask prunes, else 0
     */
    void step(float[] w, float[] g, float[] first, float[] second, float[] pruned);
  }

  /**
   * The rule's step for weights that a forward rule masks, another one for all other parameters.
   */
  static Optimizer.Update whereMasked(Rule rule, Optimizer.Update otherwise) {
    return (dense, workspace, parameter, slots) -> {
      if (parameter instanceof DenseParameter matrix && matrix.forward().isPresent()) {
        change(parameter, slots, rule);
      } else {
        otherwise.apply(dense, workspace, parameter, slots);
      }
    };
  }

  static void change(Parameter parameter, Slots slots, Rule rule) {
    switch (parameter) {
      case DenseParameter dense -> {
        DenseMatrix value = dense.value();
        DenseMatrix gradient = dense.gradient();
        DenseMatrix first = slots.matrix("first");
        DenseMatrix second = slots.matrix("second");
        ForwardWeight forward = dense.forward().orElse(null);
        int columns = value.columns();
        float[] w = new float[columns];
        float[] g = new float[columns];
        float[] m = new float[columns];
        float[] v = new float[columns];
        float[] pruned = new float[columns];
        for (int i = 0; i < value.rows(); i++) {
          value.getRow(i, w, 0);
          gradient.getRow(i, g, 0);
          first.getRow(i, m, 0);
          second.getRow(i, v, 0);
          if (forward != null) {
            forward.maskRow(i, pruned);
            for (int j = 0; j < columns; j++) {
              pruned[j] = 1 - pruned[j];
            }
          }
          rule.step(w, g, m, v, pruned);
          value.setRow(i, w, 0);
          first.setRow(i, m, 0);
          second.setRow(i, v, 0);
        }
      }
      case FlatParameter flat -> {
        float[] w = flat.values().array();
        rule.step(
            w,
            flat.gradient().array(),
            slots.array("first"),
            slots.array("second"),
            new float[w.length]);
        flat.values().markChanged();
      }
    }
  }
}
