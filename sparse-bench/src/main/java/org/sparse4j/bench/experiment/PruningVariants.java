package org.sparse4j.bench.experiment;

import java.util.List;
import java.util.Locale;
import org.sparse4j.train.Averaging;
import org.sparse4j.train.Distillation;
import org.sparse4j.train.Evaluation;
import org.sparse4j.train.Loss;
import org.sparse4j.train.Report;
import org.sparse4j.train.Rounds;
import org.sparse4j.train.Sparsifier;
import org.sparse4j.train.SparsitySweep;
import org.sparse4j.train.Trainer;
import org.sparse4j.train.Training;
import org.sparse4j.train.data.Dataset;
import org.sparse4j.train.distribution.ErdosRenyiKernel;
import org.sparse4j.train.distribution.Uniform;
import org.sparse4j.train.initial.MagnitudeMasks;
import org.sparse4j.train.layer.ActivationLayer;
import org.sparse4j.train.layer.HiddenState;
import org.sparse4j.train.layer.Sequential;
import org.sparse4j.train.layer.SparseLinear;
import org.sparse4j.train.optim.LearningRate;
import org.sparse4j.train.optim.Sgd;
import org.sparse4j.train.saliency.Scope;
import org.sparse4j.train.schedule.Every;
import org.sparse4j.train.schedule.Polynomial;
import org.sparse4j.train.update.GradualMagnitude;

/** Ways to prune a trained LeNet-300-100: averages, teachers, scopes of competition. */
final class PruningVariants {

  /** Figure: mean of the members that a soup is made of. */
  static final String MEMBERS = "mean of members";

  /** Figure: the soup less the mean of its members. */
  static final String GAIN = "soup less members";

  /** Figure: largest sparsity at which pruning costs at most 1 % of the accuracy, in percent. */
  static final String KNEE = "knee";

  private static final int BATCH = ImageVariants.BATCH;
  private static final double[] SWEEP = {.2, .3, .4, .5, .6, .7, .8, .85, .9, .95, .98};

  private final ImageVariants make;

  PruningVariants(ImageVariants make) {
    this.make = make;
  }

  private static Sparsifier.Builder pruning(double sparsity, Scope scope, long seed) {
    return Sparsifier.builder()
        .distribution(Uniform.sparsity(sparsity))
        .firstMasks(MagnitudeMasks.within(scope))
        .pruneWeights()
        .seed(seed);
  }

  /** Three prunings of a trained network; every round trains some members and averages them. */
  Variant soup(String method, int members) {
    double sparsity = .9;
    int epochs = make.epochs() / 4;
    Trial trial =
        (notes, seed) -> {
          Sequential model = ImageVariants.sparseNetwork(notes);
          notes.fit(make.trainer(notes, model, make.epochs(), seed), notes.lab().train());
          Rounds rounds =
              Rounds.of(model).densities(Rounds.reaching(sparsity, 3)).members(members).seed(seed);
          List<Report> reports =
              rounds.run(
                  (round, member) ->
                      notes
                          .trainer(model, BATCH, seed + 1000L * (1 + member) + 100L * round)
                          .optimizer(steps ->
                              Sgd.rate(LearningRate.linear(.1, 0, steps).warmUp(steps / 10))
                                  .momentum(.9)
                                  .withNesterov()
                                  .l2(make.l2()))
                          .epochs(epochs),
                  round -> notes.lab().train(),
                  notes.lab().test());
          reports.forEach(notes::reported);
          if (members > 1) {
            double sum = 0;
            for (Report report : reports.subList(reports.size() - members, reports.size())) {
              sum += notes.lab().metric().of(report.test().orElseThrow());
            }
            Evaluation whole = rounds.soups().getLast().test();
            notes.figure(MEMBERS, sum / members);
            notes.figure(GAIN, notes.lab().metric().of(whole) - sum / members);
          }
          return model;
        };
    return new Variant(
        method,
        Variant.percent(sparsity),
        make.words(
            "then 3 times pruned by magnitude in all layers together, each time trained for a"
                + " quarter of the epochs, the rate from 0.1 to 0 in a line after a warm-up of a"
                + " tenth; members of a round: "
                + members
                + ", averaged"),
        trial);
  }

  /** Rounds back to an early step, each averaging the last quarter of its epochs. */
  Variant swamp(String method, int particles) {
    double sparsity = .9;
    int epochs = make.epochs() / 4;
    Trial trial =
        (notes, seed) -> {
          Sequential model = ImageVariants.sparseNetwork(notes);
          List<Report> reports =
              Rounds.of(model)
                  .densities(Rounds.remaining(Math.pow(1 - sparsity, .2), 6))
                  .rewindTo(ImageVariants.early(notes))
                  .members(particles)
                  .seed(seed)
                  .run(
                      (round, member) ->
                          notes
                              .trainer(model, BATCH, seed + 1000L * member)
                              .optimizer(Sgd.rate(.05).momentum(.9).withNesterov().l2(make.l2()))
                              .averaging(Averaging.everyEpoch())
                              .epochs(epochs),
                      round -> notes.lab().train(),
                      notes.lab().glance());
          reports.forEach(notes::reported);
          return model;
        };
    return new Variant(
        method,
        Variant.percent(sparsity),
        make.words(
            "not this rate: a constant one of 0.05 and a quarter of the epochs a round, weights"
                + " averaged from three quarters of it; dense, then 5 times pruned by magnitude and"
                + " put back to step 100, or the end of the first epoch; members of a round: "
                + particles),
        trial);
  }

  private static Sequential marked(Notes notes) {
    Dataset data = notes.lab().train();
    return Sequential.of(
        SparseLinear.of(data.features(), 300),
        ActivationLayer.relu(),
        new HiddenState(),
        SparseLinear.of(300, 100),
        ActivationLayer.relu(),
        new HiddenState(),
        SparseLinear.of(100, data.classes()));
  }

  /** Gradual magnitude pruning of a trained network, with or without a teacher. */
  Variant taught(String method, double sparsity, double outputs, double features) {
    Trial trial =
        (notes, seed) -> {
          Sequential teacher = marked(notes);
          notes.fit(make.trainer(notes, teacher, make.epochs(), seed), notes.lab().train());
          Sequential student = marked(notes);
          TextVariants.copy(teacher, student);
          Trainer trainer =
              make.trainer(notes, student, make.epochs(), seed + 1000)
                  .sparsifier(
                      Sparsifier.builder()
                          .keepPatterns()
                          .rule(
                              GradualMagnitude.schedule(Polynomial.cubicTo(sparsity))
                                  .distribution(ErdosRenyiKernel::sparsity))
                          .updates(Every.steps(make.interval()).until(.75))
                          .seed(seed)
                          .build());
          if (outputs + features > 0) {
            trainer.loss(
                Distillation.from(teacher)
                    .task(1 - outputs)
                    .outputs(outputs, 2)
                    .features(features)
                    .addedTo(Loss.crossEntropy()));
          }
          notes.fit(trainer, notes.lab().train());
          return student;
        };
    return new Variant(
        method,
        Variant.percent(sparsity),
        make.words(
            String.format(
                Locale.ROOT,
                "then as many epochs of gradual magnitude pruning, layers by the"
                    + " Erdos-Renyi-Kernel rule, until 75 %%; weight of the teacher's outputs %s at"
                    + " temperature 2, of its features %s",
                outputs,
                features)),
        trial);
  }

  /** Pruned at once and trained on for a quarter of the epochs. */
  Variant scoped(String method, double sparsity, Scope scope) {
    Trial trial =
        (notes, seed) -> {
          Sequential model = ImageVariants.sparseNetwork(notes);
          notes.fit(make.trainer(notes, model, make.epochs(), seed), notes.lab().train());
          Trainer second =
              make.trainer(notes, model, make.epochs() / 4, seed + 1000)
                  .sparsifier(pruning(sparsity, scope, seed).build());
          Training training = second.prepare(notes.lab().train());
          notes.start(training);
          notes.figure("before training on", notes.metric(model, notes.lab().test()));
          notes.reported(training.run());
          return model;
        };
    return new Variant(
        method,
        Variant.percent(sparsity),
        make.words(
            "then pruned by magnitude, " + scope + ", and trained for a quarter of the epochs"),
        trial);
  }

  /** A dense network that is judged with ever fewer of its weights. */
  Variant sweep() {
    Trial trial =
        (notes, seed) -> {
          Sequential model = ImageVariants.network(notes, 300, 100);
          notes.fit(make.trainer(notes, model, make.epochs(), seed), notes.lab().train());
          SparsitySweep.Curve curve =
              SparsitySweep.of(model)
                  .unstructured(SWEEP, pruned -> notes.evaluate(pruned, notes.lab().test()));
          for (SparsitySweep.Point point : curve.points()) {
            notes.figure(
                "pruned to " + Variant.percent(point.sparsity()),
                notes.lab().metric().of(point.evaluation()));
          }
          notes.figure(KNEE, 100 * curve.knee(.01));
          return model;
        };
    return new Variant(
        "dense, pruned", "", make.words("dense; judged with its largest weights"), trial);
  }
}
