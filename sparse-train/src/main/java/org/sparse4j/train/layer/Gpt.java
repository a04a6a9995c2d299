package org.sparse4j.train.layer;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.sparse4j.kernels.operation.Activation;
import org.sparse4j.train.autograd.Affine;
import org.sparse4j.train.autograd.Tape;
import org.sparse4j.train.autograd.Variable;
import org.sparse4j.train.parameter.Initializer;
import org.sparse4j.train.parameter.Parameter;

/**
 * A decoder-only language model: embeddings of tokens and positions, causal transformer blocks, a
 * norm and a head of one logit a token (Radford et al., Language models are unsupervised multitask
 * learners, 2019).
 *
 * <p>Weights start from N(0, 0.02^2), those of the two projections back to the residual stream from
 * N(0, 0.02^2 / (2 layers)), biases at 0, norms at 1.
 *
 * <p>As a layer it takes token numbers as floats, {@code time x batch} with {@code time} at most
 * the context, and gives {@code vocabulary x (batch * time)}, one sequence after the other; {@code
 * Loss.nextToken()} of the package above trains it.
 *
 * <pre>{@code
 * Gpt model =
 *     Gpt.builder().vocabulary(256).context(64).width(128).heads(4).layers(2)
 *         .weights(LinearFactory.sparse())
 *         .build();
 * model.initialise(42);
 * }</pre>
 */
public final class Gpt implements Layer {

  private final Parts parts = new Parts();
  private final Embedding tokens;
  private final PositionEmbedding positions;
  private final List<TransformerBlock> blocks = new ArrayList<>();
  private final Layer norm;
  private final @Nullable AffineLayer separateHead;
  private final Affine head;
  private final int vocabulary;
  private final int context;
  private final float dropout;

  private Gpt(Builder b) {
    vocabulary = b.vocabulary;
    context = b.context;
    dropout = (float) b.dropout;
    tokens = parts.add("tokens", Embedding.of(vocabulary, b.width));
    positions = parts.add("positions", PositionEmbedding.of(context, b.width));
    for (int l = 0; l < b.layers; l++) {
      blocks.add(parts.add("blocks." + l, b.block()));
    }
    norm = parts.add("norm", b.norm());
    if (b.tied) {
      separateHead = null;
      head = Affine.dense(tokens.table());
    } else {
      AffineLayer layer =
          b.weights.create("head", b.width, vocabulary, TransformerBlock.normal(b.width, 1));
      separateHead =
          parts.add("head", Parts.requireSizes("Gpt", "head", layer, b.width, vocabulary));
      head = layer.map();
    }
  }

  /**
   * Starts a description: a vocabulary of 256, a context of 64, a width of 128, 4 heads, 2 layers,
   * layer norm, GELU with an inner width of 4 widths, a tied head, no dropout and dense weights.
   *
   * @return a builder
   */
  public static Builder builder() {
    return new Builder();
  }

  /** Collects what a model is made of. */
  public static final class Builder {
    private int vocabulary = 256;
    private int context = 64;
    private int width = 128;
    private int heads = 4;
    private int layers = 2;
    private int inner;
    private boolean rms;
    private boolean gated;
    private boolean tied = true;
    private double dropout;
    private Activation function = Activation.GELU;
    private LinearFactory weights = LinearFactory.dense();

    private Builder() {}

    /**
     * Sets the number of tokens.
     *
     * @param count at least 1
     * @return this builder
     */
    public Builder vocabulary(int count) {
      vocabulary = count;
      return this;
    }

    /**
     * Sets the length of the longest sequence.
     *
     * @param length at least 1
     * @return this builder
     */
    public Builder context(int length) {
      context = length;
      return this;
    }

    /**
     * Sets the number of features.
     *
     * @param features a multiple of the heads
     * @return this builder
     */
    public Builder width(int features) {
      width = features;
      return this;
    }

    /**
     * Sets the number of heads.
     *
     * @param count a divisor of the width
     * @return this builder
     */
    public Builder heads(int count) {
      heads = count;
      return this;
    }

    /**
     * Sets the number of blocks.
     *
     * @param count at least 0
     * @return this builder
     */
    public Builder layers(int count) {
      layers = count;
      return this;
    }

    /**
     * Sets the inner width of the feed-forward parts.
     *
     * @param features at least 1
     * @return this builder
     */
    public Builder feedForward(int features) {
      Parts.requirePositive("Gpt", "feedForward", features);
      inner = features;
      return this;
    }

    /**
     * Sets the function of feed-forward parts without gate.
     *
     * @param next f
     * @return this builder
     */
    public Builder activation(Activation next) {
      function = next;
      return this;
    }

    /**
     * Gives the feed-forward parts a gate (SwiGLU).
     *
     * @return this builder
     */
    public Builder swiGlu() {
      gated = true;
      return this;
    }

    /**
     * Takes root mean square norms instead of layer norms.
     *
     * @return this builder
     */
    public Builder rmsNorm() {
      rms = true;
      return this;
    }

    /**
     * Gives the head a matrix of its own instead of the embedding's.
     *
     * @return this builder
     */
    public Builder untiedHead() {
      tied = false;
      return this;
    }

    /**
     * Sets the fraction dropped from the embedding, from every branch and from the probabilities of
     * the attention.
     *
     * @param rate in [0, 1)
     * @return this builder
     */
    public Builder dropout(double rate) {
      dropout = rate;
      return this;
    }

    /**
     * Says what the weight matrices are: {@code attention.query}, {@code .key}, {@code .value},
     * {@code .output}, {@code feed_forward.up}, {@code .down}, with a gate {@code .gate}, and
     * {@code head} if it is untied. Embeddings stay dense.
     *
     * @param factory makes every one of them
     * @return this builder
     */
    public Builder weights(LinearFactory factory) {
      weights = factory;
      return this;
    }

    /**
     * Makes the model.
     *
     * @return a new model, to be initialised or loaded
     * @throws IllegalArgumentException if sizes do not fit, or dropout is out of range
     */
    public Gpt build() {
      Parts.requirePositive("Gpt", "vocabulary", vocabulary);
      Parts.requirePositive("Gpt", "context", context);
      Parts.requirePositive("Gpt", "width", width);
      Parts.requirePositive("Gpt", "heads", heads);
      if (layers < 0) {
        throw new IllegalArgumentException("Gpt: layers (" + layers + ") must not be negative");
      }
      Parts.requireRate("Gpt", "dropout", dropout);
      return new Gpt(this);
    }

    private Layer norm() {
      return rms ? RmsNorm.of(width) : LayerNorm.of(width);
    }

    private TransformerBlock block() {
      Initializer start = TransformerBlock.normal(width, 1);
      Initializer back = TransformerBlock.normal(width, 1 / Math.sqrt(2.0 * layers));
      return TransformerBlock.of(
          norm(),
          SelfAttention.of(width, heads, context, true, weights, start, back).dropout(dropout),
          norm(),
          feedForward(start),
          dropout);
    }

    private FeedForward feedForward(Initializer start) {
      int features = inner == 0 ? Math.multiplyExact(4, width) : inner;
      AffineLayer up = weights.create("feed_forward.up", width, features, start);
      Initializer back = TransformerBlock.normal(features, 1 / Math.sqrt(2.0 * layers));
      AffineLayer down = weights.create("feed_forward.down", features, width, back);
      return gated
          ? FeedForward.swiGlu(
              weights.create("feed_forward.gate", width, features, start), up, down)
          : FeedForward.of(up, function, down);
    }
  }

  /**
   * Returns the number of tokens.
   *
   * @return rows of the logits
   */
  public int vocabulary() {
    return vocabulary;
  }

  /**
   * Returns the length of the longest sequence.
   *
   * @return columns
   */
  public int context() {
    return context;
  }

  /**
   * Computes logits of sequences given as token numbers in floats.
   *
   * @param tape the tape of this step
   * @param x time x batch, time at most the context
   * @return vocabulary x (batch * time)
   * @throws IllegalArgumentException if a number is no token, or sequences are too long
   */
  @Override
  public Variable forward(Tape tape, Variable x) {
    requireLength(x.rows());
    return logits(tape, tokens.forward(tape, x), x.rows());
  }

  /**
   * Computes logits of sequences.
   *
   * @param tape the tape of this step
   * @param numbers tokens from 0, one sequence after the other, at least {@code batch * time}; not
   *     kept
   * @param batch number of sequences
   * @param time tokens of a sequence, 1 to the context
   * @return vocabulary x (batch * time)
   * @throws IllegalArgumentException if a number is no token, or the sizes do not fit
   */
  public Variable forward(Tape tape, int[] numbers, int batch, int time) {
    requireLength(time);
    return logits(tape, tokens.forward(tape, numbers, Math.multiplyExact(batch, time)), time);
  }

  private void requireLength(int time) {
    if (time < 1 || time > context) {
      throw new IllegalArgumentException(
          "Gpt: length of a sequence (" + time + ") must be between 1 and " + context);
    }
  }

  private Variable logits(Tape tape, Variable embedded, int time) {
    Variable x = tape.dropout(dropout, positions.forward(tape, embedded, time));
    for (int l = 0; l < blocks.size(); l++) {
      x = blocks.get(l).forward(tape, x, time);
    }
    return tape.affine(head, norm.forward(tape, x));
  }

  @Override
  public List<Parameter> parameters() {
    return parts.parameters();
  }

  @Override
  public void initialise(long seed) {
    parts.initialise(seed);
  }

  /** The length of a sequence may change, so any number of rows will do. */
  @Override
  public OptionalInt inputs() {
    return OptionalInt.empty();
  }

  @Override
  public int outputs(int inputs) {
    return vocabulary;
  }

  /** Returns all parts. */
  @Override
  public String toString() {
    return "Gpt ["
        + tokens
        + ", "
        + positions
        + ", "
        + blocks
        + ", "
        + norm
        + ", "
        + (separateHead == null ? "tied head" : separateHead.toString())
        + "], dropout "
        + dropout;
  }
}
