package org.sparse4j.train.layer;

import java.util.List;
import java.util.OptionalInt;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.Epilogue;
import org.sparse4j.kernels.operation.GemmForm;
import org.sparse4j.kernels.operation.Scoring;
import org.sparse4j.mask.Mask;
import org.sparse4j.mask.Unstructured;
import org.sparse4j.train.autograd.Entry;
import org.sparse4j.train.autograd.OperationSink;
import org.sparse4j.train.autograd.Operator;
import org.sparse4j.train.autograd.Tape;
import org.sparse4j.train.autograd.Variable;
import org.sparse4j.train.parameter.DenseParameter;
import org.sparse4j.train.parameter.Initializer;
import org.sparse4j.train.parameter.Parameter;

/**
 * A layer {@code y = (W * m) x + b} whose mask m keeps the weights of largest trained score {@code
 * |s|}: the operation of DASS (Mousavi, Loni, Alibeigi and Daneshtalab, DASS: differentiable
 * architecture search for sparse neural networks, 2023, arXiv 2207.06968), after Hydra (Sehwag et
 * al., 2020, arXiv 2002.10509) and edge-popup (Ramanujan et al., 2020, arXiv 1911.13299).
 *
 * <p>Three phases, chosen with {@link #enter}: dense weights; scores, which start as {@code |w| /
 * max |w|} and get the straight-through gradient {@code dL/d(w m) w sign(s)} at all positions while
 * the weights rest; kept weights under a mask that rests. What rests has no gradient, so an
 * optimizer leaves it alone. Products are dense and weights and scores both stored: for searches,
 * not for speed. Phase and density are not in files: enter the phase before a checkpoint is
 * resumed; one of another phase is refused.
 */
public final class ScoredLinear implements Layer {

  /** What is trained. */
  public enum Phase {
    /** All weights. */
    DENSE,

    /** Scores, and so the mask; weights rest. */
    SCORES,

    /** Kept weights; the mask rests. */
    KEPT_WEIGHTS
  }

  private final DenseParameter weight;
  private final DenseParameter scores;
  private final DenseParameter bias;
  private final long[] words;
  private Phase phase = Phase.DENSE;
  private double density = 1;

  private ScoredLinear(int inputs, int outputs) {
    weight = DenseParameter.create("weight", outputs, inputs, true, Initializer.normal(2));
    scores = DenseParameter.create("scores", outputs, inputs, false, Initializer.constant(1));
    bias = DenseParameter.bias("bias", outputs);
    words = new long[Math.multiplyExact(outputs, Math.ceilDiv(inputs, Long.SIZE))];
  }

  /**
   * Makes a layer in the phase of dense weights. Row i starts from N(0, 2 / inputs).
   *
   * @param inputs number of inputs, at least 1
   * @param outputs number of outputs, at least 1
   * @return a new layer, to be initialised or loaded
   * @throws IllegalArgumentException if a size is below 1
   */
  public static ScoredLinear of(int inputs, int outputs) {
    Parts.requirePositive("ScoredLinear", "inputs", inputs);
    Parts.requirePositive("ScoredLinear", "outputs", outputs);
    return new ScoredLinear(inputs, outputs);
  }

  /**
   * Goes to a phase.
   *
   * @param next what is trained from now on
   * @param kept fraction of the weights that the mask keeps, in [0, 1]; of dense weights 1
   * @return this layer
   * @throws IllegalArgumentException if the fraction is out of range
   */
  public ScoredLinear enter(Phase next, double kept) {
    if (!(kept >= 0 && kept <= 1) || (next == Phase.DENSE && kept != 1)) {
      throw new IllegalArgumentException(
          "ScoredLinear: density ("
              + kept
              + ") must be between 0 and 1, and 1 in the phase "
              + Phase.DENSE
              + "; the phase is "
              + next);
    }
    phase = next;
    density = kept;
    return this;
  }

  /**
   * Starts the scores at {@code |w| / max |w|}; call it when the phase of scores is entered for the
   * first time, not when a training of it is resumed.
   *
   * @throws IllegalStateException if the weights were neither drawn nor loaded
   */
  public void startScores() {
    requireReady();
    DenseMatrix w = weight.value();
    float largest = 0;
    for (int i = 0; i < w.rows(); i++) {
      for (int j = 0; j < w.columns(); j++) {
        largest = Math.max(largest, Math.abs(w.get(i, j)));
      }
    }
    for (int i = 0; i < w.rows(); i++) {
      for (int j = 0; j < w.columns(); j++) {
        scores.value().set(i, j, largest == 0 ? 1 : Math.abs(w.get(i, j)) / largest);
      }
    }
  }

  private void requireReady() {
    if (!weight.isInitialised()) {
      throw new IllegalStateException(
          "ScoredLinear: " + weight + " has no numbers yet; call initialise(seed) or load them");
    }
  }

  /**
   * Returns the mask of the current scores.
   *
   * @param kernels what selects
   * @param workspace scratch and threads
   * @return the {@code size - floor((1 - density) size)} positions of largest score, ties to the
   *     lower position
   */
  public Mask mask(Kernels kernels, Workspace workspace) {
    choose(kernels, workspace);
    return Mask.copyOf(weight.value().rows(), weight.value().columns(), words);
  }

  /**
   * Returns the kept weights.
   *
   * @param kernels what selects
   * @param workspace scratch and threads
   * @return a new matrix; give it to {@code SparseLinear.of} to go on sparse
   */
  public CsrMatrix toCsr(Kernels kernels, Workspace workspace) {
    return CsrMatrix.fromDense(weight.value(), mask(kernels, workspace));
  }

  private void choose(Kernels kernels, Workspace workspace) {
    DenseMatrix s = scores.value();
    long count = new LayerShape("scores", List.of(s.rows(), s.columns())).stored(density);
    kernels.masks().keepLargest(workspace, new Unstructured(count), Scoring.MAGNITUDE, s, words);
  }

  private boolean keeps(int i, int j) {
    int perRow = Math.ceilDiv(weight.value().columns(), Long.SIZE);
    return (words[i * perRow + (j >> 6)] >>> j & 1) != 0;
  }

  /** {@code Y = (W * m) X}; inputs are x, W and s. */
  private final class Product implements Operator {
    private static final int MASKED = 0;
    private static final int GRADIENT = 1;

    @Override
    public String label() {
      return "scored";
    }

    @Override
    public void forward(Entry e) {
      DenseMatrix used = e.saved(MASKED, e.value(1).rows(), e.value(1).columns());
      choose(e.kernels(), e.workspace());
      float[] row = new float[used.columns()];
      for (int i = 0; i < used.rows(); i++) {
        e.value(1).getRow(i, row, 0);
        for (int j = 0; j < row.length; j++) {
          row[j] = keeps(i, j) ? row[j] : 0;
        }
        used.setRow(i, row, 0);
      }
      e.dense().gemm(e.workspace(), GemmForm.AB, used, e.value(0), Epilogue.none(), e.output());
    }

    @Override
    public void backward(Entry e) {
      DenseMatrix dy = e.outputGradient();
      DenseMatrix w = e.value(1);
      DenseMatrix used = e.saved(MASKED, w.rows(), w.columns());
      if (e.needsGradient(1) || e.needsGradient(2)) {
        DenseMatrix full = e.saved(GRADIENT, w.rows(), w.columns());
        e.dense().gemm(e.workspace(), GemmForm.ABT, dy, e.value(0), Epilogue.none(), full);
        float[] row = new float[w.columns()];
        float[] factors = new float[w.columns()];
        for (int input = 1; input <= 2; input++) {
          if (e.needsGradient(input)) {
            DenseMatrix sum = e.gradientTarget(input);
            for (int i = 0; i < w.rows(); i++) {
              full.getRow(i, row, 0);
              factors(input, i, factors);
              for (int j = 0; j < row.length; j++) {
                row[j] *= factors[j];
              }
              sum.setRow(i, row, 0);
            }
            e.gradientWritten(input);
          }
        }
      }
      if (e.needsGradient(0)) {
        DenseMatrix dx = e.gradientTarget(0);
        e.dense().gemm(e.workspace(), GemmForm.ATB, used, dy, Epilogue.none(), dx);
        e.gradientWritten(0);
      }
    }

    /** The mask for weights, {@code w sign(s)} for scores. */
    private void factors(int input, int i, float[] factors) {
      for (int j = 0; j < factors.length; j++) {
        float w = weight.value().get(i, j);
        factors[j] = input == 1 ? (keeps(i, j) ? 1 : 0) : scores.value().get(i, j) < 0 ? -w : w;
      }
    }

    @Override
    public void countOperations(Entry e, OperationSink sink) {
      double forward = 2.0 * e.value(1).rows() * e.value(1).columns() * e.output().columns();
      sink.product(weight.name(), forward, forward, e.needsBackward() ? 2 * forward : 0);
    }
  }

  private final Product product = new Product();

  @Override
  public Variable forward(Tape tape, Variable x) {
    requireReady();
    if (x.rows() != weight.value().columns()) {
      throw new IllegalArgumentException(
          "ScoredLinear: rows of the input ("
              + x.rows()
              + ") must be the inputs of the layer ("
              + weight.value().columns()
              + ")");
    }
    Variable w = phase == Phase.SCORES ? tape.input(weight.value()) : tape.parameter(weight);
    Variable s = phase == Phase.SCORES ? tape.parameter(scores) : tape.input(scores.value());
    Variable y = tape.apply(product, weight.value().rows(), x.columns(), x, w, s);
    return tape.addBias(y, phase == Phase.SCORES ? tape.input(bias.value()) : tape.parameter(bias));
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(weight, scores, bias);
  }

  @Override
  public OptionalInt inputs() {
    return OptionalInt.of(weight.value().columns());
  }

  @Override
  public int outputs(int inputs) {
    return weight.value().rows();
  }

  /** Returns sizes, phase and density. */
  @Override
  public String toString() {
    return "ScoredLinear "
        + weight.value().columns()
        + " -> "
        + weight.value().rows()
        + ", "
        + phase
        + " "
        + density;
  }
}
