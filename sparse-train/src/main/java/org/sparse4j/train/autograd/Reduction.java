package org.sparse4j.train.autograd;

import org.jspecify.annotations.Nullable;
import org.sparse4j.format.DenseMatrix;

/** Operators whose result is one number. */
enum Reduction implements Operator {
  SUM("sum"),
  MEAN("mean"),
  MEAN_SQUARED_ERROR("meanSquaredError");

  private final String label;

  Reduction(String label) {
    this.label = label;
  }

  @Override
  public String label() {
    return label;
  }

  @Override
  public void forward(Entry e) {
    DenseMatrix x = e.value(0);
    double count = (double) x.rows() * x.columns();
    double result =
        switch (this) {
          case SUM -> e.dense().sum(e.workspace(), x);
          case MEAN -> e.dense().sum(e.workspace(), x) / count;
          case MEAN_SQUARED_ERROR -> {
            DenseMatrix difference = e.saved(0, x.rows(), x.columns());
            e.dense().subtract(e.workspace(), x, e.value(1), difference);
            yield e.dense().sumOfSquares(e.workspace(), difference) / count;
          }
        };
    e.output().set(0, 0, (float) result);
  }

  @Override
  public void backward(Entry e) {
    float slope = e.outputGradient().get(0, 0);
    DenseMatrix x = e.value(0);
    float share = (float) (slope / ((double) x.rows() * x.columns()));
    switch (this) {
      case SUM -> fill(e, slope);
      case MEAN -> fill(e, share);
      case MEAN_SQUARED_ERROR -> {
        DenseMatrix difference = e.saved(0, x.rows(), x.columns());
        for (int input = 0; input < 2; input++) {
          if (e.needsGradient(input)) {
            float factor = input == 0 ? 2 * share : -2 * share;
            e.dense().scale(e.workspace(), factor, difference, e.gradientTarget(input));
            e.gradientWritten(input);
          }
        }
      }
    }
  }

  private static void fill(Entry e, float value) {
    e.dense().fill(e.workspace(), value, e.gradientTarget(0));
    e.gradientWritten(0);
  }

  /** Mean softmax cross-entropy; an object of its own, because labels arrive with every step. */
  static final class CrossEntropy implements Operator {
    private int @Nullable [] labels;

    /** Labels are read by the forward pass only, which follows at once. */
    void labels(int[] next) {
      labels = next;
    }

    @Override
    public String label() {
      return "crossEntropy";
    }

    @Override
    public void forward(Entry e) {
      DenseMatrix logits = e.value(0);
      int[] current = labels;
      if (current == null) {
        throw new IllegalStateException("crossEntropy: no labels");
      }
      labels = null;
      DenseMatrix losses = e.saved(0, 1, logits.columns());
      DenseMatrix gradient = e.saved(1, logits.rows(), logits.columns());
      e.dense()
          .crossEntropy(e.workspace(), logits, current, e.number, e.vector(0, losses), gradient);
      // One number a sample: a kernel that runs once a step would stay uncompiled for long.
      double sum = 0;
      for (int j = 0; j < losses.columns(); j++) {
        sum += losses.get(0, j);
      }
      e.output().set(0, 0, (float) (sum / logits.columns()));
    }

    @Override
    public void backward(Entry e) {
      DenseMatrix logits = e.value(0);
      float factor = e.outputGradient().get(0, 0) / logits.columns();
      DenseMatrix gradient = e.saved(1, logits.rows(), logits.columns());
      e.dense().scale(e.workspace(), factor, gradient, e.gradientTarget(0));
      e.gradientWritten(0);
    }
  }
}
