package org.sparse4j.train.autograd;

import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.DenseVector;

/** Operators along the features of every sample. */
enum Columnwise implements Operator {
  SOFTMAX("softmax"),
  LOG_SOFTMAX("logSoftmax"),
  LAYER_NORM("layerNorm"),
  RMS_NORM("rmsNorm"),
  ADD_BIAS("addBias");

  private static final int MEAN = 0;
  private static final int INVERSE_DEVIATION = 1;
  private static final int GAMMA = 2;
  private static final int BETA = 3;
  private static final int GAMMA_GRADIENT = 4;
  private static final int BETA_GRADIENT = 5;
  private static final int UNWANTED = 6;

  private final String label;

  Columnwise(String label) {
    this.label = label;
  }

  @Override
  public String label() {
    return label;
  }

  @Override
  public void forward(Entry e) {
    DenseMatrix x = e.value(0);
    switch (this) {
      case SOFTMAX -> e.dense().softmax(e.workspace(), x, e.output());
      case LOG_SOFTMAX -> e.dense().logSoftmax(e.workspace(), x, e.output());
      case ADD_BIAS -> e.dense().addBias(e.workspace(), x, e.vector(BETA, e.value(1)), e.output());
      case LAYER_NORM ->
          e.dense()
              .layerNorm(
                  e.workspace(),
                  x,
                  e.vector(GAMMA, e.value(1)),
                  e.vector(BETA, e.value(2)),
                  e.number,
                  statistic(e, MEAN),
                  statistic(e, INVERSE_DEVIATION),
                  e.output());
      case RMS_NORM ->
          e.dense()
              .rmsNorm(
                  e.workspace(),
                  x,
                  e.vector(GAMMA, e.value(1)),
                  e.number,
                  statistic(e, INVERSE_DEVIATION),
                  e.output());
    }
  }

  private static DenseVector statistic(Entry e, int slot) {
    return e.vector(slot, e.saved(slot, 1, e.output().columns()));
  }

  @Override
  public void backward(Entry e) {
    switch (this) {
      case SOFTMAX -> {
        DenseMatrix dy = e.outputGradient();
        DenseMatrix dx = e.gradientTargetInPlace(0);
        e.dense().softmaxGradient(e.workspace(), e.output(), dy, dx);
        e.gradientWritten(0);
      }
      case LOG_SOFTMAX -> {
        DenseMatrix dy = e.outputGradient();
        DenseMatrix dx = e.gradientTargetInPlace(0);
        e.dense().logSoftmaxGradient(e.workspace(), e.output(), dy, dx);
        e.gradientWritten(0);
      }
      case ADD_BIAS -> addBiasBackward(e);
      case LAYER_NORM -> layerNormBackward(e);
      case RMS_NORM -> rmsNormBackward(e);
    }
  }

  private static void addBiasBackward(Entry e) {
    if (e.needsGradient(1)) {
      DenseVector sums = e.vector(BETA_GRADIENT, e.gradientTarget(1));
      e.dense().rowSums(e.workspace(), e.outputGradient(), sums);
      e.gradientWritten(1);
    }
    if (e.needsGradient(0)) {
      DenseMatrix dy = e.outputGradient();
      Elementwise.copy(e, dy, e.gradientTargetInPlace(0));
      e.gradientWritten(0);
    }
  }

  /** The kernel computes all three gradients at once; what nobody wants goes to spare memory. */
  private static void layerNormBackward(Entry e) {
    DenseMatrix x = e.value(0);
    DenseMatrix dy = e.outputGradient();
    DenseVector dgamma = e.vector(GAMMA_GRADIENT, target(e, 1));
    DenseVector dbeta = e.vector(BETA_GRADIENT, target(e, 2));
    DenseMatrix dx =
        e.needsGradient(0) ? e.gradientTargetInPlace(0) : e.saved(UNWANTED, x.rows(), x.columns());
    e.dense()
        .layerNormGradient(
            e.workspace(),
            x,
            e.vector(GAMMA, e.value(1)),
            statistic(e, MEAN),
            statistic(e, INVERSE_DEVIATION),
            dy,
            dgamma,
            dbeta,
            dx);
    for (int input = 0; input < 3; input++) {
      if (e.needsGradient(input)) {
        e.gradientWritten(input);
      }
    }
  }

  private static void rmsNormBackward(Entry e) {
    DenseMatrix x = e.value(0);
    DenseMatrix dy = e.outputGradient();
    DenseVector dgamma = e.vector(GAMMA_GRADIENT, target(e, 1));
    DenseMatrix dx =
        e.needsGradient(0) ? e.gradientTargetInPlace(0) : e.saved(UNWANTED, x.rows(), x.columns());
    e.dense()
        .rmsNormGradient(
            e.workspace(),
            x,
            e.vector(GAMMA, e.value(1)),
            statistic(e, INVERSE_DEVIATION),
            dy,
            dgamma,
            dx);
    for (int input = 0; input < 2; input++) {
      if (e.needsGradient(input)) {
        e.gradientWritten(input);
      }
    }
  }

  private static DenseMatrix target(Entry e, int input) {
    return e.needsGradient(input)
        ? e.gradientTarget(input)
        : e.saved(UNWANTED + input, 1, e.value(0).rows());
  }
}
