package org.sparse4j.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.sparse4j.format.CompressedMatrix;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.FloatValues;
import org.sparse4j.kernels.execution.Threads;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.Ceilings;
import org.sparse4j.kernels.operation.DenseKernels;
import org.sparse4j.kernels.operation.DenseOperation;
import org.sparse4j.kernels.operation.GemmForm;
import org.sparse4j.kernels.operation.GroupSampling;
import org.sparse4j.kernels.operation.KernelInfo;
import org.sparse4j.kernels.operation.LinearOperator;
import org.sparse4j.kernels.operation.MaskKernels;
import org.sparse4j.kernels.operation.Operation;
import org.sparse4j.kernels.planner.Choice;
import org.sparse4j.kernels.planner.Planner;
import org.sparse4j.mask.ConstantFanIn;
import org.sparse4j.mask.NmStructure;
import org.sparse4j.mask.Unstructured;
import org.sparse4j.structured.ButterflyMatrix;
import org.sparse4j.structured.LowRankMatrix;
import org.sparse4j.structured.MonarchMatrix;
import org.sparse4j.structured.SparsePlusLowRank;

/** What plans, choices, operators and dense products say about themselves, and to nonsense. */
@Tag("kernels")
class ExplainTest {
  private static final CsrMatrix CSR =
      CsrMatrix.fromDense(DenseMatrix.copyOf(new float[][] {{0, 2, 0}, {1, 0, 3}, {0, 0, 4}}));
  private static final Ceilings CEILINGS = new Ceilings(100e9, 50e9);

  private final List<Kernels> providers = List.of(Kernels.best(), Kernels.scalar());
  private final Kernels kernels = Kernels.best();

  private static String refused(Executable call) {
    return assertThrows(IllegalArgumentException.class, call).getMessage();
  }

  @Test
  void samplesMustBePositive() {
    Plan plan = kernels.plan(Operation.SPMM, CSR).build();
    LinearOperator structured =
        kernels.operator(
            LowRankMatrix.of(
                3, 2, 1, FloatValues.wrap(new float[3]), FloatValues.wrap(new float[2])));
    for (int n : new int[] {0, -1}) {
      String rule = ": n (" + n + ") must be at least 1; A is ";
      IntConsumer withCeilings = samples -> plan.explain(samples, CEILINGS);
      assertEquals("explain" + rule + "3x3 CSR (nnz 4)", refused(() -> plan.explain(n)));
      assertEquals("explain" + rule + "3x3 CSR (nnz 4)", refused(() -> withCeilings.accept(n)));
      assertEquals("info" + rule + "3x3 CSR (nnz 4)", refused(() -> plan.info(n)));
      assertEquals("explain" + rule + "3x2", refused(() -> kernels.explain(structured, n)));
      assertTrue(refused(() -> structured.calls(n)).startsWith("calls" + rule + "3x2 "));
    }
    assertEquals(
        "gemm AB: m (-1), k (2) must not be negative, n (0) at least 1",
        refused(() -> kernels.dense().gemmInfo(GemmForm.AB, -1, 2, 0)));
  }

  @Test
  @SuppressWarnings("NullAway") // what callers without a checker pass
  void missingArgumentsAreNamed() {
    DenseMatrix x = DenseMatrix.zeros(3, 2);
    assertMissing("operation", () -> kernels.plan(null, CSR));
    assertMissing("matrix", () -> kernels.plan(Operation.SPMM, null));
    assertMissing("matrix", () -> kernels.operator((CompressedMatrix) null));
    assertMissing("a", () -> kernels.spmm(null, x, x));
    assertMissing("x", () -> kernels.spmm(CSR, null, x));
    assertMissing("y", () -> kernels.spmmTransposed(CSR, x, null));
    assertMissing("a", () -> kernels.spmv(null, null, null));
    assertMissing("x", () -> kernels.linear(CSR, null, x));
    assertMissing("sampled", () -> kernels.sddmm(CSR, x, x, null));
    assertMissing(
        "pattern",
        () -> kernels.sddmmTopK(Workspace.create(), null, x, x, 1, new long[1], new float[1]));
    assertMissing("epilogue", () -> kernels.plan(Operation.SPMM, CSR).epilogue(null));
    assertMissing("form", () -> kernels.dense().gemmInfo(null, 1, 1, 1));
    assertMissing("kernels", () -> Planner.rules(null));
    assertMissing("matrix", () -> Planner.rules(kernels).plan(null, 1, Threads.caller()));
  }

  private static void assertMissing(String name, Executable call) {
    assertEquals(name, assertThrows(NullPointerException.class, call).getMessage());
  }

  @Test
  void choicesNameCostAndLeastTimeOfEveryCandidate() {
    Choice choice = Planner.rules(kernels).plan(CSR, 64, Threads.caller());
    String text = choice.explain(CEILINGS);
    assertTrue(text.startsWith(choice.explain() + "\n"), text);
    for (var candidate : choice.candidates()) {
      KernelInfo info = candidate.info();
      String line = candidate.format() + ": " + info + ", " + CEILINGS.explain(info);
      assertTrue(text.lines().anyMatch(line::equals), text);
    }
    // A dense 3x3 with 64 samples: 1152 operations, 4 (9 + 2 * 3 * 64) = 1572 bytes.
    assertTrue(text.contains(", 1152 flops, 1572 bytes, 0.73 flops a byte, at least 0.0 us by"));
  }

  @Test
  void denseProductsWarmUp() {
    for (GemmForm form : GemmForm.values()) {
      Duration fastest = kernels.warmUp(Workspace.create(), form, 5, 70, 9, Duration.ofMillis(20));
      assertTrue(fastest.toNanos() > 0, fastest.toString());
    }
    assertEquals(
        "gemm ABT: m (-1), k (1) must not be negative, n (1) at least 1",
        refused(() ->
            kernels.warmUp(Workspace.create(), GemmForm.ABT, -1, 1, 1, Duration.ofMillis(1))));
  }

  @Test
  void denseProductsNameTheirRoute() {
    Kernels best = kernels;
    KernelInfo info = best.dense().gemmInfo(GemmForm.AB, 64, 128, 32);
    assertEquals(2L * 64 * 128 * 32, info.flops());
    assertEquals(4L * (64 * 128 + 128 * 32 + 64 * 32), info.bytes());
    assertEquals(best.provider(), info.provider());
    assertEquals(best.vectorBits(), info.vectorBits());
    boolean vector = best.vectorBits() > 0;
    assertEquals("gemm-AB" + (vector ? "-blocks" : ""), info.kernel());
    assertEquals(
        "gemm-AB" + (vector ? "-few-columns-dots" : ""),
        best.dense().gemmInfo(GemmForm.AB, 64, 128, 1).kernel());
    assertEquals(
        "gemm-ABT" + (vector ? "-few-rows-dots" : ""),
        best.dense().gemmInfo(GemmForm.ABT, 1, 128, 64).kernel());
    assertEquals(
        "gemm AB, m 64, k 128, n 32: " + info + ", " + CEILINGS.explain(info),
        best.dense().explainGemm(GemmForm.AB, 64, 128, 32, CEILINGS));
  }

  @Test
  void operationsOnElementsNameCostAndLeastTime() {
    for (Kernels each : providers) {
      KernelInfo add = each.dense().info(DenseOperation.ADD, 64, 100);
      assertEquals(
          new KernelInfo(each.provider(), "add", each.vectorBits(), 6400, 4 * 3 * 6400), add);
      assertEquals(
          add
              + ", at least 1.5 us by bytes: flops 0.1 us at 100.0 GFLOP/s, bytes 1.5 us at 50.0"
              + " GB/s",
          add.explain(CEILINGS));
      KernelInfo norm = each.dense().info(DenseOperation.LAYER_NORM, 64, 100);
      assertEquals(8 * 6400, norm.flops());
      assertEquals(4 * (2 * 6400 + 2 * 64 + 2 * 100), norm.bytes(), "gamma, beta; mean, invStd");
    }
  }

  @Test
  void everyOperationIsNamedAsItsMethod() {
    List<String> methods =
        Arrays.stream(DenseKernels.class.getMethods()).map(Method::getName).toList();
    for (DenseOperation operation : DenseOperation.values()) {
      KernelInfo info = kernels.dense().info(operation, 3, 5);
      assertTrue(methods.contains(info.kernel()), info.kernel());
      assertTrue(info.bytes() >= 4 * 15, info.toString());
    }
  }

  @Test
  void masksNameTheirKernel() {
    boolean vector = kernels.vectorBits() > 0;
    MaskKernels masks = kernels.masks();
    KernelInfo pairs = masks.keepLargestInfo(new NmStructure(2, 4), 10, 100);
    assertEquals(vector ? "mask-nm" : "rule 2:4", pairs.kernel());
    assertEquals(0, pairs.flops());
    assertEquals(10 * (4 * 100 + 2 * 8), pairs.bytes(), "a row of bits is two words");
    KernelInfo rows = masks.keepLargestInfo(new ConstantFanIn(7), 10, 100);
    assertEquals("scalar", rows.provider(), "has no kernel");
    assertEquals("rule " + new ConstantFanIn(7), rows.kernel());
    assertEquals(
        vector ? "mask-top" : "rule " + new Unstructured(9),
        masks.keepLargestInfo(new Unstructured(9), 10, 100).kernel());
    KernelInfo soft = masks.softThresholdInfo(10, 100);
    assertEquals(kernels.provider(), soft.provider());
    assertEquals(2000, soft.flops());
    assertEquals(8000, soft.bytes());
    KernelInfo thirds = masks.sampleInfo(GroupSampling.minimumVariance(1, 4), 10, 100);
    assertEquals(new KernelInfo("scalar", "sample-groups", 0, 1000, 8000), thirds);
  }

  @Test
  void sizesOfMatricesMustNotBeNegative() {
    String rule = ": rows (-1) and columns (4) must not be negative";
    assertEquals("info" + rule, refused(() -> kernels.dense().info(DenseOperation.ADD, -1, 4)));
    assertEquals(
        "keepLargestInfo" + rule,
        refused(() -> kernels.masks().keepLargestInfo(new NmStructure(2, 4), -1, 4)));
    assertEquals(
        "softThresholdInfo" + rule, refused(() -> kernels.masks().softThresholdInfo(-1, 4)));
    assertEquals(
        "sampleInfo" + rule,
        refused(() -> kernels.masks().sampleInfo(GroupSampling.minimumVariance(2, 4), -1, 4)));
  }

  @Test
  void operatorsOfSparseMatricesNameTheirPlan() {
    for (Kernels each : providers) {
      LinearOperator operator = each.operator(CSR);
      KernelInfo info = each.plan(Operation.SPMM, CSR).batch(8, 8).build().info(8);
      assertEquals(List.of(info), operator.calls(8));
      List<String> lines = each.explain(operator, 8, CEILINGS).lines().toList();
      assertEquals(2, lines.size());
      assertEquals("  " + info + ", " + CEILINGS.explain(info), lines.get(1));
    }
  }

  @Test
  void structuredOperatorsNameTheProductsInside() {
    LowRankMatrix low =
        LowRankMatrix.of(3, 3, 2, FloatValues.wrap(new float[6]), FloatValues.wrap(new float[6]));
    LinearOperator operator = kernels.operator(SparsePlusLowRank.of(CSR, low, 1));
    List<KernelInfo> calls = operator.calls(10);
    assertEquals(3, calls.size());
    assertEquals(kernels.dense().gemmInfo(GemmForm.AB, 2, 3, 10), calls.get(1));
    assertEquals("gemm-AB-add", calls.get(2).kernel());
    assertEquals(2 * 3 * 2 * 10, calls.get(2).flops());
    assertEquals(4 * (3 * 2 + 2 * 10 + 2 * 3 * 10), calls.get(2).bytes());
    long flops = calls.stream().mapToLong(KernelInfo::flops).sum();
    String text = kernels.explain(operator, 10, CEILINGS);
    assertTrue(text.contains(", n 10: 3 calls, " + flops + " flops, "), text);
    assertTrue(text.contains(" us of calls bound by flops, "), text);
    assertEquals(4, text.lines().count());
    assertEquals(
        List.of(kernels.explain(operator, 10).lines().toList().size()),
        List.of((int) text.lines().count()));
  }

  @Test
  void blocksAndFactorsAreOneCallEach() {
    LinearOperator monarch = kernels.operator(MonarchMatrix.random(16, 16, 4, 1));
    for (KernelInfo call : monarch.calls(10)) {
      assertEquals("gemm-blocks-AB", call.kernel());
      assertEquals(2 * 4 * 16 * 10, call.flops());
      assertEquals(4 * (4 * 16 + 2 * 16 * 10), call.bytes());
    }
    assertEquals(2, monarch.calls(10).size());
    LinearOperator turned = kernels.operator(MonarchMatrix.random(16, 16, 4, 1).transposed());
    assertEquals("4 x ", turned.calls(1).get(1).kernel().substring(0, 4));
    assertEquals(6, turned.calls(1).size());
    ButterflyMatrix butterfly =
        ButterflyMatrix.random(16, 16, 1, ButterflyMatrix.Init.ORTHOGONAL, 1);
    List<KernelInfo> mixes = kernels.operator(butterfly).calls(10);
    assertEquals(1, mixes.size());
    assertEquals("mix-factors", mixes.get(0).kernel());
    assertEquals(4 * 8 * 6 * 10, mixes.get(0).flops());
    assertEquals(4 * (4 * 8 * 4 + 2 * 16 * 10), mixes.get(0).bytes());
  }

  @Test
  void everyStructuredOperatorSaysWhatItRuns() {
    for (Kernels each : providers) {
      for (StructuredCase structured : StructuredCase.all()) {
        LinearOperator operator = each.operator(structured.matrix());
        List<KernelInfo> calls = operator.calls(7);
        for (KernelInfo call : calls) {
          assertEquals(each.provider(), call.provider(), structured.toString());
          assertTrue(call.flops() >= 0 && call.bytes() >= 0, structured + " " + call);
        }
        assertTrue(!calls.isEmpty(), structured.toString());
        assertTrue(
            each.explain(operator, 7).startsWith("apply operator of "), structured.toString());
      }
    }
  }
}
