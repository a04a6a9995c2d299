package org.sparse4j.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.train.autograd.GradientCheck;
import org.sparse4j.train.autograd.Tape;
import org.sparse4j.train.autograd.Variable;
import org.sparse4j.train.data.Batch;
import org.sparse4j.train.data.Batches;
import org.sparse4j.train.data.Dataset;
import org.sparse4j.train.distribution.Uniform;
import org.sparse4j.train.initial.MagnitudeMasks;
import org.sparse4j.train.layer.ActivationLayer;
import org.sparse4j.train.layer.Gpt;
import org.sparse4j.train.layer.HiddenState;
import org.sparse4j.train.layer.ImageModels;
import org.sparse4j.train.layer.ImageShape;
import org.sparse4j.train.layer.Layer;
import org.sparse4j.train.layer.LinearFactory;
import org.sparse4j.train.layer.Sequential;
import org.sparse4j.train.layer.SparseLinear;
import org.sparse4j.train.optim.AdamW;
import org.sparse4j.train.optim.Sgd;
import org.sparse4j.train.saliency.Scope;

@Tag("kernels")
class DistillationTest {
  private static final Dataset TRAIN = Examples.samples(200, 1);
  private static final Dataset TEST = Examples.samples(100, 2);
  private static final Loss NOTHING = (tape, output, batch) -> tape.scale(0, tape.sum(output));

  private static DenseMatrix matrix(int rows, float... numbers) {
    return DenseMatrix.copyOf(rows, numbers.length / rows, numbers);
  }

  /** A teacher that says the same whatever it is asked. */
  private static Layer saying(DenseMatrix output, DenseMatrix... hidden) {
    return (tape, x) -> {
      for (DenseMatrix state : hidden) {
        tape.mark(tape.input(state));
      }
      return tape.input(output);
    };
  }

  private static Batch batch(int samples) {
    return Batches.inOrder(TRAIN.range(0, samples), samples)
        .next(Kernels.best(), Workspace.create());
  }

  /** The loss of a network with these outputs and hidden states. */
  private static double value(Loss loss, DenseMatrix output, Batch batch, DenseMatrix... hidden) {
    Tape tape = Tape.of(Kernels.best(), Workspace.create());
    tape.startTraining(0);
    for (DenseMatrix state : hidden) {
      tape.mark(tape.variable(state));
    }
    return loss.of(tape, tape.variable(output), batch).scalar();
  }

  /** {@code T^2 / N sum p (log p - log q)} over the columns whose target is not negative. */
  private static double divergence(
      DenseMatrix student, DenseMatrix teacher, double temperature, int[] targets) {
    double sum = 0;
    int counted = 0;
    for (int j = 0; j < student.columns(); j++) {
      if (targets[j] < 0) {
        continue;
      }
      counted++;
      double p = 0;
      double q = 0;
      for (int i = 0; i < student.rows(); i++) {
        p += Math.exp(teacher.get(i, j) / temperature);
        q += Math.exp(student.get(i, j) / temperature);
      }
      for (int i = 0; i < student.rows(); i++) {
        double logP = teacher.get(i, j) / temperature - Math.log(p);
        double logQ = student.get(i, j) / temperature - Math.log(q);
        sum += Math.exp(logP) * (logP - logQ);
      }
    }
    return temperature * temperature * sum / counted;
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "2, .5", "4, 1"})
  void outputsAreComparedByTheFormula(double temperature, double weight) {
    DenseMatrix student = GradientCheck.random(5, 7, 1);
    DenseMatrix teacher = GradientCheck.random(5, 7, 2);
    int[] targets = {0, 3, -1, 2, 2, -1, 4};
    Loss ignoring =
        new Loss() {
          @Override
          public Variable of(Tape tape, Variable output, Batch batch) {
            return tape.crossEntropy(output, targets, 0, -1);
          }

          @Override
          public int[] targets(Batch batch) {
            return targets;
          }
        };
    Distillation only = Distillation.from(saying(teacher)).task(0).outputs(weight, temperature);
    double want = weight * divergence(student, teacher, temperature, targets);
    assertEquals(want, value(only.addedTo(ignoring), student, batch(7)), 2e-6 * Math.max(1, want));
    Distillation both = only.task(.25);
    double task = value(ignoring, student, batch(7));
    assertEquals(
        want + .25 * task, value(both.addedTo(ignoring), student, batch(7)), 5e-6 * (1 + want));
    assertEquals(targets, both.addedTo(ignoring).targets(batch(7)));
  }

  /** By hand: the worked example of SquareHead, and the sum over two layers. */
  @Test
  void hiddenStatesAreComparedByTheFormula() {
    DenseMatrix student = matrix(2, 1, 2, 3, 4);
    DenseMatrix teacher = matrix(2, 1, 1, 2, 2);
    DenseMatrix output = GradientCheck.random(4, 2, 1);
    Loss one = Distillation.from(saying(output, teacher)).task(0).features(1).addedTo(NOTHING);
    double first = value(one, output, batch(2), student);
    assertEquals("0.598131", String.format(Locale.ROOT, "%.6f", first));
    assertEquals(1.5 / (2.5 + 0.0078125), first, 1e-7);
    Loss two =
        Distillation.from(saying(output, teacher, student)).task(0).features(2).addedTo(NOTHING);
    // mean((t - s)^2) = 1.5 again, mean(s^2) = 30 / 4
    assertEquals(
        2 * (first + 1.5 / (7.5 + 0.0078125)),
        value(two, output, batch(2), student, teacher),
        1e-6);
  }

  @Test
  void gradientsAreThoseOfCentralDifferences() {
    for (Kernels kernels : List.of(Kernels.best(), Kernels.scalar())) {
      DenseMatrix hidden = GradientCheck.random(3, 6, 5);
      Loss loss =
          Distillation.from(saying(GradientCheck.random(4, 6, 3), hidden, hidden))
              .task(.5)
              .outputs(.7, 2)
              .features(.3)
              .addedTo(Loss.crossEntropy());
      GradientCheck.with(kernels)
          .input(GradientCheck.random(4, 6, 4))
          .input(GradientCheck.random(3, 6, 6))
          .input(GradientCheck.random(3, 6, 7))
          .check((tape, x) -> {
            tape.mark(x.get(1));
            tape.mark(x.get(2));
            return loss.of(tape, x.get(0), batch(6));
          });
    }
  }

  /** The trap of a mean over the first dimension: more equal tokens must not count more. */
  @Test
  void divergenceIsAMeanOverTokens() {
    DenseMatrix student = GradientCheck.random(5, 1, 1);
    DenseMatrix teacher = GradientCheck.random(5, 1, 2);
    DenseMatrix students = DenseMatrix.zeros(5, 12);
    DenseMatrix teachers = DenseMatrix.zeros(5, 12);
    for (int i = 0; i < 5; i++) {
      for (int j = 0; j < 12; j++) {
        students.set(i, j, student.get(i, 0));
        teachers.set(i, j, teacher.get(i, 0));
      }
    }
    Distillation one = Distillation.from(saying(teacher)).task(0).outputs(1, 2);
    Distillation many = Distillation.from(saying(teachers)).task(0).outputs(1, 2);
    assertEquals(
        value(one.addedTo(Loss.crossEntropy()), student, batch(1)),
        value(many.addedTo(Loss.crossEntropy()), students, batch(12)),
        1e-6);
  }

  private static Sequential network(int width) {
    return Sequential.of(
        SparseLinear.of(Examples.FEATURES, width),
        ActivationLayer.relu(),
        new HiddenState(),
        SparseLinear.of(width, Examples.CLASSES));
  }

  private static Sequential teacher() {
    Sequential teacher = network(20);
    Trainer.of(teacher)
        .optimizer(Sgd.rate(.05).momentum(.9))
        .batchSize(16)
        .epochs(4)
        .seed(3)
        .fit(TRAIN);
    return teacher;
  }

  @Test
  void aStudentThatIsItsTeacherLearnsNothing() {
    Sequential teacher = teacher();
    Sequential student = network(20);
    Snapshot.take(teacher).load(student);
    String before = Examples.bits(teacher.parameters());
    Loss loss =
        Distillation.from(teacher).task(0).outputs(1, 2).features(1).addedTo(Loss.crossEntropy());
    Report report =
        Trainer.of(student)
            .loss(loss)
            .optimizer(Sgd.rate(.05))
            .batchSize(16)
            .epochs(1)
            .seed(4)
            .fit(TRAIN, TEST);
    assertEquals(0, report.epochs().getFirst().loss(), 1e-7);
    assertEquals(before, Examples.bits(teacher.parameters()));
    // Evaluations report the loss of the task.
    Evaluation plain = Evaluation.of(student, TEST, Kernels.best(), Workspace.create());
    assertEquals(plain, report.test().orElseThrow());
    assertTrue(plain.loss() > .01);
  }

  private static double distance(Sequential teacher, Sequential student) {
    Loss loss = Distillation.from(teacher).task(0).outputs(1, 1).addedTo(Loss.crossEntropy());
    Tape tape = Tape.of(Kernels.best(), Workspace.create());
    Batch all = Batches.inOrder(TEST, 100).next(Kernels.best(), tape.workspace());
    tape.startTraining(0);
    return loss.of(tape, student.forward(tape, tape.input(all.inputs())), all).scalar();
  }

  /** Pruned to 25 %, fine-tuned for as many steps on both losses. */
  @Test
  void aPrunedStudentComesNearerToItsTeacher() {
    Sequential teacher = teacher();
    double[] distances = new double[3];
    for (int way = 0; way < 3; way++) {
      Sequential student = network(20);
      Snapshot.take(teacher).load(student);
      Distillation distillation =
          Distillation.from(teacher)
              .task(way == 0 ? 1 : .5)
              .outputs(way == 1 ? .5 : 0, 2)
              .features(way == 2 ? 1 : 0);
      Trainer.of(student)
          .loss(distillation.addedTo(Loss.crossEntropy()))
          .sparsifier(
              Sparsifier.builder()
                  .distribution(Uniform.sparsity(.75))
                  .firstMasks(MagnitudeMasks.within(Scope.network()))
                  .pruneWeights()
                  .seed(1)
                  .build())
          .optimizer(Sgd.rate(.02).momentum(.9))
          .batchSize(16)
          .epochs(4)
          .seed(5)
          .fit(TRAIN);
      distances[way] = distance(teacher, student);
    }
    assertTrue(distances[1] < distances[0], Arrays.toString(distances));
    assertTrue(distances[2] < distances[0], Arrays.toString(distances));
  }

  @Test
  void blocksMarkTheirResults() {
    Tape tape = Tape.of(Kernels.best(), Workspace.create());
    Gpt gpt = Gpt.builder().vocabulary(10).context(6).width(8).heads(2).layers(3).build();
    gpt.initialise(1);
    tape.startEvaluation();
    gpt.forward(tape, tape.input(DenseMatrix.zeros(6, 4)));
    assertEquals(3, tape.marks().size());
    assertEquals(8, tape.marks().get(2).rows());
    assertEquals(24, tape.marks().get(2).columns());
    Sequential mixer = ImageModels.mixer(ImageShape.of(1, 4, 4), 3, 2, 8, 2, LinearFactory.dense());
    mixer.initialise(1);
    tape.startEvaluation();
    assertEquals(0, tape.marks().size());
    mixer.forward(tape, tape.input(DenseMatrix.zeros(16, 5)));
    assertEquals(2, tape.marks().size());
    tape.end();
    assertEquals(0, tape.marks().size());
  }

  /** Sequences: the last position of each has no target. */
  @Test
  void languageModelsLearnFromTheirTeacher() {
    DenseMatrix tokens = DenseMatrix.zeros(64, 8);
    for (int s = 0; s < 64; s++) {
      for (int t = 0; t < 8; t++) {
        tokens.set(s, t, (s + (1 + s % 3) * t) % 10);
      }
    }
    Dataset data = Dataset.of(tokens, new int[64], 1);
    Gpt.Builder builder = Gpt.builder().vocabulary(10).context(8).width(16).heads(2).layers(1);
    Gpt teacher = builder.build();
    Trainer.of(teacher)
        .loss(Loss.nextToken())
        .optimizer(AdamW.rate(1e-2))
        .batchSize(16)
        .epochs(10)
        .seed(1)
        .fit(data);
    Gpt student = builder.weights(LinearFactory.sparse()).build();
    Report report =
        Trainer.of(student)
            .sparsifier(Sparsifier.builder().distribution(Uniform.sparsity(.5)).seed(1).build())
            .loss(
                Distillation.from(teacher)
                    .task(0)
                    .outputs(1, 2)
                    .features(1)
                    .addedTo(Loss.nextToken()))
            .optimizer(AdamW.rate(1e-2))
            .batchSize(16)
            .epochs(10)
            .seed(2)
            .fit(data, data);
    // Evaluated by the task, which it never saw.
    double first = report.epochs().getFirst().test().orElseThrow().loss();
    assertTrue(report.test().orElseThrow().loss() < .7 * first, report.epochs().toString());
    assertEquals(64 * 7, report.test().orElseThrow().samples());
  }

  @Test
  void rejectsWhatDoesNotFit() {
    Distillation distillation = Distillation.from(saying(matrix(2, 1, 1)));
    assertMessage(
        IllegalArgumentException.class,
        "Distillation: weight of the task (-1.0) must be finite and not negative",
        () -> distillation.task(-1));
    assertMessage(
        IllegalArgumentException.class,
        "Distillation: weight of the features (NaN) must be finite and not negative",
        () -> distillation.features(Double.NaN));
    assertMessage(
        IllegalArgumentException.class,
        "Distillation: temperature (0.0) must be finite and above 0",
        () -> distillation.outputs(1, 0));
    assertMessage(
        IllegalStateException.class,
        "Distillation: all weights are 0",
        () -> distillation.task(0).addedTo(NOTHING));
    assertMessage(
        IllegalArgumentException.class,
        "Distillation: the teacher's output (2x1) must have the shape of the student's (4x2)",
        () -> value(distillation.addedTo(NOTHING), matrix(4, 1, 1, 1, 1, 1, 1, 1, 1), batch(2)));
    Loss features = distillation.features(1).addedTo(NOTHING);
    assertMessage(
        IllegalArgumentException.class,
        "Distillation: student and teacher must mark equally many hidden states, and at least one;"
            + " they mark 1 and 0",
        () -> value(features, matrix(2, 1, 1), batch(1), matrix(2, 1, 1)));
    Loss wide =
        Distillation.from(saying(matrix(2, 1, 1), matrix(3, 1, 1, 1))).features(1).addedTo(NOTHING);
    assertMessage(
        IllegalArgumentException.class,
        "Distillation: hidden state 0 of the student is 2x1, of the teacher 3x1",
        () -> value(wide, matrix(2, 1, 1), batch(1), matrix(2, 1, 1)));
  }

  private static void assertMessage(
      Class<? extends Exception> type, String message, Executable call) {
    assertEquals(message, assertThrows(type, call).getMessage());
  }
}
