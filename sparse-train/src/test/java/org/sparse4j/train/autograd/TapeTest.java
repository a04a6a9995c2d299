package org.sparse4j.train.autograd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.DenseVector;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.Activation;
import org.sparse4j.kernels.operation.GemmForm;
import org.sparse4j.train.parameter.DenseParameter;
import org.sparse4j.train.parameter.Initializer;
import org.sparse4j.train.parameter.SparseParameter;

/** What a tape promises besides its operators' gradients. */
@Tag("kernels")
class TapeTest {

  private final Tape tape = Tape.of(Kernels.best(), Workspace.create()).poisonDeadMatrices(true);

  private static DenseMatrix matrix(float[]... rows) {
    return DenseMatrix.copyOf(rows);
  }

  private static float[] row(float... values) {
    return values;
  }

  private static void assertMatrix(DenseMatrix got, float[]... want) {
    assertEquals(want.length, got.rows());
    for (int i = 0; i < want.length; i++) {
      float[] actual = new float[got.columns()];
      got.getRow(i, actual, 0);
      assertArrayEquals(want[i], actual, 1e-6f, "row " + i);
    }
  }

  @Test
  void addsUpTheGradientsOfAllUses() {
    tape.startTraining(0);
    Variable x = tape.variable(matrix(row(1, 2), row(3, 4)));
    Variable y = tape.add(tape.multiply(x, x), tape.scale(3, x)); // x^2 + 3x, twice below
    tape.backward(tape.sum(tape.add(y, y)));
    assertMatrix(x.gradient(), row(10, 14), row(18, 22)); // 2 (2x + 3)
  }

  @Test
  void addsToAParametersGradientUntilItIsEmptied() {
    DenseParameter weight = DenseParameter.of("w", matrix(row(2, 3)), true);
    for (int pass = 0; pass < 2; pass++) {
      tape.startTraining(pass);
      tape.backward(tape.sum(tape.scale(5, tape.parameter(weight))));
    }
    assertMatrix(weight.gradient(), row(10, 10));
    weight.zeroGradient();
    assertFalse(weight.hasGradient());
    assertMatrix(weight.gradient(), row(0, 0));
    tape.startTraining(2);
    tape.backward(tape.sum(tape.parameter(weight)));
    assertMatrix(weight.gradient(), row(1, 1));
  }

  @Test
  void addsToAffineGradientsOfEarlierSteps() {
    DenseParameter weight = DenseParameter.of("w", matrix(row(1, 2), row(3, 4)), true);
    DenseParameter bias = DenseParameter.bias("b", 2);
    SparseParameter sparse = SparseParameter.of("s", CsrMatrix.fromDense(weight.value()));
    DenseMatrix x = matrix(row(1, 0, 2), row(1, 1, 1));
    for (int pass = 1; pass <= 2; pass++) {
      tape.startTraining(pass);
      Variable dense = tape.affine(Affine.dense(weight).bias(bias), tape.input(x));
      Variable other = tape.affine(Affine.sparse(sparse), tape.input(x));
      tape.backward(tape.sum(tape.add(dense, other)));
      assertMatrix(weight.gradient(), row(3 * pass, 3 * pass), row(3 * pass, 3 * pass));
      assertMatrix(bias.gradient(), row(3 * pass, 3 * pass));
      float[] want = {3 * pass, 3 * pass, 3 * pass, 3 * pass};
      assertArrayEquals(want, sparse.gradient().array());
    }
  }

  @Test
  void computesNoGradientWhereNoneIsWanted() {
    DenseParameter weight = DenseParameter.of("w", matrix(row(1, 2)), true);
    tape.startTraining(0);
    Variable x = tape.input(matrix(row(1), row(2)));
    Variable y = tape.affine(Affine.dense(weight), x);
    assertFalse(x.needsGradient());
    assertTrue(y.needsGradient());
    assertFalse(tape.add(x, x).needsGradient());
    tape.backward(tape.sum(y));
    IllegalStateException e = assertThrows(IllegalStateException.class, x::gradient);
    assertEquals(
        "gradient: not computed; the variable is an input or the step is an evaluation; the"
            + " variable is 2x1",
        e.getMessage());
  }

  @Test
  void keepsIntermediateGradientsOnRequestOnly() {
    tape.startTraining(0);
    Variable x = tape.variable(matrix(row(1, -2)));
    Variable y = tape.scale(2, x).retainGradient();
    Variable z = tape.square(y);
    tape.backward(tape.sum(z));
    assertMatrix(y.gradient(), row(4, -8));
    assertMatrix(x.gradient(), row(8, -16));
    assertEquals(
        "gradient: not kept for an intermediate result; call retainGradient() before backward; the"
            + " variable is 1x2",
        assertThrows(IllegalStateException.class, z::gradient).getMessage());
  }

  @ParameterizedTest
  @EnumSource(Activation.class)
  void retainedFusedResultsKeepTheGradientAfterTheFunction(Activation function) {
    DenseParameter weight = DenseParameter.of("w", matrix(row(1, -1), row(2, 3)), true);
    DenseMatrix x = matrix(row(1, -2, 3), row(2, 1, -4));
    tape.startTraining(0);
    Variable y =
        tape.affine(Affine.dense(weight).activation(function), tape.input(x)).retainGradient();
    tape.backward(tape.sum(tape.scale(7, y)));
    assertMatrix(y.gradient(), row(7, 7, 7), row(7, 7, 7));
    float[] kept = weight.gradient().toArray();
    weight.zeroGradient();
    tape.startTraining(0);
    Variable again = tape.affine(Affine.dense(weight).activation(function), tape.input(x));
    tape.backward(tape.sum(tape.scale(7, again)));
    assertArrayEquals(kept, weight.gradient().toArray());
  }

  @Test
  void matricesDieWithTheirStep() {
    tape.startTraining(0);
    Variable y = tape.exp(tape.variable(matrix(row(0, 1))));
    DenseMatrix value = y.value();
    tape.backward(tape.sum(y));
    tape.end();
    assertTrue(Float.isNaN(value.get(0, 0)) && Float.isNaN(value.get(0, 1)));
    GradientCheck.requireZeroPadding(value);
  }

  @Test
  void laterStepsGetTheSameMatricesWhateverCameBetween() {
    DenseMatrix large = GradientCheck.random(3, 5, 1);
    DenseMatrix small = GradientCheck.random(3, 2, 2);
    tape.startTraining(0);
    DenseMatrix first = tape.exp(tape.variable(large)).value();
    long bytes = 0;
    for (int round = 0; round < 4; round++) {
      tape.startEvaluation();
      tape.exp(tape.input(small));
      tape.startTraining(round);
      assertSame(first, tape.exp(tape.variable(large)).value());
      if (round == 1) {
        bytes = tape.bytes();
      }
    }
    assertEquals(bytes, tape.bytes());
  }

  @Test
  void forgetsMatricesOfShapesThatDoNotComeBack() {
    for (int n = 1; n <= 400; n++) {
      tape.startEvaluation();
      tape.exp(tape.input(DenseMatrix.zeros(2, n)));
    }
    tape.end();
    // The last step's matrix and, on the shelf, no more than the largest step needed.
    assertTrue(tape.bytes() <= 2 * 4L * 2 * 432, String.valueOf(tape.bytes()));
  }

  @Test
  void evaluationsDropNothingAndNeedNoGradient() {
    DenseParameter weight = DenseParameter.of("w", matrix(row(1, 2)), true);
    tape.startEvaluation();
    Variable x = tape.variable(matrix(row(1), row(2)));
    assertSame(x, tape.dropout(0.5f, x));
    Variable loss = tape.sum(tape.affine(Affine.dense(weight), x));
    assertFalse(loss.needsGradient());
    assertEquals(5, loss.scalar());
    assertEquals(
        "backward: the loss depends on nothing that needs a gradient; the step is an evaluation",
        assertThrows(IllegalStateException.class, () -> tape.backward(loss)).getMessage());
  }

  @Test
  void evaluationGivesTheSameResultAsTraining() {
    DenseParameter weight = DenseParameter.of("w", GradientCheck.random(5, 4, 3), true);
    DenseParameter bias = DenseParameter.of("b", GradientCheck.random(1, 5, 4), false);
    DenseMatrix x = GradientCheck.random(4, 9, 5);
    for (Activation function : Activation.values()) {
      Affine map = Affine.dense(weight).bias(bias).activation(function);
      tape.startTraining(0);
      float[] training = tape.affine(map, tape.input(x)).value().toArray();
      tape.startEvaluation();
      float[] evaluation = tape.affine(map, tape.input(x)).value().toArray();
      assertArrayEquals(training, evaluation, 1e-6f, function.name());
    }
  }

  @Test
  void dropoutFollowsFromSeedAndPlaceAlone() {
    DenseMatrix x = DenseMatrix.zeros(20, 30);
    x.fill(1);
    float[] first = dropped(5, x);
    assertArrayEquals(first, dropped(5, x));
    assertNotEquals(List.of(first), List.of(dropped(6, x)));
    int zeros = 0;
    for (float value : first) {
      assertTrue(value == 0 || Math.abs(value - 1 / 0.75f) < 1e-6);
      zeros += value == 0 ? 1 : 0;
    }
    assertEquals(0.25, zeros / 600.0, 0.06);
    tape.startTraining(5);
    Variable input = tape.input(x);
    float[] one = tape.dropout(0.25f, input).value().toArray();
    float[] two = tape.dropout(0.25f, input).value().toArray();
    assertArrayEquals(first, one);
    assertFalse(java.util.Arrays.equals(one, two), "two places drop the same elements");
  }

  private float[] dropped(long seed, DenseMatrix x) {
    tape.startTraining(seed);
    return tape.dropout(0.25f, tape.input(x)).value().toArray();
  }

  @Test
  void crossEntropyIsTheMeanOverTheBatch() {
    tape.startTraining(0);
    DenseMatrix logits = matrix(row(0, 2), row(0, 0));
    Variable x = tape.variable(logits);
    Variable loss = tape.crossEntropy(x, new int[] {0, 1}, 0);
    double second = Math.log(Math.exp(2) + 1);
    assertEquals((Math.log(2) + second) / 2, loss.scalar(), 1e-6);
    tape.backward(loss);
    float p = (float) (Math.exp(2) / (Math.exp(2) + 1));
    assertMatrix(x.gradient(), row(-0.25f, p / 2), row(0.25f, -p / 2));
  }

  @Test
  void backwardRunsOnceAStep() {
    tape.startTraining(0);
    Variable loss = tape.sum(tape.variable(matrix(row(1))));
    tape.backward(loss);
    assertEquals(
        "backward: this step has run backwards already; add up the losses and run once",
        assertThrows(IllegalStateException.class, () -> tape.backward(loss)).getMessage());
  }

  @Test
  void sparseParametersForgetTheirOperandsWhenTheStepEnds() {
    SparseParameter weight =
        SparseParameter.of("w", CsrMatrix.fromDense(matrix(row(1, 0), row(0, 2))));
    tape.startTraining(0);
    Variable y = tape.affine(Affine.sparse(weight), tape.input(matrix(row(1, 2), row(3, 4))));
    tape.backward(tape.sum(y));
    assertEquals(1, weight.captures());
    tape.end();
    assertEquals(0, weight.captures());
    assertTrue(weight.hasGradient());
  }

  @Test
  void viewsOfASlotFollowItsMatrix() {
    Entry entry = new Entry(tape);
    DenseMatrix first = matrix(row(1, 2));
    DenseMatrix second = matrix(row(3, 4));
    DenseVector vector = entry.vector(0, first);
    assertSame(vector, entry.vector(0, first));
    entry.operand(0, second);
    assertEquals(3, entry.vector(0, second).get(0));
    assertEquals(3, entry.rows(0, second, 0, 1).get(0, 0));
    assertSame(entry.operand(0, second), entry.operand(0, second));
  }

  private void assertRejects(String message, Runnable operation) {
    tape.startTraining(0);
    assertEquals(
        message, assertThrows(IllegalArgumentException.class, operation::run).getMessage());
  }

  private Variable zeros(int rows, int columns) {
    return tape.input(DenseMatrix.zeros(rows, columns));
  }

  @Test
  void namesTheShapesThatDoNotFit() {
    assertRejects(
        "add: shapes must be equal; a is 2x3, b is 2x4", () -> tape.add(zeros(2, 3), zeros(2, 4)));
    assertRejects(
        "meanSquaredError: shapes must be equal; a is 2x3, b is 3x3",
        () -> tape.meanSquaredError(zeros(2, 3), zeros(3, 3)));
    assertRejects(
        "matmul ATB: inner sizes (2 and 3) must be equal; A is 2x5, B is 3x4",
        () -> tape.matmul(GemmForm.ATB, zeros(2, 5), zeros(3, 4)));
    assertRejects(
        "addBias: bias must be 1x4, one element a row of X; bias is 1x3, X is 4x2",
        () -> tape.addBias(zeros(4, 2), zeros(1, 3)));
    assertRejects(
        "layerNorm: beta must be 1x4, one element a row of X; beta is 4x1, X is 4x2",
        () -> tape.layerNorm(zeros(4, 2), zeros(1, 4), zeros(4, 1), 1e-5f));
    assertRejects("rows: 1 to 5 must lie in 0 to 4; X is 4x2", () -> tape.rows(zeros(4, 2), 1, 5));
    assertRejects(
        "concatenateRows: columns must be equal; part 0 is 4x2, part 1 is 4x3",
        () -> tape.concatenateRows(List.of(zeros(4, 2), zeros(4, 3))));
    assertRejects(
        "concatenateRows: needs at least one part", () -> tape.concatenateRows(List.of()));
    assertRejects("dropout: rate (1.0) must be in [0, 1)", () -> tape.dropout(1, zeros(4, 2)));
    DenseParameter weight = DenseParameter.of("fc1.weight", DenseMatrix.zeros(3, 5), true);
    assertRejects(
        "affine: rows of X (4) must equal columns of A (5); X is 4x2, the map is RELU(fc1.weight"
            + " (3x5))",
        () -> tape.affine(Affine.dense(weight).activation(Activation.RELU), zeros(4, 2)));
    assertRejects(
        "affine: bias b (1x4) must be 1x3, one element an output of fc1.weight (3x5)",
        () -> Affine.dense(weight).bias(DenseParameter.bias("b", 4)));
    assertRejects(
        "backward: the loss must be a 1x1 variable of this tape, it is Variable 4x2",
        () -> tape.backward(zeros(4, 2)));
  }

  @Test
  void namesTheLabelThatIsWrong() {
    assertRejects(
        "crossEntropy: labels[1] (10) must be between 0 and 9; logits are 10x2",
        () -> tape.crossEntropy(zeros(10, 2), new int[] {9, 10}, 0));
    assertRejects(
        "crossEntropy: number of labels (1) must be at least the number of samples (2); logits are"
            + " 10x2",
        () -> tape.crossEntropy(zeros(10, 2), new int[] {9}, 0));
    assertRejects(
        "crossEntropy: smoothing (1.0) must be in [0, 1)",
        () -> tape.crossEntropy(zeros(10, 2), new int[] {9, 1}, 1));
  }

  @Test
  void rejectsVariablesOfAnotherTape() {
    Tape other = Tape.of(Kernels.scalar(), Workspace.create());
    other.startTraining(0);
    Variable foreign = other.input(DenseMatrix.zeros(1, 2));
    assertRejects("exp: Variable 1x2 is on another tape", () -> tape.exp(foreign));
  }

  @Test
  void saysThatNoStepHasBeenStarted() {
    assertEquals(
        "Tape: no step has been started; call startTraining(seed) or startEvaluation()",
        assertThrows(IllegalStateException.class, () -> zeros(1, 1)).getMessage());
  }

  @Test
  void refusesWeightsThatNobodyDrew() {
    DenseParameter weight = DenseParameter.create("0.weight", 2, 3, true, Initializer.normal(2));
    tape.startTraining(0);
    assertEquals(
        "affine: 0.weight (2x3) has no numbers yet; call initialise(seed) on the model or load"
            + " them",
        assertThrows(
                IllegalStateException.class, () -> tape.affine(Affine.dense(weight), zeros(3, 1)))
            .getMessage());
  }
}
