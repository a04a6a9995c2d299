package org.sparse4j.train.layer;

import java.util.List;
import java.util.OptionalInt;
import org.sparse4j.train.autograd.Tape;
import org.sparse4j.train.autograd.Variable;
import org.sparse4j.train.parameter.Initializer;
import org.sparse4j.train.parameter.Parameter;

/**
 * Multi-head self-attention: projections to queries, keys and values, {@link Tape#attention}, and a
 * projection of the heads (Vaswani et al., 2017, arXiv 1706.03762).
 */
public final class SelfAttention implements Layer {

  private final Parts parts = new Parts();
  private final AffineLayer query;
  private final AffineLayer key;
  private final AffineLayer value;
  private final AffineLayer output;
  private final int width;
  private final int heads;
  private final int time;
  private final boolean causal;
  private float dropout;

  private SelfAttention(
      AffineLayer query,
      AffineLayer key,
      AffineLayer value,
      AffineLayer output,
      int heads,
      int time,
      boolean causal) {
    this.width = query.map().columns();
    int inner = query.map().rows();
    Parts.requirePositive("SelfAttention", "heads", heads);
    Parts.requirePositive("SelfAttention", "time", time);
    if (inner % heads != 0) {
      throw new IllegalArgumentException(
          "SelfAttention: heads (" + heads + ") must divide the width (" + inner + ")");
    }
    this.query = parts.add("query", query);
    this.key = parts.add("key", Parts.requireSizes("SelfAttention", "key", key, width, inner));
    this.value =
        parts.add("value", Parts.requireSizes("SelfAttention", "value", value, width, inner));
    this.output =
        parts.add("output", Parts.requireSizes("SelfAttention", "output", output, inner, width));
    this.heads = heads;
    this.time = time;
    this.causal = causal;
  }

  /**
   * Makes a layer of four projections.
   *
   * @param query features to queries; their parameters are renamed
   * @param key features to keys
   * @param value features to values
   * @param output heads back to features
   * @param heads number of heads, a divisor of the queries
   * @param time columns of a sequence where none are given, at least 1
   * @param causal whether a position sees none that comes later
   * @return a new layer on the projections
   * @throws IllegalArgumentException if sizes do not fit
   */
  public static SelfAttention of(
      AffineLayer query,
      AffineLayer key,
      AffineLayer value,
      AffineLayer output,
      int heads,
      int time,
      boolean causal) {
    return new SelfAttention(query, key, value, output, heads, time, causal);
  }

  /**
   * Makes a layer of equal width inside and outside.
   *
   * @param width number of features
   * @param heads number of heads, a divisor of the width
   * @param time columns of a sequence where none are given, at least 1
   * @param causal whether a position sees none that comes later
   * @param factory makes {@code attention.query}, {@code .key}, {@code .value} and {@code .output}
   * @param inner how queries, keys and values start
   * @param outer how the output projection starts
   * @return a new layer, to be initialised or loaded
   * @throws IllegalArgumentException if sizes do not fit
   */
  public static SelfAttention of(
      int width,
      int heads,
      int time,
      boolean causal,
      LinearFactory factory,
      Initializer inner,
      Initializer outer) {
    return new SelfAttention(
        Parts.requireSizes(
            "SelfAttention",
            "query",
            factory.create("attention.query", width, width, inner),
            width,
            width),
        factory.create("attention.key", width, width, inner),
        factory.create("attention.value", width, width, inner),
        factory.create("attention.output", width, width, outer),
        heads,
        time,
        causal);
  }

  /**
   * Drops some of the softmax's probabilities in training.
   *
   * @param rate fraction to drop, in [0, 1)
   * @return this layer
   * @throws IllegalArgumentException if the rate is not in [0, 1)
   */
  public SelfAttention dropout(double rate) {
    Parts.requireRate("SelfAttention", "dropout", rate);
    dropout = (float) rate;
    return this;
  }

  /**
   * Returns the length of a sequence where none is given.
   *
   * @return columns
   */
  public int time() {
    return time;
  }

  @Override
  public Variable forward(Tape tape, Variable x) {
    return forward(tape, x, time);
  }

  /**
   * Computes the result for sequences of another length.
   *
   * @param tape the tape of this step
   * @param x features x (batch * length), one sequence after the other
   * @param length columns of a sequence, a divisor of the columns
   * @return features x (batch * length)
   * @throws IllegalArgumentException if the length does not fit
   */
  public Variable forward(Tape tape, Variable x, int length) {
    Variable q = tape.affine(query.map(), x);
    Variable k = tape.affine(key.map(), x);
    Variable v = tape.affine(value.map(), x);
    return tape.affine(output.map(), tape.attention(q, k, v, heads, length, causal, dropout));
  }

  @Override
  public List<Parameter> parameters() {
    return parts.parameters();
  }

  @Override
  public void initialise(long seed) {
    parts.initialise(seed);
  }

  @Override
  public OptionalInt inputs() {
    return OptionalInt.of(width);
  }

  /** Returns the sizes and the four projections. */
  @Override
  public String toString() {
    return (causal ? "Causal" : "Self")
        + "Attention "
        + width
        + ", "
        + heads
        + " heads, time "
        + time
        + ", dropout "
        + dropout
        + " ["
        + query
        + ", "
        + key
        + ", "
        + value
        + ", "
        + output
        + "]";
  }
}
