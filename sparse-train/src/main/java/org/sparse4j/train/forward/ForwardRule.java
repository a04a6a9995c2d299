package org.sparse4j.train.forward;

import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sparse4j.kernels.operation.GroupSampling;
import org.sparse4j.mask.NmStructure;
import org.sparse4j.mask.Structure;

/**
 * How the weights W~ of a product follow from the dense weights W that are trained: configuration,
 * immutable and shareable.
 *
 * <p>The products {@code Y = W~ X} and {@code dX = W~^T dY} use W~; the gradient {@code dY X^T}
 * goes to every element of W as it is, pruned ones included (a straight-through estimator; Bengio,
 * Leonard and Courville, 2013, arXiv 1308.3432). So W, its gradient and its optimizer state are
 * dense: these methods make the products of training and the trained network cheaper, not the
 * memory of training.
 *
 * <ul>
 *   <li>{@link #prune}: {@code W~ = m * W}, m the mask of largest magnitudes. By itself the
 *       straight-through estimator (STE), with {@code MaskedDecay} SR-STE (Zhou et al., Learning
 *       N:M fine-grained structured sparse neural networks from scratch, 2021, arXiv 2102.04010).
 *   <li>{@link #softThreshold}: {@code W~ = beta S(W)} of S-STE.
 *   <li>{@link #dense}: {@code W~ = W} in training; the mask drives an optimizer, evaluations
 *       prune.
 * </ul>
 *
 * <p>Evaluations always see the exactly pruned weights, except after the dense end of a schedule
 * that has one.
 */
public final class ForwardRule {

  /** What a training step multiplies with. */
  public enum Weights {
    /** The weights that the mask keeps. */
    PRUNED,
    /** The scaled 2:4 soft threshold. */
    SOFT_THRESHOLD,
    /** All weights. */
    DENSE
  }

  /** Zen 4, 512x512, 2:4: packing anew costs as much as what 1,000 samples gain; see docs. */
  private static final double SPARSE_FROM = 2048;

  private final StructureSchedule structures;
  private final Weights weights;
  private final int every;
  private final @Nullable Fade fade;
  private final @Nullable GroupSampling sampling;
  private final boolean float8;
  private final boolean frozenScale;
  private final int factors;
  private final int blocks;
  private final boolean byInputs;
  private final double sparseFrom;

  private ForwardRule(Draft draft) {
    this.structures = draft.structures;
    this.weights = draft.weights;
    this.every = draft.every;
    this.fade = draft.fade;
    this.sampling = draft.sampling;
    this.float8 = draft.float8;
    this.frozenScale = draft.frozenScale;
    this.factors = draft.factors;
    this.blocks = draft.blocks;
    this.byInputs = draft.byInputs;
    this.sparseFrom = draft.sparseFrom;
  }

  /** A rule that is still being changed. */
  private static final class Draft {
    private final StructureSchedule structures;
    private final Weights weights;
    private int every = 1;
    private @Nullable Fade fade;
    private @Nullable GroupSampling sampling;
    private boolean float8;
    private boolean frozenScale = true;
    private int factors;
    private int blocks;
    private boolean byInputs;
    private double sparseFrom = SPARSE_FROM;

    private Draft(StructureSchedule structures, Weights weights) {
      this.structures = structures;
      this.weights = weights;
    }

    private Draft(ForwardRule rule) {
      this(rule.structures, rule.weights);
      every = rule.every;
      fade = rule.fade;
      sampling = rule.sampling;
      float8 = rule.float8;
      frozenScale = rule.frozenScale;
      factors = rule.factors;
      blocks = rule.blocks;
      byInputs = rule.byInputs;
      sparseFrom = rule.sparseFrom;
    }
  }

  /**
   * Multiplies with the weights that a mask keeps, chosen anew at every step.
   *
   * @param structure the rule of the mask, for example 2:4
   * @return the rule
   */
  public static ForwardRule prune(Structure structure) {
    return prune(StructureSchedule.constant(structure));
  }

  /**
   * Multiplies with the weights that a mask keeps, chosen anew at every step, with a structure that
   * changes.
   *
   * @param structures the rule of the mask over time
   * @return the rule
   */
  public static ForwardRule prune(StructureSchedule structures) {
    return new ForwardRule(new Draft(structures, Weights.PRUNED));
  }

  /**
   * Multiplies with {@code beta S(W)}, the 2:4 soft threshold of S-STE: of every four neighbours
   * {@code S(w)_i = sign(w_i) max(|w_i| - t, 0)} with t the third largest |w|. {@code beta = <W,
   * S(W)> / <S(W), S(W)>} is computed once, when training begins, and kept; it is a parameter that
   * nothing trains, so files hold it. Hu et al., S-STE: continuous pruning function for efficient
   * 2:4 sparse pre-training, 2024 (arXiv 2409.09099). Their samplers are {@code
   * sampleGradient(GroupSampling.Method.TWO_DRAWS, 2:4)}.
   *
   * @return the rule
   */
  public static ForwardRule softThreshold() {
    return new ForwardRule(
        new Draft(StructureSchedule.constant(new NmStructure(2, 4)), Weights.SOFT_THRESHOLD));
  }

  /**
   * Multiplies with all weights in training, and with those that a mask keeps in evaluations; the
   * mask is there for the optimizer.
   *
   * @param structure the rule of the mask
   * @return the rule
   */
  public static ForwardRule dense(Structure structure) {
    return new ForwardRule(new Draft(StructureSchedule.constant(structure), Weights.DENSE));
  }

  /**
   * Sets how often masks are chosen: at steps that are multiples of this, and where the structure
   * changes.
   *
   * @param steps at least 1
   * @return a new rule
   * @throws IllegalArgumentException if {@code steps} is below 1, or above 1 for a soft threshold,
   *     which has no mask of its own
   */
  public ForwardRule every(int steps) {
    if (steps < 1 || (steps > 1 && weights == Weights.SOFT_THRESHOLD)) {
      throw new IllegalArgumentException(
          "ForwardRule: interval of masks ("
              + steps
              + ") must be at least 1, and 1 for a soft threshold");
    }
    Draft draft = new Draft(this);
    draft.every = steps;
    return new ForwardRule(draft);
  }

  /**
   * Lets pruned weights fade: {@code W~ = (m + (1 - m) d_t) * W}. Products are dense until the
   * factor is 0.
   *
   * @param next d_t
   * @return a new rule
   * @throws IllegalArgumentException unless this rule prunes
   */
  public ForwardRule fading(Fade next) {
    if (weights != Weights.PRUNED) {
      throw new IllegalArgumentException(
          "ForwardRule: fading is for pruned weights, these are " + name(weights));
    }
    Draft draft = new Draft(this);
    draft.fade = next;
    return new ForwardRule(draft);
  }

  /**
   * Computes the gradient of W from a random N:M part of the outputs' gradient: {@code dW =
   * sample(dY) X^T}, which equals {@code dY X^T} on average. Groups lie along the samples of a
   * batch (tokens of sequences), which the product sums over. dX is not sampled. In steps without a
   * structure the gradient is exact, as a dense end of a sparse training wants it.
   *
   * @param next how to sample
   * @return a new rule
   */
  public ForwardRule sampleGradient(GroupSampling next) {
    Draft draft = new Draft(this);
    draft.sampling = next;
    return new ForwardRule(draft);
  }

  /**
   * Simulates 8-bit floating point: both operands of the product as E4M3 (largest 448), both
   * operands of each product of the backward pass as E5M2 (largest 57344), each scaled by largest
   * number over largest magnitude of the matrix at hand, rounded to nearest even, and scaled back
   * after the product; see {@link Float8}. A sampled gradient is rounded after sampling. Products
   * run on rounded float32 copies, so this costs time and gains none. Evaluations are not rounded.
   *
   * @return a new rule
   */
  public ForwardRule float8() {
    Draft draft = new Draft(this);
    draft.float8 = true;
    return new ForwardRule(draft);
  }

  /**
   * Computes the scale of a soft threshold anew at every step. The paper of S-STE shows that this
   * fails: beta drives itself up. For experiments.
   *
   * @return a new rule
   */
  public ForwardRule movingScale() {
    Draft draft = new Draft(this);
    draft.frozenScale = false;
    return new ForwardRule(draft);
  }

  /**
   * Multiplies ranges of each row by trained factors A: {@code W~ = A * (...)}, the weight scaling
   * module of CAST (Huang et al., 2025, arXiv 2509.25996). They start at 1 and take no weight
   * decay; the mask looks at W alone, and exported weights have them multiplied in.
   *
   * @param groups factors of a row, each for equally many neighbouring columns; 2 in CAST
   * @return a new rule
   * @throws IllegalArgumentException if {@code groups} is below 1
   */
  public ForwardRule scaled(int groups) {
    Draft draft = new Draft(this);
    draft.factors = requirePositive("factors of a row", groups);
    return new ForwardRule(draft);
  }

  /**
   * Adds {@code B (P x)} to the product: P sums blocks of neighbouring inputs, B has a trained
   * number an output and block. It is SLoRB of AST (Huang et al., 2024, arXiv 2407.20584): when the
   * first training step begins, B is the mean over the block of the weights that the mask prunes,
   * kept ones counting as 0. Costs {@code 1 / width} of the dense parameters and products.
   *
   * @param width inputs of a block; 16 or 64 in AST
   * @return a new rule
   * @throws IllegalArgumentException if {@code width} is below 1
   */
  public ForwardRule blockSums(int width) {
    Draft draft = new Draft(this);
    draft.blocks = requirePositive("inputs of a block", width);
    return new ForwardRule(draft);
  }

  /**
   * Chooses masks by {@code |w_ij| |x_j|}, the score of Wanda (Sun et al., 2023, arXiv 2306.11695)
   * that AST trains with, instead of {@code |w_ij|}: {@code |x_j|} is the root of the mean square
   * of input j over all training batches so far; before the first one weights alone count.
   *
   * @return a new rule
   * @throws IllegalArgumentException for a soft threshold, which has no mask of its own
   */
  public ForwardRule byInputs() {
    if (weights == Weights.SOFT_THRESHOLD) {
      throw new IllegalArgumentException(
          "ForwardRule: a soft threshold chooses by weights alone, not by inputs");
    }
    Draft draft = new Draft(this);
    draft.byInputs = true;
    return new ForwardRule(draft);
  }

  private static int requirePositive(String name, int number) {
    if (number < 1) {
      throw new IllegalArgumentException(
          "ForwardRule: " + name + " (" + number + ") must be at least 1");
    }
    return number;
  }

  /**
   * Sets from where on products run on sparse kernels: where {@code samples * every >= factor *
   * density} with the samples of a batch, 2048 at first. Below, packing a new mask for the sparse
   * kernels takes longer than they gain, and a dense product runs on the pruned matrix. Results
   * differ in rounding.
   *
   * @param factor 0 for always, infinity for never
   * @return a new rule
   * @throws IllegalArgumentException if {@code factor} is negative
   */
  public ForwardRule sparseFrom(double factor) {
    if (!(factor >= 0)) {
      throw new IllegalArgumentException(
          "ForwardRule: factor of sparse products (" + factor + ") must not be negative");
    }
    Draft draft = new Draft(this);
    draft.sparseFrom = factor;
    return new ForwardRule(draft);
  }

  /**
   * Returns the structure over time.
   *
   * @return the schedule
   */
  public StructureSchedule structures() {
    return structures;
  }

  /**
   * Returns what training steps multiply with.
   *
   * @return the kind of weights
   */
  public Weights weights() {
    return weights;
  }

  /**
   * Returns how often masks are chosen.
   *
   * @return steps, at least 1
   */
  public int every() {
    return every;
  }

  /**
   * Returns what pruned weights are multiplied by.
   *
   * @return the fading, or empty for 0 from the first step on
   */
  public Optional<Fade> fade() {
    return Optional.ofNullable(fade);
  }

  /**
   * Returns how gradients are sampled.
   *
   * @return the sampling, or empty for exact gradients
   */
  public Optional<GroupSampling> sampling() {
    return Optional.ofNullable(sampling);
  }

  /**
   * Tells whether products simulate 8-bit floating point.
   *
   * @return true after {@link #float8()}
   */
  public boolean isFloat8() {
    return float8;
  }

  /**
   * Tells whether the scale of a soft threshold is kept.
   *
   * @return false after {@link #movingScale()}
   */
  public boolean keepsScale() {
    return frozenScale;
  }

  /**
   * Returns how many trained factors a row has.
   *
   * @return factors, 0 for none
   */
  public int factors() {
    return factors;
  }

  /**
   * Returns how many inputs a block has whose sum is used.
   *
   * @return inputs, 0 for no blocks
   */
  public int blockWidth() {
    return blocks;
  }

  /**
   * Tells whether inputs count in scores.
   *
   * @return true after {@link #byInputs()}
   */
  public boolean isByInputs() {
    return byInputs;
  }

  /**
   * Tells whether a product runs on sparse kernels.
   *
   * @param samples of the batch
   * @param density kept fraction
   * @return true if packing the mask pays
   */
  public boolean isSparse(int samples, double density) {
    return !float8 && (double) samples * every >= sparseFrom * density;
  }

  /**
   * Tells whether a product with a matrix that is packed for it alone runs on sparse kernels, such
   * as that of a sampled gradient.
   *
   * @param columns of the other operand
   * @param density kept fraction
   * @return true if packing the matrix pays
   */
  public boolean isSparseOnce(int columns, double density) {
    return !float8 && columns >= sparseFrom * density;
  }

  private static String name(Weights weights) {
    return weights.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  /** Returns the settings; rules with equal settings compute the same. */
  @Override
  public String toString() {
    return name(weights)
        + " "
        + structures
        + (every == 1 ? "" : " every " + every)
        + (byInputs ? " by inputs" : "")
        + (fade == null ? "" : ", " + fade)
        + (sampling == null ? "" : ", " + sampling)
        + (float8 ? ", float8" : "")
        + (frozenScale ? "" : ", moving scale")
        + (factors == 0 ? "" : ", " + factors + " factors")
        + (blocks == 0 ? "" : ", sums of " + blocks)
        + (sparseFrom == SPARSE_FROM ? "" : ", sparse from " + sparseFrom);
  }
}
