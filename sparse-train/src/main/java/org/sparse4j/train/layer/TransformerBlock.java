package org.sparse4j.train.layer;

import java.util.List;
import java.util.OptionalInt;
import org.sparse4j.train.autograd.Tape;
import org.sparse4j.train.autograd.Variable;
import org.sparse4j.train.parameter.Initializer;
import org.sparse4j.train.parameter.Parameter;

/**
 * One block of a transformer, norms first: {@code h = x + attention(norm(x))}, {@code y = h +
 * feedForward(norm(h))}, dropout at the end of both branches; y is marked as a hidden state ({@link
 * Tape#mark}).
 *
 * <p>The parts may be any layers of equal width; {@link Gpt} builds those of the papers.
 */
public final class TransformerBlock implements Layer {

  private final Parts parts = new Parts();
  private final Layer attentionNorm;
  private final SelfAttention attention;
  private final Layer feedForwardNorm;
  private final Layer feedForward;
  private final float dropout;

  private TransformerBlock(
      Layer attentionNorm,
      SelfAttention attention,
      Layer feedForwardNorm,
      Layer feedForward,
      float dropout) {
    this.attentionNorm = parts.add("attention_norm", attentionNorm);
    this.attention = parts.add("attention", attention);
    this.feedForwardNorm = parts.add("feed_forward_norm", feedForwardNorm);
    this.feedForward = parts.add("feed_forward", feedForward);
    this.dropout = dropout;
  }

  /**
   * Makes a block of its parts.
   *
   * @param attentionNorm norm before the attention; its parameters are renamed, as those of all
   *     parts
   * @param attention the attention
   * @param feedForwardNorm norm before the feed-forward part
   * @param feedForward the feed-forward part
   * @param dropout fraction dropped from both branches, in [0, 1)
   * @return a new block on the parts
   * @throws IllegalArgumentException if a part has another width, or dropout is out of range
   */
  public static TransformerBlock of(
      Layer attentionNorm,
      SelfAttention attention,
      Layer feedForwardNorm,
      Layer feedForward,
      double dropout) {
    Parts.requireRate("TransformerBlock", "dropout", dropout);
    int width = attention.inputs().orElseThrow();
    for (Layer part : List.of(attentionNorm, feedForwardNorm, feedForward)) {
      if (part.inputs().orElse(width) != width || part.outputs(width) != width) {
        throw new IllegalArgumentException(
            "TransformerBlock: width of "
                + part
                + " must be that of the attention ("
                + width
                + ")");
      }
    }
    return new TransformerBlock(
        attentionNorm, attention, feedForwardNorm, feedForward, (float) dropout);
  }

  /**
   * N(0, (0.02 share)^2) in a row of {@code inputs} numbers (Radford et al., 2019); fewer stored
   * numbers get a larger variance, so that outputs keep theirs.
   */
  static Initializer normal(int inputs, double share) {
    double deviation = 0.02 * share;
    return Initializer.normal(deviation * deviation * inputs);
  }

  @Override
  public Variable forward(Tape tape, Variable x) {
    return forward(tape, x, attention.time());
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
    Variable seen = attention.forward(tape, attentionNorm.forward(tape, x), length);
    Variable h = tape.add(x, tape.dropout(dropout, seen));
    Variable fed = feedForward.forward(tape, feedForwardNorm.forward(tape, h));
    return tape.mark(tape.add(h, tape.dropout(dropout, fed)));
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
    return attention.inputs();
  }

  /** Returns the parts. */
  @Override
  public String toString() {
    return "TransformerBlock ["
        + attentionNorm
        + ", "
        + attention
        + ", "
        + feedForwardNorm
        + ", "
        + feedForward
        + "], dropout "
        + dropout;
  }
}
