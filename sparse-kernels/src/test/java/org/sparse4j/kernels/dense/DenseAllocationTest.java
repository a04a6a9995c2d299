package org.sparse4j.kernels.dense;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.DenseVector;
import org.sparse4j.format.DenseView;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.Activation;
import org.sparse4j.kernels.operation.AdamStep;
import org.sparse4j.kernels.operation.DenseKernels;
import org.sparse4j.kernels.operation.Epilogue;
import org.sparse4j.kernels.operation.GemmForm;
import org.sparse4j.kernels.operation.SgdStep;

/**
 * Every dense operation allocates nothing once it is compiled: a boxed vector would show as
 * megabytes a call.
 */
@Tag("allocation")
class DenseAllocationTest {

  private static final long DEADLINE_NANOS = 120_000_000_000L;
  private static final int CALLS = 20;

  private final DenseKernels dense = Kernels.best().dense();
  private final Workspace workspace = Workspace.create();
  private final Random random = new Random(3);
  private final Map<String, Runnable> operations = new LinkedHashMap<>();

  private DenseMatrix normal(int rows, int columns) {
    return Guarded.normal(rows, columns, random).matrix;
  }

  private DenseVector vector(int length) {
    return DenseVector.ofRow(normal(1, length), 0);
  }

  private void products() {
    DenseMatrix bias = normal(1, 50);
    Epilogue epilogue = Epilogue.biasThen(DenseVector.ofRow(bias, 0), Activation.SILU);
    DenseMatrix c = normal(50, 77);
    DenseMatrix narrow = normal(50, 16);
    DenseMatrix few = normal(50, 5);
    DenseMatrix a = normal(50, 70);
    DenseMatrix transposedA = normal(70, 50);
    DenseMatrix b = normal(70, 77);
    DenseMatrix transposedB = normal(77, 70);
    DenseMatrix narrowB = normal(70, 16);
    DenseMatrix fewB = normal(70, 5);
    DenseMatrix fewA = normal(5, 70);
    DenseMatrix fewRows = normal(5, 77);
    operations.put("AB", () -> dense.gemm(workspace, GemmForm.AB, a, b, epilogue, c));
    operations.put("ATB", () -> dense.gemm(workspace, GemmForm.ATB, transposedA, b, epilogue, c));
    operations.put("ABT", () -> dense.gemm(workspace, GemmForm.ABT, a, transposedB, epilogue, c));
    DenseMatrix stacked = normal(70, 14);
    DenseMatrix blockRows = normal(70, 77);
    operations.put(
        "blocks AB",
        () -> dense.gemmBlocks(workspace, GemmForm.AB, 5, false, stacked, b, blockRows));
    operations.put(
        "blocks ATB",
        () -> dense.gemmBlocks(workspace, GemmForm.ATB, 5, true, stacked, b, blockRows));
    DenseMatrix rows = normal(32, 77);
    int[] strides = {1, 2, 4, 8, 16};
    float[] pairs = new float[5 * 2 * 32];
    operations.put(
        "factors", () -> dense.mixFactors(workspace, strides, pairs, 0, false, rows, rows));
    operations.put("add AB", () -> dense.gemmAdd(workspace, GemmForm.AB, a, b, c));
    operations.put(
        "narrow AB", () -> dense.gemm(workspace, GemmForm.AB, a, narrowB, epilogue, narrow));
    operations.put(
        "narrow ATB",
        () -> dense.gemm(workspace, GemmForm.ATB, transposedA, narrowB, epilogue, narrow));
    operations.put("few AB", () -> dense.gemm(workspace, GemmForm.AB, a, fewB, epilogue, few));
    operations.put(
        "few ATB", () -> dense.gemm(workspace, GemmForm.ATB, transposedA, fewB, epilogue, few));
    operations.put(
        "few rows AB", () -> dense.gemm(workspace, GemmForm.AB, fewA, b, Epilogue.none(), fewRows));
    DenseVector x = vector(70);
    DenseVector y = vector(50);
    operations.put("gemv", () -> dense.gemv(workspace, a, x, epilogue, y));
    DenseView eight = normal(8, 70).view();
    DenseView forty = normal(40, 70).view();
    DenseMatrix eightOut = normal(8, 50);
    DenseMatrix fortyOut = normal(40, 50);
    operations.put("linear 8", () -> dense.linear(workspace, eight, a, epilogue, eightOut));
    operations.put("linear 40", () -> dense.linear(workspace, forty, a, epilogue, fortyOut));
    DenseMatrix turned = normal(70, 40);
    operations.put("transpose", () -> dense.transpose(workspace, forty, turned));
  }

  private void elementwise() {
    DenseMatrix a = normal(30, 77);
    DenseMatrix b = normal(30, 77);
    DenseMatrix c = normal(30, 77);
    DenseVector bias = vector(30);
    DenseVector sums = vector(30);
    float[] array = new float[1001];
    double[] sink = new double[1];
    operations.put("copy", () -> dense.copy(workspace, a, c));
    operations.put("fill", () -> dense.fill(workspace, 2, c));
    operations.put("add", () -> dense.add(workspace, a, b, c));
    operations.put("subtract", () -> dense.subtract(workspace, a, b, c));
    operations.put("multiply", () -> dense.multiply(workspace, a, b, c));
    operations.put("divide", () -> dense.divide(workspace, a, b, c));
    operations.put("scale", () -> dense.scale(workspace, 3, a, c));
    operations.put("addScaled", () -> dense.addScaled(workspace, 1e-3f, a, c));
    operations.put("exp", () -> dense.exp(workspace, a, c));
    operations.put("log", () -> dense.log(workspace, a, c));
    operations.put("sqrt", () -> dense.sqrt(workspace, a, c));
    for (Activation f : Activation.values()) {
      operations.put("activate " + f, () -> dense.activate(workspace, f, a, c));
      operations.put("gradient " + f, () -> dense.activateGradient(workspace, f, a, b, c));
    }
    operations.put("dropout", () -> dense.dropout(workspace, 0.5f, 3, a, c));
    operations.put("addBias", () -> dense.addBias(workspace, a, bias, c));
    operations.put("rowSums", () -> dense.rowSums(workspace, a, sums));
    operations.put("scaleRows", () -> dense.scaleRows(workspace, a, bias, c));
    operations.put("rowDots", () -> dense.rowDots(workspace, a, b, sums));
    operations.put("sum", () -> sink[0] += dense.sum(workspace, a));
    operations.put("sumOfSquares", () -> sink[0] += dense.sumOfSquares(workspace, a));
    operations.put("sumOfSquares of array", () -> sink[0] += dense.sumOfSquares(array));
  }

  private void columns() {
    DenseMatrix x = normal(10, 77);
    DenseMatrix y = normal(10, 77);
    DenseMatrix z = normal(10, 77);
    DenseVector gamma = vector(10);
    DenseVector beta = vector(10);
    DenseVector mean = vector(77);
    DenseVector invStd = vector(77);
    int[] labels = new int[77];
    int[] found = new int[77];
    operations.put("softmax", () -> dense.softmax(workspace, x, y));
    operations.put("softmaxGradient", () -> dense.softmaxGradient(workspace, y, x, z));
    operations.put("logSoftmax", () -> dense.logSoftmax(workspace, x, y));
    operations.put("logSoftmaxGradient", () -> dense.logSoftmaxGradient(workspace, y, x, z));
    operations.put("crossEntropy", () -> dense.crossEntropy(workspace, x, labels, 0.1f, mean, z));
    operations.put("argmax", () -> dense.argmax(workspace, x, found));
    operations.put(
        "layerNorm", () -> dense.layerNorm(workspace, x, gamma, beta, 1e-5f, mean, invStd, y));
    DenseVector dgamma = vector(10);
    DenseVector dbeta = vector(10);
    operations.put(
        "layerNormGradient",
        () -> dense.layerNormGradient(workspace, x, gamma, mean, invStd, y, dgamma, dbeta, z));
    operations.put("rmsNorm", () -> dense.rmsNorm(workspace, x, gamma, 1e-5f, invStd, y));
    operations.put(
        "rmsNormGradient", () -> dense.rmsNormGradient(workspace, x, gamma, invStd, y, dgamma, z));
  }

  private void optimizers() {
    DenseMatrix g = normal(30, 77);
    DenseMatrix m = normal(30, 77);
    DenseMatrix v = DenseMatrix.zeros(30, 77);
    DenseMatrix w = normal(30, 77);
    List<SgdStep> steps =
        List.of(
            new SgdStep(1e-3f, 0, false, 0),
            new SgdStep(1e-3f, 0.9f, false, 0),
            new SgdStep(1e-3f, 0.9f, true, 0));
    float[] gradient = new float[1001];
    float[] first = new float[1001];
    float[] second = new float[1001];
    float[] weights = new float[1001];
    for (SgdStep step : steps) {
      operations.put(step.toString(), () -> dense.sgd(workspace, step, g, m, w));
      operations.put(step + " array", () -> dense.sgd(step, gradient, first, weights));
    }
    AdamStep adam = new AdamStep(1e-3f, 0.9f, 0.999f, 1e-8f, 0, 0, 5);
    operations.put("adam", () -> dense.adam(workspace, adam, g, m, v, w));
    operations.put("adam array", () -> dense.adam(adam, gradient, first, second, weights));
  }

  @Test
  void warmOperationsAllocateNothing() {
    products();
    elementwise();
    columns();
    optimizers();
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    List<String> left = new ArrayList<>(operations.keySet());
    Map<String, Long> bytes = new LinkedHashMap<>();
    long start = System.nanoTime();
    // Compiling takes as long as it takes: whoever reaches zero once is done.
    while (!left.isEmpty() && System.nanoTime() - start < DEADLINE_NANOS) {
      bytes.clear();
      for (String name : left) {
        Runnable operation = operations.get(name);
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int call = 0; call < CALLS; call++) {
          operation.run();
        }
        bytes.put(name, (threads.getCurrentThreadAllocatedBytes() - before) / CALLS);
      }
      left.removeIf(name -> bytes.get(name) == 0);
    }
    assertEquals(List.of(), left, () -> "bytes a call: " + bytes);
  }
}
