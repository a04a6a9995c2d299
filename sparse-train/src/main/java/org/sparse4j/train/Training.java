package org.sparse4j.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.train.autograd.Tape;
import org.sparse4j.train.autograd.Variable;
import org.sparse4j.train.data.Batch;
import org.sparse4j.train.data.Batches;
import org.sparse4j.train.data.Dataset;
import org.sparse4j.train.forward.ForwardPoint;
import org.sparse4j.train.layer.Layer;
import org.sparse4j.train.optim.Optimizer;
import org.sparse4j.train.optim.OptimizerState;
import org.sparse4j.train.parameter.DenseParameter;
import org.sparse4j.train.parameter.Parameter;
import org.sparse4j.train.parameter.SparseParameter;
import org.sparse4j.train.random.Streams;
import org.sparse4j.train.traits.Traits;
import org.sparse4j.train.update.UpdateRule;

/**
 * A training at work: the model with its optimizer, sparsifier and place in the data.
 *
 * <p>Belongs to the thread that runs it, except for {@link #cancel}. However {@link #run} ends, the
 * training stands between two batches: it can be run on, evaluated and saved.
 */
public final class Training {

  /** Fraction of the samples that batch norms measure for an average, as in Sparse Model Soups. */
  static final double STATISTICS = 0.2;

  private final Trainer.Settings settings;
  private final Dataset train;
  private final Optional<Dataset> test;
  private final Workspace workspace;
  private final Tape tape;
  private final Evaluator evaluator;
  private final Batches batches;
  private final OptimizerState optimizer;
  private final SparsifierState sparsifier;
  private final Forwards forwards;
  private final Progress progress;
  private final OperationTally tally = new OperationTally();
  private final Optional<WeightAverage> average;
  private final Durations stepTimes = new Durations();
  private final Durations updateTimes = new Durations();
  private volatile boolean cancelled;
  private volatile @Nullable Thread runner;

  private Training(
      Trainer.Settings settings,
      Dataset train,
      Optional<Dataset> test,
      Batches batches,
      OptimizerState optimizer,
      SparsifierState sparsifier,
      Progress progress,
      Optional<WeightAverage> average) {
    this.settings = settings;
    this.train = train;
    this.test = test;
    this.workspace = Workspace.on(settings.threads());
    this.tape = Tape.of(settings.kernels(), workspace);
    this.evaluator =
        new Evaluator(
            settings.model(),
            settings.loss(),
            settings.kernels(),
            workspace,
            settings.evaluationBatch());
    this.batches = batches;
    this.optimizer = optimizer;
    this.sparsifier = sparsifier;
    this.forwards = Forwards.of(optimizer.parameters());
    this.progress = progress;
    this.average = average;
  }

  static Training start(Trainer.Settings settings, Dataset train, Optional<Dataset> test) {
    Batches batches = batches(settings, train, test);
    long total = (long) settings.epochs() * batches.perEpoch();
    Optimizer rule = settings.optimizer().apply(total);
    SparsifierState sparsifier =
        settings
            .sparsifier()
            .start(
                settings.model(),
                total,
                Streams.derive(settings.seed(), "weights"),
                new ProbeData(
                    settings.probed().orElse(train),
                    settings.batchSize(),
                    settings.seed(),
                    settings.loss(),
                    settings.kernels(),
                    Workspace.on(settings.threads())));
    OptimizerState optimizer = rule.start(settings.model().parameters());
    return new Training(
        settings,
        train,
        test,
        batches,
        optimizer
            .regularize(settings.regularizer())
            .clip(settings.clipping())
            .regularizeUnclipped(settings.unclipped()),
        sparsifier,
        new Progress(),
        settings.averaging().map(Averaging::start));
  }

  static Training resume(
      Trainer.Settings settings, Path path, Dataset train, Optional<Dataset> test)
      throws IOException {
    Batches batches = batches(settings, train, test);
    long total = (long) settings.epochs() * batches.perEpoch();
    Checkpoint.Restored restored =
        Checkpoint.read(path, settings, settings.optimizer().apply(total), train.size(), total);
    Progress progress = restored.progress();
    batches.seek(position(progress, batches.perEpoch()));
    return new Training(
        settings,
        train,
        test,
        batches,
        restored
            .optimizer()
            .regularize(settings.regularizer())
            .clip(settings.clipping())
            .regularizeUnclipped(settings.unclipped()),
        restored.sparsifier(),
        progress,
        restored.average());
  }

  /** An epoch that is yet to be ended has all its batches behind it. */
  private static Batches.Position position(Progress progress, int perEpoch) {
    return progress.batches == perEpoch
        ? new Batches.Position(progress.epochs.size() + 1L, 0)
        : new Batches.Position(progress.epochs.size(), progress.batches);
  }

  private static Batches batches(Trainer.Settings settings, Dataset train, Optional<Dataset> test) {
    if (settings.patience() > 0 && test.isEmpty()) {
      throw new IllegalArgumentException(
          "Trainer: patience (" + settings.patience() + ") needs a test set");
    }
    test.ifPresent(set -> requireAlike(train, set));
    Batches batches =
        Batches.shuffled(train, settings.batchSize(), Streams.derive(settings.seed(), "order"));
    int perEpoch = batches.perEpoch();
    settings
        .averaging()
        .ifPresent(
            averaging -> averaging.requireDue(perEpoch, (long) settings.epochs() * perEpoch));
    return batches;
  }

  private static void requireAlike(Dataset train, Dataset test) {
    if (test.size() == 0
        || test.features() != train.features()
        || test.classes() != train.classes()) {
      throw new IllegalArgumentException(
          "Trainer: the test set (" + test + ") must fit the training set (" + train + ")");
    }
  }

  /**
   * Trains until all epochs are done, patience runs out or someone cancels. A cancelled training
   * goes on with the next call.
   *
   * @return what was achieved so far
   * @throws TrainingException if the loss is not finite, a listener throws or a checkpoint cannot
   *     be written; the message names the step
   * @throws IllegalStateException if another thread runs it
   */
  public Report run() {
    synchronized (this) {
      if (runner != null) {
        throw new IllegalStateException("Training: is running on " + runner);
      }
      runner = Thread.currentThread();
    }
    try {
      while (true) {
        if (progress.batches == batches.perEpoch()) {
          endEpoch();
        } else if (progress.epochs.size() == settings.epochs()) {
          return report(Report.Ending.FINISHED);
        } else if (settings.patience() > 0 && progress.epochsSinceBest >= settings.patience()) {
          return report(Report.Ending.STOPPED_EARLY);
        } else if (cancelled) {
          return report(Report.Ending.CANCELLED);
        } else {
          step();
        }
      }
    } finally {
      cancelled = false;
      runner = null;
    }
  }

  /**
   * Stops {@link #run} before the next batch; may be called by any thread. Called while nothing
   * runs, it stops the next run at once.
   */
  public void cancel() {
    cancelled = true;
  }

  private void step() {
    long start = System.nanoTime();
    long number = batchesDone();
    long step = optimizer.steps();
    Batches.Position position = batches.position();
    double rate = optimizer.optimizer().rateAt(step);
    boolean weightStep = true;
    MaskUpdate update = null;
    MaskUpdate chosen;
    float loss;
    long trained;
    try {
      Batch batch = batches.next(settings.kernels(), workspace);
      chosen =
          forwards.begin(
              settings.kernels(),
              workspace,
              new ForwardPoint(
                  step,
                  totalBatches(),
                  Streams.derive(Streams.derive(settings.seed(), "forward"), number)));
      tape.startTraining(Streams.derive(Streams.derive(settings.seed(), "dropout"), number));
      Variable output = settings.model().forward(tape, tape.input(batch.inputs()));
      Variable result = settings.loss().of(tape, output, batch);
      loss = result.scalar();
      if (!Float.isFinite(loss)) {
        throw new TrainingException(
            "Trainer: loss is "
                + loss
                + at(number, step)
                + ", learning rate "
                + rate
                + "; lower the rate, clip gradients or look for such numbers in the data",
            null);
      }
      tally.clear();
      tape.countOperations(tally);
      tape.backward(result);
      trained = trained();
      sparsifier.observe(optimizer, workspace);
      if (sparsifier.isDue(UpdateRule.Timing.INSTEAD_OF_STEP, step)) {
        update = sparsifier.update(optimizer, workspace);
        weightStep = false;
      } else {
        optimizer.step(settings.kernels(), workspace);
        if (sparsifier.isDue(UpdateRule.Timing.AFTER_STEP, optimizer.steps())) {
          update = sparsifier.update(optimizer, workspace);
        }
      }
    } catch (RuntimeException | Error e) {
      // The batch counts as not begun, so that the training can be saved, and run on.
      batches.seek(position);
      optimizer.zeroGradients();
      throw e;
    } finally {
      tape.end();
    }
    long nanos = System.nanoTime() - start;
    progress.add(loss, nanos);
    for (SparsifierState.Managed layer : sparsifier.managed()) {
      tally.search(layer.parameter().takeSearchOperations());
    }
    progress.parameters += trained;
    progress.flops = tally.addTo(progress.flops);
    (update == null ? stepTimes : updateTimes).add(nanos);
    if (update != null) {
      average.ifPresent(WeightAverage::clear);
    }
    settings
        .averaging()
        .filter(averaging -> averaging.isDue(number + 1, batches.perEpoch(), totalBatches()))
        .ifPresent(averaging -> average.orElseThrow().add(settings.model()));
    saveIfDue(number, step);
    if (!settings.listeners().isEmpty()) {
      StepReport report =
          new StepReport(
              number,
              position.epoch(),
              step,
              loss,
              rate,
              weightStep,
              Optional.ofNullable(Forwards.both(update, chosen)),
              nanos);
      for (TrainingListener listener : settings.listeners()) {
        tell(listener, number, step, () -> listener.stepped(this, report));
      }
    }
  }

  /** How many numbers have a gradient. */
  private long trained() {
    long trained = 0;
    List<Parameter> parameters = optimizer.parameters();
    for (int p = 0; p < parameters.size(); p++) {
      trained += parameters.get(p).hasGradient() ? parameters.get(p).size() : 0;
    }
    return trained;
  }

  private void endEpoch() {
    if (progress.epochs.size() + 1 == settings.epochs()) {
      average
          .filter(sums -> sums.count() > 0)
          .ifPresent(sums -> {
            sums.load(settings.model());
            recomputeStatistics(train, STATISTICS);
          });
    }
    Optional<Evaluation> result = test.map(evaluator::evaluate);
    EpochReport report = progress.end(optimizer.steps(), sparsifier.updates(), result);
    for (TrainingListener listener : settings.listeners()) {
      tell(listener, batchesDone() - 1, optimizer.steps(), () -> listener.epochEnded(this, report));
    }
  }

  private void saveIfDue(long number, long step) {
    if (settings.checkpoint().isPresent() && (number + 1) % settings.checkpointInterval() == 0) {
      Path path = settings.checkpoint().get();
      try {
        save(path);
      } catch (IOException e) {
        throw new TrainingException(
            "Trainer: checkpoint failed" + at(number, step) + ": " + e.getMessage(), e);
      }
    }
  }

  private void tell(TrainingListener listener, long number, long step, Runnable call) {
    try {
      call.run();
    } catch (RuntimeException e) {
      throw new TrainingException(
          "Trainer: listener " + listener + " failed" + at(number, step) + ": " + e, e);
    }
  }

  private String at(long number, long step) {
    return " at step "
        + step
        + " (batch "
        + number % batches.perEpoch()
        + " of epoch "
        + number / batches.perEpoch()
        + ")";
  }

  /**
   * Writes everything that is needed to go on: weights, positions, optimizer state, sparsifier
   * state, place in the data, and the names of kernels and plans. Between batches or from a
   * listener.
   *
   * @param path the file; replaced as a whole
   * @throws IOException if the file cannot be written; an existing one is unchanged
   * @throws IllegalStateException if another thread runs the training
   */
  public void save(Path path) throws IOException {
    Thread owner = runner;
    if (owner != null && owner != Thread.currentThread()) {
      throw new IllegalStateException(
          "Training: is running on " + owner + "; save from a listener");
    }
    Checkpoint.write(
        path, settings, optimizer, sparsifier, progress, average, train.size(), totalBatches());
  }

  /**
   * Evaluates the model as it is; between batches or from a listener.
   *
   * @param data samples
   * @return loss and accuracy
   */
  public Evaluation evaluate(Dataset data) {
    return evaluator.evaluate(data);
  }

  /**
   * Lets batch norms measure again, as is needed when weights changed other than by training; see
   * {@link BatchStatistics}.
   *
   * @param data where samples are drawn from
   * @param fraction of the samples that are looked at, above 0 and up to 1; at least one sample
   * @throws IllegalArgumentException if {@code fraction} is out of range, or there is no sample
   */
  public void recomputeStatistics(Dataset data, double fraction) {
    if (!(fraction > 0 && fraction <= 1)) {
      throw new IllegalArgumentException(
          "recomputeStatistics: fraction (" + fraction + ") must be above 0 and at most 1");
    }
    BatchStatistics.recompute(
        settings.model(),
        data,
        (int) Math.ceil(fraction * data.size()),
        settings.batchSize(),
        settings.seed(),
        settings.kernels(),
        workspace);
  }

  /**
   * Returns the mean of weights so far.
   *
   * @return the live mean, or empty if the training does not average
   */
  public Optional<WeightAverage> average() {
    return average;
  }

  /**
   * Returns the model.
   *
   * @return what is trained
   */
  public Layer model() {
    return settings.model();
  }

  /**
   * Returns the optimizer at work.
   *
   * @return its live state
   */
  public OptimizerState optimizer() {
    return optimizer;
  }

  /**
   * Returns the sparsifier at work.
   *
   * @return its live state
   */
  public SparsifierState sparsifier() {
    return sparsifier;
  }

  /**
   * Returns what was achieved in the epochs that ended, those before a resumption included.
   *
   * @return a copy, in order
   */
  public List<EpochReport> epochs() {
    return List.copyOf(progress.epochs);
  }

  /**
   * Returns how many batches were dealt with, mask batches included.
   *
   * @return batches since the start of the training
   */
  public long batchesDone() {
    return (long) progress.epochs.size() * batches.perEpoch() + progress.batches;
  }

  /**
   * Returns how many batches the whole training has.
   *
   * @return epochs times full batches of an epoch
   */
  public long totalBatches() {
    return (long) settings.epochs() * batches.perEpoch();
  }

  private Report report(Report.Ending ending) {
    return new Report(
        ending,
        progress.epochs,
        optimizer.steps(),
        sparsifier.updates(),
        layers(),
        stepTimes.medianMicros(),
        updateTimes.medianMicros(),
        progress.flops,
        batchesDone() == 0 ? 0 : progress.parameters / batchesDone(),
        optimizer.parameters().stream().mapToLong(Parameter::bytes).sum(),
        optimizer.bytes(),
        traits(),
        settings.kernels().toString(),
        settings.threads().count());
  }

  private Traits traits() {
    return settings
        .traits()
        .or(() -> forwards.traits(totalBatches()))
        .orElseGet(
            () -> settings.sparsifier().traits(Report.density(layers()), sparsifier.coverage()));
  }

  /** Every weight matrix: managed layers with their coverage, others as they are. */
  private List<LayerStatus> layers() {
    List<LayerStatus> managed = sparsifier.layers();
    List<LayerStatus> all = new ArrayList<>();
    for (Parameter parameter : optimizer.parameters()) {
      if (parameter instanceof SparseParameter sparse) {
        all.add(
            managed.stream()
                .filter(layer -> layer.name().equals(sparse.name()))
                .findFirst()
                .orElseGet(() -> unmanaged(sparse)));
      } else if (parameter instanceof DenseParameter dense && dense.decays()) {
        all.add(Forwards.status(dense).orElseGet(() -> unmanaged(dense)));
      }
    }
    return all;
  }

  private static LayerStatus unmanaged(SparseParameter sparse) {
    return new LayerStatus(
        sparse.name(),
        sparse.rows(),
        sparse.columns(),
        sparse.size(),
        sparse.size(),
        Connectivity.emptyRows(sparse.pattern()),
        Connectivity.emptyColumns(sparse.pattern()));
  }

  private static LayerStatus unmanaged(DenseParameter dense) {
    return new LayerStatus(
        dense.name(),
        dense.value().rows(),
        dense.value().columns(),
        dense.size(),
        dense.size(),
        0,
        0);
  }

  /** Returns model, sparsifier and progress. */
  @Override
  public String toString() {
    return "Training of "
        + settings.model()
        + ", "
        + sparsifier
        + ", "
        + batchesDone()
        + " of "
        + totalBatches()
        + " batches";
  }
}
