package org.sparse4j.train.parameter;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.Epilogue;
import org.sparse4j.mask.NmStructure;
import org.sparse4j.mask.Structure;
import org.sparse4j.mask.TransposableNm;
import org.sparse4j.mask.VnmStructure;
import org.sparse4j.train.forward.Fade;
import org.sparse4j.train.forward.ForwardPoint;
import org.sparse4j.train.forward.ForwardRule;
import org.sparse4j.train.forward.StructureSchedule;
import org.sparse4j.train.random.Streams;

@Tag("kernels")
class ForwardWeightTest {

  private static final NmStructure HALF = new NmStructure(2, 4);

  private final Kernels kernels = Kernels.best();
  private final Workspace workspace = Workspace.create();

  private static DenseParameter parameter(float[][] numbers) {
    return DenseParameter.of("w", DenseMatrix.copyOf(numbers), true);
  }

  private static DenseParameter integers(int rows, int columns, long seed) {
    DenseMatrix matrix = DenseMatrix.zeros(rows, columns);
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        matrix.set(i, j, Streams.below(seed, (long) i * columns + j, 17) - 8);
      }
    }
    return DenseParameter.of("w", matrix, true);
  }

  private boolean begin(ForwardWeight weight, long step, long total) {
    return weight.begin(kernels, workspace, new ForwardPoint(step, total, 1));
  }

  private float[] forward(ForwardWeight weight, boolean training) {
    return weight.current(kernels, workspace, training).toArray();
  }

  private static String row(ForwardWeight weight, int row) {
    StringBuilder bits = new StringBuilder();
    for (int j = 0; j < weight.weight().value().columns(); j++) {
      bits.append(weight.mask().get(row, j) ? '1' : '0');
    }
    return bits.toString();
  }

  /** Rows without ties, so that they hold for any rule of ties. */
  @ParameterizedTest
  @CsvSource({
    ".69,.37,.96,.81,0011",
    ".79,.55,.88,.53,1010",
    ".66,.88,.4,.83,0101",
    ".13,.8,.91,.96,0011",
    ".34,.17,.07,.74,1001",
    ".13,.13,.83,.76,0011",
    ".13,.92,.25,.75,0101",
    ".37,.42,.65,.46,0011",
    ".5,-2,1,.25,0110",
    "1,1,-1,1,1100",
    "1,-2,3,-4,0011",
    "9,-7,5,3,1100",
    ".5,-.4,.3,-.2,1100",
    "-8,1,-6,2,1010"
  })
  void masksKeepTheLargest(float a, float b, float c, float d, String mask) {
    ForwardWeight weight =
        ForwardWeight.of(parameter(new float[][] {{a, b, c, d}}), ForwardRule.prune(HALF));
    assertEquals("1111", row(weight, 0));
    assertTrue(begin(weight, 0, 10));
    assertEquals(mask, row(weight, 0));
    float[] numbers = {a, b, c, d};
    for (int j = 0; j < 4; j++) {
      numbers[j] = mask.charAt(j) == '1' ? numbers[j] : 0;
    }
    assertArrayEquals(numbers, forward(weight, true));
    assertArrayEquals(numbers, forward(weight, false));
  }

  @Test
  void softThresholdHasTheScaleOfTheFirstStep() {
    float[][] rows = {{.5f, -2, 1, .25f}, {3, -.1f, .2f, -1}, {1, 1, -1, 2}, {0, 0, .5f, -.5f}};
    DenseParameter numbers = parameter(rows);
    ForwardWeight weight = ForwardWeight.of(numbers, ForwardRule.softThreshold());
    assertEquals(0, weight.beta().orElseThrow().value().get(0, 0));
    begin(weight, 0, 10);
    double beta = 15.2 / 12.48;
    assertEquals(beta, weight.beta().orElseThrow().value().get(0, 0), 1e-6);
    double[] wanted = {0, -1.5, .5, 0, 2.8, 0, 0, -.8, 0, 0, 0, 1, 0, 0, .5, -.5};
    float[] got = forward(weight, true);
    for (int p = 0; p < got.length; p++) {
      assertEquals(beta * wanted[p], got[p], 1e-6);
    }
    assertEquals("0110", row(weight, 0));
    assertEquals("0001", row(weight, 2));
    // Twice the weights have the same scale anyway; other weights keep the first one.
    numbers.value().set(1, 0, 30);
    numbers.markChanged();
    assertTrue(begin(weight, 1, 10));
    assertEquals(beta, weight.beta().orElseThrow().value().get(0, 0), 1e-6);
    assertEquals(29.8 * beta, forward(weight, false)[4], 1e-5);
    assertEquals(List.of("w", "beta"), weight.parameters().stream().map(p -> p.name()).toList());
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.POSITIVE_INFINITY, Float.NaN})
  void softThresholdOfOddWeightsNamesThem(float odd) {
    DenseParameter numbers = parameter(new float[][] {{.5f, odd, 1, .25f}});
    ForwardWeight weight = ForwardWeight.of(numbers, ForwardRule.softThreshold());
    assertEquals(
        "ForwardWeight: scale of the soft threshold (NaN) of w (1x4) must be finite and positive;"
            + " are all weights finite?",
        assertThrows(IllegalArgumentException.class, () -> begin(weight, 0, 10)).getMessage());
    assertEquals(0, weight.beta().orElseThrow().value().get(0, 0));
    numbers.value().set(0, 1, -2);
    numbers.markChanged();
    begin(weight, 0, 10);
    assertEquals("0110", row(weight, 0));
  }

  /** About 1.48 for normal weights, and recomputed if that is asked for. */
  @Test
  void scaleOfNormalWeights() {
    DenseParameter numbers = DenseParameter.create("w", 256, 256, true, Initializer.normal(1));
    numbers.initialise(3);
    ForwardWeight weight = ForwardWeight.of(numbers, ForwardRule.softThreshold().movingScale());
    begin(weight, 0, 10);
    assertEquals(1.48, weight.beta().orElseThrow().value().get(0, 0), .01);
    assertEquals(.5, weight.mask().density(), 1e-3);
    numbers.value().set(0, 0, 1e3f);
    numbers.markChanged();
    begin(weight, 1, 10);
    assertTrue(weight.beta().orElseThrow().value().get(0, 0) < 1.1);
  }

  @Test
  void flipsAreCounted() {
    DenseParameter numbers = parameter(new float[][] {{4, 3, 2, 1}, {1, 2, 3, 4}});
    ForwardWeight weight = ForwardWeight.of(numbers, ForwardRule.prune(HALF));
    assertTrue(begin(weight, 0, 10));
    assertEquals(0, weight.flipRate());
    assertEquals(4, weight.kept());
    assertFalse(begin(weight, 0, 10));
    numbers.value().set(0, 3, 9);
    numbers.markChanged();
    assertTrue(begin(weight, 1, 10));
    assertEquals(3, weight.kept());
    assertEquals(1, weight.dropped());
    assertEquals(1, weight.grown());
    assertEquals(2 / 8.0, weight.flipRate());
    assertEquals(2, weight.refreshes());
  }

  @Test
  void masksStayBetweenRefreshes() {
    DenseParameter numbers = parameter(new float[][] {{4, 3, 2, 1}});
    ForwardWeight weight = ForwardWeight.of(numbers, ForwardRule.prune(HALF).every(3));
    assertTrue(begin(weight, 0, 10));
    numbers.value().set(0, 3, 9);
    numbers.markChanged();
    assertFalse(begin(weight, 1, 10));
    assertArrayEquals(new float[] {4, 3, 0, 0}, forward(weight, true));
    assertArrayEquals(new float[] {4, 3, 0, 0}, forward(weight, false));
    assertFalse(begin(weight, 2, 10));
    assertTrue(begin(weight, 3, 10));
    assertArrayEquals(new float[] {4, 0, 0, 9}, forward(weight, true));
  }

  @Test
  void fadingEndsInTheMask() {
    DenseParameter numbers = parameter(new float[][] {{4, 3, 2, 1}});
    Fade fade = Fade.linear(.25);
    ForwardWeight weight = ForwardWeight.of(numbers, ForwardRule.prune(HALF).fading(fade));
    begin(weight, 0, 10);
    assertArrayEquals(new float[] {4, 3, 2, 1}, forward(weight, true));
    assertArrayEquals(new float[] {4, 3, 0, 0}, forward(weight, false));
    begin(weight, 1, 10);
    assertArrayEquals(new float[] {4, 3, 1.5f, .75f}, forward(weight, true));
    begin(weight, 4, 10);
    assertArrayEquals(new float[] {4, 3, 0, 0}, forward(weight, true));
  }

  /** What is pruned takes no part, whatever it has become since the mask was chosen. */
  @ParameterizedTest
  @ValueSource(floats = {Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.NaN, -0f})
  void prunedWeightsTakeNoPart(float odd) {
    // A last word of the mask that is not full, beside one that is.
    float[] weights = new float[68];
    float[] wanted = new float[68];
    for (int j = 0; j < weights.length; j++) {
      weights[j] = j % 4 == 1 || j % 4 == 2 ? 4 : 1;
      wanted[j] = weights[j] == 4 ? 4 : 0;
    }
    for (double from : new double[] {0, Double.POSITIVE_INFINITY}) {
      for (boolean scaled : new boolean[] {false, true}) {
        DenseParameter numbers = parameter(new float[][] {weights});
        ForwardRule rule = ForwardRule.prune(HALF).every(3).sparseFrom(from);
        ForwardWeight weight = ForwardWeight.of(numbers, scaled ? rule.scaled(1) : rule);
        begin(weight, 0, 10);
        numbers.value().set(0, 3, odd);
        numbers.value().set(0, 67, odd);
        numbers.markChanged();
        begin(weight, 1, 10);
        assertArrayEquals(wanted, forward(weight, true));
        DenseMatrix x = DenseMatrix.zeros(68, 1);
        x.fill(1);
        DenseMatrix y = DenseMatrix.zeros(1, 1);
        for (boolean training : new boolean[] {true, false}) {
          begin(weight, 1, 10);
          weight.apply(kernels, workspace, training, Epilogue.none(), x, y);
          assertEquals(34 * 4, y.get(0, 0), rule + ", training " + training);
        }
        assertArrayEquals(wanted, forward(weight, false));
      }
    }
  }

  @Test
  void denseEndIsDenseInEvaluationsToo() {
    DenseParameter numbers = parameter(new float[][] {{4, 3, 2, 1}});
    ForwardRule rule = ForwardRule.prune(StructureSchedule.between(HALF, 0, .5)).every(4);
    ForwardWeight weight = ForwardWeight.of(numbers, rule);
    begin(weight, 4, 10);
    assertArrayEquals(new float[] {4, 3, 0, 0}, forward(weight, true));
    assertEquals("1100", row(weight, 0));
    assertTrue(begin(weight, 5, 10));
    assertEquals("1111", row(weight, 0));
    assertEquals(2, weight.grown());
    assertArrayEquals(new float[] {4, 3, 2, 1}, forward(weight, true));
    assertArrayEquals(new float[] {4, 3, 2, 1}, forward(weight, false));
    assertEquals(
        "ForwardWeight: w (1x4) ends dense, which is no NmStructure",
        assertThrows(IllegalStateException.class, () -> weight.toNm(kernels, workspace))
            .getMessage());
  }

  @Test
  void denseTrainingIsPrunedInEvaluations() {
    ForwardWeight weight =
        ForwardWeight.of(parameter(new float[][] {{4, 3, 2, 1}}), ForwardRule.dense(HALF));
    begin(weight, 0, 10);
    assertEquals("1100", row(weight, 0));
    assertArrayEquals(new float[] {4, 3, 2, 1}, forward(weight, true));
    assertArrayEquals(new float[] {4, 3, 0, 0}, forward(weight, false));
    assertThrows(IllegalStateException.class, () -> forward(weight, true));
  }

  @Test
  void factorsScaleRangesOfRows() {
    float[][] ones = {{1, 1, 1, 1, 1, 1, 1, 1}, {1, 1, 1, 1, 1, 1, 1, 1}};
    ForwardWeight weight = ForwardWeight.of(parameter(ones), ForwardRule.dense(HALF).scaled(2));
    weight.scale().orElseThrow().load(DenseMatrix.copyOf(new float[][] {{2, 3}, {5, 7}}));
    begin(weight, 0, 10);
    assertArrayEquals(
        new float[] {2, 2, 2, 2, 3, 3, 3, 3, 5, 5, 5, 5, 7, 7, 7, 7}, forward(weight, true));
    assertArrayEquals(
        new float[] {2, 2, 0, 0, 3, 3, 0, 0, 5, 5, 0, 0, 7, 7, 0, 0}, forward(weight, false));
    DenseMatrix product = DenseMatrix.zeros(2, 8);
    product.set(0, 1, 1);
    product.set(0, 7, 10);
    product.set(1, 0, 100);
    for (int pass = 1; pass <= 2; pass++) {
      weight.addScaledGradients(product);
      DenseMatrix own = weight.scale().orElseThrow().gradient();
      assertArrayEquals(new float[] {pass, 10 * pass, 100 * pass, 0}, own.toArray());
      DenseMatrix gradient = weight.weight().gradient();
      assertEquals(2 * pass, gradient.get(0, 1));
      assertEquals(30 * pass, gradient.get(0, 7));
      assertEquals(500 * pass, gradient.get(1, 0));
      assertEquals(0, gradient.get(1, 1));
    }
    assertEquals(
        "ForwardWeight: inputs (8) must be a multiple of the factors of a row (3) and of the inputs"
            + " of a block (1); w (1x8)",
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    ForwardWeight.of(
                        parameter(new float[][] {ones[0]}), ForwardRule.dense(HALF).scaled(3)))
            .getMessage());
  }

  /** Kept positions count as 0, and a later step keeps the numbers. */
  @Test
  void blocksStartAsMeansOfWhatIsPruned() {
    DenseParameter numbers = parameter(new float[][] {{4, 1, 2, 8}});
    ForwardWeight weight = ForwardWeight.of(numbers, ForwardRule.prune(HALF).blockSums(2));
    DenseParameter blocks = weight.blocks().orElseThrow();
    assertArrayEquals(new float[] {0, 0}, blocks.value().toArray());
    begin(weight, 0, 10);
    assertArrayEquals(new float[] {.5f, 1}, blocks.value().toArray());
    numbers.value().set(0, 1, 7);
    numbers.markChanged();
    begin(weight, 1, 10);
    assertArrayEquals(new float[] {.5f, 1}, blocks.value().toArray());
    assertArrayEquals(
        new float[] {1, 1, 0, 0, 0, 0, 1, 1}, weight.blockSums().orElseThrow().toArray());
    assertEquals(
        "ForwardRule: inputs of a block (0) must be at least 1",
        assertThrows(IllegalArgumentException.class, () -> ForwardRule.prune(HALF).blockSums(0))
            .getMessage());
  }

  /** Small integers are exact, so both kinds of kernels must agree with a loop in double. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3, 16, 17, 64})
  void productsAreExact(int n) {
    List<Structure> structures =
        List.of(
            HALF,
            new NmStructure(1, 16),
            new NmStructure(3, 8),
            new VnmStructure(4, 2, 4),
            new TransposableNm(2, 4));
    for (Structure structure : structures) {
      for (double from : new double[] {0, Double.POSITIVE_INFINITY}) {
        DenseParameter numbers = integers(12, 32, 5);
        ForwardWeight weight =
            ForwardWeight.of(numbers, ForwardRule.prune(structure).sparseFrom(from));
        DenseMatrix x = integers(32, n, 6).value();
        DenseMatrix g = integers(12, n, 7).value();
        for (int step = 0; step < 3; step++) {
          numbers.value().set(step, step, 20);
          numbers.markChanged();
          begin(weight, step, 10);
          structure.check(weight.mask());
          DenseMatrix y = DenseMatrix.zeros(12, n);
          weight.apply(kernels, workspace, true, Epilogue.none(), x, y);
          DenseMatrix dx = DenseMatrix.zeros(32, n);
          weight.applyTransposed(kernels, workspace, g, dx);
          compare(weight, x, y, false);
          compare(weight, g, dx, true);
          weight.apply(kernels, workspace, false, Epilogue.none(), x, y);
          compare(weight, x, y, false);
        }
      }
    }
  }

  private static void compare(
      ForwardWeight weight, DenseMatrix x, DenseMatrix y, boolean transposed) {
    DenseMatrix w = weight.weight().value();
    for (int t = 0; t < x.columns(); t++) {
      for (int o = 0; o < y.rows(); o++) {
        double sum = 0;
        for (int i = 0; i < x.rows(); i++) {
          int row = transposed ? i : o;
          int column = transposed ? o : i;
          sum += weight.mask().get(row, column) ? (double) w.get(row, column) * x.get(i, t) : 0;
        }
        assertEquals(sum, y.get(o, t), weight.rule() + " " + o + ", " + t);
      }
    }
  }

  /** The second input is so large that its smallest weight counts most; batches add up. */
  @Test
  void inputsCountInScores() {
    DenseParameter numbers = parameter(new float[][] {{4, 1, 2, 3}});
    ForwardRule rule = ForwardRule.prune(HALF).byInputs();
    ForwardWeight weight = ForwardWeight.of(numbers, rule);
    begin(weight, 0, 10);
    assertEquals("1001", row(weight, 0));
    DenseMatrix x = DenseMatrix.copyOf(new float[][] {{1, 1}, {3, -4}, {1, 1}, {1, 0}});
    DenseMatrix y = DenseMatrix.zeros(1, 2);
    weight.apply(kernels, workspace, true, Epilogue.none(), x, y);
    weight.apply(kernels, workspace, false, Epilogue.none(), x, y);
    begin(weight, 1, 10);
    // 4, sqrt(12.5), 2, 3 sqrt(.5)
    assertEquals("1100", row(weight, 0));
    long[] state = weight.state();
    assertEquals(2, state[7]);
    assertEquals(25, Double.longBitsToDouble(state[state.length - 3]));
    ForwardWeight other = ForwardWeight.of(DenseParameter.of("w", numbers.value(), true), rule);
    other.restore(state);
    begin(other, 2, 10);
    assertEquals(weight.mask(), other.mask());
    x.fill(0);
    x.set(3, 0, 9);
    weight.apply(kernels, workspace, true, Epilogue.none(), x, y);
    begin(weight, 3, 10);
    // the same with 4 samples, the last input now 3 sqrt(82 / 4)
    assertEquals("1001", row(weight, 0));
    assertEquals(
        "ForwardRule: a soft threshold chooses by weights alone, not by inputs",
        assertThrows(IllegalArgumentException.class, () -> ForwardRule.softThreshold().byInputs())
            .getMessage());
  }

  @Test
  void exportsTheFormats() {
    DenseParameter numbers = integers(8, 16, 9);
    ForwardWeight weight = ForwardWeight.of(numbers, ForwardRule.prune(HALF));
    float[] pruned = forward(weight, false);
    assertArrayEquals(pruned, weight.toNm(kernels, workspace).toCsr().toDense().toArray());
    assertEquals(64, weight.toNm(kernels, workspace).nnz());
    assertEquals(.5, weight.density());
    assertArrayEquals(pruned, weight.toCsr(kernels, workspace).toDense().toArray());
    ForwardWeight shared =
        ForwardWeight.of(integers(8, 16, 9), ForwardRule.prune(new VnmStructure(4, 2, 4)));
    assertArrayEquals(
        forward(shared, false), shared.toVnm(kernels, workspace).toCsr().toDense().toArray());
    assertEquals(
        "ForwardWeight: w (8x16) ends 4:2:4, which is no NmStructure",
        assertThrows(IllegalStateException.class, () -> shared.toNm(kernels, workspace))
            .getMessage());
  }

  @Test
  void stateRestoresTheMask() {
    DenseParameter numbers = integers(4, 8, 3);
    ForwardRule rule = ForwardRule.prune(HALF).every(5);
    ForwardWeight weight = ForwardWeight.of(numbers, rule);
    begin(weight, 0, 10);
    numbers.value().fill(1);
    numbers.markChanged();
    ForwardWeight other = ForwardWeight.of(DenseParameter.of("w", numbers.value(), true), rule);
    other.restore(weight.state());
    begin(weight, 1, 10);
    begin(other, 1, 10);
    assertEquals(weight.mask(), other.mask());
    assertArrayEquals(weight.state(), other.state());
    assertEquals(
        "ForwardWeight: state of 3 numbers is not one of w (4x8), which has 12",
        assertThrows(IllegalArgumentException.class, () -> other.restore(new long[3]))
            .getMessage());
    long[] broken = weight.state();
    broken[11] = -1;
    assertThrows(IllegalArgumentException.class, () -> other.restore(broken));
  }

  @Test
  void rejectsWhatDoesNotFit() {
    assertEquals(
        "ForwardWeight: inputs (10) must be a multiple of 4 for 2:4; w (4x10)",
        assertThrows(
                IllegalArgumentException.class,
                () -> ForwardWeight.of(integers(4, 10, 1), ForwardRule.prune(HALF)))
            .getMessage());
    assertEquals(
        "ForwardWeight: outputs (6) must be a multiple of 4 for 2:4 transposable; w (6x8)",
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    ForwardWeight.of(
                        integers(6, 8, 1), ForwardRule.prune(new TransposableNm(2, 4))))
            .getMessage());
    DenseParameter once = integers(4, 8, 1);
    ForwardWeight weight = ForwardWeight.of(once, ForwardRule.prune(HALF));
    assertEquals(
        "ForwardWeight: w (4x8) follows pruned 2:4 already",
        assertThrows(
                IllegalArgumentException.class,
                () -> ForwardWeight.of(once, ForwardRule.softThreshold()))
            .getMessage());
    assertEquals(
        "ForwardWeight: w (4x8) needs begin(kernels, workspace, point) before the forward pass of"
            + " each training step; Trainer does that",
        assertThrows(IllegalStateException.class, () -> forward(weight, true)).getMessage());
    ForwardWeight fresh =
        ForwardWeight.of(
            DenseParameter.create("w", 4, 8, true, Initializer.normal(1)), ForwardRule.prune(HALF));
    assertEquals(
        "ForwardWeight: w (4x8) has no numbers yet; call initialise(seed) or load them",
        assertThrows(IllegalStateException.class, () -> begin(fresh, 0, 1)).getMessage());
    assertEquals(
        "ForwardRule: interval of masks (0) must be at least 1, and 1 for a soft threshold",
        assertThrows(IllegalArgumentException.class, () -> ForwardRule.prune(HALF).every(0))
            .getMessage());
    assertThrows(IllegalArgumentException.class, () -> ForwardRule.softThreshold().every(2));
    assertEquals(
        "ForwardRule: fading is for pruned weights, these are soft threshold",
        assertThrows(
                IllegalArgumentException.class,
                () -> ForwardRule.softThreshold().fading(Fade.linear(.1)))
            .getMessage());
    assertThrows(
        IllegalArgumentException.class, () -> ForwardRule.prune(HALF).sparseFrom(Double.NaN));
    assertThrows(IllegalArgumentException.class, () -> new ForwardPoint(-1, 1, 1));
    assertEquals(
        "Index 4 out of bounds for length 4",
        assertThrows(IndexOutOfBoundsException.class, () -> weight.maskRow(4, new float[8]))
            .getMessage());
    assertEquals(
        "Range [0, 0 + 8) out of bounds for length 7",
        assertThrows(IndexOutOfBoundsException.class, () -> weight.maskRow(3, new float[7]))
            .getMessage());
  }
}
