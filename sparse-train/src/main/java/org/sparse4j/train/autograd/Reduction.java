package org.sparse4j.train.autograd;

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

  /**
   * Mean softmax cross-entropy. The entry's ints are the labels, 0 where a sample is ignored, and
   * behind them the numbers of the {@code from} ignored samples.
   */
  static final class CrossEntropy implements Operator {

    @Override
    public String label() {
      return "crossEntropy";
    }

    /** Copies labels; samples whose label is {@code ignored} take no part if {@code ignoring}. */
    static void keepLabels(Entry e, int[] labels, int samples, boolean ignoring, int ignored) {
      e.keepInts(labels, samples, 2 * samples);
      e.from = 0;
      for (int j = 0; ignoring && j < samples; j++) {
        if (labels[j] == ignored) {
          e.ints[j] = 0;
          e.ints[samples + e.from++] = j;
        }
      }
    }

    @Override
    public void forward(Entry e) {
      DenseMatrix logits = e.value(0);
      int samples = logits.columns();
      DenseMatrix losses = e.saved(0, 1, samples);
      DenseMatrix gradient = e.saved(1, logits.rows(), samples);
      e.dense()
          .crossEntropy(e.workspace(), logits, e.ints, e.number, e.vector(0, losses), gradient);
      for (int k = 0; k < e.from; k++) {
        int j = e.ints[samples + k];
        losses.set(0, j, 0);
        for (int i = 0; i < gradient.rows(); i++) {
          gradient.set(i, j, 0);
        }
      }
      // One number a sample: a kernel that runs once a step would stay uncompiled for long.
      double sum = 0;
      for (int j = 0; j < samples; j++) {
        sum += losses.get(0, j);
      }
      e.output().set(0, 0, (float) (sum / counted(e, samples)));
    }

    /** All samples ignored make a loss of 0, and without samples it is not a number. */
    private static int counted(Entry e, int samples) {
      return e.from > 0 ? Math.max(1, samples - e.from) : samples;
    }

    @Override
    public void backward(Entry e) {
      DenseMatrix logits = e.value(0);
      float factor = e.outputGradient().get(0, 0) / counted(e, logits.columns());
      DenseMatrix gradient = e.saved(1, logits.rows(), logits.columns());
      e.dense().scale(e.workspace(), factor, gradient, e.gradientTarget(0));
      e.gradientWritten(0);
    }
  }
}
