package org.sparse4j.train;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.train.autograd.Tape;
import org.sparse4j.train.autograd.Variable;
import org.sparse4j.train.data.Batch;

/** A loss with the terms of a distillation; the teacher runs on a tape of its own. */
final class DistilledLoss implements Loss {

  /** The machine epsilon of bfloat16, as in the code of SquareHead. */
  private static final double EPSILON = 0x1p-7;

  private final Loss task;
  private final Distillation settings;
  private @Nullable Tape known;

  DistilledLoss(Loss task, Distillation settings) {
    this.task = task;
    this.settings = settings;
  }

  @Override
  public int[] targets(Batch batch) {
    return task.targets(batch);
  }

  @Override
  public Variable of(Tape tape, Variable output, Batch batch) {
    if (!tape.isTraining()) {
      return task.of(tape, output, batch);
    }
    Tape other = teacherTape(tape);
    other.startEvaluation();
    Variable logits = settings.teacher().forward(other, other.input(batch.inputs()));
    if (logits.rows() != output.rows() || logits.columns() != output.columns()) {
      throw new IllegalArgumentException(
          "Distillation: the teacher's output ("
              + shape(logits)
              + ") must have the shape of the student's ("
              + shape(output)
              + ")");
    }
    Variable sum = null;
    if (settings.task() > 0) {
      sum = plus(tape, sum, settings.task(), task.of(tape, output, batch));
    }
    if (settings.outputs() > 0) {
      sum = outputs(tape, sum, output, logits, task.targets(batch));
    }
    if (settings.features() > 0) {
      sum = features(tape, sum, other.marks());
    }
    return Objects.requireNonNull(sum);
  }

  /** Lives as long as the student's; its matrices are read until the student's step ends. */
  private Tape teacherTape(Tape tape) {
    Tape other = known;
    if (other == null
        || other.kernels() != tape.kernels()
        || other.workspace() != tape.workspace()) {
      other = Tape.of(tape.kernels(), tape.workspace());
      known = other;
    }
    return other;
  }

  private static Variable plus(Tape tape, @Nullable Variable sum, double factor, Variable term) {
    Variable scaled = factor == 1 ? term : tape.scale((float) factor, term);
    return sum == null ? scaled : tape.add(sum, scaled);
  }

  private Variable outputs(
      Tape tape, @Nullable Variable sum, Variable output, Variable logits, int[] targets) {
    if (targets.length < output.columns()) {
      throw new IllegalArgumentException(
          "Distillation: "
              + targets.length
              + " targets do not fit an output of "
              + output.columns()
              + " columns");
    }
    double t = settings.temperature();
    Tape other = teacherTape(tape);
    Variable logP = other.logSoftmax(cooled(other, t, logits));
    Variable p = other.exp(logP);
    int counted = zeroIgnored(p.value(), targets);
    Variable logQ = tape.logSoftmax(cooled(tape, t, output));
    Variable ratio = tape.subtract(tape.input(logP.value()), logQ);
    Variable divergence = tape.sum(tape.multiply(tape.input(p.value()), ratio));
    return plus(tape, sum, settings.outputs() * t * t / Math.max(1, counted), divergence);
  }

  private static Variable cooled(Tape tape, double temperature, Variable logits) {
    return temperature == 1 ? logits : tape.scale((float) (1 / temperature), logits);
  }

  /** Lets samples without target count nothing; tells how many have one. */
  private static int zeroIgnored(DenseMatrix p, int[] targets) {
    int counted = 0;
    for (int j = 0; j < p.columns(); j++) {
      if (targets[j] >= 0) {
        counted++;
      } else {
        for (int i = 0; i < p.rows(); i++) {
          p.set(i, j, 0);
        }
      }
    }
    return counted;
  }

  private Variable features(Tape tape, @Nullable Variable sum, List<Variable> teacher) {
    List<Variable> student = tape.marks();
    if (student.isEmpty() || student.size() != teacher.size()) {
      throw new IllegalArgumentException(
          "Distillation: student and teacher must mark equally many hidden states, and at least"
              + " one; they mark "
              + student.size()
              + " and "
              + teacher.size());
    }
    Variable total = sum;
    for (int l = 0; l < student.size(); l++) {
      Variable own = student.get(l);
      DenseMatrix wanted = teacher.get(l).value();
      if (own.rows() != wanted.rows() || own.columns() != wanted.columns()) {
        throw new IllegalArgumentException(
            "Distillation: hidden state "
                + l
                + " of the student is "
                + shape(own)
                + ", of the teacher "
                + shape(teacher.get(l)));
      }
      double count = (double) wanted.rows() * wanted.columns();
      double size = tape.kernels().dense().sumOfSquares(tape.workspace(), wanted) / count;
      Variable error = tape.meanSquaredError(own, tape.input(wanted));
      total = plus(tape, total, settings.features() / (size + EPSILON), error);
    }
    return Objects.requireNonNull(total);
  }

  private static String shape(Variable variable) {
    return variable.rows() + "x" + variable.columns();
  }

  /** Returns the task's loss and the settings. */
  @Override
  public String toString() {
    return task + ", " + settings;
  }
}
