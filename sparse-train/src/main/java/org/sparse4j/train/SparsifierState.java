package org.sparse4j.train;

import java.util.ArrayList;
import java.util.List;
import org.sparse4j.format.Remap;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.train.layer.LayerView;
import org.sparse4j.train.optim.OptimizerState;
import org.sparse4j.train.parameter.SparseParameter;
import org.sparse4j.train.random.Streams;
import org.sparse4j.train.schedule.UpdateSchedule;
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
  private final long totalSteps;
  private long lastUpdate = UpdateSchedule.NEVER;
  private long updates;

  /** A managed layer. */
  record Managed(SparseParameter parameter, UpdateRule rule, long seed, Coverage coverage) {}

  private SparsifierState(Sparsifier sparsifier, List<Managed> layers, long totalSteps) {
    this.sparsifier = sparsifier;
    this.layers = layers;
    this.totalSteps = totalSteps;
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
              coverage));
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
      layers.add(new Managed(fresh.parameter(), fresh.rule(), fresh.seed(), everStored.get(l)));
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
   * Changes the masks of all managed layers: kept weights keep their value and their optimizer
   * state, grown weights and their state are 0. All gradients are emptied.
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
    UpdateSchedule schedule = sparsifier.updates();
    UpdatePoint point = new UpdatePoint(step, schedule.begin(), schedule.end(totalSteps));
    List<Remap> remaps = new ArrayList<>();
    for (Managed layer : layers) {
      long seed = Streams.derive(layer.seed(), updates);
      remaps.add(layer.rule().update(LayerView.of(layer.parameter(), workspace, seed), point));
    }
    List<MaskUpdate.Layer> changes = new ArrayList<>();
    for (int l = 0; l < layers.size(); l++) {
      SparseParameter parameter = layers.get(l).parameter();
      Remap remap = remaps.get(l);
      if (remap.grown() + remap.dropped() > 0) {
        optimizer.replace(parameter, remap);
        layers.get(l).coverage().add(remap.to());
      }
      changes.add(
          new MaskUpdate.Layer(parameter.name(), remap.kept(), remap.dropped(), remap.grown()));
    }
    optimizer.zeroGradients();
    lastUpdate = step;
    updates++;
    return new MaskUpdate(updates, step, changes);
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
              layer.coverage().count()));
    }
    return status;
  }

  List<Managed> managed() {
    return layers;
  }

  /** Returns the configuration and the number of updates. */
  @Override
  public String toString() {
    return sparsifier + "; " + updates + " updates";
  }
}
