package org.sparse4j.train;

import org.sparse4j.train.layer.Layer;

/**
 * Lets a network learn from a trained one, its teacher, besides the labels: {@code task * L +
 * outputs * KL + features * SH}.
 *
 * <ul>
 *   <li>L is the loss of the task.
 *   <li>KL is {@code T^2 / N sum_j sum_i p_ij (log p_ij - log q_ij)} with {@code p =
 *       softmax(teacher / T)}, {@code q = softmax(student / T)} and the N columns j that have a
 *       target: the mean over samples, or over tokens (Hinton, Vinyals and Dean, Distilling the
 *       knowledge in a neural network, 2015, arXiv 1503.02531). A mean over the first dimension
 *       alone, as in some libraries, would grow with the length of sequences.
 *   <li>SH is SquareHead, {@code sum_l mean((s_l - t_l)^2) / (mean(t_l^2) + 2^-7)} over the hidden
 *       states l that both networks mark, a sum and not a mean over them (Kurtic et al., Sparse
 *       fine-tuning for inference acceleration of large language models, 2023, arXiv 2310.06927).
 *       Blocks of transformers and mixers mark their results, {@code HiddenState} marks elsewhere;
 *       the embedding is not among them.
 * </ul>
 *
 * <p>The teacher runs as in an evaluation, gets no gradient and does not change; a step costs one
 * forward pass of it more, which {@code Report.flops} leaves out. Its logits must be finite. An
 * evaluation reports the loss of the task alone. Configuration only, immutable.
 *
 * <pre>{@code
 * Loss loss = Distillation.from(teacher).task(0.5).outputs(0.5, 2).addedTo(Loss.crossEntropy());
 * Trainer.of(student).loss(loss)...
 * }</pre>
 */
public final class Distillation {

  private final Layer teacher;
  private final double task;
  private final double outputs;
  private final double temperature;
  private final double features;

  private Distillation(
      Layer teacher, double task, double outputs, double temperature, double features) {
    this.teacher = teacher;
    this.task = task;
    this.outputs = outputs;
    this.temperature = temperature;
    this.features = features;
  }

  /**
   * Names the teacher; the task counts once, nothing else counts yet.
   *
   * @param teacher a trained network that takes the student's inputs; shared, not to be trained
   *     meanwhile
   * @return a distillation to be configured
   */
  public static Distillation from(Layer teacher) {
    return new Distillation(teacher, 1, 0, 1, 0);
  }

  private static double weight(String part, double weight) {
    if (!(weight >= 0) || Double.isInfinite(weight)) {
      throw new IllegalArgumentException(
          "Distillation: weight of the "
              + part
              + " ("
              + weight
              + ") must be finite and not negative");
    }
    return weight;
  }

  /**
   * Weights the loss of the task.
   *
   * @param weight its factor, at least 0; at 0 labels do not count
   * @return a new distillation
   * @throws IllegalArgumentException if negative or not finite
   */
  public Distillation task(double weight) {
    return new Distillation(teacher, weight("task", weight), outputs, temperature, features);
  }

  /**
   * Compares outputs by their Kullback-Leibler divergence.
   *
   * @param weight its factor, at least 0
   * @param temperature T, above 0
   * @return a new distillation
   * @throws IllegalArgumentException if a number is out of range
   */
  public Distillation outputs(double weight, double temperature) {
    if (!(temperature > 0) || Double.isInfinite(temperature)) {
      throw new IllegalArgumentException(
          "Distillation: temperature (" + temperature + ") must be finite and above 0");
    }
    return new Distillation(teacher, task, weight("outputs", weight), temperature, features);
  }

  /**
   * Compares hidden states by SquareHead.
   *
   * @param weight its factor, at least 0
   * @return a new distillation
   * @throws IllegalArgumentException if negative or not finite
   */
  public Distillation features(double weight) {
    return new Distillation(teacher, task, outputs, temperature, weight("features", weight));
  }

  /**
   * Makes the loss.
   *
   * @param loss the loss of the task
   * @return the weighted sum, for one training at a time; steps fail with an {@code
   *     IllegalArgumentException} if student and teacher do not have outputs, or hidden states, of
   *     equal number and shape
   * @throws IllegalStateException if nothing counts
   */
  public Loss addedTo(Loss loss) {
    if (task == 0 && outputs == 0 && features == 0) {
      throw new IllegalStateException("Distillation: all weights are 0");
    }
    return new DistilledLoss(loss, this);
  }

  Layer teacher() {
    return teacher;
  }

  double task() {
    return task;
  }

  double outputs() {
    return outputs;
  }

  double temperature() {
    return temperature;
  }

  double features() {
    return features;
  }

  /** Returns weights and temperature. */
  @Override
  public String toString() {
    return "distillation, task "
        + task
        + ", outputs "
        + outputs
        + " at temperature "
        + temperature
        + ", features "
        + features;
  }
}
