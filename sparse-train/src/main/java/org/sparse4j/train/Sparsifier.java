package org.sparse4j.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.CsrPattern;
import org.sparse4j.format.FloatValues;
import org.sparse4j.format.Remap;
import org.sparse4j.mask.Mask;
import org.sparse4j.train.distribution.SparsityDistribution;
import org.sparse4j.train.initial.FirstMasks;
import org.sparse4j.train.initial.RandomMasks;
import org.sparse4j.train.initial.Target;
import org.sparse4j.train.layer.Layer;
import org.sparse4j.train.layer.LayerShape;
import org.sparse4j.train.layer.RuleState;
import org.sparse4j.train.parameter.Parameter;
import org.sparse4j.train.parameter.SparseParameter;
import org.sparse4j.train.parameter.ValuesParameter;
import org.sparse4j.train.random.Streams;
import org.sparse4j.train.schedule.Every;
import org.sparse4j.train.schedule.UpdateSchedule;
import org.sparse4j.train.traits.Aim;
import org.sparse4j.train.traits.Course;
import org.sparse4j.train.traits.Granularity;
import org.sparse4j.train.traits.Moment;
import org.sparse4j.train.traits.Motion;
import org.sparse4j.train.traits.Traits;
import org.sparse4j.train.update.StaticMask;
import org.sparse4j.train.update.UpdatePoint;
import org.sparse4j.train.update.UpdateRule;

/**
 * How a network becomes and stays sparse: how many weights each layer keeps, where they start, when
 * and by which rule they move.
 *
 * <p>Configuration only, immutable and safe to share; {@link #start} puts it to work on a model and
 * returns the {@link SparsifierState} that changes during training. It manages the sparse
 * parameters of the model ({@code SparseLinear} layers), all of them or without those left out. A
 * layer whose density is 1 is managed too, with nothing to drop yet.
 *
 * <p>Unless {@link Builder#firstMasks} says otherwise, the first masks are drawn at random with an
 * exact number of weights, {@link LayerShape#stored}, from the seed and the layer's name alone:
 * sparsifiers that differ only in their rule start from equal masks.
 */
public final class Sparsifier {

  private static final Sparsifier NONE = new Sparsifier(builder().keepPatterns().seed(0));

  private final @Nullable SparsityDistribution distribution;
  private final FirstMasks firstMasks;
  private final boolean redraws;
  private final boolean prunes;
  private final Given positions;
  private final UpdateSchedule updates;
  private final UpdateRule rule;
  private final long seed;
  private final Map<String, Double> sparsities;
  private final Map<String, UpdateRule> rules;
  private final Set<String> leftOut;

  private Sparsifier(Builder builder) {
    this.distribution = builder.distribution;
    this.firstMasks = builder.firstMasks;
    this.redraws = builder.redraws;
    this.prunes = builder.prunes;
    this.positions = builder.positions;
    this.updates = builder.updates;
    this.rule = builder.rule;
    this.seed = builder.seed;
    this.sparsities = new TreeMap<>(builder.sparsities);
    this.rules = new TreeMap<>(builder.rules);
    this.leftOut = new TreeSet<>(builder.leftOut);
  }

  /**
   * Starts a configuration.
   *
   * @return a builder with the rule {@link StaticMask} and updates every 100 steps until 0.75 of
   *     the training
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Returns the sparsifier that changes nothing: every layer trains on the positions it has.
   *
   * @return the one such object
   */
  public static Sparsifier none() {
    return NONE;
  }

  /** What becomes of the positions that a model has, if no masks are drawn. */
  private enum Given {
    KEPT("given masks"),
    NON_ZEROS("given non-zeros"),
    DENSIFIED("given masks made dense");

    private final String label;

    Given(String label) {
      this.label = label;
    }
  }

  /** Collects a configuration. Not safe for several threads. */
  public static final class Builder {
    private @Nullable SparsityDistribution distribution;
    private boolean keepsPatterns;
    private FirstMasks firstMasks = RandomMasks.exact();
    private boolean redraws;
    private boolean prunes;
    private Given positions = Given.KEPT;
    private UpdateSchedule updates = Every.steps(100).until(0.75);
    private UpdateRule rule = StaticMask.instance();
    private boolean seeded;
    private long seed;
    private final Map<String, Double> sparsities = new LinkedHashMap<>();
    private final Map<String, UpdateRule> rules = new LinkedHashMap<>();
    private final Set<String> leftOut = new HashSet<>();

    private Builder() {}

    /**
     * Shares out the weights between the managed layers.
     *
     * @param distribution the rule
     * @return this builder
     */
    public Builder distribution(SparsityDistribution distribution) {
      this.distribution = distribution;
      keepsPatterns = false;
      return this;
    }

    /**
     * Starts from the positions that the layers have, instead of drawing masks: for a model that
     * was pruned or loaded. Weights it holds are kept.
     *
     * @return this builder
     */
    public Builder keepPatterns() {
      return keep(Given.KEPT);
    }

    /**
     * Starts from the positions whose weight is not 0: the pattern lock of Zafrir, Larey, Boudoukh,
     * Shen and Wasserblat, Prune once for all, 2021 (arXiv 2111.05754), for sparse weights that
     * came without their pattern. A weight that is 0 by accident is locked too, whatever made it 0,
     * and so is every weight of a layer that starts at 0.
     *
     * @return this builder
     */
    public Builder keepNonZeros() {
      return keep(Given.NON_ZEROS);
    }

    /**
     * Stores all positions: weights that the model holds stay, the others start at 0. Sparse
     * pre-training ends like this where dense fine-tuning begins (Thangarasa et al., SPDF: sparse
     * pre-training and dense fine-tuning for large language models, 2023, arXiv 2303.10464).
     *
     * @return this builder
     */
    public Builder densify() {
      return keep(Given.DENSIFIED);
    }

    private Builder keep(Given next) {
      distribution = null;
      keepsPatterns = true;
      positions = next;
      return this;
    }

    /**
     * Chooses the first masks by another rule than chance. What is chosen by looking at drawn
     * weights keeps those weights, as SNIP, GraSP and SynFlow do; see {@link #redraw()}.
     *
     * @param firstMasks the rule; one that looks at data needs {@link Trainer} or {@link
     *     Sparsifier#start(Layer, long, long, ProbeData)}
     * @return this builder
     */
    public Builder firstMasks(FirstMasks firstMasks) {
      this.firstMasks = firstMasks;
      return this;
    }

    /**
     * Prunes the weights that the model holds, instead of starting with fresh ones: for a trained
     * model, with {@code MagnitudeMasks} or another choice by score. What is kept keeps its weight.
     *
     * @return this builder
     */
    public Builder pruneWeights() {
      prunes = true;
      return this;
    }

    /**
     * Scales the weights that first masks were chosen by to the stored inputs of their row, as if
     * the masks had been given: the sparse-aware start of Evci et al., Gradient flow in sparse
     * neural networks, 2020 (arXiv 2010.03533). The draws stay the same.
     *
     * @return this builder
     */
    public Builder redraw() {
      redraws = true;
      return this;
    }

    /**
     * Says when masks change.
     *
     * @param updates the schedule
     * @return this builder
     */
    public Builder updates(UpdateSchedule updates) {
      this.updates = updates;
      return this;
    }

    /**
     * Says how masks change.
     *
     * @param rule the rule of all layers without one of their own
     * @return this builder
     */
    public Builder rule(UpdateRule rule) {
      this.rule = rule;
      return this;
    }

    /**
     * Says how the mask of one layer changes.
     *
     * @param layer name of its weights, for example {@code 0.weight}
     * @param rule the rule; {@link StaticMask}, or one that acts at the same time as the others
     * @return this builder
     */
    public Builder rule(String layer, UpdateRule rule) {
      rules.put(layer, rule);
      return this;
    }

    /**
     * Fixes the sparsity of one layer; the distribution then deals with the others alone.
     *
     * @param layer name of its weights, for example {@code 0.weight}
     * @param sparsity dropped fraction, in [0, 1]
     * @return this builder
     * @throws IllegalArgumentException if {@code sparsity} is not in [0, 1]
     */
    public Builder sparsity(String layer, double sparsity) {
      if (!(sparsity >= 0 && sparsity <= 1)) {
        throw new IllegalArgumentException(
            "Sparsifier: sparsity (" + sparsity + ") of " + layer + " must be between 0 and 1");
      }
      sparsities.put(layer, sparsity);
      return this;
    }

    /**
     * Leaves layers alone: they keep the positions they have, all of them in a fresh layer.
     *
     * @param layers names of weights
     * @return this builder
     */
    public Builder leaveOut(String... layers) {
      leftOut.addAll(Arrays.asList(layers));
      return this;
    }

    /**
     * Sets the seed of the first masks and of everything random in updates.
     *
     * @param seed the seed
     * @return this builder
     */
    public Builder seed(long seed) {
      this.seed = seed;
      seeded = true;
      return this;
    }

    /**
     * Makes the sparsifier.
     *
     * @return an immutable configuration
     * @throws IllegalStateException if distribution or seed is missing, rules act at different
     *     times, or weights are to be pruned and drawn again
     */
    public Sparsifier build() {
      if (distribution == null && !keepsPatterns) {
        throw new IllegalStateException(
            "Sparsifier: distribution is missing; give one, or keepPatterns() to start from the"
                + " positions that the layers have");
      }
      if (prunes && (redraws || distribution == null)) {
        throw new IllegalStateException(
            "Sparsifier: pruneWeights() goes with a distribution, and without redraw()");
      }
      if (!seeded) {
        throw new IllegalStateException("Sparsifier: seed is missing");
      }
      UpdateRule.Timing timing = UpdateRule.Timing.NEVER;
      List<UpdateRule> all = new ArrayList<>(rules.values());
      all.add(rule);
      for (UpdateRule one : all) {
        if (one.timing() != UpdateRule.Timing.NEVER) {
          if (timing != UpdateRule.Timing.NEVER && timing != one.timing()) {
            throw new IllegalStateException(
                "Sparsifier: the rules of all layers must act at the same time; some act "
                    + timing
                    + ", "
                    + one
                    + " acts "
                    + one.timing());
          }
          timing = one.timing();
        }
      }
      return new Sparsifier(this);
    }
  }

  /**
   * Returns when masks change.
   *
   * @return the schedule
   */
  public UpdateSchedule updates() {
    return updates;
  }

  /**
   * Returns where in a training step the rules act.
   *
   * @return the timing of all rules that act at all
   */
  public UpdateRule.Timing timing() {
    for (UpdateRule one : rules.values()) {
      if (one.timing() != UpdateRule.Timing.NEVER) {
        return one.timing();
      }
    }
    return rule.timing();
  }

  /**
   * Returns the seed.
   *
   * @return seed of masks and updates
   */
  public long seed() {
    return seed;
  }

  /**
   * Says what kind of method this is. Positions that a model had before count as chosen before
   * training.
   *
   * @param density stored fraction of the network's weights in the end
   * @param coverage fraction of the managed positions that were stored at some time, 0 if nothing
   *     is managed
   * @return the traits of a training with this sparsifier
   */
  public Traits traits(double density, double coverage) {
    boolean denseEnd = density >= 1;
    boolean moves = timing() != UpdateRule.Timing.NEVER;
    boolean denseStart =
        distribution == null
            ? (coverage >= 1 || (denseEnd && coverage == 0)) && positions != Given.DENSIFIED
            : distribution.sparsity() == 0;
    if (denseStart && denseEnd && !moves) {
      return Traits.dense();
    }
    Course course;
    if (denseStart || prunes) {
      course = denseEnd ? Course.DENSE : Course.DENSE_TO_SPARSE;
    } else {
      course = denseEnd ? Course.SPARSE_TO_DENSE : Course.SPARSE_TO_SPARSE;
    }
    Moment chosen = moves ? Moment.DURING : prunes ? Moment.AFTER : Moment.BEFORE;
    Granularity granularity = firstMasks.granularity();
    List<UpdateRule> all = new ArrayList<>(rules.values());
    all.add(rule);
    for (UpdateRule one : all) {
      if (one.granularity() != Granularity.UNSTRUCTURED) {
        granularity = one.granularity();
      }
    }
    return Traits.dense()
        .with(course)
        .with(granularity)
        .with(course == Course.DENSE_TO_SPARSE ? Aim.PRUNING : Aim.SPARSE_TRAINING)
        .with(moves ? Motion.DYNAMIC : Motion.STATIC)
        .with(chosen);
  }

  /**
   * Prepares a model for training: chooses the masks of the managed layers, then draws the numbers
   * of all layers with {@link Layer#initialise}. A model that holds weights already keeps them if
   * this sparsifier keeps patterns.
   *
   * @param model what is trained
   * @param totalSteps weight steps of the whole training, for schedules
   * @param weightSeed of the numbers; equal seeds give equal draws at positions that two masks
   *     share, up to the scale of the row
   * @return the state of this training
   * @throws IllegalArgumentException if the model holds weights that would be lost, if a layer
   *     named here does not exist, or if the layers cannot hold the weights that should be left, at
   *     first or after an update to come; the model is unchanged
   * @throws IllegalStateException if the first masks need samples
   */
  public SparsifierState start(Layer model, long totalSteps, long weightSeed) {
    return start(model, totalSteps, weightSeed, Optional.empty());
  }

  /**
   * Prepares a model for training as {@link #start(Layer, long, long)} does, with samples for first
   * masks that look at data.
   *
   * @param model what is trained
   * @param totalSteps weight steps of the whole training, for schedules
   * @param weightSeed of the numbers
   * @param samples what first masks may look at
   * @return the state of this training
   * @throws IllegalArgumentException as the shorter form; if first masks that look at weights fail,
   *     the model has to be started again
   */
  public SparsifierState start(Layer model, long totalSteps, long weightSeed, ProbeData samples) {
    return start(model, totalSteps, weightSeed, Optional.of(samples));
  }

  private SparsifierState start(
      Layer model, long totalSteps, long weightSeed, Optional<ProbeData> samples) {
    List<SparseParameter> managed = managed(model);
    boolean fresh = requireConsistent(model, managed);
    List<Target> targets = distribution == null ? List.of() : targets(managed, distribution);
    requireFeasible(managed, targets, totalSteps);
    if (distribution == null) {
      if (fresh) {
        model.initialise(weightSeed);
      } else {
        managed.forEach(this::changeGiven);
      }
      return SparsifierState.begin(this, managed, totalSteps);
    }
    ModelProbe probe = new ModelProbe(model, managed, targets, weightSeed, prunes, samples);
    List<Mask> masks = firstMasks.choose(probe);
    requireFitting(masks, managed);
    boolean drawn = probe.isDense() && !redraws;
    if (prunes && !drawn) {
      throw new IllegalArgumentException(
          "Sparsifier: " + firstMasks + " does not look at the weights that it should prune");
    }
    for (int l = 0; l < masks.size(); l++) {
      SparseParameter parameter = managed.get(l);
      CsrPattern pattern = CsrPattern.of(masks.get(l));
      if (drawn) {
        parameter.replace(Remap.between(parameter.pattern(), pattern));
      } else {
        FloatValues zeros = FloatValues.zeros(Math.toIntExact(pattern.nnz()));
        parameter.load(CsrMatrix.of(pattern, zeros));
      }
    }
    if (fresh && !drawn) {
      model.initialise(weightSeed);
    }
    for (Parameter parameter : model.parameters()) {
      parameter.zeroGradient();
    }
    SparsifierState state = SparsifierState.begin(this, managed, totalSteps);
    for (int l = 0; l < managed.size(); l++) {
      RuleState left = probe.remembered(l);
      RuleState own = state.managed().get(l).state();
      left.allFloats().forEach(own::put);
      left.allNumbers().forEach(own::put);
    }
    return state;
  }

  /** Lets the rules refuse what they will not be able to do. */
  private void requireFeasible(
      List<SparseParameter> managed, List<Target> targets, long totalSteps) {
    Map<UpdateRule, List<Integer>> byRule = new LinkedHashMap<>();
    for (int l = 0; l < managed.size(); l++) {
      byRule.computeIfAbsent(rule(managed.get(l).name()), ruling -> new ArrayList<>()).add(l);
    }
    Iterable<UpdatePoint> points = foreseen(totalSteps);
    byRule.forEach((ruling, layers) -> {
      List<LayerShape> shapes = layers.stream().map(l -> shape(managed.get(l))).toList();
      long[] stored =
          layers.stream()
              .mapToLong(l -> targets.isEmpty() ? given(managed.get(l)) : targets.get(l).stored())
              .toArray();
      ruling.requireFeasible(shapes, stored, points);
    });
  }

  /** How many positions a layer that holds weights will store at first. */
  private long given(SparseParameter parameter) {
    return switch (positions) {
      case KEPT -> parameter.size();
      case NON_ZEROS -> parameter.matrix().dropZeros().nnz();
      case DENSIFIED -> shape(parameter).size();
    };
  }

  /** All updates of a training that runs to its end. */
  private Iterable<UpdatePoint> foreseen(long totalSteps) {
    UpdateRule.Timing timing = timing();
    return timing == UpdateRule.Timing.NEVER
        ? List.of()
        : () -> new ForeseenUpdates(updates, timing, totalSteps);
  }

  private void changeGiven(SparseParameter parameter) {
    CsrPattern from = parameter.pattern();
    CsrPattern to =
        switch (positions) {
          case KEPT -> from;
          case NON_ZEROS -> parameter.matrix().dropZeros().pattern();
          case DENSIFIED -> CsrPattern.of(Mask.full(from.rows(), from.columns()));
        };
    if (!to.equals(from)) {
      parameter.replace(Remap.between(from, to));
    }
  }

  private void requireFitting(List<Mask> masks, List<SparseParameter> managed) {
    for (int l = 0; l < Math.max(masks.size(), managed.size()); l++) {
      boolean fits =
          masks.size() == managed.size()
              && masks.get(l).rows() == managed.get(l).rows()
              && masks.get(l).columns() == managed.get(l).columns();
      if (!fits) {
        throw new IllegalArgumentException(
            "Sparsifier: "
                + firstMasks
                + " returned "
                + masks
                + ", which do not fit the layers "
                + managed);
      }
    }
  }

  /** The sparse parameters without those left out; every name given here must be one of them. */
  List<SparseParameter> managed(Layer model) {
    List<SparseParameter> managed = new ArrayList<>();
    Set<String> names = new TreeSet<>();
    for (SparseParameter parameter : model.sparseParameters()) {
      if (!names.add(parameter.name())) {
        throw new IllegalArgumentException(
            "Sparsifier: two sparse layers are named " + parameter.name());
      }
      if (!leftOut.contains(parameter.name())) {
        managed.add(parameter);
      }
    }
    requireKnown(names, leftOut);
    requireKnown(names, sparsities.keySet());
    requireKnown(names, rules.keySet());
    return managed;
  }

  private static void requireKnown(Set<String> names, Collection<String> wanted) {
    for (String name : wanted) {
      if (!names.contains(name)) {
        throw new IllegalArgumentException(
            "Sparsifier: the model has no sparse layer " + name + "; it has " + names);
      }
    }
  }

  /** Tells whether numbers are to be drawn; refuses to draw over numbers that were given. */
  private boolean requireConsistent(Layer model, List<SparseParameter> managed) {
    Parameter given = null;
    Parameter missing = null;
    for (Parameter parameter : model.parameters()) {
      if (!parameter.isInitialised()) {
        missing = parameter;
      } else if (parameter.decays() && !(parameter instanceof ValuesParameter)) {
        given = parameter;
      }
    }
    if (missing != null && given != null) {
      throw new IllegalArgumentException(
          "Sparsifier: "
              + given.name()
              + " holds weights, "
              + missing.name()
              + " does not; initialise or load the whole model, or none of it");
    }
    for (SparseParameter parameter : managed) {
      if (distribution == null && positions != Given.KEPT && !parameter.isInitialised()) {
        throw new IllegalArgumentException(
            "Sparsifier: "
                + parameter.name()
                + " holds no weights; "
                + positions.label
                + " needs a model that was trained or loaded");
      }
      if (prunes && !parameter.isInitialised()) {
        throw new IllegalArgumentException(
            "Sparsifier: " + parameter.name() + " holds no weights that could be pruned");
      }
      if (distribution != null && !prunes && parameter.isInitialised()) {
        throw new IllegalArgumentException(
            "Sparsifier: "
                + parameter.name()
                + " holds weights, which drawing a mask would discard; use keepPatterns() or a"
                + " model that was neither initialised nor loaded");
      }
    }
    return missing != null;
  }

  /** How many positions each layer starts with. */
  private List<Target> targets(List<SparseParameter> managed, SparsityDistribution shares) {
    List<LayerShape> shared = new ArrayList<>();
    for (SparseParameter parameter : managed) {
      if (!sparsities.containsKey(parameter.name())) {
        shared.add(shape(parameter));
      }
    }
    double[] densities = shares.densities(List.copyOf(shared));
    if (densities.length != shared.size()) {
      throw new IllegalArgumentException(
          "Sparsifier: "
              + distribution
              + " returned "
              + densities.length
              + " densities for "
              + shared.size()
              + " layers");
    }
    List<Target> targets = new ArrayList<>();
    long stream = Streams.derive(seed, "masks");
    int next = 0;
    for (SparseParameter parameter : managed) {
      LayerShape shape = shape(parameter);
      Double own = sparsities.get(parameter.name());
      long stored =
          own == null ? shape.stored(densities[next++]) : shape.size() - shape.dropped(own);
      targets.add(new Target(shape, stored, Streams.derive(stream, parameter.name())));
    }
    return List.copyOf(targets);
  }

  private static LayerShape shape(SparseParameter parameter) {
    return new LayerShape(parameter.name(), parameter.dimensions());
  }

  UpdateRule rule(String layer) {
    return rules.getOrDefault(layer, rule);
  }

  /** Returns everything that was configured, on one line. */
  @Override
  public String toString() {
    return (distribution == null ? positions.label : distribution.toString())
        + (firstMasks == RandomMasks.exact() ? "" : ", " + firstMasks)
        + (redraws ? ", redrawn" : "")
        + (prunes ? ", pruning" : "")
        + "; "
        + rule
        + (timing() == UpdateRule.Timing.NEVER ? "" : ", " + updates)
        + (rules.isEmpty() ? "" : "; rules " + rules)
        + (sparsities.isEmpty() ? "" : "; sparsities " + sparsities)
        + (leftOut.isEmpty() ? "" : "; without " + leftOut)
        + "; seed "
        + seed;
  }
}
