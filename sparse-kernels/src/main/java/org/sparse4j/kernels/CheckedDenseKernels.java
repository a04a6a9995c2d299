package org.sparse4j.kernels;

import java.lang.ref.Reference;
import java.util.Objects;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.DenseVector;
import org.sparse4j.format.DenseView;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.Activation;
import org.sparse4j.kernels.operation.AdamStep;
import org.sparse4j.kernels.operation.DenseKernels;
import org.sparse4j.kernels.operation.DenseOperation;
import org.sparse4j.kernels.operation.Epilogue;
import org.sparse4j.kernels.operation.GemmForm;
import org.sparse4j.kernels.operation.KernelInfo;
import org.sparse4j.kernels.operation.SgdStep;

/**
 * Checks operands, then calls a provider's dense kernels, and keeps every owner of memory reachable
 * until they return.
 */
final class CheckedDenseKernels implements DenseKernels {

  private final DenseKernels unchecked;

  CheckedDenseKernels(DenseKernels unchecked) {
    this.unchecked = unchecked;
  }

  @Override
  public void gemm(
      Workspace workspace,
      GemmForm form,
      DenseMatrix a,
      DenseMatrix b,
      Epilogue epilogue,
      DenseMatrix c) {
    DenseChecks.requireProduct("gemm", form, a, b, c);
    DenseChecks.requireBias("gemm", epilogue, c.rows(), "rows of C");
    Operands.requireApart("gemm", "C", c, epilogue);
    try {
      unchecked.gemm(workspace, form, a, b, epilogue, c);
    } finally {
      Reference.reachabilityFence(a);
      Reference.reachabilityFence(b);
      Reference.reachabilityFence(c);
      Reference.reachabilityFence(epilogue);
      Reference.reachabilityFence(workspace);
    }
  }

  @Override
  public KernelInfo gemmInfo(GemmForm form, int m, int k, int n) {
    Objects.requireNonNull(form, "form");
    if (m < 0 || k < 0 || n < 1) {
      throw new IllegalArgumentException(
          "gemm "
              + form
              + ": m ("
              + m
              + "), k ("
              + k
              + ") must not be negative, n ("
              + n
              + ") at least 1");
    }
    return unchecked.gemmInfo(form, m, k, n);
  }

  @Override
  public KernelInfo info(DenseOperation operation, int rows, int columns) {
    Objects.requireNonNull(operation, "operation");
    Operands.requireSizes("info", rows, columns);
    return unchecked.info(operation, rows, columns);
  }

  @Override
  public void gemmAdd(
      Workspace workspace, GemmForm form, DenseMatrix a, DenseMatrix b, DenseMatrix c) {
    DenseChecks.requireProduct("gemmAdd", form, a, b, c);
    try {
      unchecked.gemmAdd(workspace, form, a, b, c);
    } finally {
      Reference.reachabilityFence(a);
      Reference.reachabilityFence(b);
      Reference.reachabilityFence(c);
      Reference.reachabilityFence(workspace);
    }
  }

  @Override
  public void gemmBlocks(
      Workspace workspace,
      GemmForm form,
      int blocks,
      boolean interleaved,
      DenseMatrix a,
      DenseMatrix b,
      DenseMatrix c) {
    DenseChecks.requireBlocks(form, blocks, a, b, c);
    try {
      unchecked.gemmBlocks(workspace, form, blocks, interleaved, a, b, c);
    } finally {
      Reference.reachabilityFence(a);
      Reference.reachabilityFence(b);
      Reference.reachabilityFence(c);
      Reference.reachabilityFence(workspace);
    }
  }

  @Override
  public void gemv(
      Workspace workspace, DenseMatrix a, DenseVector x, Epilogue epilogue, DenseVector y) {
    if (x.length() != a.columns() || y.length() != a.rows()) {
      String shapes =
          "A is "
              + Operands.describe(a)
              + ", x has "
              + x.length()
              + " elements, y has "
              + y.length();
      Operands.requireEqual("gemv", "length of x", x.length(), "columns of A", a.columns(), shapes);
      Operands.requireEqual("gemv", "length of y", y.length(), "rows of A", a.rows(), shapes);
    }
    a.requireAlive("gemv");
    Operands.requireAlive("gemv", x);
    Operands.requireAlive("gemv", y);
    Operands.requireApart("gemv", "y", y.asRow(), "A", a);
    Operands.requireApart("gemv", "y", y.asRow(), "x", x.asRow());
    DenseChecks.requireBias("gemv", epilogue, a.rows(), "rows of A");
    Operands.requireApart("gemv", "y", y.asRow(), epilogue);
    try {
      unchecked.gemv(workspace, a, x, epilogue, y);
    } finally {
      Reference.reachabilityFence(a);
      Reference.reachabilityFence(x);
      Reference.reachabilityFence(y);
      Reference.reachabilityFence(epilogue);
      Reference.reachabilityFence(workspace);
    }
  }

  @Override
  public void linear(
      Workspace workspace, DenseView x, DenseMatrix w, Epilogue epilogue, DenseMatrix y) {
    if (x.columns() != w.columns() || y.rows() != x.rows() || y.columns() != w.rows()) {
      String shapes =
          "X is "
              + Operands.describe(x)
              + ", W is "
              + Operands.describe(w)
              + ", Y is "
              + Operands.describe(y);
      Operands.requireEqual(
          "linear", "columns of X", x.columns(), "columns of W", w.columns(), shapes);
      Operands.requireEqual("linear", "rows of Y", y.rows(), "rows of X", x.rows(), shapes);
      Operands.requireEqual("linear", "columns of Y", y.columns(), "rows of W", w.rows(), shapes);
    }
    Operands.requireAlive("linear", x);
    w.requireAlive("linear");
    y.requireAlive("linear");
    Operands.requireApart("linear", "Y", y, "X", x);
    Operands.requireApart("linear", "Y", y, "W", w);
    DenseChecks.requireBias("linear", epilogue, w.rows(), "rows of W");
    Operands.requireApart("linear", "Y", y, epilogue);
    try {
      unchecked.linear(workspace, x, w, epilogue, y);
    } finally {
      Reference.reachabilityFence(x);
      Reference.reachabilityFence(w);
      Reference.reachabilityFence(y);
      Reference.reachabilityFence(epilogue);
      Reference.reachabilityFence(workspace);
    }
  }

  @Override
  public void transpose(Workspace workspace, DenseView x, DenseMatrix y) {
    if (x.rows() != y.columns() || x.columns() != y.rows()) {
      String shapes = "X is " + Operands.describe(x) + ", Y is " + Operands.describe(y);
      Operands.requireEqual(
          "transpose", "rows of Y", y.rows(), "columns of X", x.columns(), shapes);
      Operands.requireEqual(
          "transpose", "columns of Y", y.columns(), "rows of X", x.rows(), shapes);
    }
    Operands.requireAlive("transpose", x);
    y.requireAlive("transpose");
    Operands.requireApart("transpose", "Y", y, "X", x);
    try {
      unchecked.transpose(workspace, x, y);
    } finally {
      Reference.reachabilityFence(x);
      Reference.reachabilityFence(y);
      Reference.reachabilityFence(workspace);
    }
  }

  @Override
  public void copy(Workspace workspace, DenseMatrix x, DenseMatrix y) {
    DenseChecks.requireSame("copy", "X", x, "Y", y);
    DenseChecks.requireInPlace("copy", "Y", y, "X", x);
    try {
      unchecked.copy(workspace, x, y);
    } finally {
      Reference.reachabilityFence(x);
      Reference.reachabilityFence(y);
      Reference.reachabilityFence(workspace);
    }
  }

  @Override
  public void fill(Workspace workspace, float value, DenseMatrix y) {
    y.requireAlive("fill");
    try {
      unchecked.fill(workspace, value, y);
    } finally {
      Reference.reachabilityFence(y);
      Reference.reachabilityFence(workspace);
    }
  }

  @Override
  public void add(Workspace workspace, DenseMatrix a, DenseMatrix b, DenseMatrix c) {
    DenseChecks.requireSame("add", "A", a, "C", c);
    DenseChecks.requireSame("add", "B", b, "C", c);
    DenseChecks.requireInPlace("add", "C", c, "A", a);
    DenseChecks.requireInPlace("add", "C", c, "B", b);
    try {
      unchecked.add(workspace, a, b, c);
    } finally {
      Reference.reachabilityFence(a);
      Reference.reachabilityFence(b);
      Reference.reachabilityFence(c);
      Reference.reachabilityFence(workspace);
    }
  }

  @Override
  public void subtract(Workspace workspace, DenseMatrix a, DenseMatrix b, DenseMatrix c) {
    DenseChecks.requireSame("subtract", "A", a, "C", c);
    DenseChecks.requireSame("subtract", "B", b, "C", c);
    DenseChecks.requireInPlace("subtract", "C", c, "A", a);
    DenseChecks.requireInPlace("subtract", "C", c, "B", b);
    try {
      unchecked.subtract(workspace, a, b, c);
    } finally {
      Reference.reachabilityFence(a);
      Reference.reachabilityFence(b);
      Reference.reachabilityFence(c);
      Reference.reachabilityFence(workspace);
    }
  }

  @Override
  public void multiply(Workspace workspace, DenseMatrix a, DenseMatrix b, DenseMatrix c) {
    DenseChecks.requireSame("multiply", "A", a, "C", c);
    DenseChecks.requireSame("multiply", "B", b, "C", c);
    DenseChecks.requireInPlace("multiply", "C", c, "A", a);
    DenseChecks.requireInPlace("multiply", "C", c, "B", b);
    try {
      unchecked.multiply(workspace, a, b, c);
    } finally {
      Reference.reachabilityFence(a);
      Reference.reachabilityFence(b);
      Reference.reachabilityFence(c);
      Reference.reachabilityFence(workspace);
    }
  }

  @Override
  public void divide(Workspace workspace, DenseMatrix a, DenseMatrix b, DenseMatrix c) {
    DenseChecks.requireSame("divide", "A", a, "C", c);
    DenseChecks.requireSame("divide", "B", b, "C", c);
    DenseChecks.requireInPlace("divide", "C", c, "A", a);
    DenseChecks.requireInPlace("divide", "C", c, "B", b);
    try {
      unchecked.divide(workspace, a, b, c);
    } finally {
      Reference.reachabilityFence(a);
      Reference.reachabilityFence(b);
      Reference.reachabilityFence(c);
      Reference.reachabilityFence(workspace);
    }
  }

  @Override
  public void scale(Workspace workspace, float factor, DenseMatrix x, DenseMatrix y) {
    DenseChecks.requireSame("scale", "X", x, "Y", y);
    DenseChecks.requireInPlace("scale", "Y", y, "X", x);
    try {
      unchecked.scale(workspace, factor, x, y);
    } finally {
      Reference.reachabilityFence(x);
      Reference.reachabilityFence(y);
      Reference.reachabilityFence(workspace);
    }
  }

  @Override
  public void addScaled(Workspace workspace, float factor, DenseMatrix x, DenseMatrix y) {
    DenseChecks.requireSame("addScaled", "X", x, "Y", y);
    DenseChecks.requireInPlace("addScaled", "Y", y, "X", x);
    try {
      unchecked.addScaled(workspace, factor, x, y);
    } finally {
      Reference.reachabilityFence(x);
      Reference.reachabilityFence(y);
      Reference.reachabilityFence(workspace);
    }
  }

  @Override
  public void mixPairs(
      Workspace workspace,
      int stride,
      float[] blocks,
      int offset,
      boolean transposed,
      DenseMatrix x,
      DenseMatrix y) {
    DenseChecks.requireSame("mixPairs", "X", x, "Y", y);
    DenseChecks.requireInPlace("mixPairs", "Y", y, "X", x);
    DenseChecks.requirePairs("mixPairs", "blocks", stride, blocks, offset, x);
    try {
      unchecked.mixPairs(workspace, stride, blocks, offset, transposed, x, y);
    } finally {
      Reference.reachabilityFence(x);
      Reference.reachabilityFence(y);
      Reference.reachabilityFence(workspace);
    }
  }

  @Override
  public void mixFactors(
      Workspace workspace,
      int[] strides,
      float[] blocks,
      int offset,
      boolean transposed,
      DenseMatrix x,
      DenseMatrix y) {
    DenseChecks.requireSame("mixFactors", "X", x, "Y", y);
    DenseChecks.requireInPlace("mixFactors", "Y", y, "X", x);
    for (int f = 0; f < strides.length; f++) {
      int start = (int) Math.min(Integer.MAX_VALUE, offset + 2L * f * x.rows());
      DenseChecks.requirePairs("mixFactors", "blocks", strides[f], blocks, start, x);
    }
    try {
      unchecked.mixFactors(workspace, strides, blocks, offset, transposed, x, y);
    } finally {
      Reference.reachabilityFence(x);
      Reference.reachabilityFence(y);
      Reference.reachabilityFence(workspace);
    }
  }

  @Override
  public void mixPairsGradient(
      Workspace workspace,
      int stride,
      DenseMatrix x,
      DenseMatrix dy,
      float[] gradient,
      int offset) {
    DenseChecks.requireSame("mixPairsGradient", "X", x, "dY", dy);
    DenseChecks.requirePairs("mixPairsGradient", "gradient", stride, gradient, offset, x);
    try {
      unchecked.mixPairsGradient(workspace, stride, x, dy, gradient, offset);
    } finally {
      Reference.reachabilityFence(x);
      Reference.reachabilityFence(dy);
      Reference.reachabilityFence(workspace);
    }
  }

  @Override
  public void exp(Workspace workspace, DenseMatrix x, DenseMatrix y) {
    DenseChecks.requireSame("exp", "X", x, "Y", y);
    DenseChecks.requireInPlace("exp", "Y", y, "X", x);
    try {
      unchecked.exp(workspace, x, y);
    } finally {
      Reference.reachabilityFence(x);
      Reference.reachabilityFence(y);
      Reference.reachabilityFence(workspace);
    }
  }

  @Override
  public void log(Workspace workspace, DenseMatrix x, DenseMatrix y) {
    DenseChecks.requireSame("log", "X", x, "Y", y);
    DenseChecks.requireInPlace("log", "Y", y, "X", x);
    try {
      unchecked.log(workspace, x, y);
    } finally {
      Reference.reachabilityFence(x);
      Reference.reachabilityFence(y);
      Reference.reachabilityFence(workspace);
    }
  }

  @Override
  public void sqrt(Workspace workspace, DenseMatrix x, DenseMatrix y) {
    DenseChecks.requireSame("sqrt", "X", x, "Y", y);
    DenseChecks.requireInPlace("sqrt", "Y", y, "X", x);
    try {
      unchecked.sqrt(workspace, x, y);
    } finally {
      Reference.reachabilityFence(x);
      Reference.reachabilityFence(y);
      Reference.reachabilityFence(workspace);
    }
  }

  @Override
  public void activate(Workspace workspace, Activation activation, DenseMatrix x, DenseMatrix y) {
    DenseChecks.requireSame("activate", "X", x, "Y", y);
    DenseChecks.requireInPlace("activate", "Y", y, "X", x);
    try {
      unchecked.activate(workspace, activation, x, y);
    } finally {
      Reference.reachabilityFence(x);
      Reference.reachabilityFence(y);
      Reference.reachabilityFence(workspace);
    }
  }

  @Override
  public void activateGradient(
      Workspace workspace, Activation activation, DenseMatrix x, DenseMatrix dy, DenseMatrix dx) {
    DenseChecks.requireSame("activateGradient", "X", x, "dX", dx);
    DenseChecks.requireSame("activateGradient", "dY", dy, "dX", dx);
    DenseChecks.requireInPlace("activateGradient", "dX", dx, "X", x);
    DenseChecks.requireInPlace("activateGradient", "dX", dx, "dY", dy);
    try {
      unchecked.activateGradient(workspace, activation, x, dy, dx);
    } finally {
      Reference.reachabilityFence(x);
      Reference.reachabilityFence(dy);
      Reference.reachabilityFence(dx);
      Reference.reachabilityFence(workspace);
    }
  }

  @Override
  public void dropout(Workspace workspace, float rate, long seed, DenseMatrix x, DenseMatrix y) {
    if (!(rate >= 0 && rate < 1)) {
      throw new IllegalArgumentException(
          "dropout: rate (" + rate + ") must be at least 0 and below 1");
    }
    DenseChecks.requireSame("dropout", "X", x, "Y", y);
    DenseChecks.requireInPlace("dropout", "Y", y, "X", x);
    try {
      unchecked.dropout(workspace, rate, seed, x, y);
    } finally {
      Reference.reachabilityFence(x);
      Reference.reachabilityFence(y);
      Reference.reachabilityFence(workspace);
    }
  }

  @Override
  public void addBias(Workspace workspace, DenseMatrix x, DenseVector bias, DenseMatrix y) {
    DenseChecks.requireSame("addBias", "X", x, "Y", y);
    DenseChecks.requireLength("addBias", "bias", bias, "rows of X", x.rows(), x);
    DenseChecks.requireInPlace("addBias", "Y", y, "X", x);
    Operands.requireApart("addBias", "Y", y, "bias", bias.asRow());
    try {
      unchecked.addBias(workspace, x, bias, y);
    } finally {
      Reference.reachabilityFence(x);
      Reference.reachabilityFence(bias);
      Reference.reachabilityFence(y);
      Reference.reachabilityFence(workspace);
    }
  }

  @Override
  public void rowSums(Workspace workspace, DenseMatrix x, DenseVector sums) {
    x.requireAlive("rowSums");
    DenseChecks.requireLength("rowSums", "sums", sums, "rows of X", x.rows(), x);
    Operands.requireApart("rowSums", "sums", sums.asRow(), "X", x);
    try {
      unchecked.rowSums(workspace, x, sums);
    } finally {
      Reference.reachabilityFence(x);
      Reference.reachabilityFence(sums);
      Reference.reachabilityFence(workspace);
    }
  }

  @Override
  public void scaleRows(Workspace workspace, DenseMatrix x, DenseVector factors, DenseMatrix y) {
    DenseChecks.requireSame("scaleRows", "X", x, "Y", y);
    DenseChecks.requireLength("scaleRows", "factors", factors, "rows of X", x.rows(), x);
    DenseChecks.requireInPlace("scaleRows", "Y", y, "X", x);
    Operands.requireApart("scaleRows", "Y", y, "factors", factors.asRow());
    try {
      unchecked.scaleRows(workspace, x, factors, y);
    } finally {
      Reference.reachabilityFence(x);
      Reference.reachabilityFence(factors);
      Reference.reachabilityFence(y);
      Reference.reachabilityFence(workspace);
    }
  }

  @Override
  public void rowDots(Workspace workspace, DenseMatrix a, DenseMatrix b, DenseVector dots) {
    DenseChecks.requireSame("rowDots", "A", a, "B", b);
    DenseChecks.requireLength("rowDots", "dots", dots, "rows of A", a.rows(), "A", a);
    Operands.requireApart("rowDots", "dots", dots.asRow(), "A", a);
    Operands.requireApart("rowDots", "dots", dots.asRow(), "B", b);
    try {
      unchecked.rowDots(workspace, a, b, dots);
    } finally {
      Reference.reachabilityFence(a);
      Reference.reachabilityFence(b);
      Reference.reachabilityFence(dots);
      Reference.reachabilityFence(workspace);
    }
  }

  @Override
  public double sum(Workspace workspace, DenseMatrix x) {
    x.requireAlive("sum");
    try {
      return unchecked.sum(workspace, x);
    } finally {
      Reference.reachabilityFence(x);
      Reference.reachabilityFence(workspace);
    }
  }

  @Override
  public double sumOfSquares(Workspace workspace, DenseMatrix x) {
    x.requireAlive("sumOfSquares");
    try {
      return unchecked.sumOfSquares(workspace, x);
    } finally {
      Reference.reachabilityFence(x);
      Reference.reachabilityFence(workspace);
    }
  }

  @Override
  public double sumOfSquares(float[] x) {
    return unchecked.sumOfSquares(x);
  }

  @Override
  public void softmax(Workspace workspace, DenseMatrix x, DenseMatrix y) {
    DenseChecks.requireSame("softmax", "X", x, "Y", y);
    DenseChecks.requireInPlace("softmax", "Y", y, "X", x);
    try {
      unchecked.softmax(workspace, x, y);
    } finally {
      Reference.reachabilityFence(x);
      Reference.reachabilityFence(y);
      Reference.reachabilityFence(workspace);
    }
  }

  @Override
  public void softmaxGradient(Workspace workspace, DenseMatrix y, DenseMatrix dy, DenseMatrix dx) {
    DenseChecks.requireSame("softmaxGradient", "Y", y, "dX", dx);
    DenseChecks.requireSame("softmaxGradient", "dY", dy, "dX", dx);
    DenseChecks.requireInPlace("softmaxGradient", "dX", dx, "Y", y);
    DenseChecks.requireInPlace("softmaxGradient", "dX", dx, "dY", dy);
    try {
      unchecked.softmaxGradient(workspace, y, dy, dx);
    } finally {
      Reference.reachabilityFence(y);
      Reference.reachabilityFence(dy);
      Reference.reachabilityFence(dx);
      Reference.reachabilityFence(workspace);
    }
  }

  @Override
  public void logSoftmax(Workspace workspace, DenseMatrix x, DenseMatrix y) {
    DenseChecks.requireSame("logSoftmax", "X", x, "Y", y);
    DenseChecks.requireInPlace("logSoftmax", "Y", y, "X", x);
    try {
      unchecked.logSoftmax(workspace, x, y);
    } finally {
      Reference.reachabilityFence(x);
      Reference.reachabilityFence(y);
      Reference.reachabilityFence(workspace);
    }
  }

  @Override
  public void logSoftmaxGradient(
      Workspace workspace, DenseMatrix y, DenseMatrix dy, DenseMatrix dx) {
    DenseChecks.requireSame("logSoftmaxGradient", "Y", y, "dX", dx);
    DenseChecks.requireSame("logSoftmaxGradient", "dY", dy, "dX", dx);
    DenseChecks.requireInPlace("logSoftmaxGradient", "dX", dx, "Y", y);
    DenseChecks.requireInPlace("logSoftmaxGradient", "dX", dx, "dY", dy);
    try {
      unchecked.logSoftmaxGradient(workspace, y, dy, dx);
    } finally {
      Reference.reachabilityFence(y);
      Reference.reachabilityFence(dy);
      Reference.reachabilityFence(dx);
      Reference.reachabilityFence(workspace);
    }
  }

  @Override
  public void crossEntropy(
      Workspace workspace,
      DenseMatrix x,
      int[] labels,
      float smoothing,
      DenseVector losses,
      DenseMatrix dx) {
    DenseChecks.requireSame("crossEntropy", "X", x, "dX", dx);
    DenseChecks.requireInPlace("crossEntropy", "dX", dx, "X", x);
    DenseChecks.requireLength("crossEntropy", "losses", losses, "columns of X", x.columns(), x);
    Operands.requireApart("crossEntropy", "losses", losses.asRow(), "X", x);
    Operands.requireApart("crossEntropy", "losses", losses.asRow(), "dX", dx);
    if (!(smoothing >= 0 && smoothing < 1)) {
      throw new IllegalArgumentException(
          "crossEntropy: smoothing (" + smoothing + ") must be at least 0 and below 1");
    }
    DenseChecks.requireLabels(labels, x);
    try {
      unchecked.crossEntropy(workspace, x, labels, smoothing, losses, dx);
    } finally {
      Reference.reachabilityFence(x);
      Reference.reachabilityFence(losses);
      Reference.reachabilityFence(dx);
      Reference.reachabilityFence(workspace);
    }
  }

  @Override
  public void argmax(Workspace workspace, DenseMatrix x, int[] rows) {
    x.requireAlive("argmax");
    if (rows.length < x.columns()) {
      throw new IllegalArgumentException(
          "argmax: length of the result ("
              + rows.length
              + ") must be at least columns of X ("
              + x.columns()
              + "); X is "
              + Operands.describe(x));
    }
    if (x.rows() == 0 && x.columns() > 0) {
      throw new IllegalArgumentException(
          "argmax: rows of X (0) must be at least 1; X is " + Operands.describe(x));
    }
    try {
      unchecked.argmax(workspace, x, rows);
    } finally {
      Reference.reachabilityFence(x);
      Reference.reachabilityFence(workspace);
    }
  }

  @Override
  public void layerNorm(
      Workspace workspace,
      DenseMatrix x,
      DenseVector gamma,
      DenseVector beta,
      float epsilon,
      DenseVector mean,
      DenseVector invStd,
      DenseMatrix y) {
    DenseChecks.requireSame("layerNorm", "X", x, "Y", y);
    DenseChecks.requireInPlace("layerNorm", "Y", y, "X", x);
    DenseChecks.requireLength("layerNorm", "gamma", gamma, "rows of X", x.rows(), x);
    DenseChecks.requireLength("layerNorm", "beta", beta, "rows of X", x.rows(), x);
    DenseChecks.requireLength("layerNorm", "mean", mean, "columns of X", x.columns(), x);
    DenseChecks.requireLength("layerNorm", "invStd", invStd, "columns of X", x.columns(), x);
    Operands.requireApart("layerNorm", "mean", mean.asRow(), "X", x);
    Operands.requireApart("layerNorm", "mean", mean.asRow(), "Y", y);
    Operands.requireApart("layerNorm", "invStd", invStd.asRow(), "X", x);
    Operands.requireApart("layerNorm", "invStd", invStd.asRow(), "Y", y);
    try {
      unchecked.layerNorm(workspace, x, gamma, beta, epsilon, mean, invStd, y);
    } finally {
      Reference.reachabilityFence(x);
      Reference.reachabilityFence(gamma);
      Reference.reachabilityFence(beta);
      Reference.reachabilityFence(mean);
      Reference.reachabilityFence(invStd);
      Reference.reachabilityFence(y);
      Reference.reachabilityFence(workspace);
    }
  }

  @Override
  public void layerNormGradient(
      Workspace workspace,
      DenseMatrix x,
      DenseVector gamma,
      DenseVector mean,
      DenseVector invStd,
      DenseMatrix dy,
      DenseVector dgamma,
      DenseVector dbeta,
      DenseMatrix dx) {
    DenseChecks.requireSame("layerNormGradient", "X", x, "dX", dx);
    DenseChecks.requireSame("layerNormGradient", "dY", dy, "dX", dx);
    Operands.requireApart("layerNormGradient", "dX", dx, "X", x);
    DenseChecks.requireInPlace("layerNormGradient", "dX", dx, "dY", dy);
    DenseChecks.requireLength("layerNormGradient", "gamma", gamma, "rows of X", x.rows(), x);
    DenseChecks.requireLength("layerNormGradient", "dgamma", dgamma, "rows of X", x.rows(), x);
    DenseChecks.requireLength("layerNormGradient", "dbeta", dbeta, "rows of X", x.rows(), x);
    DenseChecks.requireLength("layerNormGradient", "mean", mean, "columns of X", x.columns(), x);
    DenseChecks.requireLength(
        "layerNormGradient", "invStd", invStd, "columns of X", x.columns(), x);
    DenseChecks.requireApart("layerNormGradient", "dgamma", dgamma, x, dy, dx);
    DenseChecks.requireApart("layerNormGradient", "dbeta", dbeta, x, dy, dx);
    Operands.requireApart("layerNormGradient", "dgamma", dgamma.asRow(), "gamma", gamma.asRow());
    Operands.requireApart("layerNormGradient", "dbeta", dbeta.asRow(), "gamma", gamma.asRow());
    Operands.requireApart("layerNormGradient", "dgamma", dgamma.asRow(), "dbeta", dbeta.asRow());
    try {
      unchecked.layerNormGradient(workspace, x, gamma, mean, invStd, dy, dgamma, dbeta, dx);
    } finally {
      Reference.reachabilityFence(x);
      Reference.reachabilityFence(gamma);
      Reference.reachabilityFence(mean);
      Reference.reachabilityFence(invStd);
      Reference.reachabilityFence(dy);
      Reference.reachabilityFence(dgamma);
      Reference.reachabilityFence(dbeta);
      Reference.reachabilityFence(dx);
      Reference.reachabilityFence(workspace);
    }
  }

  @Override
  public void rmsNorm(
      Workspace workspace,
      DenseMatrix x,
      DenseVector gamma,
      float epsilon,
      DenseVector inverse,
      DenseMatrix y) {
    DenseChecks.requireSame("rmsNorm", "X", x, "Y", y);
    DenseChecks.requireInPlace("rmsNorm", "Y", y, "X", x);
    DenseChecks.requireLength("rmsNorm", "gamma", gamma, "rows of X", x.rows(), x);
    DenseChecks.requireLength("rmsNorm", "inverse", inverse, "columns of X", x.columns(), x);
    Operands.requireApart("rmsNorm", "Y", y, "gamma", gamma.asRow());
    Operands.requireApart("rmsNorm", "inverse", inverse.asRow(), "X", x);
    Operands.requireApart("rmsNorm", "inverse", inverse.asRow(), "Y", y);
    Operands.requireApart("rmsNorm", "inverse", inverse.asRow(), "gamma", gamma.asRow());
    try {
      unchecked.rmsNorm(workspace, x, gamma, epsilon, inverse, y);
    } finally {
      Reference.reachabilityFence(x);
      Reference.reachabilityFence(gamma);
      Reference.reachabilityFence(inverse);
      Reference.reachabilityFence(y);
      Reference.reachabilityFence(workspace);
    }
  }

  @Override
  public void rmsNormGradient(
      Workspace workspace,
      DenseMatrix x,
      DenseVector gamma,
      DenseVector inverse,
      DenseMatrix dy,
      DenseVector dgamma,
      DenseMatrix dx) {
    DenseChecks.requireSame("rmsNormGradient", "X", x, "dX", dx);
    DenseChecks.requireSame("rmsNormGradient", "dY", dy, "dX", dx);
    Operands.requireApart("rmsNormGradient", "dX", dx, "X", x);
    DenseChecks.requireInPlace("rmsNormGradient", "dX", dx, "dY", dy);
    DenseChecks.requireLength("rmsNormGradient", "gamma", gamma, "rows of X", x.rows(), x);
    DenseChecks.requireLength("rmsNormGradient", "dgamma", dgamma, "rows of X", x.rows(), x);
    DenseChecks.requireLength(
        "rmsNormGradient", "inverse", inverse, "columns of X", x.columns(), x);
    DenseChecks.requireApart("rmsNormGradient", "dgamma", dgamma, x, dy, dx);
    Operands.requireApart("rmsNormGradient", "dgamma", dgamma.asRow(), "gamma", gamma.asRow());
    Operands.requireApart("rmsNormGradient", "dgamma", dgamma.asRow(), "inverse", inverse.asRow());
    try {
      unchecked.rmsNormGradient(workspace, x, gamma, inverse, dy, dgamma, dx);
    } finally {
      Reference.reachabilityFence(x);
      Reference.reachabilityFence(gamma);
      Reference.reachabilityFence(inverse);
      Reference.reachabilityFence(dy);
      Reference.reachabilityFence(dgamma);
      Reference.reachabilityFence(dx);
      Reference.reachabilityFence(workspace);
    }
  }

  @Override
  public void sgd(
      Workspace workspace,
      SgdStep step,
      DenseMatrix gradient,
      DenseMatrix velocity,
      DenseMatrix weights) {
    DenseChecks.requireSame("sgd", "gradient", gradient, "weights", weights);
    if (step.momentum() != 0) {
      DenseChecks.requireSame("sgd", "velocity", velocity, "weights", weights);
    }
    Operands.requireApart("sgd", "weights", weights, "gradient", gradient);
    try {
      unchecked.sgd(workspace, step, gradient, velocity, weights);
    } finally {
      Reference.reachabilityFence(gradient);
      Reference.reachabilityFence(velocity);
      Reference.reachabilityFence(weights);
      Reference.reachabilityFence(workspace);
    }
  }

  @Override
  public void sgd(SgdStep step, float[] gradient, float[] velocity, float[] weights) {
    DenseChecks.requireLength("sgd", "gradient", gradient.length, weights.length);
    if (step.momentum() != 0) {
      DenseChecks.requireLength("sgd", "velocity", velocity.length, weights.length);
    }
    unchecked.sgd(step, gradient, velocity, weights);
  }

  @Override
  public void adam(
      Workspace workspace,
      AdamStep step,
      DenseMatrix gradient,
      DenseMatrix first,
      DenseMatrix second,
      DenseMatrix weights) {
    DenseChecks.requireSame("adam", "gradient", gradient, "weights", weights);
    DenseChecks.requireSame("adam", "first moment", first, "weights", weights);
    DenseChecks.requireSame("adam", "second moment", second, "weights", weights);
    Operands.requireApart("adam", "weights", weights, "gradient", gradient);
    try {
      unchecked.adam(workspace, step, gradient, first, second, weights);
    } finally {
      Reference.reachabilityFence(gradient);
      Reference.reachabilityFence(first);
      Reference.reachabilityFence(second);
      Reference.reachabilityFence(weights);
      Reference.reachabilityFence(workspace);
    }
  }

  @Override
  public void adam(
      AdamStep step, float[] gradient, float[] first, float[] second, float[] weights) {
    DenseChecks.requireLength("adam", "gradient", gradient.length, weights.length);
    DenseChecks.requireLength("adam", "first moment", first.length, weights.length);
    DenseChecks.requireLength("adam", "second moment", second.length, weights.length);
    unchecked.adam(step, gradient, first, second, weights);
  }
}
