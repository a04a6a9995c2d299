package org.sparse4j.train.nd4j;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.listeners.At;
import org.nd4j.autodiff.listeners.BaseListener;
import org.nd4j.autodiff.listeners.Operation;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.OpContext;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.schedule.ISchedule;

/**
 * Adam that knows which weights are to be pruned, as an updater of ND4J, for SameDiff and
 * DeepLearning4J: AdamS of CAST, the decay of AST, SR-STE, and a fixed mask.
 *
 * <p>With lr the learning rate, m the mask, g the gradient, mu and v Adam's averages and t the
 * iteration from 0:
 *
 * <ul>
 *   <li>{@link #adamS}: {@code mu' = mu} where kept, {@code (1 - a) mu + a lambda sign(W)} where
 *       not, {@code a = t / steps}; v averages {@code mu'^2}. The network stays dense until {@link
 *       MaskedAdamUpdater#prune}.
 *   <li>{@link #afterMomentum}: {@code u = mu + a lambda (1 - m) W} with W after its decay, {@code
 *       a = t / steps} up to 1; v averages {@code u^2}; the step is {@code lr / (1 - beta1^(t + 1))
 *       u / (sqrt(v / (1 - beta2^(t + 1))) + epsilon)}, as in the code of AST (Huang, Hu, Zhu and
 *       Chen, 2024, arXiv 2407.20584).
 *   <li>{@link #throughGradient}: {@code g + lambda (1 - m) W} instead of g, SR-STE (Zhou et al.,
 *       2021, arXiv 2102.04010). The network's forward pass has to prune by itself.
 *   <li>{@link #fixedMask}: weights that are 0 at the first step stay 0, others take steps of Adam,
 *       with decoupled decay those of AdamW.
 * </ul>
 *
 * <p>The mask keeps n of m neighbours along the inputs, the largest magnitudes, ties to the lower
 * input. It is a part of the updater's state, so ND4J's files hold it. An updater sees gradients
 * alone; tell it where its weights are, after the network was made and after it was loaded: {@link
 * #binder} does so in SameDiff, {@link MaskedAdamUpdater#bind} elsewhere. Arithmetic is in double
 * on the calling thread.
 *
 * <p>Configuration; immutable but for {@link #setLrAndSchedule}, which ND4J calls.
 */
public final class MaskedAdam implements IUpdater {

  private static final long serialVersionUID = 1L;

  /** Where pruned weights are decayed. */
  enum Kind {
    ADAM_S,
    AFTER_MOMENTUM,
    THROUGH_GRADIENT,
    FIXED_MASK
  }

  // Not final: ND4J reads and writes fields.
  private Kind kind = Kind.FIXED_MASK;
  private double learningRate;
  private @Nullable ISchedule schedule;
  private double beta1 = .9;
  private double beta2 = .999;
  private double epsilon = 1e-8;
  private double lambda;
  private double decay;
  private long steps = 1;
  private int n = 2;
  private int m = 4;
  private int every = 1;

  /** For ND4J, which fills in the fields. */
  private MaskedAdam() {}

  private MaskedAdam(Kind kind, double learningRate, double lambda, long steps, int every) {
    if (!(learningRate >= 0) || !(lambda >= 0) || steps < 0) {
      throw new IllegalArgumentException(
          "MaskedAdam: learning rate ("
              + learningRate
              + "), lambda ("
              + lambda
              + ") and steps ("
              + steps
              + ") must not be negative");
    }
    this.kind = kind;
    this.learningRate = learningRate;
    this.lambda = lambda;
    this.steps = steps;
    this.every = every;
  }

  /**
   * AdamS: 2:4, a mask every 10 steps.
   *
   * @param learningRate at least 0
   * @param lambda strength of the pull to 0, at least 0
   * @param steps iterations of the training, over which the pull grows; 0 if it is whole from the
   *     start
   * @return the updater
   * @throws IllegalArgumentException if a number is out of range
   */
  public static MaskedAdam adamS(double learningRate, double lambda, long steps) {
    return new MaskedAdam(Kind.ADAM_S, learningRate, lambda, steps, 10);
  }

  /**
   * A decay behind the first average: 2:4, a mask every step.
   *
   * @param learningRate at least 0
   * @param lambda the decay, at least 0
   * @param steps iterations over which the decay grows from 0; 0 if it is lambda from the start
   * @return the updater
   * @throws IllegalArgumentException if a number is out of range
   */
  public static MaskedAdam afterMomentum(double learningRate, double lambda, long steps) {
    return new MaskedAdam(Kind.AFTER_MOMENTUM, learningRate, lambda, steps, 1);
  }

  /**
   * A decay in the gradient: 2:4, a mask every step.
   *
   * @param learningRate at least 0
   * @param lambda the decay, at least 0
   * @return the updater
   * @throws IllegalArgumentException if a number is out of range
   */
  public static MaskedAdam throughGradient(double learningRate, double lambda) {
    return new MaskedAdam(Kind.THROUGH_GRADIENT, learningRate, lambda, 1, 1);
  }

  /**
   * The mask of the weights that are not 0 when training begins.
   *
   * @param learningRate at least 0
   * @return the updater
   * @throws IllegalArgumentException if the rate is negative
   */
  public static MaskedAdam fixedMask(double learningRate) {
    return new MaskedAdam(Kind.FIXED_MASK, learningRate, 0, 1, 1);
  }

  /**
   * Sets what is kept, and how often the mask is chosen.
   *
   * @param kept n, from 1 to m
   * @param group m, neighbours along the inputs, which m must divide
   * @param interval iterations from one choice to the next, at least 1
   * @return a new updater
   * @throws IllegalArgumentException if a number is out of range
   */
  public MaskedAdam structure(int kept, int group, int interval) {
    if (kept < 1 || kept > group || interval < 1) {
      throw new IllegalArgumentException(
          "MaskedAdam: n ("
              + kept
              + ") must be between 1 and m ("
              + group
              + "), the interval ("
              + interval
              + ") at least 1");
    }
    MaskedAdam next = clone();
    next.n = kept;
    next.m = group;
    next.every = interval;
    return next;
  }

  /**
   * Sets the decoupled decay of all weights, {@code W (1 - lr decay)} before the step; 0 at first.
   *
   * @param factor the decay, at least 0
   * @return a new updater
   * @throws IllegalArgumentException if it is negative
   */
  public MaskedAdam decay(double factor) {
    if (!(factor >= 0)) {
      throw new IllegalArgumentException("MaskedAdam: decay (" + factor + ") must not be negative");
    }
    MaskedAdam next = clone();
    next.decay = factor;
    return next;
  }

  /**
   * Sets Adam's own numbers, 0.9, 0.999 and 1e-8 at first.
   *
   * @param first beta1, in [0, 1)
   * @param second beta2, in [0, 1)
   * @param small epsilon, above 0
   * @return a new updater
   * @throws IllegalArgumentException if a number is out of range
   */
  public MaskedAdam numbers(double first, double second, double small) {
    if (!(first >= 0 && first < 1 && second >= 0 && second < 1 && small > 0)) {
      throw new IllegalArgumentException(
          "MaskedAdam: betas ("
              + first
              + ", "
              + second
              + ") must be in [0, 1), epsilon ("
              + small
              + ") above 0");
    }
    MaskedAdam next = clone();
    next.beta1 = first;
    next.beta2 = second;
    next.epsilon = small;
    return next;
  }

  /**
   * Makes the listener that tells the updaters of a SameDiff graph where their weights are.
   *
   * @param names the pruned variables: two dimensions, inputs x outputs, as {@code x.mmul(w)} has
   *     them; all others take plain steps of Adam
   * @return the listener, for {@code fit} or {@code setListeners}
   */
  public static BaseListener binder(String... names) {
    return new Binder(List.of(names));
  }

  /** Binds updaters at the first iteration they are seen in. */
  private static final class Binder extends BaseListener {
    private final List<String> names;

    /** Graph of an iteration whose updaters are yet to be looked at. */
    private @Nullable SameDiff unseen;

    Binder(List<String> names) {
      this.names = names;
    }

    @Override
    public boolean isActive(Operation operation) {
      return operation == Operation.TRAINING;
    }

    @Override
    public void iterationStart(SameDiff graph, At at, MultiDataSet batch, long milliseconds) {
      for (String name : names) {
        if (!graph.hasVariable(name)) {
          throw new IllegalArgumentException("MaskedAdam: the graph has no variable " + name);
        }
      }
      unseen = graph;
    }

    /** SameDiff makes updaters after an iteration started, before its first operation. */
    @Override
    public void preOpExecution(
        SameDiff gradientGraph, At at, SameDiffOp operation, OpContext context) {
      SameDiff graph = unseen;
      if (graph == null) {
        return;
      }
      unseen = null;
      for (String name : graph.getUpdaterMap().keySet()) {
        Object known = graph.getUpdaterMap().get(name);
        if (known instanceof MaskedAdamUpdater updater && !updater.isBound()) {
          INDArray weights = graph.getVariable(name).getArr();
          if (names.contains(name)) {
            updater.bind(
                weights,
                new MaskedAdamUpdater.Part(
                    0, (int) weights.size(0), Math.toIntExact(weights.length() / weights.size(0))));
          } else {
            updater.bind(weights);
          }
        }
      }
    }
  }

  Kind kind() {
    return kind;
  }

  double beta1() {
    return beta1;
  }

  double beta2() {
    return beta2;
  }

  double epsilon() {
    return epsilon;
  }

  double lambda() {
    return lambda;
  }

  double decay() {
    return decay;
  }

  long steps() {
    return steps;
  }

  int kept() {
    return n;
  }

  int group() {
    return m;
  }

  int interval() {
    return every;
  }

  @Override
  public long stateSize(long parameters) {
    return MaskedAdamUpdater.STATES.size() * parameters;
  }

  @Override
  public GradientUpdater<MaskedAdam> instantiate(INDArray view, boolean initialize) {
    MaskedAdamUpdater updater = new MaskedAdamUpdater(this);
    long[] shape = {view.length() / MaskedAdamUpdater.STATES.size()};
    updater.setStateViewArray(view, shape, view.ordering(), initialize);
    return updater;
  }

  @Override
  public GradientUpdater<MaskedAdam> instantiate(Map<String, INDArray> state, boolean initialize) {
    MaskedAdamUpdater updater = new MaskedAdamUpdater(this);
    updater.setState(state, initialize);
    return updater;
  }

  @Override
  public double getLearningRate(int iteration, int epoch) {
    ISchedule by = schedule;
    return by == null ? learningRate : by.valueAt(iteration, epoch);
  }

  @Override
  public boolean hasLearningRate() {
    return true;
  }

  /** Sets the learning rate or its schedule; ND4J calls it, and whoever wants a schedule. */
  @Override
  public void setLrAndSchedule(double rate, ISchedule next) {
    learningRate = rate;
    schedule = next;
  }

  @Override
  public MaskedAdam clone() {
    MaskedAdam copy = new MaskedAdam(kind, learningRate, lambda, steps, every);
    copy.schedule = schedule;
    copy.beta1 = beta1;
    copy.beta2 = beta2;
    copy.epsilon = epsilon;
    copy.decay = decay;
    copy.n = n;
    copy.m = m;
    return copy;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof MaskedAdam that
        && toString().equals(that.toString())
        && Objects.equals(schedule, that.schedule);
  }

  @Override
  public int hashCode() {
    return toString().hashCode();
  }

  /** Returns all numbers. */
  @Override
  public String toString() {
    return "MaskedAdam "
        + kind
        + " "
        + n
        + ":"
        + m
        + " every "
        + every
        + ", rate "
        + learningRate
        + ", lambda "
        + lambda
        + ", steps "
        + steps
        + ", decay "
        + decay
        + ", betas "
        + beta1
        + " "
        + beta2
        + ", epsilon "
        + epsilon;
  }
}
