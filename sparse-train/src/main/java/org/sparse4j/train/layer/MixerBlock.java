package org.sparse4j.train.layer;

import java.util.List;
import java.util.OptionalInt;
import org.sparse4j.kernels.operation.Activation;
import org.sparse4j.train.autograd.Tape;
import org.sparse4j.train.autograd.Variable;
import org.sparse4j.train.parameter.Initializer;
import org.sparse4j.train.parameter.Parameter;

/**
 * One block of an MLP-Mixer (Tolstikhin et al., MLP-Mixer, 2021, arXiv 2105.01601): {@code h = x +
 * T(tokenMix(T(norm(x))))} with T swapping tokens and features, and {@code y = h +
 * channelMix(norm(h))}; both mixes are two linear layers around GELU.
 *
 * <p>Weights start from N(0, 1 / inputs), biases at 0.
 */
public final class MixerBlock implements Layer {

  private final Parts parts = new Parts();
  private final LayerNorm tokenNorm;
  private final FeedForward tokenMix;
  private final LayerNorm channelNorm;
  private final FeedForward channelMix;
  private final int tokens;
  private final int width;

  private MixerBlock(
      int tokens, int width, int tokenInner, int channelInner, LinearFactory factory) {
    this.tokens = tokens;
    this.width = width;
    tokenNorm = parts.add("token_norm", LayerNorm.of(width));
    tokenMix = parts.add("token_mix", mix("token_mix", tokens, tokenInner, factory));
    channelNorm = parts.add("channel_norm", LayerNorm.of(width));
    channelMix = parts.add("channel_mix", mix("channel_mix", width, channelInner, factory));
  }

  private static FeedForward mix(String name, int outer, int inner, LinearFactory factory) {
    Initializer start = Initializer.normal(1);
    AffineLayer up = factory.create(name + ".up", outer, inner, start);
    AffineLayer down = factory.create(name + ".down", inner, outer, start);
    return FeedForward.of(
        Parts.requireSizes("MixerBlock", name + ".up", up, outer, inner),
        Activation.GELU,
        Parts.requireSizes("MixerBlock", name + ".down", down, inner, outer));
  }

  /**
   * Makes a block.
   *
   * @param tokens tokens of a sample, at least 1
   * @param width number of features, at least 1
   * @param tokenInner inner width of the token mix, at least 1
   * @param channelInner inner width of the channel mix, at least 1
   * @param factory makes {@code token_mix.up}, {@code token_mix.down}, {@code channel_mix.up} and
   *     {@code channel_mix.down}
   * @return a new block, to be initialised or loaded
   * @throws IllegalArgumentException if a size is below 1, or the factory makes others
   */
  public static MixerBlock of(
      int tokens, int width, int tokenInner, int channelInner, LinearFactory factory) {
    Parts.requirePositive("MixerBlock", "tokens", tokens);
    Parts.requirePositive("MixerBlock", "width", width);
    Parts.requirePositive("MixerBlock", "tokenInner", tokenInner);
    Parts.requirePositive("MixerBlock", "channelInner", channelInner);
    return new MixerBlock(tokens, width, tokenInner, channelInner, factory);
  }

  /**
   * Computes the block, and marks the result as a hidden state ({@link Tape#mark}).
   *
   * @param tape the tape of this step
   * @param x width x (batch * tokens), one sample after the other
   * @return width x (batch * tokens)
   */
  @Override
  public Variable forward(Tape tape, Variable x) {
    Variable swapped = tape.transposeTokens(tokenNorm.forward(tape, x), tokens);
    Variable mixed = tape.transposeTokens(tokenMix.forward(tape, swapped), width);
    Variable h = tape.add(x, mixed);
    return tape.mark(tape.add(h, channelMix.forward(tape, channelNorm.forward(tape, h))));
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

  /** Returns tokens, width and the mixes. */
  @Override
  public String toString() {
    return "MixerBlock " + tokens + " x " + width + " [" + tokenMix + ", " + channelMix + "]";
  }
}
