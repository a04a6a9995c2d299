package org.sparse4j.kernels.planner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparse4j.format.Bf16Values;
import org.sparse4j.format.BitmapMatrix;
import org.sparse4j.format.BlockMatrix;
import org.sparse4j.format.CscMatrix;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.DenseVector;
import org.sparse4j.format.Int8Values;
import org.sparse4j.format.NmMatrix;
import org.sparse4j.format.SparseMatrix;
import org.sparse4j.format.VnmMatrix;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.execution.Threads;
import org.sparse4j.kernels.execution.WorkerTeam;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.Activation;
import org.sparse4j.kernels.operation.Epilogue;
import org.sparse4j.kernels.operation.Operation;
import org.sparse4j.mask.Mask;
import org.sparse4j.mask.NmStructure;
import org.sparse4j.mask.VnmStructure;
import org.sparse4j.testing.Seed;

class PlannerTest {

  private static final long SEED = Seed.or(17);
  private static final Duration SHORT = Duration.ofMillis(60);

  private final Kernels kernels = Kernels.best();
  private final Workspace workspace = Workspace.create();

  /** A matrix in each of its formats. */
  static List<SparseMatrix> matrices() {
    List<SparseMatrix> all = new ArrayList<>();
    for (int[] shape : new int[][] {{1, 1}, {7, 31}, {33, 65}, {64, 128}}) {
      for (double density : new double[] {0, 0.01, 0.3, 1}) {
        all.add(Weights.of(Weights.random(shape[0], shape[1], density, SEED), SEED));
      }
    }
    CsrMatrix halves = Weights.of(Weights.random(40, 48, 0.5, SEED), SEED);
    all.add(BitmapMatrix.fromCsr(halves));
    all.add(CscMatrix.fromCsr(halves));
    DenseMatrix numbers = Weights.numbers(40, 48, SEED);
    NmMatrix nm = NmMatrix.fromDense(numbers, new NmStructure(2, 4));
    VnmMatrix vnm = VnmMatrix.fromDense(numbers, new VnmStructure(8, 2, 4));
    Mask blocks = Mask.of(40, 48, (i, j) -> (i / 8 + j / 8) % 3 == 0);
    all.add(nm);
    all.add(nm.toCsr());
    all.add(vnm);
    all.add(vnm.toCsr());
    all.add(BlockMatrix.fromDense(numbers, blocks, 8, 8));
    all.add(Weights.of(blocks, SEED));
    all.add(Weights.of(Mask.empty(0, 5), SEED));
    all.add(Weights.of(Mask.empty(5, 0), SEED));
    return all;
  }

  static Stream<SparseMatrix> everyMatrix() {
    return matrices().stream();
  }

  private static DenseMatrix inputs(int rows, int columns) {
    return Weights.numbers(rows, columns, SEED + 1);
  }

  /** The product in double, and how far a float32 sum of its terms may be off. */
  private static void assertProduct(SparseMatrix a, DenseMatrix x, DenseMatrix y, String what) {
    DenseMatrix dense = a.toDense();
    for (int i = 0; i < a.rows(); i++) {
      for (int t = 0; t < x.columns(); t++) {
        double sum = 0;
        double size = 0;
        for (int j = 0; j < a.columns(); j++) {
          double term = (double) dense.get(i, j) * x.get(j, t);
          sum += term;
          size += Math.abs(term);
        }
        double bound = (a.columns() + 2) * 0x1p-24 * size + a.columns() * Float.MIN_VALUE;
        assertEquals(sum, y.get(i, t), bound, what + " at " + i + ", " + t + ", seed " + SEED);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("everyMatrix")
  void everyCandidateComputesTheProduct(SparseMatrix a) {
    DenseMatrix x = inputs(a.columns(), 9);
    List<Product> products =
        new ArrayList<>(new Forms(kernels, a, Operation.SPMM, Epilogue.none(), 9).all());
    products.addAll(new Forms(Kernels.scalar(), a, Operation.SPMM, Epilogue.none(), 9).all());
    products.add(new DenseProduct(kernels, a, Epilogue.none()));
    for (Product product : products) {
      DenseMatrix y = DenseMatrix.zeros(a.rows(), 9);
      product.run(workspace, x, y);
      assertProduct(a, x, y, product.format());
    }
  }

  static Stream<SparseMatrix> narrowMatrices() {
    CsrMatrix csr = Weights.of(Weights.random(24, 70, 0.4, SEED), SEED);
    DenseMatrix numbers = Weights.numbers(24, 72, SEED);
    VnmMatrix vnm = VnmMatrix.fromDense(numbers, new VnmStructure(8, 2, 4));
    float[] some = csr.values().toFloats();
    float[] others = vnm.values().toFloats();
    return Stream.of(
        csr.withValues(Bf16Values.of(some)),
        csr.withValues(Int8Values.quantise(some, csr.pattern().valueGroups())),
        vnm.withValues(Bf16Values.of(others)),
        vnm.withValues(Int8Values.quantise(others, vnm.pattern().valueGroups())));
  }

  @ParameterizedTest
  @MethodSource("narrowMatrices")
  void narrowValuesKeepTheirNumbersInEveryFormat(SparseMatrix a) {
    DenseMatrix x = inputs(a.columns(), 1);
    for (Kernels some : List.of(kernels, Kernels.scalar())) {
      List<Product> products =
          new ArrayList<>(new Forms(some, a, Operation.SPMV, Epilogue.none(), 1).all());
      products.add(new DenseProduct(some, a, Epilogue.none()));
      for (int k = 0; k < 2; k++) {
        for (Product product : products) {
          product.refresh();
          DenseVector y = DenseVector.zeros(a.rows());
          product.run(workspace, DenseVector.copyOf(x.toArray()), y);
          DenseMatrix column = DenseMatrix.zeros(a.rows(), 1);
          column.copyTransposed(y.asRow());
          assertProduct(a, x, column, product.format() + " of " + a.values().dtype());
        }
        a.values().set(3, -0.25f);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("everyMatrix")
  void rulesGiveTheSameChoiceEveryTime(SparseMatrix a) {
    Planner planner = Planner.rules(kernels);
    for (int n : new int[] {1, 8, 32, 128}) {
      Choice first = planner.plan(a, n, Threads.caller());
      Choice second = planner.plan(a, n, Threads.caller());
      assertEquals(first.format(), second.format());
      assertEquals(first.explain(), second.explain());
      assertEquals(Choice.Origin.RULES, first.origin());
      assertTrue(first.candidates().stream().allMatch(c -> c.timing().isEmpty()));
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 0.05, false", "1, 0.6, true", "128, 0.3, false", "128, 0.9, true"})
  void rulesPreferTheDenseProductWhereMuchIsStored(int n, double density, boolean dense) {
    CsrMatrix a = Weights.of(Weights.random(64, 128, density, SEED), SEED);
    Choice choice = Planner.rules(kernels).plan(a, n, Threads.caller());
    assertEquals(dense, choice.isDense(), choice.explain());
    assertEquals(dense ? "dense" : "CSR", choice.format());
    assertEquals(
        "CSR", Planner.rules(kernels).withoutDense().plan(a, n, Threads.caller()).format());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void measuringFillsTheTable(int threads) {
    CsrMatrix a = Weights.of(Weights.random(96, 128, 0.1, SEED), SEED);
    try (WorkerTeam team = WorkerTeam.of(threads)) {
      Choice choice = Planner.timed(kernels).within(SHORT).plan(a, 32, team);
      assertEquals(Choice.Origin.MEASURED, choice.origin());
      assertEquals("dense", choice.candidates().getFirst().format());
      for (Candidate candidate : choice.candidates()) {
        Candidate.Timing timing = candidate.timing().orElseThrow();
        assertTrue(
            timing.low() <= timing.micros() && timing.micros() <= timing.high(), "" + timing);
        assertTrue(timing.low() > 0 && timing.bound() > 0, "" + timing);
        assertTrue(candidate.gigaflops() > 0);
      }
      assertTrue(choice.speedup().orElseThrow() > 0);
      String text = choice.explain();
      String first = text.lines().findFirst().orElseThrow();
      assertTrue(
          first.startsWith(
              "spmm 96x128 CSR (nnz 1229), n 32, "
                  + (threads == 1 ? "1 thread: " : "2 threads: ")
                  + choice.format()
                  + ", measured"),
          text);
      assertTrue(text.contains(choice.format() + " *"), text);
      assertTrue(text.lines().reduce("", (a1, b) -> b).startsWith("ceilings: "), text);
      DenseMatrix x = inputs(128, 32);
      DenseMatrix y = DenseMatrix.zeros(96, 32);
      choice.run(Workspace.on(team), x, y);
      assertProduct(a, x, y, choice.format());
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Operation.class,
      names = {"SPMM", "LINEAR", "SPMV"})
  void everyOperationRunsWithItsEpilogue(Operation operation) {
    CsrMatrix a = Weights.of(Weights.random(24, 40, 0.4, SEED), SEED);
    DenseVector bias = DenseVector.ofRow(Weights.numbers(1, 24, 3), 0);
    Epilogue epilogue = Epilogue.biasThen(bias, Activation.RELU);
    int n = operation == Operation.SPMV ? 1 : 5;
    DenseMatrix x = inputs(40, n);
    DenseMatrix plain = DenseMatrix.zeros(24, n);
    kernels.spmm(a, x, plain);
    for (Planner planner :
        List.of(
            Planner.rules(kernels),
            Planner.rules(kernels).withoutDense(),
            Planner.timed(kernels).within(SHORT))) {
      Choice choice = planner.operation(operation).epilogue(epilogue).plan(a, n, Threads.caller());
      DenseMatrix y = DenseMatrix.zeros(24, n);
      switch (operation) {
        case SPMV -> {
          DenseVector out = DenseVector.zeros(24);
          choice.run(workspace, DenseVector.copyOf(x.toArray()), out);
          for (int i = 0; i < 24; i++) {
            y.set(i, 0, out.get(i));
          }
        }
        case LINEAR -> {
          DenseMatrix rows = DenseMatrix.zeros(n, 24);
          choice.run(workspace, x.view().transposed(), rows);
          y.copyTransposed(rows);
          choice.run(workspace, DenseMatrix.copyOf(x.view().transposed()), rows);
          assertEquals(y.get(3, 2), rows.get(2, 3));
        }
        default -> choice.run(workspace, x, y);
      }
      for (int i = 0; i < 24; i++) {
        for (int t = 0; t < n; t++) {
          float want = Math.max(0, plain.get(i, t) + bias.get(i));
          assertEquals(want, y.get(i, t), 1e-5, choice.format());
        }
      }
    }
  }

  @Test
  void formatsCountOnlyIfTheyFitExactly() {
    DenseMatrix numbers = Weights.numbers(32, 48, SEED);
    CsrMatrix nm = NmMatrix.fromDense(numbers, new NmStructure(2, 4)).toCsr();
    assertEquals(List.of("CSR", "N:M", "bitmap"), scalarFormats(nm));
    // One position less, and the format would have to store a zero that is none of the matrix's.
    Mask less = nm.mask().minus(Mask.of(32, 48, (i, j) -> i == 31 && j >= 44));
    assertEquals(List.of("CSR", "bitmap"), scalarFormats(Weights.of(less, SEED)));
    CsrMatrix vnm = VnmMatrix.fromDense(numbers, new VnmStructure(8, 2, 4)).toCsr();
    assertEquals(List.of("CSR", "block", "V:N:M", "N:M", "bitmap"), scalarFormats(vnm));
    CsrMatrix blocks = Weights.of(Mask.of(32, 48, (i, j) -> (i / 8 + j / 8) % 5 == 0), SEED);
    assertEquals(List.of("CSR", "block", "bitmap"), scalarFormats(blocks));
    assertEquals(List.of("CSR", "bitmap"), scalarFormats(CscMatrix.fromCsr(less(nm))));
  }

  private static CsrMatrix less(CsrMatrix nm) {
    return Weights.of(nm.mask().minus(Mask.of(32, 48, (i, j) -> i == 0 && j < 4)), SEED);
  }

  private static List<String> scalarFormats(SparseMatrix a) {
    // Kernels of the scalar provider differ by format, so none is left out as a duplicate.
    return new Forms(Kernels.scalar(), a, Operation.SPMM, Epilogue.none(), 8)
        .all().stream().map(Product::format).toList();
  }

  @Test
  void blocksAreTheLargestThatFit() {
    Mask mask = Mask.of(40, 44, (i, j) -> (i / 8 + j / 4) % 3 == 0);
    assertEquals("[8, 4]", java.util.Arrays.toString(new ExactFit(mask).block().orElseThrow()));
    assertEquals(Optional.empty(), new ExactFit(mask).nm());
    Mask groups = Mask.of(16, 70, (i, j) -> j % 10 == 3 || j % 10 == 8);
    assertEquals(Optional.of(new NmStructure(1, 5)), new ExactFit(groups).nm());
    assertEquals(Optional.of(new VnmStructure(16, 1, 5)), new ExactFit(groups).vnm());
    assertEquals(Optional.empty(), new ExactFit(Mask.empty(16, 16)).block());
  }

  @ParameterizedTest
  @MethodSource("everyMatrix")
  void changedValuesAreRefused(SparseMatrix a) {
    for (Choice choice :
        List.of(
            Planner.rules(kernels).plan(a, 4, Threads.caller()),
            Planner.rules(kernels).withoutDense().plan(a, 4, Threads.caller()))) {
      DenseMatrix x = inputs(a.columns(), 4);
      DenseMatrix y = DenseMatrix.zeros(a.rows(), 4);
      a.floatValues().markChanged();
      if (a.nnz() > 0) {
        a.floatValues().set(0, 0.75f);
      }
      assertTrue(choice.isStale());
      String message =
          assertThrows(IllegalStateException.class, () -> choice.run(workspace, x, y)).getMessage();
      assertTrue(
          message.startsWith("spmm: values changed since the choice copied them (version "),
          message);
      choice.refresh();
      choice.run(workspace, x, y);
      assertProduct(a, x, y, choice.format());
    }
  }

  @Test
  void refreshMovesValuesOfEveryFormat() {
    for (SparseMatrix a : matrices()) {
      for (Product product :
          new Forms(Kernels.scalar(), a, Operation.SPMM, Epilogue.none(), 3).all()) {
        float[] numbers = a.floatValues().array();
        for (int k = 0; k < numbers.length; k++) {
          numbers[k] = -numbers[k] * (k + 1);
        }
        a.values().markChanged();
        product.refresh();
        DenseMatrix x = inputs(a.columns(), 3);
        DenseMatrix y = DenseMatrix.zeros(a.rows(), 3);
        product.run(workspace, x, y);
        assertProduct(a, x, y, product.format() + " of " + a);
      }
    }
  }

  @Test
  void crossoverByRulesDependsOnNothingButTheShape() {
    Planner planner = Planner.rules(kernels);
    double wide = planner.crossover(768, 768, 128, Threads.caller());
    assertEquals(wide, planner.crossover(768, 768, 128, Threads.caller()));
    double single = planner.operation(Operation.SPMV).crossover(768, 768, 1, Threads.caller());
    assertTrue(wide > 0.3 && wide < 0.6, "" + wide);
    if (kernels.vectorBits() > 0) {
      assertTrue(single > wide, single + " " + wide);
    }
  }

  @Test
  void crossoverIsMeasured() {
    double sparsity = Planner.timed(kernels).within(SHORT).crossover(64, 96, 16, Threads.caller());
    assertTrue(sparsity > 0 && sparsity < 1, "" + sparsity);
    // The middle of one of 64 intervals.
    assertEquals(1, (int) (sparsity * 128) % 2);
    assertEquals(sparsity * 128, (int) (sparsity * 128));
  }

  @Test
  void errorsNameTheRuleAndTheNumbers() {
    CsrMatrix a = Weights.of(Weights.random(6, 8, 0.5, SEED), SEED);
    Planner planner = Planner.rules(kernels);
    assertMessage(
        "spmm: n (0) must be at least 1; A is 6x8 CSR (nnz 24)",
        () -> planner.plan(a, 0, Threads.caller()));
    assertMessage(
        "spmv: n (2) must be 1; A is 6x8 CSR (nnz 24)",
        () -> planner.operation(Operation.SPMV).plan(a, 2, Threads.caller()));
    assertMessage(
        "Planner: operation must be spmm, linear or spmv, got sddmm",
        () -> planner.operation(Operation.SDDMM));
    assertMessage(
        "Planner: within is for a planner that measures; start with Planner.timed",
        () -> planner.within(SHORT));
    assertMessage(
        "Planner: time to measure must be above 0, got PT0S",
        () -> Planner.timed(kernels).within(Duration.ZERO));
    assertMessage(
        "crossover: rows and columns must be at least 1 and their product at most 268435456; A is"
            + " 0x8",
        () -> planner.crossover(0, 8, 1, Threads.caller()));
    assertMessage(
        "spmm: length of the bias (5) must equal rows of A (6); A is 6x8 CSR (nnz 24)",
        () -> planner.epilogue(Epilogue.bias(DenseVector.zeros(5))).plan(a, 2, Threads.caller()));
    Choice choice = planner.plan(a, 2, Threads.caller());
    assertEquals(
        "spmm: run(Workspace, DenseVector, DenseVector) does not take the operands of this"
            + " operation",
        assertThrows(
                IllegalStateException.class,
                () -> choice.run(workspace, DenseVector.zeros(8), DenseVector.zeros(6)))
            .getMessage());
    assertNotEquals("", choice.toString());
    assertFalse(choice.toString().contains("\n"));
  }

  private static void assertMessage(
      String message, org.junit.jupiter.api.function.Executable call) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, call).getMessage());
  }
}
