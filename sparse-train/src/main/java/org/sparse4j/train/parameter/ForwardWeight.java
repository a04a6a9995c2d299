package org.sparse4j.train.parameter;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.CsrPattern;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.DenseVector;
import org.sparse4j.format.FloatValues;
import org.sparse4j.format.NmMatrix;
import org.sparse4j.format.VnmMatrix;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.Epilogue;
import org.sparse4j.kernels.operation.GemmForm;
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

  /** What the copy holds. */
  private enum Held {
    NOTHING,
    TRAINING,
    EVALUATION
  }

  private static final int HEADER = 8;

  private final DenseParameter weight;
  private final ForwardRule rule;
  private final @Nullable DenseParameter scale;
  private final @Nullable DenseParameter blocks;
  private final @Nullable DenseMatrix blockSums;
  private final @Nullable DenseParameter beta;
  private final DenseMatrix copy;
  private final SparseParameter packed;
  private final MaskWords words;
  private final long[] mask;
  private final long[] previous;
  private final long[] evaluated;
  private final long[] packedWords;
  private final float[] row;
  private final float[] factors;

  private ChannelOrder order;
  private @Nullable DenseMatrix scores;

  /** Sums of squares of the inputs of all training batches; empty if they do not count. */
  private final double[] squares;

  private final @Nullable DenseVector dots;
  private long samples;
  private Held held = Held.NOTHING;
  private long heldVersion;
  private DenseMatrix current;
  private long @Nullable [] currentWords;
  private double currentDensity;
  private boolean isPacked;
  private boolean hasPattern;

  private long lastStep = -1;
  private long totalSteps;
  private long seed;
  private long draws;
  private long refreshes;
  private long refreshedAt = -1;
  private int kept;
  private int dropped;
  private int grown;

  private ForwardWeight(
      DenseParameter weight,
      ForwardRule rule,
      @Nullable DenseParameter scale,
      @Nullable DenseParameter blocks,
      @Nullable DenseParameter beta) {
    int rows = weight.value().rows();
    int columns = weight.value().columns();
    this.weight = weight;
    this.rule = rule;
    this.scale = scale;
    this.blocks = blocks;
    this.blockSums = blocks == null ? null : indicator(columns, rule.blockWidth());
    this.beta = beta;
    this.copy = DenseMatrix.zeros(rows, columns);
    this.current = copy;
    this.packed = SparseParameter.create("packed", rows, columns, Initializer.constant(0));
    this.words = new MaskWords(rows, columns);
    this.mask = words.none();
    this.previous = words.none();
    this.evaluated = words.none();
    this.packedWords = words.none();
    this.order = new ChannelOrder(columns, columns);
    this.squares = new double[rule.isByInputs() ? columns : 0];
    this.dots = rule.isByInputs() ? DenseVector.zeros(columns) : null;
    this.row = new float[columns];
    this.factors = new float[columns];
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
    DenseParameter scale = null;
    if (rule.factors() > 0) {
      scale = started(weight, "scale", rows, rule.factors(), false, 1);
    }
    DenseParameter blocks = null;
    if (rule.blockWidth() > 0) {
      int columns = weight.value().columns() / rule.blockWidth();
      blocks = started(weight, "blocks", rows, columns, true, 0).asCoefficients();
    }
    DenseParameter beta = null;
    if (rule.weights() == ForwardRule.Weights.SOFT_THRESHOLD) {
      // 0 until training begins; a parameter without gradient, so that files hold it.
      beta = DenseParameter.bias("beta", 1);
    }
    ForwardWeight result = new ForwardWeight(weight, rule, scale, blocks, beta);
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
      Groups groups = Groups.of(structure);
      if (columns % groups.columns() != 0) {
        return Optional.of(
            "inputs ("
                + columns
                + ") must be a multiple of "
                + groups.columns()
                + " for "
                + structure);
      }
      if (rows % groups.rows() != 0) {
        return Optional.of(
            "outputs (" + rows + ") must be a multiple of " + groups.rows() + " for " + structure);
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
    if (refreshes > 0) {
      throw new IllegalStateException(
          "ForwardWeight: the order of groups must be set before training; " + weight);
    }
    order = new ChannelOrder(columns, channels);
    held = Held.NOTHING;
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
    return Optional.ofNullable(scale);
  }

  /**
   * Returns the trained numbers of sums of inputs.
   *
   * @return outputs x blocks, or empty without them
   */
  public Optional<DenseParameter> blocks() {
    return Optional.ofNullable(blocks);
  }

  /**
   * Returns what sums the inputs of each block.
   *
   * @return P, blocks x inputs, of ones and zeros; empty without blocks
   */
  public Optional<DenseMatrix> blockSums() {
    return Optional.ofNullable(blockSums);
  }

  private static DenseMatrix indicator(int columns, int width) {
    DenseMatrix sums = DenseMatrix.zeros(columns / width, columns);
    for (int j = 0; j < columns; j++) {
      sums.set(j / width, j, 1);
    }
    return sums;
  }

  /**
   * Returns the scale of a soft threshold.
   *
   * @return 1 x 1, 0 until training begins; empty for other rules
   */
  public Optional<DenseParameter> beta() {
    return Optional.ofNullable(beta);
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
    boolean again = refreshedAt >= 0 && lastStep == point.step();
    if (again && held == Held.TRAINING && heldVersion == version()) {
      return false;
    }
    Optional<Structure> structure = rule.structures().at(point.step(), point.totalSteps());
    boolean soft = rule.weights() == ForwardRule.Weights.SOFT_THRESHOLD && structure.isPresent();
    boolean due = !again && (soft || isDue(point, structure));
    if (due) {
      System.arraycopy(mask, 0, previous, 0, mask.length);
    }
    if (soft) {
      current = threshold(kernels, workspace, true);
      words.keepNonZeros(kernels, copy, mask);
    } else if (due) {
      choose(kernels, workspace, structure, mask);
    }
    if (due && refreshes == 0) {
      startBlocks();
    }
    if (due) {
      compare();
      refreshes++;
      refreshedAt = point.step();
    }
    lastStep = point.step();
    totalSteps = point.totalSteps();
    if (soft) {
      take(mask, copy);
    } else {
      float rest = rest(point, structure);
      fill(rest == 1 ? null : mask, rest);
    }
    hold(Held.TRAINING);
    return due;
  }

  /** Numbers of blocks start as the means of what is pruned. */
  private void startBlocks() {
    DenseParameter numbers = blocks;
    if (numbers == null) {
      return;
    }
    int width = rule.blockWidth();
    for (int i = 0; i < weight.value().rows(); i++) {
      weight.value().getRow(i, row, 0);
      for (int b = 0; b < numbers.value().columns(); b++) {
        double sum = 0;
        for (int j = b * width; j < (b + 1) * width; j++) {
          sum += words.bit(mask, i, j) == 0 ? row[j] : 0;
        }
        numbers.value().set(i, b, (float) (sum / width));
      }
    }
    numbers.markChanged();
  }

  private boolean isDue(ForwardPoint point, Optional<Structure> structure) {
    return refreshedAt < 0
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
      Kernels kernels, Workspace workspace, Optional<Structure> structure, long[] chosen) {
    if (structure.isPresent()) {
      boolean byInputs = samples > 0;
      DenseMatrix scored = order.grouped(byInputs ? scores() : weight.value());
      Scoring scoring = byInputs ? Scoring.VALUE : Scoring.MAGNITUDE;
      kernels.masks().keepLargest(workspace, structure.get(), scoring, scored, chosen);
      if (!order.isPlain()) {
        words.ungroup(chosen, order);
      }
    } else {
      words.keepAll(chosen);
    }
  }

  private void observe(Kernels kernels, Workspace workspace, DenseMatrix x) {
    DenseVector sums = dots;
    if (sums != null) {
      kernels.dense().rowDots(workspace, x, x, sums);
      for (int j = 0; j < squares.length; j++) {
        squares[j] += sums.get(j);
      }
      samples += x.columns();
    }
  }

  /** Magnitudes of the weights times norms of the inputs. */
  private DenseMatrix scores() {
    DenseMatrix result = scores;
    if (result == null) {
      result = DenseMatrix.zeros(weight.value().rows(), weight.value().columns());
      scores = result;
    }
    for (int j = 0; j < squares.length; j++) {
      factors[j] = (float) Math.sqrt(squares[j] / samples);
    }
    for (int i = 0; i < result.rows(); i++) {
      weight.value().getRow(i, row, 0);
      for (int j = 0; j < row.length; j++) {
        row[j] = Math.abs(row[j]) * factors[j];
      }
      result.setRow(i, row, 0);
    }
    return result;
  }

  private void compare() {
    if (refreshes == 0) {
      kept = MaskWords.count(mask);
      dropped = 0;
      grown = 0;
      return;
    }
    int both = 0;
    int gone = 0;
    int fresh = 0;
    for (int w = 0; w < mask.length; w++) {
      both += Long.bitCount(mask[w] & previous[w]);
      gone += Long.bitCount(previous[w] & ~mask[w]);
      fresh += Long.bitCount(mask[w] & ~previous[w]);
    }
    kept = both;
    dropped = gone;
    grown = fresh;
  }

  /** Writes {@code beta S(W)}, times the factors, to the copy. */
  private DenseMatrix threshold(Kernels kernels, Workspace workspace, boolean training) {
    DenseParameter stored = beta;
    if (stored == null) {
      throw new IllegalStateException("ForwardWeight: " + rule + " has no scale");
    }
    double number = stored.value().get(0, 0);
    if (number == 0 || !rule.keepsScale()) {
      number = kernels.masks().softThresholdScale(order.grouped(weight.value()));
      if (!((float) number > 0 && (float) number < Float.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException(
            "ForwardWeight: scale of the soft threshold ("
                + number
                + ") of "
                + weight
                + " must be finite and positive; are all weights finite?");
      }
      if (training) {
        stored.value().set(0, 0, (float) number);
      }
    }
    DenseMatrix numbers = order.grouped(weight.value());
    if (order.isPlain()) {
      kernels.masks().softThreshold(workspace, (float) number, numbers, copy);
    } else {
      kernels.masks().softThreshold(workspace, (float) number, numbers, numbers);
      order.ungroup(numbers, copy);
    }
    if (scale != null) {
      scaleRows(copy, scale.value());
    }
    return copy;
  }

  private void scaleRows(DenseMatrix matrix, DenseMatrix by) {
    for (int i = 0; i < matrix.rows(); i++) {
      matrix.getRow(i, row, 0);
      factors(by, i);
      for (int j = 0; j < row.length; j++) {
        row[j] *= factors[j];
      }
      matrix.setRow(i, row, 0);
    }
  }

  private void factors(DenseMatrix by, int i) {
    int width = factors.length / by.columns();
    for (int g = 0; g < by.columns(); g++) {
      Arrays.fill(factors, g * width, (g + 1) * width, by.get(i, g));
    }
  }

  /** Makes ready what products multiply with: all weights, or those of a mask and a rest. */
  private void fill(long @Nullable [] kept, float rest) {
    if (kept == null && scale == null) {
      take(null, weight.value());
      return;
    }
    DenseMatrix value = weight.value();
    for (int i = 0; i < value.rows(); i++) {
      value.getRow(i, row, 0);
      if (scale != null) {
        factors(scale.value(), i);
        for (int j = 0; j < row.length; j++) {
          row[j] *= factors[j];
        }
      }
      if (kept != null) {
        words.shrinkPruned(kept, i, rest, row);
      }
      copy.setRow(i, row, 0);
    }
    take(rest == 0 ? kept : null, copy);
  }

  private void take(long @Nullable [] kept, DenseMatrix numbers) {
    current = numbers;
    currentWords = kept;
    currentDensity = kept == null ? 1 : (double) MaskWords.count(kept) / Math.max(1, weight.size());
    isPacked = false;
  }

  private void hold(Held what) {
    held = what;
    heldVersion = version();
  }

  private long version() {
    return weight.version() + (scale == null ? 0 : scale.version());
  }

  /** Makes ready what a product of this kind of step sees. */
  private void prepare(Kernels kernels, Workspace workspace, boolean training) {
    if (training) {
      if (held != Held.TRAINING || heldVersion != version()) {
        throw new IllegalStateException(
            "ForwardWeight: "
                + weight
                + " needs begin(kernels, workspace, point) before the forward pass of each training"
                + " step; Trainer does that");
      }
      return;
    }
    if (held == Held.EVALUATION && heldVersion == version()) {
      return;
    }
    Optional<Structure> structure = rule.structures().evaluated(lastStep, totalSteps);
    if (structure.isEmpty()) {
      fill(null, 1);
    } else if (rule.weights() == ForwardRule.Weights.SOFT_THRESHOLD) {
      current = threshold(kernels, workspace, false);
      words.keepNonZeros(kernels, copy, evaluated);
      take(evaluated, copy);
    } else {
      // A mask that stays for some steps is also the mask of evaluations between them.
      boolean stays =
          rule.every() > 1
              && refreshedAt >= 0
              && structure.equals(rule.structures().at(lastStep, totalSteps));
      if (stays) {
        System.arraycopy(mask, 0, evaluated, 0, mask.length);
      } else {
        choose(kernels, workspace, structure, evaluated);
      }
      fill(evaluated, 0);
    }
    hold(Held.EVALUATION);
  }

  private boolean isSparse(int samples) {
    return currentWords != null && rule.isSparse(samples, currentDensity);
  }

  private SparseParameter packed() {
    long[] kept = currentWords;
    if (isPacked || kept == null) {
      return packed;
    }
    if (!hasPattern || !Arrays.equals(kept, packedWords)) {
      CsrPattern pattern = CsrPattern.of(Mask.copyOf(current.rows(), current.columns(), kept));
      packed.load(CsrMatrix.of(pattern, FloatValues.zeros(Math.toIntExact(pattern.nnz()))));
      System.arraycopy(kept, 0, packedWords, 0, kept.length);
      hasPattern = true;
    }
    words.gather(kept, current, row, packed.values().array());
    packed.values().markChanged();
    isPacked = true;
    return packed;
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
      observe(kernels, workspace, x);
    }
    if (isSparse(x.columns())) {
      packed().apply(kernels, workspace, epilogue, x, y);
    } else {
      kernels.dense().gemm(workspace, GemmForm.AB, current, x, epilogue, y);
    }
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
    if (isSparse(x.columns())) {
      packed().operator(kernels).applyTransposed(workspace, x, y);
    } else {
      kernels.dense().gemm(workspace, GemmForm.ATB, current, x, Epilogue.none(), y);
    }
  }

  /**
   * Adds the gradients of the weights and of their factors, given that of what products multiply
   * with: {@code dW = A * G}, {@code dA_ig = sum of G W over group g of row i}.
   *
   * @param product G, outputs x inputs
   * @throws IllegalStateException if there are no factors
   */
  public void addScaledGradients(DenseMatrix product) {
    DenseParameter by = scale;
    if (by == null) {
      throw new IllegalStateException("ForwardWeight: " + weight + " has no factors");
    }
    DenseMatrix gradient = weight.gradient();
    DenseMatrix own = by.gradient();
    boolean first = weight.claimGradient();
    boolean ownFirst = by.claimGradient();
    float[] sums = new float[row.length];
    float[] weights = new float[row.length];
    int groups = own.columns();
    int width = row.length / groups;
    for (int i = 0; i < product.rows(); i++) {
      product.getRow(i, row, 0);
      weight.value().getRow(i, weights, 0);
      gradient.getRow(i, sums, 0);
      factors(by.value(), i);
      for (int g = 0; g < groups; g++) {
        double sum = ownFirst ? 0 : own.get(i, g);
        for (int j = g * width; j < (g + 1) * width; j++) {
          sum += (double) row[j] * weights[j];
          sums[j] = (first ? 0 : sums[j]) + factors[j] * row[j];
        }
        own.set(i, g, (float) sum);
      }
      gradient.setRow(i, sums, 0);
    }
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
    return current;
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
    long[] kept = mask;
    if (refreshes == 0) {
      kept = words.none();
      words.keepAll(kept);
    }
    return Mask.copyOf(weight.value().rows(), weight.value().columns(), kept);
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
    Objects.checkFromIndexSize(0, row.length, kept.length);
    if (refreshes == 0) {
      Arrays.fill(kept, 0, row.length, 1);
    } else {
      words.spread(mask, index, kept);
    }
  }

  /**
   * Returns how many positions were kept before and after the mask was last chosen.
   *
   * @return positions; all of the mask at the first choice
   */
  public int kept() {
    return kept;
  }

  /**
   * Returns how many positions were kept only before the mask was last chosen.
   *
   * @return positions; 0 at the first choice
   */
  public int dropped() {
    return dropped;
  }

  /**
   * Returns how many positions were kept only after the mask was last chosen.
   *
   * @return positions; 0 at the first choice
   */
  public int grown() {
    return grown;
  }

  /**
   * Returns the fraction of the positions that flipped when the mask was last chosen, {@code |m_t -
   * m_(t-1)|_1 / D} (Hu, Zhao, Huang, Chen and Zhu, Accelerating transformer pre-training with 2:4
   * sparsity, 2024, arXiv 2404.01847).
   *
   * @return in [0, 1]; 0 at the first choice
   */
  public double flipRate() {
    return weight.size() == 0 ? 0 : (dropped + (double) grown) / weight.size();
  }

  /**
   * Returns how often the mask was chosen.
   *
   * @return number of choices
   */
  public long refreshes() {
    return refreshes;
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
    long[] kept = currentWords;
    Mask positions =
        kept == null
            ? Mask.full(current.rows(), current.columns())
            : Mask.copyOf(current.rows(), current.columns(), kept);
    return CsrMatrix.fromDense(current, positions);
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
    return CsrMatrix.fromDense(order.grouped(current), places.build());
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
    return currentDensity;
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
    state[2] = refreshes;
    state[3] = refreshedAt;
    state[4] = kept;
    state[5] = dropped;
    state[6] = grown;
    state[7] = samples;
    System.arraycopy(mask, 0, state, HEADER, mask.length);
    for (int j = 0; j < squares.length; j++) {
      state[HEADER + mask.length + j] = Double.doubleToRawLongBits(squares[j]);
    }
    return state;
  }

  private int stateLength() {
    return HEADER + mask.length + squares.length;
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
    refreshes = state[2];
    refreshedAt = state[3];
    kept = (int) state[4];
    dropped = (int) state[5];
    grown = (int) state[6];
    samples = state[7];
    System.arraycopy(state, HEADER, mask, 0, mask.length);
    for (int j = 0; j < squares.length; j++) {
      squares[j] = Double.longBitsToDouble(state[HEADER + mask.length + j]);
    }
    held = Held.NOTHING;
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
    fits = fits && state[7] >= 0 && (state[7] == 0 || squares.length > 0);
    long size = weight.size();
    for (int c = 4; fits && c < 7; c++) {
      fits = state[c] >= 0 && state[c] <= size;
    }
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
    Mask.copyOf(
        weight.value().rows(),
        weight.value().columns(),
        Arrays.copyOfRange(state, HEADER, HEADER + mask.length));
  }

  /** Returns the weights and the rule. */
  @Override
  public String toString() {
    return weight + ", " + rule;
  }
}
