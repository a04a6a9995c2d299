package org.sparse4j.train.optim;

import java.util.List;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.train.parameter.DenseParameter;
import org.sparse4j.train.parameter.ForwardWeight;
import org.sparse4j.train.parameter.Parameter;

/**
 * Decay of pruned weights alone, through the gradient: adds {@code factor (1 - m) * W} to the
 * gradient of weights that follow a rule, m being the mask of the step. It shrinks pruned weights,
 * so that masks settle.
 *
 * <p>As {@code Trainer.regularizer} it is added before clipping: SR-STE of Zhou and others,
 * Learning N:M fine-grained structured sparse neural networks from scratch, 2021 (arXiv
 * 2102.04010), with a factor of 2e-4. As {@code Trainer.regularizerAfterClipping} it is the masked
 * decay of Hu, Zhao, Huang, Chen and Zhu, Accelerating transformer pre-training with 2:4 sparsity,
 * 2024 (arXiv 2404.01847), with 6e-5 to 2e-4. Both go through the moments of Adam. In dense steps
 * the mask is full, so nothing decays.
 *
 * @param factor the factor, at least 0
 */
public record MaskedDecay(double factor) implements Regularizer {

  /**
   * Checks the factor.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public MaskedDecay {
    if (!(factor >= 0)) {
      throw new IllegalArgumentException(
          "MaskedDecay: factor (" + factor + ") must not be negative");
    }
  }

  @Override
  public void add(List<Parameter> parameters, long step) {
    for (Parameter parameter : parameters) {
      if (parameter instanceof DenseParameter dense
          && dense.hasGradient()
          && dense.forward().isPresent()) {
        add(dense, dense.forward().get());
      }
    }
  }

  private void add(DenseParameter dense, ForwardWeight forward) {
    DenseMatrix value = dense.value();
    DenseMatrix gradient = dense.gradient();
    float[] weights = new float[value.columns()];
    float[] row = new float[value.columns()];
    float[] kept = new float[value.columns()];
    float number = (float) factor;
    for (int i = 0; i < value.rows(); i++) {
      value.getRow(i, weights, 0);
      gradient.getRow(i, row, 0);
      forward.maskRow(i, kept);
      for (int j = 0; j < row.length; j++) {
        if (kept[j] == 0) {
          row[j] += number * weights[j];
        }
      }
      gradient.setRow(i, row, 0);
    }
  }
}
