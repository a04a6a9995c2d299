package org.sparse4j.train.nd4j;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.GradientUpdater;

/**
 * {@link MaskedAdam} at work on some parameters; its state is two averages and the mask.
 *
 * <p>For one thread at a time.
 */
public final class MaskedAdamUpdater implements GradientUpdater<MaskedAdam> {

  static final List<String> STATES = List.of("M", "V", "MASK");

  /** Stands for a mask that is yet to be chosen. */
  private static final float UNKNOWN = -1;

  private final MaskedAdam config;
  private final Map<String, INDArray> state = new LinkedHashMap<>();
  private @Nullable INDArray parameters;
  private List<Part> parts = List.of();

  /**
   * A pruned weight matrix among parameters that are read in column-major order, as
   * DeepLearning4J's flattened parameters are: the inputs of an output side by side.
   *
   * @param offset where it begins
   * @param inputs its rows, a multiple of m
   * @param outputs its columns
   */
  public record Part(int offset, int inputs, int outputs) {}

  MaskedAdamUpdater(MaskedAdam config) {
    this.config = config;
  }

  /**
   * Says where the weights are.
   *
   * @param weights all parameters of this updater, in the order of its gradient; shared, and not
   *     written but by {@link #prune}
   * @param pruned which of them are pruned; the others take plain steps of Adam
   * @throws IllegalArgumentException if a part is outside, or m does not divide its inputs
   */
  public void bind(INDArray weights, Part... pruned) {
    for (Part part : pruned) {
      long end = part.offset() + (long) part.inputs() * part.outputs();
      boolean whole =
          config.kind() == MaskedAdam.Kind.FIXED_MASK || part.inputs() % config.group() == 0;
      if (part.offset() < 0 || end > weights.length() || !whole) {
        throw new IllegalArgumentException(
            "MaskedAdam: "
                + part
                + " must lie within "
                + weights.length()
                + " parameters, its inputs be a multiple of m ("
                + config.group()
                + ")");
      }
    }
    parameters = weights;
    parts = List.of(pruned);
  }

  /**
   * Tells whether the weights are known.
   *
   * @return true after {@link #bind}
   */
  public boolean isBound() {
    return parameters != null;
  }

  private INDArray weights() {
    INDArray known = parameters;
    if (known == null) {
      throw new IllegalStateException(
          "MaskedAdam: does not know its weights; fit with MaskedAdam.binder(...), or call bind on"
              + " the updater after the network was made or loaded");
    }
    return known;
  }

  /** Sets pruned weights to 0, by the mask of the last step. */
  public void prune() {
    float[] w = flat(weights());
    float[] mask = flat(state("MASK"));
    for (Part part : parts) {
      for (int k = part.offset(); k < part.offset() + part.inputs() * part.outputs(); k++) {
        w[k] = mask[k] == 0 ? 0 : w[k];
      }
    }
    assign(weights(), w);
  }

  @Override
  public MaskedAdam getConfig() {
    return config;
  }

  @Override
  public Map<String, INDArray> getState() {
    return new LinkedHashMap<>(state);
  }

  @Override
  public void setState(Map<String, INDArray> arrays, boolean initialize) {
    if (!arrays.keySet().containsAll(STATES)) {
      throw new IllegalArgumentException(
          "MaskedAdam: state must have " + STATES + "; it has " + arrays.keySet());
    }
    for (String name : STATES) {
      state.put(name, arrays.get(name));
    }
    start(initialize);
  }

  @Override
  public void setStateViewArray(INDArray view, long[] shape, char order, boolean initialize) {
    INDArray row = view.reshape(view.length());
    long each = view.length() / STATES.size();
    for (int s = 0; s < STATES.size(); s++) {
      INDArray part = row.get(NDArrayIndex.interval(s * each, (s + 1) * each));
      state.put(STATES.get(s), part.reshape(order, shape));
    }
    start(initialize);
  }

  private void start(boolean initialize) {
    if (initialize) {
      state("M").assign(0);
      state("V").assign(0);
      state("MASK").assign(UNKNOWN);
    }
  }

  private INDArray state(String name) {
    INDArray array = state.get(name);
    if (array == null) {
      throw new IllegalStateException("MaskedAdam: has no state yet");
    }
    return array;
  }

  /** Turns the gradient into the step that is subtracted from the weights. */
  @Override
  public void applyUpdater(INDArray gradient, int iteration, int epoch) {
    float[] w = flat(weights());
    float[] g = flat(gradient);
    if (w.length != g.length) {
      throw new IllegalArgumentException(
          "MaskedAdam: number of gradients ("
              + g.length
              + ") must be that of the weights ("
              + w.length
              + ")");
    }
    float[] mask = flat(state("MASK"));
    boolean fresh = mask.length > 0 && mask[0] == UNKNOWN;
    boolean due = config.kind() != MaskedAdam.Kind.FIXED_MASK && iteration % config.interval() == 0;
    if (fresh || due) {
      choose(w, mask);
      assign(state("MASK"), mask);
    }
    float[] mu = flat(state("M"));
    float[] v = flat(state("V"));
    step(w, g, mask, mu, v, iteration, config.getLearningRate(iteration, epoch));
    assign(state("M"), mu);
    assign(state("V"), v);
    assign(gradient, g);
  }

  private void choose(float[] w, float[] mask) {
    Arrays.fill(mask, 1);
    int group = config.group();
    for (Part part : parts) {
      int end = part.offset() + part.inputs() * part.outputs();
      if (config.kind() == MaskedAdam.Kind.FIXED_MASK) {
        for (int k = part.offset(); k < end; k++) {
          mask[k] = w[k] == 0 ? 0 : 1;
        }
        continue;
      }
      for (int from = part.offset(); from < end; from += group) {
        for (int k = from; k < from + group; k++) {
          int better = 0;
          for (int other = from; other < from + group; other++) {
            float a = Math.abs(w[other]);
            float b = Math.abs(w[k]);
            better += a > b || (a == b && other < k) ? 1 : 0;
          }
          mask[k] = better < config.kept() ? 1 : 0;
        }
      }
    }
  }

  private void step(
      float[] weights, float[] g, float[] mask, float[] mu, float[] v, int iteration, double rate) {
    double beta1 = config.beta1();
    double beta2 = config.beta2();
    double first = 1 - Math.pow(beta1, iteration + 1.0);
    double second = 1 - Math.pow(beta2, iteration + 1.0);
    double ramp = config.steps() == 0 ? 1 : Math.min(1, (double) iteration / config.steps());
    double lambda = config.lambda();
    for (int k = 0; k < g.length; k++) {
      boolean kept = mask[k] != 0;
      double decayed = weights[k] * (1 - rate * config.decay());
      double gradient = g[k];
      if (!kept && config.kind() == MaskedAdam.Kind.FIXED_MASK) {
        gradient = 0;
      } else if (!kept && config.kind() == MaskedAdam.Kind.THROUGH_GRADIENT) {
        gradient += lambda * weights[k];
      }
      double mean = beta1 * mu[k] + (1 - beta1) * gradient;
      mu[k] = (float) mean;
      double used = mean;
      if (!kept) {
        used =
            switch (config.kind()) {
              case ADAM_S -> (1 - ramp) * mean + ramp * lambda * Math.signum(weights[k]);
              case AFTER_MOMENTUM -> mean + ramp * lambda * decayed;
              case THROUGH_GRADIENT -> mean;
              case FIXED_MASK -> 0;
            };
      }
      boolean own =
          config.kind() == MaskedAdam.Kind.ADAM_S
              || config.kind() == MaskedAdam.Kind.AFTER_MOMENTUM;
      double square = own ? used : gradient;
      double variance = beta2 * v[k] + (1 - beta2) * square * square;
      v[k] = (float) variance;
      double move = used / first / (Math.sqrt(variance / second) + config.epsilon());
      g[k] = (float) (weights[k] - decayed + rate * move);
    }
  }

  private static float[] flat(INDArray array) {
    return array.dup('f').data().asFloat();
  }

  private static void assign(INDArray array, float[] numbers) {
    array.assign(Nd4j.createFromArray(numbers).reshape('f', array.shape()));
  }

  /** Returns the configuration. */
  @Override
  public String toString() {
    return config + (isBound() ? ", bound" : ", not bound");
  }
}
