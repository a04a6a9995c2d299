package org.sparse4j.bench.experiment;

import java.util.Locale;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.train.Evaluation;
import org.sparse4j.train.Report;
import org.sparse4j.train.Sparsifier;
import org.sparse4j.train.Trainer;
import org.sparse4j.train.TrainingListener;
import org.sparse4j.train.data.Dataset;
import org.sparse4j.train.distribution.ErdosRenyiKernel;
import org.sparse4j.train.distribution.SparsityDistribution;
import org.sparse4j.train.distribution.Uniform;
import org.sparse4j.train.layer.ActivationLayer;
import org.sparse4j.train.layer.Linear;
import org.sparse4j.train.layer.Sequential;
import org.sparse4j.train.layer.SparseLinear;
import org.sparse4j.train.optim.LearningRate;
import org.sparse4j.train.optim.Sgd;
import org.sparse4j.train.schedule.Every;

/**
 * LeNet-300-100 with ReLU, batches of 128, SGD with Nesterov momentum 0.9 and a learning rate that
 * falls from 0.1 to 0 along a cosine, rows drawn from N(0, gain / stored weights); final weights
 * are evaluated.
 *
 * @param epochs passes over the data
 * @param l2 factor of the weights that is added to their gradient
 * @param interval steps between two mask updates, until 75 % of the training
 */
record ReferenceRecipe(int epochs, double l2, int interval) {

  /** For 60,000 images. */
  static final ReferenceRecipe FULL = new ReferenceRecipe(20, 5e-4, 100);

  /** For 8,000 images: the stronger decay is what lets training accuracy rank the methods. */
  static final ReferenceRecipe FAST = new ReferenceRecipe(40, 3e-3, 30);

  /** Evaluates training accuracy on so many images at most. */
  private static final int MOST_TRAINING_SAMPLES = 10_000;

  /**
   * Trains one network. Runs with equal seeds start from the same draws and see the batches in the
   * same order; sparse ones with equal distribution start from the same masks.
   */
  ReferenceRun run(
      ReferenceMethod method,
      boolean uniform,
      double sparsity,
      long seed,
      Dataset train,
      Dataset test,
      TrainingListener listener) {
    Sequential model =
        method == ReferenceMethod.DENSE
            ? dense(train.features(), train.classes())
            : sparse(train.features(), train.classes());
    Trainer trainer =
        Trainer.of(model)
            .optimizer(steps ->
                Sgd.rate(LearningRate.cosine(.1, steps)).momentum(.9).withNesterov().l2(l2))
            .epochs(epochs)
            .seed(seed)
            .listener(listener);
    if (method != ReferenceMethod.DENSE) {
      SparsityDistribution distribution =
          uniform ? Uniform.sparsity(sparsity) : ErdosRenyiKernel.sparsity(sparsity);
      trainer.sparsifier(
          Sparsifier.builder()
              .distribution(distribution)
              .updates(Every.steps(interval).until(.75))
              .rule(method.rule())
              .seed(seed)
              .build());
    }
    long start = System.nanoTime();
    Report report = trainer.fit(train);
    double seconds = (System.nanoTime() - start) / 1e9;
    Dataset seen = train.range(0, Math.min(MOST_TRAINING_SAMPLES, train.size()));
    long everStored = 0;
    long size = 0;
    for (var layer : report.layers()) {
      everStored += layer.everStored();
      size += (long) layer.rows() * layer.columns();
    }
    return new ReferenceRun(
        method,
        uniform,
        sparsity,
        seed,
        accuracy(model, seen),
        accuracy(model, test),
        report.density(),
        (double) everStored / size,
        report.steps(),
        report.updates(),
        report.stepMicros().orElse(0),
        seconds);
  }

  String words() {
    return String.format(
        Locale.ROOT,
        "LeNet-300-100, ReLU; %d epochs of batches of 128; SGD, Nesterov momentum 0.9, learning"
            + " rate 0.1 along a cosine to 0, L2 %s on weights; masks by the Erdos-Renyi-Kernel"
            + " rule, updated every %d steps until 75 %% of the training, drop fraction 0.3 along a"
            + " cosine; final weights evaluated",
        epochs,
        l2,
        interval);
  }

  private static double accuracy(Sequential model, Dataset data) {
    return 100 * Evaluation.of(model, data, Kernels.best(), Workspace.create()).accuracy();
  }

  private static Sequential dense(int inputs, int classes) {
    return Sequential.of(
        Linear.of(inputs, 300),
        ActivationLayer.relu(),
        Linear.of(300, 100),
        ActivationLayer.relu(),
        Linear.of(100, classes));
  }

  private static Sequential sparse(int inputs, int classes) {
    return Sequential.of(
        SparseLinear.of(inputs, 300),
        ActivationLayer.relu(),
        SparseLinear.of(300, 100),
        ActivationLayer.relu(),
        SparseLinear.of(100, classes));
  }
}
