package org.sparse4j.bench.job;

import java.util.List;
import java.util.Locale;
import org.sparse4j.bench.report.Numbers;
import org.sparse4j.kernels.execution.Threads;
import org.sparse4j.train.Sparsifier;
import org.sparse4j.train.Trainer;
import org.sparse4j.train.distribution.ErdosRenyiKernel;
import org.sparse4j.train.layer.ActivationLayer;
import org.sparse4j.train.layer.Linear;
import org.sparse4j.train.layer.Sequential;
import org.sparse4j.train.layer.SparseLinear;
import org.sparse4j.train.optim.LearningRate;
import org.sparse4j.train.optim.Sgd;
import org.sparse4j.train.schedule.Every;

/**
 * How every network of a job is trained, so that nothing but the masks differs.
 *
 * @param epochs passes over the training images
 * @param batch images a step
 * @param learningRate rate of the first step; it falls to 0 along a cosine
 * @param l2 factor of the weights that is added to their gradient
 * @param interval steps between two changes of the masks
 * @param seed of weights, masks and order
 */
record Recipe(int epochs, int batch, double learningRate, double l2, int interval, long seed) {

  private static final int FIRST_WIDTH = 300;
  private static final int SECOND_WIDTH = 100;
  private static final double MOMENTUM = .9;
  private static final double UPDATES_END = .75;

  /** LeNet-300-100 without a number in it. */
  static Sequential dense(int inputs, int classes) {
    return Sequential.of(
        Linear.of(inputs, FIRST_WIDTH),
        ActivationLayer.relu(),
        Linear.of(FIRST_WIDTH, SECOND_WIDTH),
        ActivationLayer.relu(),
        Linear.of(SECOND_WIDTH, classes));
  }

  /** The same network with sparse layers. */
  static Sequential sparse(int inputs, int classes) {
    return Sequential.of(
        SparseLinear.of(inputs, FIRST_WIDTH),
        ActivationLayer.relu(),
        SparseLinear.of(FIRST_WIDTH, SECOND_WIDTH),
        ActivationLayer.relu(),
        SparseLinear.of(SECOND_WIDTH, classes));
  }

  /** A trainer that follows the recipe. */
  Trainer trainer(Sequential model, Threads threads) {
    return Trainer.of(model)
        .optimizer(steps -> sgd(LearningRate.cosine(learningRate, steps)))
        .batchSize(batch)
        .epochs(epochs)
        .seed(seed)
        .threads(threads);
  }

  /** A trainer for measuring steps of a trained model: it never ends and moves weights little. */
  Trainer stepper(Sequential model, Threads threads) {
    return Trainer.of(model)
        .optimizer(sgd(LearningRate.constant(learningRate / 1000)))
        .batchSize(batch)
        .epochs(Integer.MAX_VALUE)
        .seed(seed)
        .threads(threads);
  }

  private Sgd sgd(LearningRate rate) {
    return Sgd.rate(rate).momentum(MOMENTUM).withNesterov().l2(l2);
  }

  Sparsifier sparsifier(Method method, double sparsity) {
    return Sparsifier.builder()
        .distribution(ErdosRenyiKernel.sparsity(sparsity))
        .updates(Every.steps(interval).until(UPDATES_END))
        .rule(method.rule())
        .seed(seed)
        .build();
  }

  /** The recipe in words. */
  List<String> words(int inputs, int classes) {
    return List.of(
        String.format(
            Locale.ROOT,
            "%d-%d-%d-%d with ReLU, softmax cross-entropy",
            inputs,
            FIRST_WIDTH,
            SECOND_WIDTH,
            classes),
        String.format(
            Locale.ROOT,
            "%d epochs of batches of %d, SGD with Nesterov momentum %s, learning rate %s along a"
                + " cosine to 0, L2 %s on weights",
            epochs,
            batch,
            MOMENTUM,
            learningRate,
            l2),
        String.format(
            Locale.ROOT,
            "sparse layers share out weights by the Erdos-Renyi-Kernel rule; SET and RigL change"
                + " masks every %d steps until %s of the training, from 30 %% of the weights down"
                + " along a cosine",
            interval,
            Numbers.percent(UPDATES_END)),
        "final weights are evaluated");
  }
}
