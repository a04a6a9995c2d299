package org.sparse4j.bench.experiment;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.train.Evaluation;
import org.sparse4j.train.LayerStatus;
import org.sparse4j.train.Report;
import org.sparse4j.train.StepReport;
import org.sparse4j.train.Trainer;
import org.sparse4j.train.Training;
import org.sparse4j.train.TrainingListener;
import org.sparse4j.train.data.Dataset;
import org.sparse4j.train.flops.RunFlops;
import org.sparse4j.train.layer.Layer;
import org.sparse4j.train.optim.Sgd;

/** Watches all trainings of one run and notes what they did. */
final class Notes implements TrainingListener {

  /** Figure: fraction of the mask that flipped in a step, between 75 and 85 % of a training. */
  static final String LATE_FLIPS = "flips 75-85 %";

  /** Figure: the same in the last tenth of a training. */
  static final String LAST_FLIPS = "flips 90-100 %";

  private static final int POINTS = 20;

  private final Lab lab;
  private final Runnable alive;
  private final Curve.Builder curve = new Curve.Builder();
  private final Map<String, Double> figures = new TreeMap<>();
  private int batch = 1;
  private @Nullable Training current;
  private @Nullable Report report;
  private RunFlops flops = RunFlops.NONE;
  private long steps;
  private long batches;
  private long updates;
  private long stepsBefore;
  private long updatesBefore;
  private double loss;
  private double flips;
  private long since;
  private final Window late = new Window(.75, .85);
  private final Window last = new Window(.9, 1);

  /** Sum of flips in a part of a training. */
  private static final class Window {
    private final double from;
    private final double to;
    private double sum;
    private long count;

    Window(double from, double to) {
      this.from = from;
      this.to = to;
    }

    void add(double done, double fraction) {
      if (done > from && done <= to) {
        sum += fraction;
        count++;
      }
    }

    void clear() {
      sum = 0;
      count = 0;
    }

    double mean() {
      return count == 0 ? 0 : sum / count;
    }
  }

  /**
   * Starts an empty page.
   *
   * @param lab the data
   * @param alive called after every step
   */
  Notes(Lab lab, Runnable alive) {
    this.lab = lab;
    this.alive = alive;
  }

  Lab lab() {
    return lab;
  }

  /** A trainer of a model, watched. */
  Trainer trainer(Layer model, int batchSize, long seed) {
    batch = batchSize;
    return Trainer.of(model)
        .loss(lab.loss())
        .batchSize(batchSize)
        .evaluationBatch(lab.evaluationBatch())
        .threads(lab.threads())
        .seed(seed)
        .listener(this);
  }

  /** Trains to the end. */
  Report fit(Trainer trainer, Dataset train) {
    Training training = trainer.prepare(train);
    start(training);
    Report result = training.run();
    reported(result);
    return result;
  }

  /** Goes on with a training that has yet to run; one that never runs is looked at all the same. */
  void start(Training training) {
    current = training;
    stepsBefore = steps;
    updatesBefore = updates;
    late.clear();
    last.clear();
  }

  /** Forgets the steps of the current training, which broke down; its curve so far stays. */
  void brokeDown() {
    steps = stepsBefore;
    updates = updatesBefore;
    loss = 0;
    flips = 0;
    since = 0;
  }

  /** Notes the report of a training that was run elsewhere. */
  void reported(Report result) {
    report = result;
    flops = flops.plus(result.flops());
  }

  /** Notes a figure of this run. */
  void figure(String name, double value) {
    figures.put(name, value);
  }

  /** The metric of a model as it is. */
  double metric(Layer model, Dataset data) {
    return lab.metric().of(evaluate(model, data));
  }

  Evaluation evaluate(Layer model, Dataset data) {
    Training judge = current;
    if (judge == null || !judge.model().equals(model)) {
      judge = trainer(model, batch, 0).optimizer(Sgd.rate(0)).prepare(lab.train());
    }
    return judge.evaluate(data);
  }

  @Override
  public void stepped(Training training, StepReport step) {
    if (training != current) {
      start(training);
    }
    batches++;
    since++;
    loss += step.loss();
    double flipped = 0;
    if (step.maskUpdate().isPresent()) {
      updates++;
      flipped = step.maskUpdate().get().flipRate();
    }
    flips += flipped;
    double done = (double) training.batchesDone() / training.totalBatches();
    late.add(done, flipped);
    last.add(done, flipped);
    if (step.weightStep()) {
      steps++;
    }
    if (training.batchesDone() % Math.max(1, training.totalBatches() / POINTS) == 0) {
      double value = lab.metric().of(training.evaluate(lab.glance()));
      curve.add((double) batches / lab.perEpoch(batch), loss / since, value, flips / since);
      loss = 0;
      flips = 0;
      since = 0;
    }
    alive.run();
  }

  /** Judges the network that came out. */
  Outcome outcome(Layer model) {
    Training training = current;
    if (training == null) {
      throw new IllegalStateException("outcome: nothing was trained");
    }
    if (late.mean() > 0) {
      figure(LATE_FLIPS, late.mean());
      figure(LAST_FLIPS, last.mean());
    }
    long positions = 0;
    long ever = 0;
    Report known = report;
    if (known != null) {
      for (LayerStatus layer : known.layers()) {
        positions += (long) layer.rows() * layer.columns();
        ever += layer.everStored();
      }
    }
    return new Outcome(
        metric(model, lab.test()),
        metric(model, lab.seen()),
        positions,
        positions == 0 ? 1 : (double) ever / positions,
        steps,
        updates,
        flops,
        Memory.of(training.optimizer(), Kernels.best(), batch),
        figures,
        curve.build());
  }
}
