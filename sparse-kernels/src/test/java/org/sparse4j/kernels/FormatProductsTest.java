package org.sparse4j.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sparse4j.format.DType;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.DenseVector;
import org.sparse4j.format.FloatValues;
import org.sparse4j.format.SparseMatrix;
import org.sparse4j.kernels.execution.WorkerTeam;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.Activation;
import org.sparse4j.kernels.operation.Epilogue;
import org.sparse4j.kernels.operation.LinearOperator;
import org.sparse4j.kernels.operation.Operation;
import org.sparse4j.testing.Formats;
import org.sparse4j.testing.Seed;

/** Every format, operation, type of values and provider against loops in double. */
@Tag("kernels")
class FormatProductsTest {

  private static final int[] BATCHES = {33, 1, 8, 0, 7, 16, 128};

  private static final List<Operation> RESULTS =
      List.of(
          Operation.SPMM,
          Operation.SPMM_TRANSPOSED,
          Operation.SDDMM,
          Operation.SPMV,
          Operation.LINEAR);

  private final Workspace workspace = Workspace.create();

  private static List<Kernels> providers() {
    Kernels best = Kernels.best();
    return best.provider().equals("scalar") ? List.of(best) : List.of(best, Kernels.scalar());
  }

  static Stream<Formats.Entry> formats() {
    return Formats.all().stream();
  }

  private static List<int[]> shapes(Formats.Entry entry) {
    return FormatCase.SHAPES.stream().filter(shape -> entry.takes(shape[0], shape[1])).toList();
  }

  private static SplittableRandom random(int[] shape) {
    return new SplittableRandom(Seed.or(1000L * shape[0] + shape[1]));
  }

  private static Plan plan(Kernels kernels, Operation operation, FormatCase c, int n) {
    return kernels.plan(operation, c.matrix()).batch(n, n).build();
  }

  @ParameterizedTest
  @MethodSource("formats")
  void productsEqualTripleLoops(Formats.Entry entry) {
    int turn = 0;
    for (int[] shape : shapes(entry)) {
      for (DType dtype : DType.values()) {
        for (boolean small : new boolean[] {true, false}) {
          SplittableRandom random = random(shape);
          FormatCase c = FormatCase.of(entry, shape, dtype, small, random);
          // Another n each time; the last shape meets all of them.
          compare(c, small, BATCHES[turn++ % BATCHES.length], random);
        }
      }
    }
    FormatCase c = FormatCase.of(entry, new int[] {37, 64, 30}, DType.F32, true, random(BATCHES));
    if (entry.takes(37, 64)) {
      for (int n : BATCHES) {
        compare(c, true, n, random(BATCHES));
      }
    }
  }

  private void compare(FormatCase c, boolean small, int n, SplittableRandom random) {
    int m = c.matrix().rows();
    int k = c.matrix().columns();
    DenseMatrix x = CsrCase.filled(k, n, random, small ? CsrCase::small : CsrCase::real);
    DenseMatrix g = CsrCase.filled(m, n, random, small ? CsrCase::small : CsrCase::real);
    FormatCase.Want forward = c.product(x, false);
    FormatCase.Want backward = c.product(g, true);
    FormatCase.Want sampled = c.sampled(g, x);
    for (Kernels kernels : providers()) {
      String of = " of " + c + ", n " + n + ", " + kernels + ", seed " + Seed.or(0);
      DenseMatrix y = CsrCase.output(m, n);
      plan(kernels, Operation.SPMM, c, n).run(workspace, x, y);
      forward.require("spmm" + of, y, k, small);
      CsrCase.requireGuards("spmm" + of, y);

      DenseMatrix dx = CsrCase.output(k, n);
      plan(kernels, Operation.SPMM_TRANSPOSED, c, n).run(workspace, g, dx);
      backward.require("spmmTransposed" + of, dx, m, small);
      CsrCase.requireGuards("spmmTransposed" + of, dx);

      FloatValues dw = FloatValues.zeros(c.numbers().length);
      Arrays.fill(dw.array(), Float.NaN);
      plan(kernels, Operation.SDDMM, c, n).sample(workspace, g, x, dw);
      for (int q = 0; q < dw.length(); q++) {
        sampled.require("sddmm" + of, q, 0, dw.get(q), n, small);
      }

      DenseMatrix rows = CsrCase.output(n, m);
      plan(kernels, Operation.LINEAR, c, n).run(workspace, x.view().transposed(), rows);
      forward.require("linear" + of, DenseMatrix.copyOf(rows.view().transposed()), k, small);
      CsrCase.requireGuards("linear" + of, rows);

      if (n > 0) {
        DenseMatrix single = CsrCase.output(1, m);
        plan(kernels, Operation.SPMV, c, 1).run(workspace, sample(x), DenseVector.ofRow(single, 0));
        for (int i = 0; i < m; i++) {
          forward.require("spmv" + of, i, 0, single.get(0, i), k, small);
        }
        CsrCase.requireGuards("spmv" + of, single);
      }
    }
  }

  /** The first column, as a vector. */
  private static DenseVector sample(DenseMatrix x) {
    DenseMatrix rows = CsrCase.guarded(1, x.rows());
    for (int j = 0; j < x.rows(); j++) {
      rows.set(0, j, x.get(j, 0));
    }
    return DenseVector.ofRow(rows, 0);
  }

  @ParameterizedTest
  @MethodSource("formats")
  void biasAndFunctionAreApplied(Formats.Entry entry) {
    int[] shape = {37, 64, 30};
    if (!entry.takes(shape[0], shape[1])) {
      return;
    }
    int n = 21;
    FormatCase c = FormatCase.of(entry, shape, DType.F32, true, random(shape));
    DenseMatrix x = CsrCase.filled(shape[1], n, random(shape), CsrCase::small);
    DenseVector bias = DenseVector.zeros(shape[0]);
    for (int i = 0; i < shape[0]; i++) {
      bias.set(i, i % 5 - 2);
    }
    Epilogue epilogue = Epilogue.biasThen(bias, Activation.RELU);
    FormatCase.Want want = c.product(x, false);
    for (int i = 0; i < shape[0]; i++) {
      for (int t = 0; t < n; t++) {
        want.sums[i][t] = Math.max(0, want.sums[i][t] + bias.get(i));
      }
    }
    for (Kernels kernels : providers()) {
      String of = " of " + c + ", " + kernels;
      DenseMatrix y = CsrCase.output(shape[0], n);
      kernels.plan(Operation.SPMM, c.matrix()).epilogue(epilogue).build().run(workspace, x, y);
      want.require("spmm" + of, y, shape[1], true);
      CsrCase.requireGuards("spmm" + of, y);
      DenseMatrix rows = CsrCase.output(n, shape[0]);
      kernels
          .plan(Operation.LINEAR, c.matrix())
          .epilogue(epilogue)
          .build()
          .run(workspace, x.view().transposed(), rows);
      want.require("linear" + of, DenseMatrix.copyOf(rows.view().transposed()), shape[1], true);
      CsrCase.requireGuards("linear" + of, rows);
      DenseMatrix single = CsrCase.output(1, shape[0]);
      kernels
          .plan(Operation.SPMV, c.matrix())
          .epilogue(epilogue)
          .build()
          .run(workspace, sample(x), DenseVector.ofRow(single, 0));
      for (int i = 0; i < shape[0]; i++) {
        want.require("spmv" + of, i, 0, single.get(0, i), shape[1], true);
      }
      CsrCase.requireGuards("spmv" + of, single);
    }
  }

  /** An infinity or NaN reaches the outputs that read it, and no others. */
  @ParameterizedTest
  @MethodSource("formats")
  void infinityAndNanReachWhoeverReadsThem(Formats.Entry entry) {
    int[] shape = {65, 48, 10};
    if (!entry.takes(shape[0], shape[1])) {
      return;
    }
    FormatCase c = FormatCase.of(entry, shape, DType.F32, true, random(shape));
    int n = 19;
    for (float special : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
      DenseMatrix x = CsrCase.filled(shape[1], n, random(shape), CsrCase::small);
      DenseMatrix g = CsrCase.filled(shape[0], n, random(shape), CsrCase::small);
      x.set(20, 0, special);
      g.set(30, 0, special);
      FormatCase.Want forward = c.product(x, false);
      FormatCase.Want backward = c.product(g, true);
      FormatCase.Want sampled = c.sampled(g, x);
      for (Kernels kernels : providers()) {
        String of = " of " + c + " with " + special + ", " + kernels;
        Plan product = plan(kernels, Operation.SPMM, c, n);
        DenseMatrix y = CsrCase.output(shape[0], n);
        product.run(workspace, x, y);
        requireKinds("spmm" + of, forward.sums, y, padsNothing(product));
        Plan back = plan(kernels, Operation.SPMM_TRANSPOSED, c, n);
        DenseMatrix dx = CsrCase.output(shape[1], n);
        back.run(workspace, g, dx);
        requireKinds("spmmTransposed" + of, backward.sums, dx, padsNothing(back));
        Plan layer = plan(kernels, Operation.LINEAR, c, n);
        DenseMatrix rows = CsrCase.output(n, shape[0]);
        layer.run(workspace, x.view().transposed(), rows);
        requireKinds(
            "linear" + of,
            forward.sums,
            DenseMatrix.copyOf(rows.view().transposed()),
            padsNothing(layer));
        DenseVector single = DenseVector.zeros(shape[0]);
        Plan one = plan(kernels, Operation.SPMV, c, 1);
        one.run(workspace, sample(x), single);
        FloatValues dw = FloatValues.zeros(c.numbers().length);
        plan(kernels, Operation.SDDMM, c, n).sample(workspace, g, x, dw);
        for (int i = 0; i < shape[0]; i++) {
          requireKind(
              "spmv" + of + " at " + i, forward.sums[i][0], single.get(i), padsNothing(one));
        }
        for (int q = 0; q < dw.length(); q++) {
          requireKind("sddmm" + of + " at " + q, sampled.sums[q][0], dw.get(q), true);
        }
      }
    }
  }

  private static boolean padsNothing(Plan plan) {
    return !plan.info(1)
        .kernel()
        .matches(".*(csr-quads|csr-transposed-quads|csr-permuted|spread).*");
  }

  private static void requireKinds(String what, double[][] want, DenseMatrix y, boolean exact) {
    for (int i = 0; i < y.rows(); i++) {
      for (int t = 0; t < y.columns(); t++) {
        requireKind(what + " at " + i + ", " + t, want[i][t], y.get(i, t), exact);
      }
    }
  }

  /** Kernels that pad sums may turn an infinite one into NaN, but none into a number. */
  private static void requireKind(String what, double want, float got, boolean exact) {
    boolean same = Double.isNaN(want) ? Float.isNaN(got) : want == got;
    boolean padded = !exact && Double.isInfinite(want) && Float.isNaN(got);
    assertTrue(same || padded, what + ": got " + got + ", want " + want);
  }

  /** Times the zeros of X's padding an infinity is NaN, which the next product would inherit. */
  @ParameterizedTest
  @MethodSource("formats")
  void infiniteWeightsLeaveThePaddingZero(Formats.Entry entry) {
    for (int[] shape : new int[][] {{65, 48, 10}, {64, 64, 50}}) {
      if (!entry.takes(shape[0], shape[1])) {
        continue;
      }
      SparseMatrix a = FormatCase.of(entry, shape, DType.F32, true, random(shape)).matrix();
      for (int i = 0; i < a.nnz(); i += 3) {
        a.values().set(i, Float.POSITIVE_INFINITY);
      }
      for (int n : new int[] {1, 7, 8, 13, 20, 37}) {
        DenseMatrix x = CsrCase.filled(shape[1], n, random(shape), CsrCase::small);
        DenseMatrix g = CsrCase.filled(shape[0], n, random(shape), CsrCase::small);
        DenseMatrix xRows = CsrCase.filled(n, shape[1], random(shape), CsrCase::small);
        DenseMatrix y = CsrCase.output(shape[0], n);
        DenseMatrix dx = CsrCase.output(shape[1], n);
        DenseMatrix yRows = CsrCase.output(n, shape[0]);
        for (Kernels kernels : providers()) {
          kernels.plan(Operation.SPMM, a).batch(n, n).build().run(workspace, x, y);
          kernels.plan(Operation.SPMM_TRANSPOSED, a).batch(n, n).build().run(workspace, g, dx);
          kernels.plan(Operation.LINEAR, a).batch(n, n).build().run(workspace, xRows, yRows);
          String what = entry + ", n " + n + ", " + kernels;
          CsrCase.requireGuards(what, y);
          CsrCase.requireGuards(what + " transposed", dx);
          CsrCase.requireGuards(what + " batch-major", yRows);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("formats")
  void resultsDoNotDependOnTheNumberOfThreads(Formats.Entry entry) {
    int[] shape = {192, 240, 20};
    if (!entry.takes(shape[0], shape[1])) {
      return;
    }
    FormatCase c = FormatCase.of(entry, shape, DType.F32, false, random(shape));
    DenseMatrix x = CsrCase.filled(shape[1], 50, random(shape), CsrCase::real);
    DenseMatrix g = CsrCase.filled(shape[0], 50, random(shape), CsrCase::real);
    try (WorkerTeam two = WorkerTeam.of(2);
        WorkerTeam three = WorkerTeam.of(3)) {
      for (Kernels kernels : providers()) {
        List<float[]> once = results(kernels, workspace, c, x, g);
        for (WorkerTeam team : List.of(two, three)) {
          List<float[]> again = results(kernels, Workspace.on(team), c, x, g);
          for (int i = 0; i < once.size(); i++) {
            String what = RESULTS.get(i) + " of " + c + " on " + team + ", " + kernels;
            assertArrayEquals(once.get(i), again.get(i), 0f, what);
          }
        }
      }
    }
  }

  /** One result an operation, in the order of {@link #RESULTS}. */
  private static List<float[]> results(
      Kernels kernels, Workspace on, FormatCase c, DenseMatrix x, DenseMatrix g) {
    int n = x.columns();
    DenseMatrix y = CsrCase.output(g.rows(), n);
    plan(kernels, Operation.SPMM, c, n).run(on, x, y);
    DenseMatrix dx = CsrCase.output(x.rows(), n);
    plan(kernels, Operation.SPMM_TRANSPOSED, c, n).run(on, g, dx);
    FloatValues dw = FloatValues.zeros(c.numbers().length);
    plan(kernels, Operation.SDDMM, c, n).sample(on, g, x, dw);
    DenseVector single = DenseVector.zeros(g.rows());
    plan(kernels, Operation.SPMV, c, 1).run(on, sample(x), single);
    DenseMatrix rows = CsrCase.output(n, g.rows());
    plan(kernels, Operation.LINEAR, c, n).run(on, x.view().transposed(), rows);
    return List.of(y.toArray(), dx.toArray(), dw.array().clone(), single.toArray(), rows.toArray());
  }

  @ParameterizedTest
  @MethodSource("formats")
  void plansRefuseToRunStaleAndTakeNewValues(Formats.Entry entry) {
    int[] shape = {37, 64, 30};
    if (!entry.takes(shape[0], shape[1])) {
      return;
    }
    for (DType dtype : DType.values()) {
      FormatCase c = FormatCase.of(entry, shape, dtype, true, random(shape));
      DenseMatrix x = CsrCase.filled(shape[1], 9, random(shape), CsrCase::small);
      DenseMatrix g = CsrCase.filled(shape[0], 9, random(shape), CsrCase::small);
      for (Kernels kernels : providers()) {
        Plan product = plan(kernels, Operation.SPMM, c, 9);
        Plan back = plan(kernels, Operation.SPMM_TRANSPOSED, c, 9);
        Plan single = plan(kernels, Operation.SPMV, c, 1);
        Plan layer = plan(kernels, Operation.LINEAR, c, 9);
        Plan sampled = plan(kernels, Operation.SDDMM, c, 9);
        SparseMatrix a = c.matrix();
        for (int q = 0; q < a.values().length(); q++) {
          c.numbers()[q] = q * 7 % 9 - 4;
          a.values().set(q, c.numbers()[q]);
        }
        DenseMatrix y = CsrCase.output(shape[0], 9);
        IllegalStateException stale =
            assertThrows(IllegalStateException.class, () -> product.run(workspace, x, y));
        String expected = "spmm: values changed since the plan copied them (version ";
        assertTrue(stale.getMessage().startsWith(expected), stale.getMessage());
        for (Plan plan : List.of(product, back, single, layer)) {
          assertTrue(plan.isStale(), plan.toString());
          plan.refresh();
        }
        assertTrue(!sampled.isStale(), "sddmm reads no values");
        String of = " of " + c + ", " + kernels;
        FormatCase.Want want = c.product(x, false);
        product.run(workspace, x, y);
        want.require("spmm" + of, y, 0, true);
        DenseMatrix dx = CsrCase.output(shape[1], 9);
        back.run(workspace, g, dx);
        c.product(g, true).require("spmmTransposed" + of, dx, 0, true);
        DenseVector one = DenseVector.zeros(shape[0]);
        single.run(workspace, sample(x), one);
        for (int i = 0; i < shape[0]; i++) {
          want.require("spmv" + of, i, 0, one.get(i), 0, true);
        }
        DenseMatrix rows = CsrCase.output(9, shape[0]);
        layer.run(workspace, x.view().transposed(), rows);
        want.require("linear" + of, DenseMatrix.copyOf(rows.view().transposed()), 0, true);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("formats")
  void overlapIsRejectedAndNothingTouched(Formats.Entry entry) {
    if (!entry.takes(16, 16)) {
      return;
    }
    FormatCase c = FormatCase.of(entry, new int[] {16, 16, 50}, DType.F32, true, random(BATCHES));
    DenseMatrix memory = DenseMatrix.zeros(31, 4);
    memory.fill(3);
    DenseMatrix x = memory.rows(0, 16);
    DenseMatrix y = memory.rows(15, 31);
    for (Kernels kernels : providers()) {
      for (Operation operation : List.of(Operation.SPMM, Operation.SPMM_TRANSPOSED)) {
        Plan plan = plan(kernels, operation, c, 4);
        IllegalArgumentException rejected =
            assertThrows(IllegalArgumentException.class, () -> plan.run(workspace, x, y));
        assertEquals(
            operation.label() + ": Y must not overlap X; Y is 16x4, X is 16x4",
            rejected.getMessage());
        assertEquals(3, y.get(5, 2));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("formats")
  void plansSayWhichKernelRunsAndWhatItReads(Formats.Entry entry) {
    if (!entry.takes(37, 64)) {
      return;
    }
    for (DType dtype : DType.values()) {
      FormatCase c = FormatCase.of(entry, new int[] {37, 64, 30}, dtype, true, random(BATCHES));
      for (Kernels kernels : providers()) {
        for (Operation operation : Operation.values()) {
          Plan plan = plan(kernels, operation, c, 8);
          String text = plan.explain(8);
          assertEquals(kernels.provider(), plan.info(8).provider(), text);
          assertEquals(kernels.vectorBits(), plan.info(8).vectorBits(), text);
          assertEquals(16 * c.matrix().nnz(), plan.info(8).flops(), text);
          assertTrue(text.startsWith(operation.label() + " 37x64 "), text);
          String stored = c.matrix().bytes() + " bytes stored (" + dtype + "), ";
          assertTrue(text.contains(stored) && text.endsWith(" packed"), text);
          assertTrue(!text.contains("converted"), text);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("formats")
  void float32ValuesTrainAndOthersAreFrozen(Formats.Entry entry) {
    if (!entry.takes(8, 16)) {
      return;
    }
    for (DType dtype : DType.values()) {
      FormatCase c = FormatCase.of(entry, new int[] {8, 16, 50}, dtype, true, random(BATCHES));
      DenseMatrix x = CsrCase.filled(16, 5, random(BATCHES), CsrCase::small);
      DenseMatrix dy = CsrCase.filled(8, 5, random(BATCHES), CsrCase::small);
      LinearOperator operator = Kernels.best().operator(c.matrix());
      DenseMatrix y = CsrCase.output(8, 5);
      DenseMatrix dx = CsrCase.output(16, 5);
      operator.apply(workspace, x, y);
      operator.applyTransposed(workspace, dy, dx);
      c.product(x, false).require("apply of " + c, y, 0, true);
      c.product(dy, true).require("applyTransposed of " + c, dx, 0, true);
      List<FloatValues> gradients = List.of(FloatValues.zeros(c.numbers().length));
      if (dtype == DType.F32) {
        assertEquals(List.of(c.matrix().values()), operator.parameters());
        operator.parameterGradient(workspace, x, dy, gradients);
        for (int q = 0; q < c.numbers().length; q++) {
          c.sampled(dy, x).require("gradient of " + c, q, 0, gradients.get(0).get(q), 0, true);
        }
      } else {
        assertEquals(List.of(), operator.parameters());
        IllegalStateException frozen =
            assertThrows(
                IllegalStateException.class,
                () -> operator.parameterGradient(workspace, x, dy, gradients));
        String text = frozen.getMessage();
        String expected =
            "operator: "
                + dtype
                + " values are frozen, only F32 values have a gradient; A is 8x16 ";
        assertTrue(text.startsWith(expected), text);
      }
    }
  }
}
