package org.sparse4j.bench.job;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.sparse4j.bench.console.ErrorLine;
import org.sparse4j.bench.console.Failure;
import org.sparse4j.bench.console.Progress;
import org.sparse4j.bench.data.ImageData;
import org.sparse4j.bench.data.ImageSet;
import org.sparse4j.bench.data.PixelScale;
import org.sparse4j.bench.network.Layer;
import org.sparse4j.bench.race.RaceSettings;
import org.sparse4j.bench.report.Numbers;
import org.sparse4j.bench.report.RunResult;
import org.sparse4j.kernels.execution.Threads;
import org.sparse4j.train.EpochReport;
import org.sparse4j.train.Evaluation;
import org.sparse4j.train.Report;
import org.sparse4j.train.Sparsifier;
import org.sparse4j.train.StepReport;
import org.sparse4j.train.Trainer;
import org.sparse4j.train.Training;
import org.sparse4j.train.TrainingListener;
import org.sparse4j.train.Weights;
import org.sparse4j.train.data.Dataset;
import org.sparse4j.train.layer.Sequential;

/**
 * The main job: one dense network, and for every sparsity one network a method, trained alike,
 * saved and measured side by side.
 */
final class MainJob {
  /** A step's line of progress costs about as much as a small kernel, so few steps have one. */
  private static final int STEPS_PER_LINE = 10;

  private final ImageData images;
  private final Recipe recipe;
  private final List<Plan> plans;
  private final Threads threads;
  private final Path folder;
  private final RaceSettings races;
  private final Dataset train;
  private final Dataset test;

  /** One network to train; the dense one has no method. */
  private record Plan(Optional<Method> method, double sparsity) {
    String label() {
      return method.map(Method::label).orElse("dense");
    }

    String key() {
      return method.map(m -> m.key() + "-" + Numbers.exactPercent(sparsity)).orElse("dense");
    }
  }

  MainJob(
      ImageData images,
      PixelScale scale,
      Recipe recipe,
      List<Method> methods,
      List<Double> sparsities,
      Threads threads,
      Path folder,
      RaceSettings races) {
    this.images = images;
    this.recipe = recipe;
    this.threads = threads;
    this.folder = folder;
    this.races = races;
    this.train = dataset(images.train(), images.classes(), scale);
    this.test = dataset(images.test(), images.classes(), scale);
    List<Plan> all = new ArrayList<>();
    all.add(new Plan(Optional.empty(), 0));
    for (double sparsity : sparsities) {
      for (Method method : methods) {
        all.add(new Plan(Optional.of(method), sparsity));
      }
    }
    this.plans = List.copyOf(all);
  }

  private static Dataset dataset(ImageSet set, int classes, PixelScale scale) {
    return Dataset.ofBytes(
        set.pixels(), set.features(), set.labels(), classes, scale.mean(), scale.deviation());
  }

  /** Length of the job for its progress: all batches, and the three measurements. */
  long steps() {
    return batches() + 3 * measurement();
  }

  private long batches() {
    return plans.size() * (long) recipe.epochs() * (train.size() / recipe.batch());
  }

  /** A measurement takes about as long as a tenth of the trainings of the default job. */
  private long measurement() {
    return batches() / 10;
  }

  /**
   * Trains, saves and measures.
   *
   * @throws Failure if a model cannot be saved
   */
  List<RunResult> run(Progress progress) {
    List<TrainedNetwork> networks = new ArrayList<>();
    for (int p = 0; p < plans.size(); p++) {
      long before = p * (batches() / plans.size());
      TrainedNetwork network = train(plans.get(p), progress, before);
      save(network);
      networks.add(network);
      progress.say(
          String.format(
              Locale.ROOT,
              "%-12s test accuracy %s, training loss %.4f, %.1f s",
              name(plans.get(p)),
              Numbers.accuracy(evaluation(network.report()).accuracy()),
              network.report().epochs().getLast().loss(),
              network.report().epochs().stream().mapToDouble(EpochReport::seconds).sum()));
    }
    List<RunResult> results = new ArrayList<>();
    List<RunResult> unmeasured = networks.stream().map(MainJob::result).toList();
    List<RunResult.Times> times =
        new Stopwatch(races, threads)
            .measure(networks, recipe, train, progress, batches(), measurement());
    progress.at(steps(), "done");
    for (int n = 0; n < networks.size(); n++) {
      results.add(unmeasured.get(n).with(times.get(n)));
    }
    return results;
  }

  private static String name(Plan plan) {
    return plan.label() + (plan.method().isEmpty() ? "" : " " + Numbers.percent(plan.sparsity()));
  }

  private TrainedNetwork train(Plan plan, Progress progress, long before) {
    int inputs = images.features();
    int classes = images.classes();
    Sequential model =
        plan.method().isEmpty() ? Recipe.dense(inputs, classes) : Recipe.sparse(inputs, classes);
    Sparsifier sparsifier =
        plan.method()
            .map(method -> recipe.sparsifier(method, plan.sparsity()))
            .orElseGet(Sparsifier::none);
    Trainer trainer =
        recipe
            .trainer(model, threads)
            .sparsifier(sparsifier)
            .listener(
                new TrainingListener() {
                  @Override
                  public void stepped(Training training, StepReport step) {
                    if (step.batch() % STEPS_PER_LINE == 0) {
                      progress.at(
                          before + step.batch(),
                          String.format(
                              Locale.ROOT,
                              "%s, epoch %d of %d, loss %.3f",
                              name(plan),
                              step.epoch() + 1,
                              recipe.epochs(),
                              step.loss()));
                    }
                  }
                });
    Training training = trainer.prepare(train, test);
    Report report = training.run();
    return new TrainedNetwork(
        plan.key(),
        plan.label(),
        plan.sparsity(),
        model,
        TrainedNetwork.network(model),
        report,
        training.evaluate(train).correct());
  }

  private void save(TrainedNetwork network) {
    Path file = folder.resolve(network.key() + ".safetensors");
    try {
      Weights.save(network.model(), file);
    } catch (IOException e) {
      throw Failure.output("cannot write " + file + ": " + ErrorLine.reason(e), e);
    }
  }

  private static Evaluation evaluation(Report report) {
    return report
        .test()
        .orElseThrow(() -> new IllegalStateException("a training with a test set evaluates"));
  }

  private static RunResult result(TrainedNetwork network) {
    Report report = network.report();
    List<RunResult.Epoch> curve = new ArrayList<>();
    for (EpochReport epoch : report.epochs()) {
      double accuracy = epoch.test().map(Evaluation::accuracy).orElse(Double.NaN);
      curve.add(new RunResult.Epoch((int) epoch.epoch() + 1, epoch.loss(), accuracy));
    }
    List<RunResult.Layer> layers = new ArrayList<>();
    for (Layer layer : network.network().layers()) {
      layers.add(
          new RunResult.Layer(layer.name(), layer.outputs(), layer.inputs(), layer.stored()));
    }
    return new RunResult(
        network.key(),
        network.method(),
        network.sparsity(),
        network.trainCorrect(),
        evaluation(report).correct(),
        curve,
        new RunResult.Times(0, 0, 0),
        network.network().bytes(),
        report.optimizerBytes(),
        new RunResult.Updates(
            report.updates(), report.stepMicros().orElse(0), report.updateMicros().orElse(0)),
        layers,
        network.network().layers().getFirst().mask(),
        network.key() + ".safetensors");
  }
}
