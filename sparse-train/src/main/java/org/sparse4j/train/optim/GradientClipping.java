package org.sparse4j.train.optim;

import java.util.List;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.DenseKernels;
import org.sparse4j.train.parameter.DenseParameter;
import org.sparse4j.train.parameter.FlatParameter;
import org.sparse4j.train.parameter.Parameter;

/** Limits gradients before an optimizer uses them. */
@FunctionalInterface
public interface GradientClipping {

  /**
   * Changes the gradients of parameters that have one.
   *
   * @param dense the arithmetic
   * @param workspace scratch and threads
   * @param parameters all parameters of the model
   */
  void clip(DenseKernels dense, Workspace workspace, List<Parameter> parameters);

  /**
   * Changes nothing.
   *
   * @return the clipping that does nothing
   */
  static GradientClipping none() {
    return (dense, workspace, parameters) -> {};
  }

  /**
   * Scales all gradients by {@code max / norm} if their common Euclidean norm exceeds {@code max}
   * (Pascanu, Mikolov and Bengio, On the difficulty of training recurrent neural networks, 2012,
   * arXiv 1211.5063). A norm that is not finite changes nothing.
   *
   * @param max largest norm, above 0
   * @return the clipping
   * @throws IllegalArgumentException if {@code max} is not above 0
   */
  static GradientClipping norm(double max) {
    requirePositive("norm", max);
    return (dense, workspace, parameters) -> {
      double norm = globalNorm(dense, workspace, parameters);
      if (norm > max && norm < Double.POSITIVE_INFINITY) {
        float factor = (float) (max / norm);
        for (int p = 0; p < parameters.size(); p++) {
          if (parameters.get(p).hasGradient()) {
            scale(dense, workspace, factor, parameters.get(p));
          }
        }
      }
    };
  }

  /**
   * Moves every number of every gradient into {@code [-max, max]}; NaN stays.
   *
   * @param max largest magnitude, above 0
   * @return the clipping
   * @throws IllegalArgumentException if {@code max} is not above 0
   */
  static GradientClipping value(double max) {
    requirePositive("value", max);
    return (dense, workspace, parameters) -> {
      for (int p = 0; p < parameters.size(); p++) {
        if (parameters.get(p).hasGradient()) {
          clamp((float) max, parameters.get(p));
        }
      }
    };
  }

  /**
   * Returns the Euclidean norm of all gradients together, added up in double.
   *
   * @param dense the arithmetic
   * @param workspace scratch and threads
   * @param parameters all parameters of the model; those without a gradient count as 0
   * @return the norm
   */
  static double globalNorm(
      DenseKernels dense, Workspace workspace, List<? extends Parameter> parameters) {
    double squares = 0;
    for (int p = 0; p < parameters.size(); p++) {
      Parameter parameter = parameters.get(p);
      if (parameter.hasGradient()) {
        squares +=
            switch (parameter) {
              case DenseParameter matrix -> dense.sumOfSquares(workspace, matrix.gradient());
              case FlatParameter flat -> dense.sumOfSquares(flat.gradient().array());
            };
      }
    }
    return Math.sqrt(squares);
  }

  private static void requirePositive(String name, double max) {
    if (!(max > 0)) {
      throw new IllegalArgumentException(
          "GradientClipping." + name + ": max (" + max + ") must be above 0");
    }
  }

  private static void scale(
      DenseKernels dense, Workspace workspace, float factor, Parameter parameter) {
    switch (parameter) {
      case DenseParameter matrix ->
          dense.scale(workspace, factor, matrix.gradient(), matrix.gradient());
      case FlatParameter flat -> {
        float[] gradient = flat.gradient().array();
        for (int k = 0; k < gradient.length; k++) {
          gradient[k] *= factor;
        }
        flat.gradient().markChanged();
      }
    }
  }

  private static void clamp(float max, Parameter parameter) {
    switch (parameter) {
      case DenseParameter matrix -> {
        DenseMatrix gradient = matrix.gradient();
        for (int i = 0; i < gradient.rows(); i++) {
          for (int j = 0; j < gradient.columns(); j++) {
            gradient.set(i, j, Math.max(-max, Math.min(max, gradient.get(i, j))));
          }
        }
      }
      case FlatParameter flat -> {
        float[] gradient = flat.gradient().array();
        for (int k = 0; k < gradient.length; k++) {
          gradient[k] = Math.max(-max, Math.min(max, gradient[k]));
        }
        flat.gradient().markChanged();
      }
    }
  }
}
