package org.sparse4j.train.nd4j;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.listeners.At;
import org.nd4j.autodiff.listeners.BaseListener;
import org.nd4j.autodiff.listeners.Loss;
import org.nd4j.autodiff.listeners.Operation;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.GradientUpdater;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.CsrPattern;
import org.sparse4j.format.Remap;
import org.sparse4j.mask.Mask;
import org.sparse4j.train.layer.LayerView;
import org.sparse4j.train.layer.NetworkView;
import org.sparse4j.train.layer.RuleState;
import org.sparse4j.train.random.Streams;
import org.sparse4j.train.schedule.UpdateSchedule;
import org.sparse4j.train.update.Change;
import org.sparse4j.train.update.UpdatePoint;
import org.sparse4j.train.update.UpdateRule;

/**
 * Changes the masks of SameDiff variables by the update rules of this library: RigL, SET, gradual
 * magnitude pruning and others that remember nothing.
 *
 * <p>A masked variable is one whose product with a constant of zeros and ones the graph uses, made
 * by {@link #mask}. So its gradient is masked by the graph itself, for every updater, and the
 * gradient of the product is the dense one that RigL looks at. Masks, and when they last changed,
 * are constants of the graph: SameDiff's own files hold them, and a loaded graph goes on with a
 * listener of equal settings. All arithmetic stays dense; this makes networks sparse, not their
 * training cheap.
 *
 * <p>Dropped weights become 0 and so does the updater's state of dropped and grown positions; grown
 * weights start as the rule says, with 0 in most cases. Deviation: rules that act instead of a step
 * (RigL) act after it here, on the gradients of the same batch, as SRigL does.
 *
 * <p>For one training at a time.
 */
public final class SameDiffSparsifier extends BaseListener {

  private static final String MASK = ".mask";
  private static final String PRODUCT = ".masked";
  private static final String UPDATES = ".updates";
  private static final String GRADIENT = "-grad";

  private final UpdateRule rule;
  private final UpdateSchedule updates;
  private final long totalSteps;
  private final long seed;
  private final Map<String, float[]> gradients = new HashMap<>();

  /** Graph of the iteration; the one that SameDiff tells later is that of the gradients. */
  private @Nullable SameDiff training;

  private SameDiffSparsifier(UpdateRule rule, UpdateSchedule updates, long totalSteps, long seed) {
    this.rule = rule;
    this.updates = updates;
    this.totalSteps = totalSteps;
    this.seed = seed;
  }

  /**
   * Makes a listener, to be given to {@code SameDiff.setListeners} or {@code fit}.
   *
   * @param rule how masks change; one that observes no other batches
   * @param updates when masks change, by SameDiff's count of iterations
   * @param totalSteps iterations of the whole training, for schedules
   * @param seed of everything random
   * @return a listener
   * @throws IllegalArgumentException if the rule wants to observe batches before an update
   */
  public static SameDiffSparsifier of(
      UpdateRule rule, UpdateSchedule updates, long totalSteps, long seed) {
    if (rule.lookback() > 0) {
      throw new IllegalArgumentException(
          "SameDiffSparsifier: " + rule + " observes batches between updates, which is not there");
    }
    return new SameDiffSparsifier(rule, updates, totalSteps, seed);
  }

  /**
   * Masks a variable: sets its other elements to 0 and multiplies it by a constant.
   *
   * @param weight a trained variable of two dimensions and type FLOAT that holds numbers
   * @param mask the elements that are kept, of its shape
   * @return the product {@code <name>.masked}, for the graph to use instead of the variable
   * @throws IllegalArgumentException if the variable is another kind, or the shape another
   */
  public static SDVariable mask(SDVariable weight, Mask mask) {
    INDArray array = weight.getVariableType() == VariableType.VARIABLE ? weight.getArr() : null;
    if (array == null || array.rank() != 2 || array.dataType() != DataType.FLOAT) {
      throw new IllegalArgumentException(
          "SameDiffSparsifier.mask: "
              + weight.name()
              + " must be a trained variable of two dimensions and type FLOAT; it is "
              + weight.getVariableType()
              + " "
              + Arrays.toString(weight.getShape()));
    }
    if (mask.rows() != array.size(0) || mask.columns() != array.size(1)) {
      throw new IllegalArgumentException(
          "SameDiffSparsifier.mask: shape of the mask ("
              + mask.rows()
              + "x"
              + mask.columns()
              + ") must be that of "
              + weight.name()
              + " ("
              + array.size(0)
              + "x"
              + array.size(1)
              + ")");
    }
    SameDiff graph = weight.getSameDiff();
    INDArray kept = array(mask);
    array.muli(kept);
    graph.constant(
        weight.name() + UPDATES, Nd4j.createFromArray((double) UpdateSchedule.NEVER, 0.0));
    return weight.mul(weight.name() + PRODUCT, graph.constant(weight.name() + MASK, kept));
  }

  private static INDArray array(Mask mask) {
    float[] numbers = new float[Math.multiplyExact(mask.rows(), mask.columns())];
    for (int i = 0; i < mask.rows(); i++) {
      for (int j = 0; j < mask.columns(); j++) {
        numbers[i * mask.columns() + j] = mask.get(i, j) ? 1 : 0;
      }
    }
    return Nd4j.createFromArray(numbers).reshape('c', mask.rows(), mask.columns());
  }

  /**
   * Returns the mask of a variable.
   *
   * @param graph the graph
   * @param name the variable's name
   * @return the elements that are kept now
   * @throws IllegalArgumentException if the graph has no such masked variable
   */
  public static Mask maskOf(SameDiff graph, String name) {
    float[] numbers = numbers(constant(graph, name, MASK));
    INDArray array = constant(graph, name, MASK);
    int columns = (int) array.size(1);
    return Mask.of((int) array.size(0), columns, (i, j) -> numbers[i * columns + j] != 0);
  }

  /**
   * Returns the kept weights of a variable.
   *
   * @param graph the graph
   * @param name the variable's name
   * @return a new matrix of the variable's shape
   * @throws IllegalArgumentException if the graph has no such masked variable
   */
  public static CsrMatrix weightsOf(SameDiff graph, String name) {
    Mask mask = maskOf(graph, name);
    return CsrMatrix.fromDense(Nd4jArrays.copyOf(graph.getVariable(name).getArr()), mask);
  }

  /**
   * Returns how often the mask of a variable has changed.
   *
   * @param graph the graph
   * @param name the variable's name
   * @return number of updates
   * @throws IllegalArgumentException if the graph has no such masked variable
   */
  public static long updatesOf(SameDiff graph, String name) {
    return (long) constant(graph, name, UPDATES).getDouble(1);
  }

  private static INDArray constant(SameDiff graph, String name, String what) {
    if (!graph.hasVariable(name + what)) {
      throw new IllegalArgumentException(
          "SameDiffSparsifier: the graph has no masked variable " + name);
    }
    return graph.getVariable(name + what).getArr();
  }

  private static float[] numbers(INDArray array) {
    return array.dup('c').data().asFloat();
  }

  @Override
  public boolean isActive(Operation operation) {
    return operation == Operation.TRAINING;
  }

  private static List<String> masked(SameDiff graph) {
    List<String> names = new ArrayList<>();
    for (SDVariable variable : graph.variables()) {
      String name = variable.name();
      if (name.endsWith(MASK) && variable.getVariableType() == VariableType.CONSTANT) {
        names.add(name.substring(0, name.length() - MASK.length()));
      }
    }
    names.sort(null);
    return names;
  }

  private boolean isDue(SameDiff graph, String name, long step) {
    long last = (long) constant(graph, name, UPDATES).getDouble(0);
    return rule.timing() != UpdateRule.Timing.NEVER && updates.fires(step, last, totalSteps);
  }

  /** Remembers whose iteration begins. */
  @Override
  public void iterationStart(SameDiff graph, At at, MultiDataSet batch, long milliseconds) {
    training = graph;
    gradients.clear();
  }

  /** Keeps the dense gradient if this batch will change the masks. */
  @Override
  public void activationAvailable(
      SameDiff gradientGraph,
      At at,
      MultiDataSet batch,
      SameDiffOp operation,
      String name,
      INDArray array) {
    String end = PRODUCT + GRADIENT;
    SameDiff graph = training;
    if (graph != null && name.endsWith(end)) {
      String weight = name.substring(0, name.length() - end.length());
      if (graph.hasVariable(weight + MASK) && isDue(graph, weight, at.iteration() + 1L)) {
        gradients.put(weight, numbers(array));
      }
    }
  }

  /** Changes the masks if that is due, after the weights took their step. */
  @Override
  public void iterationDone(SameDiff gradientGraph, At at, MultiDataSet batch, Loss loss) {
    SameDiff graph = training;
    if (graph == null) {
      return;
    }
    List<String> names = masked(graph);
    long step = at.iteration() + 1L;
    if (names.isEmpty() || !isDue(graph, names.getFirst(), step)) {
      return;
    }
    List<LayerView> views = new ArrayList<>();
    for (String name : names) {
      long number = updatesOf(graph, name);
      long own = Streams.derive(Streams.derive(seed, name), number);
      float[] gradient = gradients.get(name);
      if (gradient == null) {
        throw new IllegalStateException(
            "SameDiffSparsifier: no gradient of " + name + PRODUCT + "; is it part of the loss?");
      }
      views.add(new SameDiffView(name, weightsOf(graph, name), gradient, own));
    }
    RuleState shared = new RuleState();
    UpdatePoint point =
        new UpdatePoint(
            step,
            updates.begin(),
            updates.end(totalSteps),
            updates.next(step + 1, step, totalSteps, totalSteps) == UpdateSchedule.NEVER);
    List<Change> changes = rule.update(new NetworkView(views, shared), point);
    for (LayerView view : views) {
      requireForgetful(view.state());
    }
    requireForgetful(shared);
    for (int l = 0; l < names.size(); l++) {
      apply(graph, names.get(l), changes.get(l), step, rule.resetsOptimizer(point));
    }
  }

  private void requireForgetful(RuleState state) {
    if (state.bytes() > 0) {
      throw new IllegalStateException(
          "SameDiffSparsifier: " + rule + " remembers " + state + ", which files would lose");
    }
  }

  private static void apply(
      SameDiff graph, String name, Change change, long step, boolean forgets) {
    Remap remap = change.remap();
    CsrPattern to = remap.to();
    INDArray weight = graph.getVariable(name).getArr();
    float[] before = numbers(weight);
    float[] kept = new float[before.length];
    float[] after = new float[before.length];
    float[] mask = new float[before.length];
    float[] grown = change.grownWeights().orElseGet(() -> new float[remap.grown()]);
    int[] next = {0};
    to.forEach((p, i, j) -> {
      int at = i * to.columns() + j;
      mask[at] = 1;
      if (remap.source(p) < 0) {
        after[at] = grown[next[0]++];
      } else {
        after[at] = before[at];
        kept[at] = forgets ? 0 : 1;
      }
    });
    weight.assign(shaped(after, weight));
    constant(graph, name, MASK).assign(shaped(mask, weight));
    INDArray count = constant(graph, name, UPDATES);
    count.putScalar(0, (double) step);
    count.putScalar(1, count.getDouble(1) + 1);
    GradientUpdater<?> updater = graph.getUpdaterMap().get(name);
    if (updater != null) {
      for (INDArray state : updater.getState().values()) {
        if (state.length() == kept.length) {
          state.muli(shaped(kept, weight).reshape('c', state.shape()));
        }
      }
    }
  }

  private static INDArray shaped(float[] numbers, INDArray like) {
    return Nd4j.createFromArray(numbers).reshape('c', like.shape());
  }

  /** Returns the rule and its schedule. */
  @Override
  public String toString() {
    return "SameDiffSparsifier " + rule + ", " + updates;
  }
}
