package org.sparse4j.train.autograd;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.Activation;
import org.sparse4j.kernels.operation.DenseKernels;
import org.sparse4j.kernels.operation.GemmForm;
import org.sparse4j.train.parameter.DenseParameter;
import org.sparse4j.train.parameter.SparseParameter;
import org.sparse4j.train.random.Streams;

/**
 * Runs operators on dense matrices, records them, and computes gradients by running them backwards.
 *
 * <p>A tape works in steps. {@link #startTraining} and {@link #startEvaluation} begin one and end
 * the one before: its variables and their matrices die and are reused, in the same order, so that a
 * steady loop allocates next to nothing. In an evaluation nothing needs a gradient and dropout does
 * nothing. One backward pass a step. For one thread at a time; the workspace's threads serve the
 * operators, and results do not depend on how many there are.
 *
 * <p>Every operator rejects operands that do not fit with an {@code IllegalArgumentException} that
 * names the shapes, and variables of another tape.
 */
public final class Tape {

  private static final Operator CROSS_ENTROPY = new Reduction.CrossEntropy();

  private final Kernels kernels;
  private final DenseKernels dense;
  private final Workspace workspace;
  private final Buffers buffers = new Buffers();
  private final List<Variable> variables = new ArrayList<>();
  private final List<Entry> entries = new ArrayList<>();
  private final List<SparseParameter> captured = new ArrayList<>();
  private final List<Variable> marks = new ArrayList<>();
  private int variableCount;
  private int entryCount;
  private boolean started;
  private boolean training;
  private boolean ranBackward;
  private double calibration;
  private int calibrated;
  private long seed;

  private Tape(Kernels kernels, Workspace workspace) {
    this.kernels = kernels;
    this.dense = kernels.dense();
    this.workspace = workspace;
  }

  /**
   * Makes an empty tape.
   *
   * @param kernels what computes
   * @param workspace scratch and threads; shared
   * @return a new tape; start a step before the first operator
   */
  public static Tape of(Kernels kernels, Workspace workspace) {
    return new Tape(kernels, workspace);
  }

  /**
   * Returns what computes.
   *
   * @return the kernels
   */
  public Kernels kernels() {
    return kernels;
  }

  /**
   * Returns scratch and threads.
   *
   * @return the workspace
   */
  public Workspace workspace() {
    return workspace;
  }

  DenseKernels dense() {
    return dense;
  }

  /**
   * Ends the step before and starts one with gradients.
   *
   * @param stepSeed seed of this step's dropout, for example {@code Streams.derive(runSeed, step)}
   */
  public void startTraining(long stepSeed) {
    end();
    started = true;
    training = true;
    seed = stepSeed;
  }

  /** Ends the step before and starts one without gradients and dropout. */
  public void startEvaluation() {
    end();
    started = true;
  }

  /**
   * Ends the step before and starts one without gradients and dropout that measures: batch norms
   * normalise by the batch, and take {@code share} of its mean and variance into their running
   * numbers, whatever their momentum. With the share of the batch in all samples so far, 1 for the
   * first, the running numbers become means over the samples.
   *
   * @param share of the batch in the running numbers, above 0 and up to 1
   * @throws IllegalArgumentException if it is out of range
   */
  public void startCalibration(double share) {
    if (!(share > 0 && share <= 1)) {
      throw new IllegalArgumentException(
          "startCalibration: share (" + share + ") must be above 0 and at most 1");
    }
    end();
    started = true;
    calibration = share;
  }

  /**
   * Returns how many batch norms this calibration has met so far.
   *
   * @return uses of a batch norm since {@link #startCalibration}; 0 in other steps
   */
  public int calibrated() {
    return calibrated;
  }

  /** Returns what a batch norm takes of this batch, 0 outside of calibrations; counts it. */
  double calibrate() {
    if (calibration > 0) {
      calibrated++;
    }
    return calibration;
  }

  /**
   * Ends the step: its variables and their matrices are dead, sparse parameters forget the operands
   * of the backward pass. Parameters keep their gradients. A second call does nothing.
   */
  public void end() {
    if (!started) {
      return;
    }
    for (int p = 0; p < captured.size(); p++) {
      captured.get(p).forgetCaptures();
    }
    captured.clear();
    marks.clear();
    buffers.recycle();
    variableCount = 0;
    entryCount = 0;
    started = false;
    training = false;
    ranBackward = false;
    calibration = 0;
    calibrated = 0;
  }

  /**
   * Tells which kind of step this is.
   *
   * @return true between {@code startTraining} and the next start or end
   */
  public boolean isTraining() {
    return training;
  }

  /**
   * Counts the multiplications and additions of the products of this step so far, forward and, in a
   * training step, backward. Functions, norms, biases and reorderings are left out, as is usual.
   * Allocates nothing.
   *
   * @param sink takes every product, in the order of the forward pass
   */
  public void countOperations(OperationSink sink) {
    for (int e = 0; e < entryCount; e++) {
      Entry entry = entries.get(e);
      entry.operator().countOperations(entry, sink);
    }
  }

  /**
   * Fills dead matrices with NaN when a step ends, so that whoever still reads them notices. For
   * debugging; costs a pass over all of them.
   *
   * @param enabled whether to do so
   * @return this tape
   */
  public Tape poisonDeadMatrices(boolean enabled) {
    buffers.poison(enabled);
    return this;
  }

  /**
   * Returns the bytes of all matrices this tape holds, in use or waiting.
   *
   * @return bytes of native memory; constant once steps repeat
   */
  public long bytes() {
    return buffers.bytes();
  }

  DenseMatrix take(int rows, int columns) {
    return buffers.take(rows, columns);
  }

  void captured(SparseParameter parameter) {
    captured.add(parameter);
  }

  private Variable nextVariable() {
    if (!started) {
      throw new IllegalStateException(
          "Tape: no step has been started; call startTraining(seed) or startEvaluation()");
    }
    if (variableCount == variables.size()) {
      variables.add(new Variable(this));
    }
    return variables.get(variableCount++);
  }

  /**
   * Marks a hidden state, which two networks can be compared by; blocks of transformers and mixers
   * mark their results.
   *
   * @param hidden a result of this step
   * @return the same variable
   */
  public Variable mark(Variable hidden) {
    marks.add(hidden);
    return hidden;
  }

  /**
   * Returns the hidden states that were marked in this step.
   *
   * @return a live view, in order; empty when the step ends
   */
  public List<Variable> marks() {
    return Collections.unmodifiableList(marks);
  }

  /**
   * Puts a matrix on the tape that needs no gradient: data.
   *
   * @param matrix features x batch; shared, not to be changed before the step ends
   * @return a variable
   */
  public Variable input(DenseMatrix matrix) {
    Variable variable = nextVariable();
    variable.reuse(matrix, false);
    return variable;
  }

  /**
   * Puts a matrix on the tape whose gradient is wanted.
   *
   * @param matrix the value; shared, not to be changed before the step ends
   * @return a leaf; read its {@code gradient()} after {@link #backward}
   */
  public Variable variable(DenseMatrix matrix) {
    Variable variable = nextVariable();
    variable.reuse(matrix, training);
    return variable;
  }

  /**
   * Puts a dense parameter on the tape; its gradient is the parameter's.
   *
   * @param parameter the parameter
   * @return a leaf on the parameter's matrix
   */
  public Variable parameter(DenseParameter parameter) {
    Variable variable = nextVariable();
    variable.reuse(parameter, training);
    return variable;
  }

  /**
   * Applies an operator, one of your own perhaps.
   *
   * @param operator what to compute
   * @param rows rows of the result
   * @param columns columns of the result
   * @param inputs its inputs
   * @return the result
   */
  public Variable apply(Operator operator, int rows, int columns, Variable... inputs) {
    Entry entry = begin(operator);
    for (Variable input : inputs) {
      feed(entry, input);
    }
    return run(entry, rows, columns);
  }

  private Entry begin(Operator operator) {
    Variable output = nextVariable();
    if (entryCount == entries.size()) {
      entries.add(new Entry(this));
    }
    Entry entry = entries.get(entryCount++);
    entry.reuse(operator, output);
    output.begin(training && operator.trains());
    return entry;
  }

  private void feed(Entry entry, Variable input) {
    if (input.tape() != this) {
      throw new IllegalArgumentException(
          entry.operator().label() + ": " + input + " is on another tape");
    }
    entry.addInput(input);
    if (input.needsGradient()) {
      entry.outputVariable().begin(true);
    }
  }

  private Variable run(Entry entry, int rows, int columns) {
    Variable output = entry.outputVariable();
    output.setValue(take(rows, columns));
    entry.operator().forward(entry);
    return output;
  }

  private Entry begin(Operator operator, Variable x) {
    Entry entry = begin(operator);
    feed(entry, x);
    return entry;
  }

  private Variable unary(Operator operator, Variable x) {
    return run(begin(operator, x), x.rows(), x.columns());
  }

  private Variable binary(Operator operator, Variable a, Variable b) {
    Checks.sameShape(operator, a, b);
    Entry entry = begin(operator, a);
    feed(entry, b);
    return run(entry, a.rows(), a.columns());
  }

  /**
   * Computes {@code c = a + b}.
   *
   * @param a summand
   * @param b summand of the same shape
   * @return the sum
   */
  public Variable add(Variable a, Variable b) {
    return binary(Elementwise.ADD, a, b);
  }

  /**
   * Computes {@code c = a - b}.
   *
   * @param a minuend
   * @param b subtrahend of the same shape
   * @return the difference
   */
  public Variable subtract(Variable a, Variable b) {
    return binary(Elementwise.SUBTRACT, a, b);
  }

  /**
   * Computes {@code c = a * b} element by element.
   *
   * @param a factor
   * @param b factor of the same shape
   * @return the product
   */
  public Variable multiply(Variable a, Variable b) {
    return binary(Elementwise.MULTIPLY, a, b);
  }

  /**
   * Computes {@code c = a / b} element by element.
   *
   * @param a dividend
   * @param b divisor of the same shape
   * @return the quotient
   */
  public Variable divide(Variable a, Variable b) {
    return binary(Elementwise.DIVIDE, a, b);
  }

  /**
   * Computes {@code y = factor * x}.
   *
   * @param factor a constant
   * @param x the elements
   * @return the product
   */
  public Variable scale(float factor, Variable x) {
    Entry entry = begin(Elementwise.SCALE, x);
    entry.number = factor;
    return run(entry, x.rows(), x.columns());
  }

  /**
   * Computes {@code y = exp(x)}.
   *
   * @param x the elements
   * @return the result
   */
  public Variable exp(Variable x) {
    return unary(Elementwise.EXP, x);
  }

  /**
   * Computes {@code y = ln(x)}.
   *
   * @param x the elements
   * @return the result
   */
  public Variable log(Variable x) {
    return unary(Elementwise.LOG, x);
  }

  /**
   * Computes {@code y = sqrt(x)}; the gradient at 0 is infinite.
   *
   * @param x the elements
   * @return the result
   */
  public Variable sqrt(Variable x) {
    return unary(Elementwise.SQRT, x);
  }

  /**
   * Computes {@code y = x^2}.
   *
   * @param x the elements
   * @return the result
   */
  public Variable square(Variable x) {
    return unary(Elementwise.SQUARE, x);
  }

  /**
   * Computes {@code y = f(x)}; the gradient of RELU at 0 is 0.
   *
   * @param function f
   * @param x the elements
   * @return the result; x itself for {@link Activation#IDENTITY}
   */
  public Variable activate(Activation function, Variable x) {
    return function == Activation.IDENTITY ? x : unary(Activate.of(function), x);
  }

  /**
   * Computes {@code y = f(x; p)} element by element, in double on the calling thread. The gradient
   * of the numbers is their sum over all elements.
   *
   * @param function f
   * @param x the elements
   * @param numbers p, 1 x {@code function.numbers()}
   * @return the result
   */
  public Variable activate(ScalarFunction function, Variable x, Variable numbers) {
    ScalarCall call = ScalarCall.of(function);
    if (numbers.rows() != 1 || numbers.columns() != function.numbers()) {
      throw new IllegalArgumentException(
          call.label() + ": numbers (" + numbers.shape() + ") must be 1x" + function.numbers());
    }
    Entry entry = begin(call, x);
    feed(entry, numbers);
    return run(entry, x.rows(), x.columns());
  }

  /**
   * Drops elements at random and scales the others by {@code 1 / (1 - rate)} (Srivastava et al.,
   * Dropout, 2014); what is dropped follows from the step's seed and the place on the tape.
   *
   * @param rate fraction to drop, in [0, 1)
   * @param x the elements
   * @return the result; x itself in an evaluation or for rate 0
   */
  public Variable dropout(float rate, Variable x) {
    Checks.rate("dropout", rate);
    if (!training || rate == 0) {
      return x;
    }
    Entry entry = begin(Elementwise.DROPOUT, x);
    entry.number = rate;
    entry.seed = Streams.derive(seed, entryCount);
    return run(entry, x.rows(), x.columns());
  }

  /**
   * Computes {@code C = op(A) op(B)}.
   *
   * @param form which operands are transposed
   * @param a left operand
   * @param b right operand
   * @return the product
   */
  public Variable matmul(GemmForm form, Variable a, Variable b) {
    Checks.inner(form, a, b);
    Entry entry = begin(MatrixProduct.of(form), a);
    feed(entry, b);
    int rows = form == GemmForm.ATB ? a.columns() : a.rows();
    return run(entry, rows, form == GemmForm.ABT ? b.rows() : b.columns());
  }

  /**
   * Computes {@code Y = f(A X + b)}.
   *
   * @param map weights, bias and function
   * @param x inputs, {@code map.columns()} x batch
   * @return outputs, {@code map.rows()} x batch
   * @throws IllegalStateException if the weights were neither initialised nor loaded
   */
  public Variable affine(Affine map, Variable x) {
    Checks.inputs(map, x);
    map.requireReady();
    return run(begin(map, x), map.rows(), x.columns());
  }

  /**
   * Computes {@code y_ij = x_ij + b_i}.
   *
   * @param x features x batch
   * @param bias 1 x features
   * @return the sum
   */
  public Variable addBias(Variable x, Variable bias) {
    Checks.row(Columnwise.ADD_BIAS, "bias", bias, x);
    Entry entry = begin(Columnwise.ADD_BIAS, x);
    feed(entry, bias);
    return run(entry, x.rows(), x.columns());
  }

  /**
   * Normalises every sample: {@code y_ij = gamma_i (x_ij - mean_j) / sqrt(variance_j + epsilon) +
   * beta_i} (Ba, Kiros and Hinton, Layer normalization, 2016, arXiv 1607.06450).
   *
   * @param x features x batch
   * @param gamma 1 x features
   * @param beta 1 x features
   * @param epsilon added to the variance, above 0
   * @return the result
   */
  public Variable layerNorm(Variable x, Variable gamma, Variable beta, float epsilon) {
    Checks.row(Columnwise.LAYER_NORM, "gamma", gamma, x);
    Checks.row(Columnwise.LAYER_NORM, "beta", beta, x);
    Entry entry = begin(Columnwise.LAYER_NORM, x);
    feed(entry, gamma);
    feed(entry, beta);
    entry.number = epsilon;
    return run(entry, x.rows(), x.columns());
  }

  /**
   * Divides every sample by its root mean square: {@code y_ij = gamma_i x_ij / sqrt(mean_l x_lj^2 +
   * epsilon)} (Zhang and Sennrich, Root mean square layer normalization, 2019, arXiv 1910.07467).
   *
   * @param x features x batch
   * @param gamma 1 x features
   * @param epsilon added to the mean square, above 0
   * @return the result
   */
  public Variable rmsNorm(Variable x, Variable gamma, float epsilon) {
    Checks.row(Columnwise.RMS_NORM, "gamma", gamma, x);
    Entry entry = begin(Columnwise.RMS_NORM, x);
    feed(entry, gamma);
    entry.number = epsilon;
    return run(entry, x.rows(), x.columns());
  }

  /**
   * Computes {@code y = silu(gate) * up} element by element (Shazeer, GLU variants improve
   * transformer, 2020, arXiv 2002.05202); nothing is kept for the backward pass.
   *
   * @param gate what opens and closes
   * @param up what passes, of the same shape
   * @return the product
   */
  public Variable swiGlu(Variable gate, Variable up) {
    return binary(Elementwise.SWIGLU, gate, up);
  }

  /**
   * Looks up rows of a table: {@code y_ij = table_(t_j, i)}. The gradient of a row is the sum of
   * its columns' gradients, added up in the order of the columns.
   *
   * @param table one row of features a token
   * @param tokens rows to look up, at least {@code count} of them; not kept
   * @param count number of columns of the result
   * @return features x count
   */
  public Variable embedding(Variable table, int[] tokens, int count) {
    Checks.tokens(table, tokens, count);
    Entry entry = begin(Lookup.INSTANCE, table);
    entry.keepInts(tokens, count, count);
    return run(entry, table.columns(), count);
  }

  /**
   * Computes multi-head self-attention of sequences (Vaswani et al., Attention is all you need,
   * 2017, arXiv 1706.03762): {@code O_h = V_h softmax(K_h^T Q_h / sqrt(d))} for every head h of d
   * rows and every sequence of {@code time} columns; a column of the softmax is a query.
   *
   * <p>{@code 4 time} operations an element of the result; keeps {@code heads * time} floats a
   * column for the backward pass.
   *
   * @param q queries, features x (batch * time), one sequence after the other
   * @param k keys, of the same shape
   * @param v values, of the same shape
   * @param heads number of heads, a divisor of the features
   * @param time columns of one sequence, a divisor of the columns
   * @param causal whether a query sees no key that comes after it in its sequence
   * @return the heads one below the other, of the same shape
   */
  public Variable attention(
      Variable q, Variable k, Variable v, int heads, int time, boolean causal) {
    return attention(q, k, v, heads, time, causal, 0);
  }

  /**
   * Computes attention like {@link #attention(Variable, Variable, Variable, int, int, boolean)},
   * dropping some of the softmax's probabilities in training, as {@link #dropout} does.
   *
   * @param q queries, features x (batch * time), one sequence after the other
   * @param k keys, of the same shape
   * @param v values, of the same shape
   * @param heads number of heads, a divisor of the features
   * @param time columns of one sequence, a divisor of the columns
   * @param causal whether a query sees no key that comes after it in its sequence
   * @param dropout fraction of the probabilities to drop in a training step, in [0, 1)
   * @return the heads one below the other, of the same shape
   */
  public Variable attention(
      Variable q, Variable k, Variable v, int heads, int time, boolean causal, float dropout) {
    Checks.attention(q, k, v, heads, time);
    Checks.rate("attention", dropout);
    Entry entry = begin(Attention.INSTANCE, q);
    entry.number = training ? dropout : 0;
    entry.seed = Streams.derive(seed, entryCount);
    feed(entry, k);
    feed(entry, v);
    entry.from = heads;
    entry.to = time;
    entry.flag = causal;
    return run(entry, q.rows(), q.columns());
  }

  /**
   * Cuts images into the patches that a window sees: {@code y_(k, p B + b)} is element k of window
   * p in sample b, padding being 0. A product with {@code filters x patch} weights makes it a
   * convolution; {@link #positionsToRows} brings the result back to images.
   *
   * @param window the window
   * @param x {@code window.inputs()} x B
   * @return {@code window.patch()} x (positions * B), position by position
   */
  public Variable patches(Window window, Variable x) {
    int columns = Math.multiplyExact(window.positions(), x.columns());
    return windowed(Windowed.PATCHES, window, x, window.patch(), columns);
  }

  /**
   * Takes the largest number of every window of every channel; padding takes no part. The gradient
   * goes to the first of equal numbers; NaN is larger than every number.
   *
   * @param window the window
   * @param x {@code window.inputs()} x batch
   * @return (channels * positions) x batch
   */
  public Variable maxPool(Window window, Variable x) {
    int rows = Math.multiplyExact(window.channels(), window.positions());
    return windowed(Windowed.MAX_POOL, window, x, rows, x.columns());
  }

  /**
   * Takes the mean of every window of every channel, over what lies inside of the image.
   *
   * @param window the window
   * @param x {@code window.inputs()} x batch
   * @return (channels * positions) x batch
   */
  public Variable averagePool(Window window, Variable x) {
    int rows = Math.multiplyExact(window.channels(), window.positions());
    return windowed(Windowed.AVERAGE_POOL, window, x, rows, x.columns());
  }

  private Variable windowed(Windowed operator, Window window, Variable x, int rows, int columns) {
    Checks.image(operator, window, x);
    Entry entry = begin(operator, x);
    entry.window(window);
    return run(entry, rows, columns);
  }

  /**
   * Normalises every channel over the batch.
   *
   * @param norm factors, shifts and running numbers
   * @param x rows a multiple of the channels, channel by channel, x batch
   * @return the result, of the same shape
   */
  public Variable batchNorm(BatchNormalization norm, Variable x) {
    if (x.rows() % norm.channels() != 0) {
      throw new IllegalArgumentException(
          "batchNorm: channels (" + norm.channels() + ") must divide the rows; X is " + x.shape());
    }
    return unary(norm, x);
  }

  /**
   * Turns columns of positions into rows: element {@code (d, p B + b)} goes to {@code (d P + p,
   * b)}.
   *
   * @param x features x (P * B), position by position, as {@link #patches} gives them
   * @param positions P, a divisor of the columns
   * @return (features * P) x B
   */
  public Variable positionsToRows(Variable x, int positions) {
    Checks.divides(Layout.POSITIONS_TO_ROWS, "positions", positions, x);
    int rows = Math.multiplyExact(x.rows(), positions);
    return laidOut(Layout.POSITIONS_TO_ROWS, x, positions, rows, x.columns() / positions);
  }

  /**
   * Puts the positions of a sample side by side: element {@code (d, p B + b)} goes to {@code (d, b
   * P + p)}, the order of sequences.
   *
   * @param x features x (P * B), position by position, as {@link #patches} gives them
   * @param positions P, a divisor of the columns
   * @return features x (B * P), sample by sample
   */
  public Variable positionsToTokens(Variable x, int positions) {
    Checks.divides(Layout.POSITIONS_TO_TOKENS, "positions", positions, x);
    return laidOut(Layout.POSITIONS_TO_TOKENS, x, positions, x.rows(), x.columns());
  }

  /**
   * Swaps the features and tokens of every sample: element {@code (d, b P + p)} goes to {@code (p,
   * b D + d)}, so that a product mixes tokens.
   *
   * @param x D features x (batch * P), sample by sample
   * @param tokens P, a divisor of the columns
   * @return P x (batch * D)
   */
  public Variable transposeTokens(Variable x, int tokens) {
    Checks.divides(Layout.TRANSPOSE_TOKENS, "tokens", tokens, x);
    int columns = Math.multiplyExact(x.columns() / tokens, x.rows());
    return laidOut(Layout.TRANSPOSE_TOKENS, x, tokens, tokens, columns);
  }

  /**
   * Takes the mean over the tokens of every sample.
   *
   * @param x features x (batch * tokens), sample by sample
   * @param tokens tokens of a sample, a divisor of the columns
   * @return features x batch
   */
  public Variable meanTokens(Variable x, int tokens) {
    Checks.divides(Layout.MEAN_TOKENS, "tokens", tokens, x);
    return laidOut(Layout.MEAN_TOKENS, x, tokens, x.rows(), x.columns() / tokens);
  }

  private Variable laidOut(Layout operator, Variable x, int count, int rows, int columns) {
    Entry entry = begin(operator, x);
    entry.from = count;
    return run(entry, rows, columns);
  }

  /**
   * Computes the softmax of every sample.
   *
   * @param x classes x batch
   * @return probabilities; every column adds up to 1
   */
  public Variable softmax(Variable x) {
    return unary(Columnwise.SOFTMAX, x);
  }

  /**
   * Computes the logarithm of the softmax of every sample.
   *
   * @param x classes x batch
   * @return logarithms of probabilities
   */
  public Variable logSoftmax(Variable x) {
    return unary(Columnwise.LOG_SOFTMAX, x);
  }

  /**
   * Computes the softmax cross-entropy, averaged over the batch. The target of a sample is {@code 1
   * - smoothing} at its label plus {@code smoothing / classes} everywhere.
   *
   * @param logits classes x batch
   * @param labels one class a sample, at least batch of them; not kept
   * @param smoothing label smoothing in [0, 1)
   * @return the loss, 1 x 1
   */
  public Variable crossEntropy(Variable logits, int[] labels, float smoothing) {
    return crossEntropy(logits, labels, smoothing, false, 0);
  }

  /**
   * Computes the softmax cross-entropy like {@link #crossEntropy(Variable, int[], float)}, averaged
   * over the samples that have a label: a target that is to be passed over, such as the token after
   * the end of a text, has the label {@code ignored} and gets no gradient.
   *
   * @param logits classes x batch
   * @param labels one class a sample or {@code ignored}, at least batch of them; not kept
   * @param smoothing label smoothing in [0, 1)
   * @param ignored what stands for no label, outside of [0, classes) as a rule; -1 for example
   * @return the loss, 1 x 1; 0 if every sample is ignored
   */
  public Variable crossEntropy(Variable logits, int[] labels, float smoothing, int ignored) {
    return crossEntropy(logits, labels, smoothing, true, ignored);
  }

  private Variable crossEntropy(
      Variable logits, int[] labels, float smoothing, boolean ignoring, int ignored) {
    Checks.labels(logits, labels, smoothing, ignoring, ignored);
    Entry entry = begin(CROSS_ENTROPY, logits);
    entry.number = smoothing;
    Reduction.CrossEntropy.keepLabels(entry, labels, logits.columns(), ignoring, ignored);
    return run(entry, 1, 1);
  }

  /**
   * Computes {@code mean_ij (a_ij - b_ij)^2}.
   *
   * @param a predictions
   * @param b targets of the same shape
   * @return the loss, 1 x 1
   */
  public Variable meanSquaredError(Variable a, Variable b) {
    Checks.sameShape(Reduction.MEAN_SQUARED_ERROR, a, b);
    Entry entry = begin(Reduction.MEAN_SQUARED_ERROR, a);
    feed(entry, b);
    return run(entry, 1, 1);
  }

  /**
   * Computes the sum of all elements.
   *
   * @param x the elements
   * @return the sum, 1 x 1
   */
  public Variable sum(Variable x) {
    return run(begin(Reduction.SUM, x), 1, 1);
  }

  /**
   * Computes the mean of all elements.
   *
   * @param x the elements
   * @return the mean, 1 x 1
   */
  public Variable mean(Variable x) {
    return run(begin(Reduction.MEAN, x), 1, 1);
  }

  /**
   * Returns rows {@code from} to {@code to - 1}, a view on the same memory.
   *
   * @param x the matrix
   * @param from first row
   * @param to row after the last
   * @return the rows
   */
  public Variable rows(Variable x, int from, int to) {
    if (from < 0 || to < from || to > x.rows()) {
      throw new IllegalArgumentException(
          "rows: " + from + " to " + to + " must lie in 0 to " + x.rows() + "; X is " + x.shape());
    }
    Entry entry = begin(RowRange.ROWS, x);
    entry.from = from;
    entry.to = to;
    entry.outputVariable().setValue(entry.rows(0, x.value(), from, to));
    return entry.outputVariable();
  }

  /**
   * Puts matrices one below the other.
   *
   * @param parts matrices with the same number of columns, at least one
   * @return all their rows
   */
  public Variable concatenateRows(List<Variable> parts) {
    int rows = Checks.rowsOf(parts);
    Entry entry = begin(RowRange.CONCATENATE);
    for (int p = 0; p < parts.size(); p++) {
      feed(entry, parts.get(p));
    }
    return run(entry, rows, parts.get(0).columns());
  }

  /**
   * Computes the gradients of a loss by running the recorded operators backwards. Adds to the
   * gradients of parameters; fills those of leaves and of retained results.
   *
   * @param loss a 1 x 1 result of this step
   * @throws IllegalArgumentException if the loss has another shape or is on another tape
   * @throws IllegalStateException if the loss depends on nothing that needs a gradient, or the step
   *     has run backwards already
   */
  public void backward(Variable loss) {
    if (loss.tape() != this || loss.rows() != 1 || loss.columns() != 1) {
      throw new IllegalArgumentException(
          "backward: the loss must be a 1x1 variable of this tape, it is " + loss);
    }
    if (ranBackward) {
      throw new IllegalStateException(
          "backward: this step has run backwards already; add up the losses and run once");
    }
    if (!loss.needsGradient()) {
      throw new IllegalStateException(
          "backward: the loss depends on nothing that needs a gradient"
              + (training ? "" : "; the step is an evaluation"));
    }
    ranBackward = true;
    loss.accumulator(dense, workspace).set(0, 0, 1);
    for (int e = entryCount - 1; e >= 0; e--) {
      Entry entry = entries.get(e);
      Variable output = entry.outputVariable();
      if (output.needsGradient() && output.isFilled()) {
        entry.operator().backward(entry);
      }
    }
  }

  /** Returns kernels, kind of step and number of operators. */
  @Override
  public String toString() {
    return "Tape on "
        + kernels
        + (training ? ", training" : ", not training")
        + ", "
        + entryCount
        + " operators";
  }
}
