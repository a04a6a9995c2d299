package org.sparse4j.train.parameter;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.NmMatrix;
import org.sparse4j.format.VnmMatrix;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.Epilogue;
import org.sparse4j.kernels.operation.GroupSampling;
import org.sparse4j.kernels.operation.Scoring;
import org.sparse4j.mask.Mask;
import org.sparse4j.mask.NmStructure;
import org.sparse4j.mask.Structure;
import org.sparse4j.mask.VnmStructure;
import org.sparse4j.train.forward.Fade;
import org.sparse4j.train.forward.ForwardPoint;
import org.sparse4j.train.forward.ForwardRule;
import org.sparse4j.train.random.Streams;

/**
 * A dense trainable matrix whose products see other weights, as a {@link ForwardRule} says: its
 * mask, what products multiply with, and how often the mask flips.
 *
 * <p>A training step starts with {@link #begin}, which chooses the mask; {@code Trainer} does that.
 * Evaluations prune by themselves, and again whenever the dense weights have changed ({@link
 * DenseParameter#markChanged}). Memory: the dense weights, a bit a position, and what products
 * read, a dense or sparse copy. For one thread at a time.
 */
public final class ForwardWeight {

  /** Where the counts of the mask begin in a state, after the step and how many there are. */
  private static final int COUNTS = 2;

  /** Where a state says how many samples were observed. */
  private static final int SAMPLES = COUNTS + ChosenMask.COUNTS;

  /** Where the words of the mask begin in a state; sums over inputs follow. */
  private static final int WORDS = SAMPLES + 1;

  private final DenseParameter weight;
  private final ForwardRule rule;
  private final @Nullable RowFactors factors;
  private final @Nullable BlockSums blocks;
  private final @Nullable SoftThreshold threshold;
  private final MaskWords words;
  private final ChosenMask chosen;
  private final long[] evaluated;
  private final InputNorms inputs;
  private final ProductWeights products;

  private ChannelOrder order;
  private long lastStep = -1;
  private long totalSteps;
  private long seed;
  private long draws;

  private ForwardWeight(
      DenseParameter weight,
      ForwardRule rule,
      @Nullable RowFactors factors,
      @Nullable BlockSums blocks,
      @Nullable SoftThreshold threshold) {
    int columns = weight.value().columns();
    this.weight = weight;
    this.rule = rule;
    this.factors = factors;
    this.blocks = blocks;
    this.threshold = threshold;
    this.words = new MaskWords(weight.value().rows(), columns);
    this.chosen = new ChosenMask(words);
    this.evaluated = words.none();
    this.inputs = new InputNorms(columns, rule.isByInputs());
    this.products = new ProductWeights(weight, rule, factors, words);
    this.order = new ChannelOrder(columns, columns);
  }

  /**
   * Lets the products of a weight follow a rule.
   *
   * @param weight the dense weights; no other rule may rule them
   * @param rule how products see them
   * @return the weight, to be multiplied with by {@code Affine.of(ForwardWeight)}
   * @throws IllegalArgumentException if rows or columns do not fit the groups of a structure, or
   *     another rule rules the weights
   */
  public static ForwardWeight of(DenseParameter weight, ForwardRule rule) {
    Optional<String> misfit = misfit(weight.value().rows(), weight.value().columns(), rule);
    if (misfit.isPresent()) {
      throw new IllegalArgumentException("ForwardWeight: " + misfit.get() + "; " + weight);
    }
    int rows = weight.value().rows();
    int columns = weight.value().columns();
    RowFactors factors = null;
    if (rule.factors() > 0) {
      factors = new RowFactors(started(weight, "scale", rows, rule.factors(), false, 1), columns);
    }
    BlockSums blocks = null;
    int width = rule.blockWidth();
    if (width > 0) {
      DenseParameter numbers = started(weight, "blocks", rows, columns / width, true, 0);
      blocks = BlockSums.of(numbers.asCoefficients(), columns, width);
    }
    SoftThreshold threshold = null;
    if (rule.weights() == ForwardRule.Weights.SOFT_THRESHOLD) {
      // 0 until training begins; a parameter without gradient, so that files hold it.
      DenseParameter beta = DenseParameter.bias("beta", 1);
      threshold = new SoftThreshold(weight, beta, rule.keepsScale());
    }
    ForwardWeight result = new ForwardWeight(weight, rule, factors, blocks, threshold);
    weight.follow(result);
    return result;
  }

  /**
   * A parameter that is as ready as the weights: a model must be drawn as a whole or not at all.
   */
  private static DenseParameter started(
      DenseParameter weight, String name, int rows, int columns, boolean decays, float value) {
    DenseParameter parameter =
        DenseParameter.create(name, rows, columns, decays, Initializer.constant(value));
    if (weight.isInitialised()) {
      parameter.initialise(0);
    }
    return parameter;
  }

  /**
   * Says why weights of a size cannot follow a rule: groups of N:M must not be cut by the end of a
   * row.
   *
   * @param rows outputs
   * @param columns inputs
   * @param rule the rule
   * @return what must hold, or empty if the size fits
   */
  public static Optional<String> misfit(int rows, int columns, ForwardRule rule) {
    int factors = Math.max(1, rule.factors());
    int width = Math.max(1, rule.blockWidth());
    if (columns % factors != 0 || columns % width != 0) {
      return Optional.of(
          "inputs ("
              + columns
              + ") must be a multiple of the factors of a row ("
              + factors
              + ") and of the inputs of a block ("
              + width
              + ")");
    }
    for (Structure structure : rule.structures().all()) {
      Optional<String> misfit = Groups.misfit(rows, columns, structure);
      if (misfit.isPresent()) {
        return misfit;
      }
    }
    return Optional.empty();
  }

  /**
   * Lets groups of a structure lie along the input channels of a convolution, for each position of
   * the kernel, where columns go through the positions of one channel after the other. A {@code
   * Convolution} calls this.
   *
   * @param channels input channels
   * @throws IllegalArgumentException if channels do not divide the columns, or the groups of a
   *     structure do not divide the channels
   * @throws IllegalStateException if a training step was begun
   */
  public void groupAlongChannels(int channels) {
    int columns = weight.value().columns();
    if (channels < 1 || columns % channels != 0) {
      throw new IllegalArgumentException(
          "ForwardWeight: channels (" + channels + ") must divide the columns of " + weight);
    }
    for (Structure structure : rule.structures().all()) {
      int group = Groups.of(structure).columns();
      if (channels % group != 0) {
        throw new IllegalArgumentException(
            "ForwardWeight: channels ("
                + channels
                + ") must be a multiple of "
                + group
                + " for "
                + structure
                + "; "
                + weight);
      }
    }
    if (chosen.refreshes() > 0) {
      throw new IllegalStateException(
          "ForwardWeight: the order of groups must be set before training; " + weight);
    }
    order = new ChannelOrder(columns, channels);
    products.forget();
  }

  /**
   * Returns the dense weights that are trained.
   *
   * @return outputs x inputs
   */
  public DenseParameter weight() {
    return weight;
  }

  /**
   * Returns the rule.
   *
   * @return how products see the weights
   */
  public ForwardRule rule() {
    return rule;
  }

  /**
   * Returns the trained factors of ranges of rows.
   *
   * @return outputs x groups, or empty without them
   */
  public Optional<DenseParameter> scale() {
    return Optional.ofNullable(factors).map(RowFactors::parameter);
  }

  /**
   * Returns the trained numbers of sums of inputs.
   *
   * @return outputs x blocks, or empty without them
   */
  public Optional<DenseParameter> blocks() {
    return Optional.ofNullable(blocks).map(BlockSums::numbers);
  }

  /**
   * Returns what sums the inputs of each block.
   *
   * @return P, blocks x inputs, of ones and zeros; empty without blocks
   */
  public Optional<DenseMatrix> blockSums() {
    return Optional.ofNullable(blocks).map(BlockSums::sums);
  }

  /**
   * Returns the scale of a soft threshold.
   *
   * @return 1 x 1, 0 until training begins; empty for other rules
   */
  public Optional<DenseParameter> beta() {
    return Optional.ofNullable(threshold).map(SoftThreshold::beta);
  }

  /**
   * Returns what belongs to the weight.
   *
   * @return the dense weights, then factors, numbers of blocks and the scale of a soft threshold
   */
  public List<DenseParameter> parameters() {
    List<DenseParameter> all = new ArrayList<>();
    all.add(weight);
    scale().ifPresent(all::add);
    blocks().ifPresent(all::add);
    beta().ifPresent(all::add);
    return List.copyOf(all);
  }

  /**
   * Begins a training step: chooses the mask if that is due and makes ready what products multiply
   * with. A second call for the same step and weights does nothing.
   *
   * @param kernels what computes
   * @param workspace scratch and threads
   * @param point where the training stands
   * @return true if the mask was chosen, whether it flipped or not
   * @throws IllegalStateException if the weights were neither drawn nor loaded
   */
  public boolean begin(Kernels kernels, Workspace workspace, ForwardPoint point) {
    if (!weight.isInitialised()) {
      throw new IllegalStateException(
          "ForwardWeight: " + weight + " has no numbers yet; call initialise(seed) or load them");
    }
    seed = Streams.derive(point.seed(), weight.name());
    draws = 0;
    boolean again = chosen.isChosen() && lastStep == point.step();
    if (again && products.isHeldFor(true)) {
      return false;
    }
    Optional<Structure> structure = rule.structures().at(point.step(), point.totalSteps());
    SoftThreshold soft = structure.isPresent() ? threshold : null;
    boolean due = !again && (soft != null || isDue(point, structure));
    if (due) {
      chosen.remember();
    }
    if (soft != null) {
      shrink(kernels, workspace, soft, true, chosen.words());
    } else if (due) {
      choose(kernels, workspace, structure, chosen.words());
    }
    if (due && blocks != null && chosen.refreshes() == 0) {
      blocks.start(weight.value(), words, chosen.words());
    }
    if (due) {
      chosen.chosenAt(point.step());
    }
    lastStep = point.step();
    totalSteps = point.totalSteps();
    if (soft != null) {
      products.takeCopy(chosen.words());
    } else {
      float rest = rest(point, structure);
      products.fill(rest == 1 ? null : chosen.words(), rest);
    }
    products.holdFor(true);
    return due;
  }

  private boolean isDue(ForwardPoint point, Optional<Structure> structure) {
    return !chosen.isChosen()
        || point.step() % rule.every() == 0
        || !structure.equals(rule.structures().at(lastStep, totalSteps));
  }

  /** What pruned weights are multiplied by. */
  private float rest(ForwardPoint point, Optional<Structure> structure) {
    if (structure.isEmpty() || rule.weights() == ForwardRule.Weights.DENSE) {
      return 1;
    }
    Optional<Fade> fade = rule.fade();
    return fade.isEmpty() ? 0 : (float) fade.get().at(point.step(), point.totalSteps());
  }

  private void choose(
      Kernels kernels, Workspace workspace, Optional<Structure> structure, long[] mask) {
    if (structure.isPresent()) {
      DenseMatrix value = weight.value();
      boolean byInputs = !inputs.isEmpty();
      DenseMatrix scored = order.grouped(byInputs ? inputs.scores(value) : value);
      Scoring scoring = byInputs ? Scoring.VALUE : Scoring.MAGNITUDE;
      kernels.masks().keepLargest(workspace, structure.get(), scoring, scored, mask);
      if (!order.isPlain()) {
        words.ungroup(mask, order);
      }
    } else {
      words.keepAll(mask);
    }
  }

  /** Writes the soft threshold, times the factors, to the copy; its mask is where that is not 0. */
  private void shrink(
      Kernels kernels, Workspace workspace, SoftThreshold soft, boolean training, long[] mask) {
    DenseMatrix copy = products.copy();
    soft.apply(kernels, workspace, order, training, copy);
    if (factors != null) {
      factors.multiply(copy);
    }
    words.keepNonZeros(kernels, copy, mask);
  }

  /** Makes ready what a product of this kind of step sees. */
  private void prepare(Kernels kernels, Workspace workspace, boolean training) {
    boolean ready = products.isHeldFor(training);
    if (training) {
      if (!ready) {
        throw new IllegalStateException(
            "ForwardWeight: "
                + weight
                + " needs begin(kernels, workspace, point) before the forward pass of each training"
                + " step; Trainer does that");
      }
      return;
    }
    if (ready) {
      return;
    }
    Optional<Structure> structure = rule.structures().evaluated(lastStep, totalSteps);
    if (structure.isEmpty()) {
      products.fill(null, 1);
    } else if (threshold != null) {
      shrink(kernels, workspace, threshold, false, evaluated);
      products.takeCopy(evaluated);
    } else {
      // A mask that stays for some steps is also the mask of evaluations between them.
      boolean stays =
          rule.every() > 1
              && chosen.isChosen()
              && structure.equals(rule.structures().at(lastStep, totalSteps));
      if (stays) {
        System.arraycopy(chosen.words(), 0, evaluated, 0, evaluated.length);
      } else {
        choose(kernels, workspace, structure, evaluated);
      }
      products.fill(evaluated, 0);
    }
    products.holdFor(false);
  }

  /**
   * Computes {@code Y = f(W~ X + b)}, with W~ of the training step that was begun or of an
   * evaluation.
   *
   * @param kernels what computes
   * @param workspace scratch and threads
   * @param training whether this belongs to a training step
   * @param epilogue bias and function
   * @param x inputs x n
   * @param y receives outputs x n
   * @throws IllegalStateException if a training step was not begun
   */
  public void apply(
      Kernels kernels,
      Workspace workspace,
      boolean training,
      Epilogue epilogue,
      DenseMatrix x,
      DenseMatrix y) {
    prepare(kernels, workspace, training);
    if (training) {
      inputs.observe(kernels, workspace, x);
    }
    products.apply(kernels, workspace, epilogue, x, y);
  }

  /**
   * Computes {@code Y = W~^T X} for the training step that was begun.
   *
   * @param kernels what computes
   * @param workspace scratch and threads
   * @param x outputs x n
   * @param y receives inputs x n
   * @throws IllegalStateException if a training step was not begun
   */
  public void applyTransposed(Kernels kernels, Workspace workspace, DenseMatrix x, DenseMatrix y) {
    prepare(kernels, workspace, true);
    products.applyTransposed(kernels, workspace, x, y);
  }

  /**
   * Adds the gradients of the weights and of their factors, given that of what products multiply
   * with: {@code dW = A * G}, {@code dA_ig = sum of G W over group g of row i}.
   *
   * @param product G, outputs x inputs
   * @throws IllegalStateException if there are no factors
   */
  public void addScaledGradients(DenseMatrix product) {
    if (factors == null) {
      throw new IllegalStateException("ForwardWeight: " + weight + " has no factors");
    }
    factors.addGradients(weight, product);
  }

  /**
   * Returns what products multiply with.
   *
   * @param kernels what computes
   * @param workspace scratch and threads
   * @param training whether the step that was begun is meant, or an evaluation
   * @return the live matrix, outputs x inputs, pruned weights as 0; not to be written
   * @throws IllegalStateException if a training step is meant and was not begun
   */
  public DenseMatrix current(Kernels kernels, Workspace workspace, boolean training) {
    prepare(kernels, workspace, training);
    return products.current();
  }

  /**
   * Returns how the gradient is sampled in the step that began last.
   *
   * @return the rule's sampling; empty for exact gradients, which are those of dense steps too
   */
  public Optional<GroupSampling> sampling() {
    return rule.structures().at(lastStep, totalSteps).isEmpty()
        ? Optional.empty()
        : rule.sampling();
  }

  /**
   * Samples the gradient of the outputs as the rule says, with fresh random numbers for each use of
   * the weight in a step.
   *
   * @param kernels what computes
   * @param workspace threads
   * @param sampling how
   * @param dy outputs x n
   * @param sampled receives outputs x n
   */
  public void sample(
      Kernels kernels,
      Workspace workspace,
      GroupSampling sampling,
      DenseMatrix dy,
      DenseMatrix sampled) {
    kernels.masks().sample(workspace, sampling, Streams.derive(seed, draws++), dy, sampled);
  }

  /**
   * Returns the mask of the last training step that was begun: where the optimizer and the decay of
   * pruned weights look.
   *
   * @return a copy; full before the first step and in dense steps
   */
  public Mask mask() {
    return chosen.toMask();
  }

  /**
   * Returns a row of the mask as numbers.
   *
   * @param index number of the row
   * @param kept receives 1 for a kept column and 0 for a pruned one; at least as long as the row
   * @throws IndexOutOfBoundsException if there is no such row, or no room for it
   */
  public void maskRow(int index, float[] kept) {
    Objects.checkIndex(index, weight.value().rows());
    Objects.checkFromIndexSize(0, weight.value().columns(), kept.length);
    chosen.spread(index, kept);
  }

  /**
   * Returns how many positions were kept before and after the mask was last chosen.
   *
   * @return positions; all of the mask at the first choice
   */
  public int kept() {
    return chosen.kept();
  }

  /**
   * Returns how many positions were kept only before the mask was last chosen.
   *
   * @return positions; 0 at the first choice
   */
  public int dropped() {
    return chosen.dropped();
  }

  /**
   * Returns how many positions were kept only after the mask was last chosen.
   *
   * @return positions; 0 at the first choice
   */
  public int grown() {
    return chosen.grown();
  }

  /**
   * Returns the fraction of the positions that flipped when the mask was last chosen, {@code |m_t -
   * m_(t-1)|_1 / D} (Hu, Zhao, Huang, Chen and Zhu, Accelerating transformer pre-training with 2:4
   * sparsity, 2024, arXiv 2404.01847).
   *
   * @return in [0, 1]; 0 at the first choice
   */
  public double flipRate() {
    return weight.size() == 0 ? 0 : (dropped() + (double) grown()) / weight.size();
  }

  /**
   * Returns how often the mask was chosen.
   *
   * @return number of choices
   */
  public long refreshes() {
    return chosen.refreshes();
  }

  /**
   * Returns the weights of evaluations: pruned exactly, with all scales multiplied in.
   *
   * @param kernels what computes
   * @param workspace scratch and threads
   * @return a new matrix of the positions of the mask; all positions after a dense end
   */
  public CsrMatrix toCsr(Kernels kernels, Workspace workspace) {
    prepare(kernels, workspace, false);
    return products.toCsr();
  }

  /**
   * Returns the weights of evaluations in the N:M format; those of a convolution with the columns
   * in the order of the groups, the channels of each position side by side.
   *
   * @param kernels what computes
   * @param workspace scratch and threads
   * @return a new matrix; groups of a soft threshold with ties hold explicit zeros
   * @throws IllegalStateException if the rule does not end with N:M weights
   */
  public NmMatrix toNm(Kernels kernels, Workspace workspace) {
    return NmMatrix.fromCsr(groupedCsr(kernels, workspace), last(NmStructure.class));
  }

  /**
   * Returns the weights of evaluations in the V:N:M format; those of a convolution with the columns
   * in the order of the groups, the channels of each position side by side.
   *
   * @param kernels what computes
   * @param workspace scratch and threads
   * @return a new matrix
   * @throws IllegalStateException if the rule does not end with V:N:M weights
   */
  public VnmMatrix toVnm(Kernels kernels, Workspace workspace) {
    return VnmMatrix.fromCsr(groupedCsr(kernels, workspace), last(VnmStructure.class));
  }

  private CsrMatrix groupedCsr(Kernels kernels, Workspace workspace) {
    CsrMatrix plain = toCsr(kernels, workspace);
    if (order.isPlain()) {
      return plain;
    }
    Mask.Builder places = Mask.builder(plain.rows(), plain.columns());
    plain.pattern().forEach((index, i, j) -> places.keep(i, order.place(j)));
    return CsrMatrix.fromDense(order.grouped(products.current()), places.build());
  }

  private <S extends Structure> S last(Class<S> kind) {
    Optional<Structure> structure = rule.structures().evaluated(lastStep, totalSteps);
    if (structure.isEmpty() || !kind.isInstance(structure.get())) {
      throw new IllegalStateException(
          "ForwardWeight: "
              + weight
              + " ends "
              + structure.map(Object::toString).orElse("dense")
              + ", which is no "
              + kind.getSimpleName());
    }
    return kind.cast(structure.get());
  }

  /**
   * Returns the fraction of the weights that evaluations use, as the structure says.
   *
   * @return n / m for N:M; 1 after a dense end, and for structures without a fixed fraction
   */
  public double density() {
    return rule.structures()
        .evaluated(lastStep, totalSteps)
        .map(structure -> Groups.of(structure).density())
        .orElse(1.0);
  }

  /**
   * Returns the fraction of the weights that the last product multiplied with, in training or in an
   * evaluation: what the mask keeps, 1 where all weights take part.
   *
   * @return kept weights by all; 0 before the first product
   */
  public double productDensity() {
    return products.density();
  }

  /**
   * Returns everything that a resumed training needs beside the parameters.
   *
   * @return counts, the words of the mask and the bits of sums over inputs
   */
  public long[] state() {
    long[] state = new long[stateLength()];
    state[0] = lastStep;
    state[1] = totalSteps;
    chosen.save(state, COUNTS, WORDS);
    inputs.save(state, SAMPLES, sumsStart());
    return state;
  }

  /** Where the sums over inputs begin in a state. */
  private int sumsStart() {
    return WORDS + evaluated.length;
  }

  private int stateLength() {
    return sumsStart() + inputs.stateLength();
  }

  /**
   * Goes on where {@link #state()} stood.
   *
   * @param state what it returned
   * @throws IllegalArgumentException as {@link #check}
   */
  public void restore(long[] state) {
    check(state);
    lastStep = state[0];
    totalSteps = state[1];
    chosen.restore(state, COUNTS, WORDS);
    inputs.restore(state, SAMPLES, sumsStart());
    products.forget();
  }

  /**
   * Requires that a state is one of these weights.
   *
   * @param state what {@link #state()} returned
   * @throws IllegalArgumentException if it is of a matrix of another size or counts are out of
   *     range
   */
  public void check(long[] state) {
    boolean fits = state.length == stateLength() && state[0] >= -1 && state[1] >= 0;
    fits = fits && inputs.fits(state[SAMPLES]) && chosen.fits(state, COUNTS, weight.size());
    if (!fits) {
      throw new IllegalArgumentException(
          "ForwardWeight: state of "
              + state.length
              + " numbers is not one of "
              + weight
              + ", which has "
              + stateLength());
    }
    // Refuses bits beyond the columns.
    words.toMask(Arrays.copyOfRange(state, WORDS, sumsStart()));
  }

  /** Returns the weights and the rule. */
  @Override
  public String toString() {
    return weight + ", " + rule;
  }
}
