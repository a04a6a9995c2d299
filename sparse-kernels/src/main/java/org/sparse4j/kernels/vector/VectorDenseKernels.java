package org.sparse4j.kernels.vector;

import java.lang.foreign.ValueLayout;
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
import org.sparse4j.kernels.scalar.ScalarOptimizers;

/**
 * The dense operations with the Vector API; operands were checked.
 *
 * <p>Here arguments are laid out for the call objects of the workspace, whose parts run on its
 * threads; the arithmetic is in the classes that have a species.
 */
final class VectorDenseKernels implements DenseKernels {

  private static RowCall rows(Workspace workspace, RowCall.Kind kind) {
    RowCall call = workspace.state(RowCall.class, RowCall::new);
    call.kind = kind;
    return call;
  }

  private static ColumnCall columns(Workspace workspace, ColumnCall.Kind kind) {
    ColumnCall call = workspace.state(ColumnCall.class, ColumnCall::new);
    call.kind = kind;
    return call;
  }

  private static long address(DenseVector x) {
    return x.asRow().address();
  }

  private static void clear(DenseVector x) {
    if (x.length() % 16 != 0) {
      ElementwiseKernels.clearPadding(address(x), 0, 1, x.length());
    }
  }

  @Override
  public void gemm(
      Workspace workspace,
      GemmForm form,
      DenseMatrix a,
      DenseMatrix b,
      Epilogue epilogue,
      DenseMatrix c) {
    workspace.state(GemmCall.class, GemmCall::new).run(workspace, form, a, b, epilogue, c, false);
  }

  @Override
  public KernelInfo gemmInfo(GemmForm form, int m, int k, int n) {
    String kernel = "gemm-" + form + "-" + GemmCall.route(form, m, k, n).label();
    return KernelInfo.gemm("vector", kernel, DenseSpecies.floats().vectorBitSize(), m, k, n);
  }

  @Override
  public KernelInfo info(DenseOperation operation, int rows, int columns) {
    return operation.info("vector", DenseSpecies.floats().vectorBitSize(), rows, columns);
  }

  @Override
  public void gemmAdd(
      Workspace workspace, GemmForm form, DenseMatrix a, DenseMatrix b, DenseMatrix c) {
    workspace
        .state(GemmCall.class, GemmCall::new)
        .run(workspace, form, a, b, Epilogue.none(), c, true);
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
    workspace
        .state(BlockCall.class, BlockCall::new)
        .run(workspace, form == GemmForm.ATB, blocks, interleaved, a, b, c);
  }

  @Override
  public void gemv(
      Workspace workspace, DenseMatrix a, DenseVector x, Epilogue epilogue, DenseVector y) {
    workspace.state(LinearCall.class, LinearCall::new).run(workspace, x, a, epilogue, y);
  }

  @Override
  public void linear(
      Workspace workspace, DenseView x, DenseMatrix w, Epilogue epilogue, DenseMatrix y) {
    workspace.state(LinearCall.class, LinearCall::new).run(workspace, x, w, epilogue, y);
  }

  @Override
  public void transpose(Workspace workspace, DenseView x, DenseMatrix y) {
    workspace.state(TransposeCall.class, TransposeCall::new).run(workspace, x, y);
  }

  @Override
  public void copy(Workspace workspace, DenseMatrix x, DenseMatrix y) {
    rows(workspace, RowCall.Kind.COPY).run(workspace, false, x, x, x, y);
  }

  @Override
  public void fill(Workspace workspace, float value, DenseMatrix y) {
    RowCall call = rows(workspace, RowCall.Kind.FILL);
    call.f0 = value;
    call.run(workspace, true, y, y, y, y);
  }

  @Override
  public void add(Workspace workspace, DenseMatrix a, DenseMatrix b, DenseMatrix c) {
    rows(workspace, RowCall.Kind.ADD).run(workspace, false, a, b, b, c);
  }

  @Override
  public void subtract(Workspace workspace, DenseMatrix a, DenseMatrix b, DenseMatrix c) {
    rows(workspace, RowCall.Kind.SUBTRACT).run(workspace, false, a, b, b, c);
  }

  @Override
  public void multiply(Workspace workspace, DenseMatrix a, DenseMatrix b, DenseMatrix c) {
    rows(workspace, RowCall.Kind.MULTIPLY).run(workspace, false, a, b, b, c);
  }

  @Override
  public void divide(Workspace workspace, DenseMatrix a, DenseMatrix b, DenseMatrix c) {
    rows(workspace, RowCall.Kind.DIVIDE).run(workspace, true, a, b, b, c);
  }

  @Override
  public void scale(Workspace workspace, float factor, DenseMatrix x, DenseMatrix y) {
    RowCall call = rows(workspace, RowCall.Kind.SCALE);
    call.f0 = factor;
    call.run(workspace, !Float.isFinite(factor), x, x, x, y);
  }

  @Override
  public void addScaled(Workspace workspace, float factor, DenseMatrix x, DenseMatrix y) {
    RowCall call = rows(workspace, RowCall.Kind.ADD_SCALED);
    call.f0 = factor;
    call.run(workspace, !Float.isFinite(factor), x, x, x, y);
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
    workspace
        .state(PairCall.class, PairCall::new)
        .mix(workspace, stride, blocks, offset, transposed, x, y);
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
    if (strides.length == 0) {
      copy(workspace, x, y);
    } else {
      workspace
          .state(FactorCall.class, FactorCall::new)
          .run(workspace, strides, blocks, offset, transposed, x, y);
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
    workspace
        .state(PairCall.class, PairCall::new)
        .gradient(workspace, stride, x, dy, gradient, offset);
  }

  @Override
  public void exp(Workspace workspace, DenseMatrix x, DenseMatrix y) {
    rows(workspace, RowCall.Kind.EXP).run(workspace, true, x, x, x, y);
  }

  @Override
  public void log(Workspace workspace, DenseMatrix x, DenseMatrix y) {
    rows(workspace, RowCall.Kind.LOG).run(workspace, true, x, x, x, y);
  }

  @Override
  public void sqrt(Workspace workspace, DenseMatrix x, DenseMatrix y) {
    rows(workspace, RowCall.Kind.SQRT).run(workspace, false, x, x, x, y);
  }

  @Override
  public void activate(Workspace workspace, Activation activation, DenseMatrix x, DenseMatrix y) {
    RowCall call = rows(workspace, RowCall.Kind.ACTIVATE);
    call.activation = activation;
    call.run(workspace, activation == Activation.SIGMOID, x, x, x, y);
  }

  @Override
  public void activateGradient(
      Workspace workspace, Activation activation, DenseMatrix x, DenseMatrix dy, DenseMatrix dx) {
    RowCall call = rows(workspace, RowCall.Kind.ACTIVATE_GRADIENT);
    call.activation = activation;
    call.run(workspace, false, x, dy, dy, dx);
  }

  @Override
  public void dropout(Workspace workspace, float rate, long seed, DenseMatrix x, DenseMatrix y) {
    RowCall call = rows(workspace, RowCall.Kind.DROPOUT);
    call.f0 = rate;
    call.f1 = 1 / (1 - rate);
    call.seed = seed;
    call.run(workspace, false, x, x, x, y);
  }

  @Override
  public void addBias(Workspace workspace, DenseMatrix x, DenseVector bias, DenseMatrix y) {
    RowCall call = rows(workspace, RowCall.Kind.ADD_BIAS);
    call.vector0 = address(bias);
    call.run(workspace, true, x, x, x, y);
  }

  @Override
  public void rowSums(Workspace workspace, DenseMatrix x, DenseVector sums) {
    RowCall call = rows(workspace, RowCall.Kind.ROW_SUMS);
    call.vector0 = address(sums);
    call.run(workspace, false, x, x, x, x);
    if (x.columns() == 0) {
      fill(workspace, 0, sums.asRow());
    }
  }

  @Override
  public void scaleRows(Workspace workspace, DenseMatrix x, DenseVector factors, DenseMatrix y) {
    RowCall call = rows(workspace, RowCall.Kind.SCALE_ROWS);
    call.vector0 = address(factors);
    call.run(workspace, true, x, x, x, y);
  }

  @Override
  public void rowDots(Workspace workspace, DenseMatrix a, DenseMatrix b, DenseVector dots) {
    RowCall call = rows(workspace, RowCall.Kind.ROW_DOTS);
    call.vector0 = address(dots);
    call.run(workspace, false, a, b, b, b);
    if (a.columns() == 0) {
      fill(workspace, 0, dots.asRow());
    }
  }

  @Override
  public double sum(Workspace workspace, DenseMatrix x) {
    return total(workspace, RowCall.Kind.SUM, x);
  }

  @Override
  public double sumOfSquares(Workspace workspace, DenseMatrix x) {
    return total(workspace, RowCall.Kind.SQUARES, x);
  }

  /** Sums rows in parts, and their sums in the order of the rows. */
  private static double total(Workspace workspace, RowCall.Kind kind, DenseMatrix x) {
    if (x.columns() == 0) {
      return 0;
    }
    workspace.reserve(1, 8L * x.rows());
    RowCall call = rows(workspace, kind);
    call.vector0 = workspace.address(0);
    call.run(workspace, false, x, x, x, x);
    double total = 0;
    for (int i = 0; i < x.rows(); i++) {
      total += DenseMemory.ALL.get(ValueLayout.JAVA_DOUBLE_UNALIGNED, call.vector0 + 8L * i);
    }
    return total;
  }

  @Override
  public double sumOfSquares(float[] x) {
    return OptimizerArrays.squares(x);
  }

  @Override
  public void softmax(Workspace workspace, DenseMatrix x, DenseMatrix y) {
    columns(workspace, ColumnCall.Kind.SOFTMAX).run(workspace, x, x, y);
  }

  @Override
  public void softmaxGradient(Workspace workspace, DenseMatrix y, DenseMatrix dy, DenseMatrix dx) {
    columns(workspace, ColumnCall.Kind.SOFTMAX_GRADIENT).run(workspace, y, dy, dx);
  }

  @Override
  public void logSoftmax(Workspace workspace, DenseMatrix x, DenseMatrix y) {
    columns(workspace, ColumnCall.Kind.LOG_SOFTMAX).run(workspace, x, x, y);
  }

  @Override
  public void logSoftmaxGradient(
      Workspace workspace, DenseMatrix y, DenseMatrix dy, DenseMatrix dx) {
    columns(workspace, ColumnCall.Kind.LOG_SOFTMAX_GRADIENT).run(workspace, y, dy, dx);
  }

  @Override
  public void crossEntropy(
      Workspace workspace,
      DenseMatrix x,
      int[] labels,
      float smoothing,
      DenseVector losses,
      DenseMatrix dx) {
    ColumnCall call = columns(workspace, ColumnCall.Kind.CROSS_ENTROPY);
    call.ints = labels;
    call.scalar = smoothing;
    call.losses = address(losses);
    call.run(workspace, x, x, dx);
  }

  @Override
  public void argmax(Workspace workspace, DenseMatrix x, int[] rows) {
    ColumnCall call = columns(workspace, ColumnCall.Kind.ARGMAX);
    call.ints = rows;
    call.run(workspace, x, x, x);
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
    ColumnCall call = columns(workspace, ColumnCall.Kind.LAYER_NORM);
    call.gamma = address(gamma);
    call.beta = address(beta);
    call.scalar = epsilon;
    call.mean = address(mean);
    call.inverse = address(invStd);
    call.run(workspace, x, x, y);
    clear(mean);
    clear(invStd);
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
    RowCall parameters = rows(workspace, RowCall.Kind.LAYER_NORM_PARAMETERS);
    parameters.vector0 = address(mean);
    parameters.vector1 = address(invStd);
    parameters.vector2 = address(dgamma);
    parameters.vector3 = address(dbeta);
    parameters.run(workspace, false, x, dy, dy, dy);
    if (x.columns() == 0) {
      fill(workspace, 0, dgamma.asRow());
      fill(workspace, 0, dbeta.asRow());
    }
    ColumnCall call = columns(workspace, ColumnCall.Kind.LAYER_NORM_GRADIENT);
    call.gamma = address(gamma);
    call.mean = address(mean);
    call.inverse = address(invStd);
    call.run(workspace, x, dy, dx);
  }

  @Override
  public void rmsNorm(
      Workspace workspace,
      DenseMatrix x,
      DenseVector gamma,
      float epsilon,
      DenseVector inverse,
      DenseMatrix y) {
    ColumnCall call = columns(workspace, ColumnCall.Kind.RMS_NORM);
    call.gamma = address(gamma);
    call.scalar = epsilon;
    call.inverse = address(inverse);
    call.run(workspace, x, x, y);
    clear(inverse);
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
    RowCall parameters = rows(workspace, RowCall.Kind.RMS_NORM_PARAMETERS);
    parameters.vector1 = address(inverse);
    parameters.vector2 = address(dgamma);
    parameters.run(workspace, false, x, dy, dy, dy);
    if (x.columns() == 0) {
      fill(workspace, 0, dgamma.asRow());
    }
    ColumnCall call = columns(workspace, ColumnCall.Kind.RMS_NORM_GRADIENT);
    call.gamma = address(gamma);
    call.inverse = address(inverse);
    call.run(workspace, x, dy, dx);
  }

  @Override
  public void sgd(
      Workspace workspace,
      SgdStep step,
      DenseMatrix gradient,
      DenseMatrix velocity,
      DenseMatrix weights) {
    RowCall.Kind kind =
        step.momentum() == 0
            ? RowCall.Kind.SGD
            : step.nesterov() ? RowCall.Kind.NESTEROV : RowCall.Kind.MOMENTUM;
    RowCall call = rows(workspace, kind);
    call.f0 = step.rate();
    call.f1 = step.momentum();
    call.f2 = step.decay();
    DenseMatrix state = step.momentum() == 0 ? gradient : velocity;
    call.run(workspace, false, gradient, gradient, state, weights);
  }

  @Override
  public void sgd(SgdStep step, float[] gradient, float[] velocity, float[] weights) {
    ScalarOptimizers.sgd(step, gradient, velocity, weights);
  }

  @Override
  public void adam(
      Workspace workspace,
      AdamStep step,
      DenseMatrix gradient,
      DenseMatrix first,
      DenseMatrix second,
      DenseMatrix weights) {
    RowCall call = rows(workspace, RowCall.Kind.ADAM);
    call.f0 = ScalarOptimizers.rate(step);
    call.f1 = step.beta1();
    call.f2 = step.beta2();
    call.f3 = ScalarOptimizers.rootFactor(step);
    call.f4 = step.epsilon();
    call.f5 = step.l2();
    call.f6 = ScalarOptimizers.kept(step);
    call.run(workspace, step.epsilon() == 0, gradient, first, second, weights);
  }

  @Override
  public void adam(
      AdamStep step, float[] gradient, float[] first, float[] second, float[] weights) {
    ScalarOptimizers.adam(step, gradient, first, second, weights);
  }
}
