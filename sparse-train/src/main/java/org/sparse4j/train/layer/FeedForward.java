package org.sparse4j.train.layer;

import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.sparse4j.kernels.operation.Activation;
import org.sparse4j.train.autograd.Affine;
import org.sparse4j.train.autograd.Tape;
import org.sparse4j.train.autograd.Variable;
import org.sparse4j.train.parameter.Parameter;

/**
 * Two layers around a function, {@code y = D f(U x + b) + c}, or three with a gate, {@code y = D
 * (silu(G x) * U x)} (SwiGLU; Shazeer, 2020, arXiv 2002.05202), biases left out.
 */
public final class FeedForward implements Layer {

  private final Parts parts = new Parts();
  private final @Nullable AffineLayer gate;
  private final AffineLayer up;
  private final Activation function;
  private final Affine rise;
  private final AffineLayer down;

  private FeedForward(
      @Nullable AffineLayer gate, AffineLayer up, Activation function, AffineLayer down) {
    int width = up.map().columns();
    int inner = up.map().rows();
    this.gate = gate;
    if (gate != null) {
      parts.add("gate", Parts.requireSizes("FeedForward", "gate", gate, width, inner));
    }
    this.up = parts.add("up", up);
    this.function = function;
    this.rise = up.map(function);
    if (down.map().columns() != inner) {
      throw new IllegalArgumentException(
          "FeedForward: down ("
              + down.map().columns()
              + " -> "
              + down.map().rows()
              + ") must take the "
              + inner
              + " outputs of up");
    }
    this.down = parts.add("down", down);
  }

  /**
   * Makes two layers around a function.
   *
   * @param up features to the inner width; its parameters are renamed
   * @param function f, run inside the product where that is possible
   * @param down the inner width to features
   * @return a new layer on the two
   * @throws IllegalArgumentException if sizes do not fit
   */
  public static FeedForward of(AffineLayer up, Activation function, AffineLayer down) {
    return new FeedForward(null, up, function, down);
  }

  /**
   * Makes three layers with a gate.
   *
   * @param gate features to the inner width, through silu
   * @param up features to the inner width
   * @param down the inner width to features
   * @return a new layer on the three
   * @throws IllegalArgumentException if sizes do not fit
   */
  public static FeedForward swiGlu(AffineLayer gate, AffineLayer up, AffineLayer down) {
    return new FeedForward(gate, up, Activation.IDENTITY, down);
  }

  @Override
  public Variable forward(Tape tape, Variable x) {
    Variable inner = tape.affine(rise, x);
    if (gate != null) {
      inner = tape.swiGlu(tape.affine(gate.map(), x), inner);
    }
    return tape.affine(down.map(), inner);
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
    return OptionalInt.of(up.map().columns());
  }

  @Override
  public int outputs(int inputs) {
    return down.map().rows();
  }

  /** Returns the layers and the function. */
  @Override
  public String toString() {
    return "FeedForward ["
        + (gate == null ? "" : "swiglu " + gate + ", ")
        + up
        + ", "
        + (gate == null ? function.name().toLowerCase(Locale.ROOT) + ", " : "")
        + down
        + "]";
  }
}
