package org.sparse4j.train.optim;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.sparse4j.format.Remap;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.train.parameter.DenseParameter;
import org.sparse4j.train.parameter.Parameter;
import org.sparse4j.train.parameter.Slots;
import org.sparse4j.train.parameter.SparseParameter;

/**
 * An optimizer at work: how many steps it has taken and what it remembers of every parameter.
 *
 * <p>All of it can be read and set by name, which is what a checkpoint does. For one thread at a
 * time.
 */
public final class OptimizerState {

  private final Optimizer optimizer;
  private final List<Parameter> parameters;
  private final List<Slots> slots = new ArrayList<>();
  private GradientClipping clipping = GradientClipping.none();
  private Regularizer regularizer = Regularizer.none();
  private Regularizer unclipped = Regularizer.none();
  private long steps;

  OptimizerState(Optimizer optimizer, List<? extends Parameter> parameters) {
    this.optimizer = optimizer;
    this.parameters = List.copyOf(parameters);
    for (Parameter parameter : this.parameters) {
      slots.add(fresh(parameter));
    }
  }

  private Slots fresh(Parameter parameter) {
    return Slots.of(parameter, optimizer.slots().toArray(String[]::new));
  }

  /**
   * Limits gradients before every step from now on.
   *
   * @param next the limit
   * @return this state
   */
  public OptimizerState clip(GradientClipping next) {
    clipping = next;
    return this;
  }

  /**
   * Adds a term to the loss from now on.
   *
   * @param next a function of the weights
   * @return this state
   */
  public OptimizerState regularize(Regularizer next) {
    regularizer = next;
    return this;
  }

  /**
   * Adds a term to the gradients after they were clipped from now on.
   *
   * @param next a function of the weights
   * @return this state
   */
  public OptimizerState regularizeUnclipped(Regularizer next) {
    unclipped = next;
    return this;
  }

  /**
   * Takes a step: adds the regularizer's gradient, clips the gradients, adds what is not clipped,
   * changes every parameter that has a gradient, and empties them. Parameters without a gradient
   * keep their numbers and their state.
   *
   * @param kernels the arithmetic
   * @param workspace scratch and threads
   */
  public void step(Kernels kernels, Workspace workspace) {
    regularizer.add(parameters, steps);
    clipping.clip(kernels.dense(), workspace, parameters);
    unclipped.add(parameters, steps);
    Optimizer.Update update = optimizer.update(steps);
    for (int p = 0; p < parameters.size(); p++) {
      Parameter parameter = parameters.get(p);
      if (parameter.hasGradient()) {
        update.apply(kernels.dense(), workspace, parameter, slots.get(p));
        if (parameter instanceof DenseParameter dense) {
          dense.markChanged();
        }
        parameter.zeroGradient();
      }
    }
    steps++;
  }

  /** Empties all gradients without a step. */
  public void zeroGradients() {
    for (int p = 0; p < parameters.size(); p++) {
      parameters.get(p).zeroGradient();
    }
  }

  /**
   * Returns how many steps were taken.
   *
   * @return the number of the next step
   */
  public long steps() {
    return steps;
  }

  /**
   * Sets the number of the next step, when a run is resumed.
   *
   * @param taken steps taken so far, at least 0
   * @throws IllegalArgumentException if negative
   */
  public void resumeAt(long taken) {
    if (taken < 0) {
      throw new IllegalArgumentException(
          "OptimizerState: steps (" + taken + ") must not be negative");
    }
    steps = taken;
  }

  /**
   * Returns the optimizer.
   *
   * @return the rule
   */
  public Optimizer optimizer() {
    return optimizer;
  }

  /**
   * Returns what is trained.
   *
   * @return the parameters in order
   */
  public List<Parameter> parameters() {
    return parameters;
  }

  /**
   * Returns what is remembered of a parameter.
   *
   * @param parameter one of the parameters
   * @return its live slots
   * @throws IllegalArgumentException if it is none of them
   */
  public Slots slots(Parameter parameter) {
    return slots.get(index(parameter));
  }

  private int index(Parameter parameter) {
    int index = parameters.indexOf(parameter);
    if (index < 0) {
      throw new IllegalArgumentException(
          "OptimizerState: " + parameter + " is none of the " + parameters.size() + " parameters");
    }
    return index;
  }

  /**
   * Changes the pattern of a sparse parameter: its kept weights keep their state, grown weights and
   * their state start at 0.
   *
   * @param parameter one of the parameters
   * @param remap from its pattern to the next
   * @throws IllegalArgumentException if the remap does not start from the parameter's pattern;
   *     nothing is changed
   */
  public void replace(SparseParameter parameter, Remap remap) {
    Slots state = slots(parameter);
    parameter.replace(remap);
    state.remap(remap);
  }

  /**
   * Changes the pattern of a sparse parameter, with given weights and state at grown positions.
   *
   * @param parameter one of the parameters
   * @param remap from its pattern to the next
   * @param grownWeights one a grown position, in the order of the new pattern
   * @param grownState the same for arrays of the optimizer; those that are not named start at 0
   * @throws IllegalArgumentException if the remap does not start from the parameter's pattern, an
   *     array has another length, or the optimizer keeps no array of a name; nothing is changed
   */
  public void replace(
      SparseParameter parameter,
      Remap remap,
      float[] grownWeights,
      Map<String, float[]> grownState) {
    Slots state = slots(parameter);
    grownState.forEach((slot, values) -> {
      state.array(slot);
      if (values.length != remap.grown()) {
        throw new IllegalArgumentException(
            "replace: number of "
                + slot
                + " ("
                + values.length
                + ") must equal grown positions ("
                + remap.grown()
                + "); "
                + parameter);
      }
    });
    parameter.replace(remap, grownWeights);
    state.remap(remap);
    grownState.forEach((slot, values) -> {
      float[] array = state.array(slot);
      int next = 0;
      for (int k = 0; k < array.length; k++) {
        if (remap.source(k) < 0) {
          array[k] = values[next++];
        }
      }
    });
  }

  /** Forgets what is remembered of every parameter; the step count stays. */
  public void forget() {
    for (Slots state : slots) {
      state.clear();
    }
  }

  /**
   * Forgets what is remembered of a parameter, after it was loaded or restarted.
   *
   * @param parameter one of the parameters
   * @return its new slots, zeros of the parameter's current size
   */
  public Slots reset(Parameter parameter) {
    Slots state = fresh(parameter);
    slots.set(index(parameter), state);
    return state;
  }

  /**
   * Returns the bytes of all slots.
   *
   * @return bytes in memory, padding not counted
   */
  public long bytes() {
    long bytes = 0;
    for (Slots state : slots) {
      bytes += state.bytes();
    }
    return bytes;
  }

  /** Returns optimizer, steps and bytes. */
  @Override
  public String toString() {
    return optimizer + ", " + steps + " steps, " + bytes() + " bytes";
  }
}
