package org.sparse4j.train;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.sparse4j.format.Remap;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.train.layer.LayerView;
import org.sparse4j.train.layer.NetworkView;
import org.sparse4j.train.layer.RuleState;
import org.sparse4j.train.optim.OptimizerState;
import org.sparse4j.train.parameter.SparseParameter;
import org.sparse4j.train.random.Streams;
import org.sparse4j.train.schedule.UpdateSchedule;
import org.sparse4j.train.update.Change;
import org.sparse4j.train.update.UpdatePoint;
import org.sparse4j.train.update.UpdateRule;

/**
 * A sparsifier at work on one model: when masks last changed, how often, and which positions have
 * ever been stored. The masks themselves are the patterns of the model's parameters.
 *
 * <p>Random numbers of an update follow from the sparsifier's seed, the layer's name and the number
 * of the update, so that this object and the model are all that a resumed run needs. For one thread
 * at a time.
 *
 * <pre>{@code
 * SparsifierState state = sparsifier.start(model, totalSteps, seed);
 * OptimizerState optimizer = sgd.start(model.parameters());
 * // after tape.backward(loss):
 * state.observe(optimizer, workspace);
 * if (state.isDue(UpdateRule.Timing.INSTEAD_OF_STEP, optimizer.steps())) {
 *   state.update(optimizer, workspace);
 * } else {
 *   optimizer.step(kernels, workspace);
 *   if (state.isDue(UpdateRule.Timing.AFTER_STEP, optimizer.steps())) {
 *     state.update(optimizer, workspace);
 *   }
 * }
 * }</pre>
 */
public final class SparsifierState {

  private final Sparsifier sparsifier;
  private final List<Managed> layers;
  private final List<Group> groups;
  private final long totalSteps;
  private long lastUpdate = UpdateSchedule.NEVER;
  private long updates;

  /** A managed layer. */
  record Managed(
      SparseParameter parameter, UpdateRule rule, long seed, Coverage coverage, RuleState state) {}

  /** A rule, its layers and what it remembers beyond them. */
  record Group(UpdateRule rule, List<Managed> layers, RuleState state) {}

  private SparsifierState(Sparsifier sparsifier, List<Managed> layers, long totalSteps) {
    this.sparsifier = sparsifier;
    this.layers = layers;
    this.totalSteps = totalSteps;
    Map<UpdateRule, List<Managed>> byRule = new LinkedHashMap<>();
    for (Managed layer : layers) {
      byRule.computeIfAbsent(layer.rule(), rule -> new ArrayList<>()).add(layer);
    }
    List<Group> all = new ArrayList<>();
    byRule.forEach((rule, ruled) -> all.add(new Group(rule, ruled, new RuleState())));
    this.groups = List.copyOf(all);
  }

  /** Starts with the patterns that the parameters have. */
  static SparsifierState begin(
      Sparsifier sparsifier, List<SparseParameter> managed, long totalSteps) {
    long stream = Streams.derive(sparsifier.seed(), "updates");
    List<Managed> layers = new ArrayList<>();
    for (SparseParameter parameter : managed) {
      Coverage coverage = Coverage.none(parameter.rows(), parameter.columns());
      coverage.add(parameter.pattern());
      layers.add(
          new Managed(
              parameter,
              sparsifier.rule(parameter.name()),
              Streams.derive(stream, parameter.name()),
              coverage,
              new RuleState()));
    }
    return new SparsifierState(sparsifier, List.copyOf(layers), totalSteps);
  }

  /** Goes on where another run stood; the parameters have its patterns already. */
  static SparsifierState resume(
      Sparsifier sparsifier,
      List<SparseParameter> managed,
      long totalSteps,
      long lastUpdate,
      long updates,
      List<Coverage> everStored) {
    SparsifierState begun = begin(sparsifier, managed, totalSteps);
    List<Managed> layers = new ArrayList<>();
    for (int l = 0; l < managed.size(); l++) {
      Managed fresh = begun.layers.get(l);
      layers.add(
          new Managed(
              fresh.parameter(), fresh.rule(), fresh.seed(), everStored.get(l), fresh.state()));
    }
    SparsifierState state = new SparsifierState(sparsifier, List.copyOf(layers), totalSteps);
    state.lastUpdate = lastUpdate;
    state.updates = updates;
    return state;
  }

  /**
   * Returns the configuration.
   *
   * @return the sparsifier
   */
  public Sparsifier sparsifier() {
    return sparsifier;
  }

  /**
   * Tells whether masks change now.
   *
   * @param timing where the training step stands
   * @param step weight steps taken so far
   * @return true if the rules act at that point and the schedule fires
   */
  public boolean isDue(UpdateRule.Timing timing, long step) {
    return timing != UpdateRule.Timing.NEVER
        && timing == sparsifier.timing()
        && !layers.isEmpty()
        && sparsifier.updates().fires(step, lastUpdate, totalSteps);
  }

  /**
   * Lets rules that observe look at a batch: call it after every backward pass, before the step.
   *
   * @param optimizer state of the model's optimizer
   * @param workspace scratch and threads
   */
  public void observe(OptimizerState optimizer, Workspace workspace) {
    for (Group group : groups) {
      if (isObserved(group.rule(), optimizer.steps())) {
        group.rule().observe(view(group, optimizer, workspace), point(optimizer.steps()));
      }
    }
  }

  /** Whether an update is due so soon that the rule wants to see this batch. */
  private boolean isObserved(UpdateRule rule, long step) {
    int lookback = rule.lookback();
    // After the step on this batch one more step has been taken; instead of it none has.
    int first = rule.timing() == UpdateRule.Timing.AFTER_STEP ? 1 : 0;
    if (lookback == 0 || step + first > sparsifier.updates().end(totalSteps)) {
      return false;
    }
    if (lookback == Integer.MAX_VALUE) {
      return true;
    }
    for (int ahead = first; ahead < first + lookback; ahead++) {
      if (sparsifier.updates().fires(step + ahead, lastUpdate, totalSteps)) {
        return true;
      }
    }
    return false;
  }

  /** Where a batch stands that rules look at. */
  private UpdatePoint point(long step) {
    UpdateSchedule schedule = sparsifier.updates();
    return new UpdatePoint(step, schedule.begin(), schedule.end(totalSteps));
  }

  /** Where an update stands. */
  private UpdatePoint updatePoint(long step) {
    UpdateSchedule schedule = sparsifier.updates();
    // An update instead of a step needs a step that is still to come.
    long last = sparsifier.timing() == UpdateRule.Timing.AFTER_STEP ? totalSteps : totalSteps - 1;
    return new UpdatePoint(
        step,
        schedule.begin(),
        schedule.end(totalSteps),
        schedule.next(step + 1, step, last, totalSteps) == UpdateSchedule.NEVER);
  }

  private NetworkView view(Group group, OptimizerState optimizer, Workspace workspace) {
    List<LayerView> views = new ArrayList<>();
    for (Managed layer : group.layers()) {
      SparseParameter parameter = layer.parameter();
      long seed = Streams.derive(layer.seed(), updates);
      views.add(
          LayerView.of(parameter, optimizer.slots(parameter), layer.state(), workspace, seed));
    }
    return new NetworkView(views, group.state());
  }

  /**
   * Changes the masks of all managed layers: kept weights keep their value and their optimizer
   * state, grown weights and their state are 0 unless the rule says otherwise. All gradients are
   * emptied.
   *
   * <p>Every rule decides before anything is changed.
   *
   * @param optimizer state of the model's optimizer; its step is the step of the update
   * @param workspace scratch and threads
   * @return what was done
   * @throws IllegalStateException if a rule needs the gradients of a backward pass and there was
   *     none; nothing is changed
   */
  public MaskUpdate update(OptimizerState optimizer, Workspace workspace) {
    long step = optimizer.steps();
    UpdatePoint point = updatePoint(step);
    IdentityHashMap<Managed, Change> decided = new IdentityHashMap<>();
    boolean forgets = false;
    for (Group group : groups) {
      List<Change> changes = group.rule().update(view(group, optimizer, workspace), point);
      if (changes.size() != group.layers().size()) {
        throw new IllegalStateException(
            "Sparsifier: "
                + group.rule()
                + " decided on "
                + changes.size()
                + " of "
                + group.layers().size()
                + " layers");
      }
      for (int l = 0; l < changes.size(); l++) {
        decided.put(group.layers().get(l), changes.get(l));
      }
      forgets |= group.rule().resetsOptimizer(point);
    }
    List<MaskUpdate.Layer> done = new ArrayList<>();
    for (Managed layer : layers) {
      done.add(apply(layer, Objects.requireNonNull(decided.get(layer)), optimizer));
    }
    if (forgets) {
      optimizer.forget();
    }
    optimizer.zeroGradients();
    lastUpdate = step;
    updates++;
    return new MaskUpdate(updates, step, done);
  }

  private static MaskUpdate.Layer apply(Managed layer, Change change, OptimizerState optimizer) {
    SparseParameter parameter = layer.parameter();
    Remap remap = change.remap();
    if (remap.grown() + remap.dropped() > 0) {
      float[] weights = change.grownWeights().orElseGet(() -> new float[remap.grown()]);
      optimizer.replace(parameter, remap, weights, change.grownState());
      layer.coverage().add(remap.to());
    }
    return new MaskUpdate.Layer(
        parameter.name(),
        remap.kept(),
        remap.dropped(),
        remap.grown(),
        (long) parameter.rows() * parameter.columns());
  }

  /**
   * Returns how often masks have changed.
   *
   * @return number of updates
   */
  public long updates() {
    return updates;
  }

  /**
   * Returns when masks last changed.
   *
   * @return the step, or {@link UpdateSchedule#NEVER}
   */
  public long lastUpdate() {
    return lastUpdate;
  }

  /**
   * Returns how sparse the managed layers are and how many positions they have tried.
   *
   * @return one entry a layer, in the order of the model
   */
  public List<LayerStatus> layers() {
    List<LayerStatus> status = new ArrayList<>();
    for (Managed layer : layers) {
      SparseParameter parameter = layer.parameter();
      status.add(
          new LayerStatus(
              parameter.name(),
              parameter.rows(),
              parameter.columns(),
              parameter.size(),
              layer.coverage().count(),
              Connectivity.emptyRows(parameter.pattern()),
              Connectivity.emptyColumns(parameter.pattern())));
    }
    return status;
  }

  /**
   * Returns the fraction of the managed layers' positions that have been stored at some time: R_s
   * of {@link LayerStatus#coverage} for all layers together.
   *
   * @return in [0, 1]; 0 if nothing is managed
   */
  public double coverage() {
    long ever = 0;
    long positions = 0;
    for (Managed layer : layers) {
      ever += layer.coverage().count();
      positions += (long) layer.parameter().rows() * layer.parameter().columns();
    }
    return positions == 0 ? 0 : (double) ever / positions;
  }

  List<Managed> managed() {
    return layers;
  }

  List<Group> groups() {
    return groups;
  }

  /**
   * Returns the memory that rules need beside the model: state of layers and of rules.
   *
   * @return bytes
   */
  public long ruleBytes() {
    long bytes = 0;
    for (Group group : groups) {
      bytes += group.state().bytes();
      for (Managed layer : group.layers()) {
        bytes += layer.state().bytes();
      }
    }
    return bytes;
  }

  /** Returns the configuration and the number of updates. */
  @Override
  public String toString() {
    return sparsifier + "; " + updates + " updates";
  }
}
