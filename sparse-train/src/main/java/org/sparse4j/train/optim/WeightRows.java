package org.sparse4j.train.optim;

import java.util.List;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.train.parameter.DenseParameter;
import org.sparse4j.train.parameter.FlatParameter;
import org.sparse4j.train.parameter.Parameter;

/** Weights and gradients of parameters as arrays: a row of a dense one, all of a flat one. */
final class WeightRows {

  private WeightRows() {}

  /** Takes numbers that belong together. */
  @FunctionalInterface
  interface Visitor {
    void row(float[] weights, float[] gradient);
  }

  /** The parameters that a regularizer acts on. */
  static List<Parameter> regular(List<Parameter> parameters) {
    return parameters.stream()
        .filter(parameter -> parameter.decays() && parameter.hasGradient())
        .toList();
  }

  /** Shows all numbers; they are not to be changed. */
  static void read(Parameter parameter, Visitor visitor) {
    visit(parameter, visitor, false);
  }

  /** Lets the gradient be changed. */
  static void change(Parameter parameter, Visitor visitor) {
    visit(parameter, visitor, true);
  }

  private static void visit(Parameter parameter, Visitor visitor, boolean changes) {
    switch (parameter) {
      case DenseParameter matrix -> {
        DenseMatrix value = matrix.value();
        DenseMatrix gradient = matrix.gradient();
        float[] weights = new float[value.columns()];
        float[] row = new float[value.columns()];
        for (int i = 0; i < value.rows(); i++) {
          value.getRow(i, weights, 0);
          gradient.getRow(i, row, 0);
          visitor.row(weights, row);
          if (changes) {
            gradient.setRow(i, row, 0);
          }
        }
      }
      case FlatParameter flat -> {
        visitor.row(flat.values().array(), flat.gradient().array());
        if (changes) {
          flat.gradient().markChanged();
        }
      }
    }
  }
}
