package org.sparse4j.train;

import org.jspecify.annotations.Nullable;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.train.autograd.Entry;
import org.sparse4j.train.autograd.Operator;
import org.sparse4j.train.autograd.Tape;
import org.sparse4j.train.autograd.Variable;
import org.sparse4j.train.data.Batch;
import org.sparse4j.train.layer.Layer;

/**
 * A layer that passes its input on and adds {@code factor mean(log(1 + a^2))} of it to the loss,
 * which draws activations to 0: Prasetyo, Yudistira and Widodo, Sparse then prune: toward efficient
 * vision transformers, 2023 (arXiv 2307.11988), with a factor of 0.01; then prune weights with
 * {@code MagnitudeMasks}.
 *
 * <p>Use an object at one place of a model, and train with {@link #addedTo} the loss. In
 * evaluations nothing is added.
 *
 * <pre>{@code
 * var penalty = new ActivationPenalty(0.01f);
 * var model = Sequential.of(SparseLinear.of(784, 300), ActivationLayer.relu(), penalty, Linear.of(300, 10));
 * Trainer.of(model).loss(penalty.addedTo(Loss.crossEntropy()))...
 * }</pre>
 */
public final class ActivationPenalty implements Layer {

  private final float factor;
  private final Operator operator;
  private @Nullable Variable current;

  /**
   * Creates a penalty.
   *
   * @param factor the factor, at least 0
   * @throws IllegalArgumentException if it is negative
   */
  public ActivationPenalty(float factor) {
    if (!(factor >= 0)) {
      throw new IllegalArgumentException(
          "ActivationPenalty: factor (" + factor + ") must not be negative");
    }
    this.factor = factor;
    this.operator = new MeanLog(factor);
  }

  @Override
  public Variable forward(Tape tape, Variable x) {
    current = tape.isTraining() ? tape.apply(operator, 1, 1, x) : null;
    return x;
  }

  /**
   * Adds the penalty of the step's last forward pass to a loss.
   *
   * @param loss what is added to
   * @return the new loss
   */
  public Loss addedTo(Loss loss) {
    return new Loss() {
      @Override
      public Variable of(Tape tape, Variable output, Batch batch) {
        Variable value = loss.of(tape, output, batch);
        Variable penalty = current;
        current = null;
        return penalty == null ? value : tape.add(value, penalty);
      }

      @Override
      public int[] targets(Batch batch) {
        return loss.targets(batch);
      }

      @Override
      public String toString() {
        return loss + ", activation penalty " + factor;
      }
    };
  }

  /** The penalty as a number; rows are read one at a time, in double. */
  private record MeanLog(float factor) implements Operator {

    @Override
    public String label() {
      return "activationPenalty";
    }

    @Override
    public void forward(Entry e) {
      DenseMatrix a = e.value(0);
      float[] row = new float[a.columns()];
      double sum = 0;
      for (int i = 0; i < a.rows(); i++) {
        a.getRow(i, row, 0);
        for (float number : row) {
          sum += StrictMath.log1p((double) number * number);
        }
      }
      e.output().set(0, 0, (float) (factor * sum / ((double) a.rows() * a.columns())));
    }

    @Override
    public void backward(Entry e) {
      if (!e.needsGradient(0)) {
        return;
      }
      DenseMatrix a = e.value(0);
      DenseMatrix da = e.gradientTarget(0);
      float[] row = new float[a.columns()];
      double count = (double) a.rows() * a.columns();
      double slope = 2 * factor * e.outputGradient().get(0, 0) / count;
      for (int i = 0; i < a.rows(); i++) {
        a.getRow(i, row, 0);
        for (int j = 0; j < row.length; j++) {
          row[j] = (float) (slope * row[j] / (1 + (double) row[j] * row[j]));
        }
        da.setRow(i, row, 0);
      }
      e.gradientWritten(0);
    }
  }

  /** Returns the factor. */
  @Override
  public String toString() {
    return "activation penalty " + factor;
  }
}
