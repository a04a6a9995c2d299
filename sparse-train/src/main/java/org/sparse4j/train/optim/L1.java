package org.sparse4j.train.optim;

import java.util.List;
import org.sparse4j.train.parameter.Parameter;

/**
 * {@code factor sum |w|}: adds {@code factor sign(w)} to the gradient, which draws weights to 0 at
 * equal speed; 0 stays where it is (Tibshirani, Regression shrinkage and selection via the lasso,
 * 1996).
 *
 * @param factor the factor, at least 0
 */
public record L1(double factor) implements Regularizer {

  /**
   * Checks the factor.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public L1 {
    if (!(factor >= 0)) {
      throw new IllegalArgumentException("L1: factor (" + factor + ") must not be negative");
    }
  }

  @Override
  public void add(List<Parameter> parameters, long step) {
    for (Parameter parameter : WeightRows.regular(parameters)) {
      WeightRows.change(
          parameter,
          (weights, gradient) -> {
            for (int p = 0; p < gradient.length; p++) {
              gradient[p] += (float) (factor * Math.signum(weights[p]));
            }
          });
    }
  }
}
