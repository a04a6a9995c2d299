package org.sparse4j.train.autograd;

import java.util.List;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.DenseVector;
import org.sparse4j.kernels.operation.DenseKernels;
import org.sparse4j.train.parameter.DenseParameter;

/**
 * {@code y = gamma_c (x - mean_c) / sqrt(variance_c + epsilon) + beta_c} for every channel c (Ioffe
 * and Szegedy, Batch normalization, 2015, arXiv 1502.03167).
 *
 * <p>A channel is {@code rows / channels} rows of the input, one below the other. A training step
 * takes mean and variance of the channel over the batch, and moves the running ones towards them:
 * {@code running = (1 - momentum) running + momentum batch}, the variance with {@code n / (n - 1)}.
 * An evaluation takes the running ones, a calibration ({@link Tape#startCalibration}) those of the
 * batch, and moves the running ones as it was told. Make it once and apply it every step.
 */
public final class BatchNormalization implements Operator {

  private static final int NORMAL = 0;
  private static final int FACTORS = 1;
  private static final int SHIFTS = 2;
  private static final int INVERSES = 3;

  private final DenseParameter gamma;
  private final DenseParameter beta;
  private final DenseParameter mean;
  private final DenseParameter variance;
  private final double momentum;
  private final double epsilon;

  private BatchNormalization(
      DenseParameter gamma,
      DenseParameter beta,
      DenseParameter mean,
      DenseParameter variance,
      double momentum,
      double epsilon) {
    this.gamma = gamma;
    this.beta = beta;
    this.mean = mean;
    this.variance = variance;
    this.momentum = momentum;
    this.epsilon = epsilon;
  }

  /**
   * Makes the operator.
   *
   * @param gamma factors, 1 x channels
   * @param beta shifts, 1 x channels
   * @param mean running means, 1 x channels; written by training steps, never trained
   * @param variance running variances, 1 x channels; likewise
   * @param momentum share of the batch in a running number, in [0, 1]
   * @param epsilon added to the variance, above 0
   * @return the operator on these parameters
   * @throws IllegalArgumentException if shapes differ or a number is out of range
   */
  public static BatchNormalization of(
      DenseParameter gamma,
      DenseParameter beta,
      DenseParameter mean,
      DenseParameter variance,
      double momentum,
      double epsilon) {
    int channels = gamma.value().columns();
    for (DenseParameter parameter : List.of(gamma, beta, mean, variance)) {
      if (parameter.value().rows() != 1 || parameter.value().columns() != channels) {
        throw new IllegalArgumentException(
            "batchNorm: " + parameter + " must be 1x" + channels + ", like " + gamma);
      }
    }
    if (!(momentum >= 0 && momentum <= 1)) {
      throw new IllegalArgumentException(
          "batchNorm: momentum (" + momentum + ") must be between 0 and 1");
    }
    if (!(epsilon > 0)) {
      throw new IllegalArgumentException("batchNorm: epsilon (" + epsilon + ") must be above 0");
    }
    return new BatchNormalization(gamma, beta, mean, variance, momentum, epsilon);
  }

  /**
   * Returns the number of channels.
   *
   * @return factors
   */
  public int channels() {
    return gamma.value().columns();
  }

  @Override
  public String label() {
    return "batchNorm";
  }

  @Override
  public boolean trains() {
    return true;
  }

  @Override
  public void forward(Entry e) {
    DenseKernels dense = e.dense();
    DenseMatrix x = e.value(0);
    DenseMatrix y = e.output();
    DenseVector factors = perRow(e, FACTORS);
    DenseVector shifts = perRow(e, SHIFTS);
    DenseMatrix normal = x;
    double share = e.needsBackward() ? momentum : e.calibrate();
    boolean ofBatch = e.needsBackward() || share > 0;
    if (ofBatch) {
      normal = e.saved(NORMAL, x.rows(), x.columns());
      normalize(e, x, normal, factors, shifts, share);
    }
    for (int c = 0; c < channels(); c++) {
      float factor = gamma.value().get(0, c);
      float shift = beta.value().get(0, c);
      if (!ofBatch) {
        factor = (float) (factor / Math.sqrt(variance.value().get(0, c) + epsilon));
        shift -= mean.value().get(0, c) * factor;
      }
      spread(factor, c, factors);
      spread(shift, c, shifts);
    }
    dense.scaleRows(e.workspace(), normal, factors, y);
    dense.addBias(e.workspace(), y, shifts, y);
  }

  /** Leaves {@code (x - mean_c) / deviation_c}, and moves the running numbers. */
  private void normalize(
      Entry e,
      DenseMatrix x,
      DenseMatrix normal,
      DenseVector factors,
      DenseVector shifts,
      double share) {
    DenseKernels dense = e.dense();
    double count = (double) x.rows() / channels() * x.columns();
    DenseMatrix inverses = e.saved(INVERSES, 1, channels());
    dense.rowSums(e.workspace(), x, factors);
    for (int c = 0; c < channels(); c++) {
      double average = total(factors, c) / count;
      spread((float) -average, c, shifts);
      move(mean, c, average, share);
    }
    dense.addBias(e.workspace(), x, shifts, normal);
    dense.rowDots(e.workspace(), normal, normal, factors);
    for (int c = 0; c < channels(); c++) {
      double spreadOut = total(factors, c) / count;
      float inverse = (float) (1 / Math.sqrt(spreadOut + epsilon));
      inverses.set(0, c, inverse);
      move(variance, c, spreadOut * (count > 1 ? count / (count - 1) : 1), share);
      spread(inverse, c, factors);
    }
    dense.scaleRows(e.workspace(), normal, factors, normal);
  }

  @Override
  public void backward(Entry e) {
    DenseKernels dense = e.dense();
    DenseMatrix dy = e.outputGradient();
    DenseMatrix normal = e.saved(NORMAL, dy.rows(), dy.columns());
    DenseMatrix inverses = e.saved(INVERSES, 1, channels());
    DenseVector factors = perRow(e, FACTORS);
    DenseVector shifts = perRow(e, SHIFTS);
    double count = (double) dy.rows() / channels() * dy.columns();
    dense.rowDots(e.workspace(), dy, normal, factors);
    dense.rowSums(e.workspace(), dy, shifts);
    DenseMatrix dgamma = gamma.gradient();
    DenseMatrix dbeta = beta.gradient();
    gamma.claimGradient();
    beta.claimGradient();
    for (int c = 0; c < channels(); c++) {
      double factor = total(factors, c);
      double shift = total(shifts, c);
      dgamma.set(0, c, dgamma.get(0, c) + (float) factor);
      dbeta.set(0, c, dbeta.get(0, c) + (float) shift);
      spread((float) (-factor / count), c, factors);
      spread((float) (-shift / count), c, shifts);
    }
    if (e.needsGradient(0)) {
      // dx = gamma / deviation (dy - dbeta / n - normal dgamma / n)
      dense.scaleRows(e.workspace(), normal, factors, normal);
      DenseMatrix dx = e.gradientTargetInPlace(0);
      dense.add(e.workspace(), normal, dy, dx);
      dense.addBias(e.workspace(), dx, shifts, dx);
      for (int c = 0; c < channels(); c++) {
        spread(gamma.value().get(0, c) * inverses.get(0, c), c, factors);
      }
      dense.scaleRows(e.workspace(), dx, factors, dx);
      e.gradientWritten(0);
    }
  }

  private DenseVector perRow(Entry e, int slot) {
    return e.vector(slot, e.saved(slot, 1, e.output().rows()));
  }

  private double total(DenseVector rows, int channel) {
    int each = rows.length() / channels();
    double sum = 0;
    for (int i = channel * each; i < (channel + 1) * each; i++) {
      sum += rows.get(i);
    }
    return sum;
  }

  private void spread(float value, int channel, DenseVector rows) {
    int each = rows.length() / channels();
    for (int i = channel * each; i < (channel + 1) * each; i++) {
      rows.set(i, value);
    }
  }

  private static void move(DenseParameter running, int channel, double next, double share) {
    double old = running.value().get(0, channel);
    running.value().set(0, channel, (float) ((1 - share) * old + share * next));
  }

  /** Returns the number of channels. */
  @Override
  public String toString() {
    return "batchNorm of " + channels() + " channels";
  }
}
