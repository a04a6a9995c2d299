package org.sparse4j.train.layer;

import java.util.List;
import java.util.OptionalInt;
import org.sparse4j.train.autograd.Tape;
import org.sparse4j.train.autograd.Variable;
import org.sparse4j.train.autograd.Window;
import org.sparse4j.train.parameter.Initializer;
import org.sparse4j.train.parameter.Parameter;

/**
 * Turns images into sequences: squares of pixels that do not overlap, each through one linear layer
 * (Dosovitskiy et al., An image is worth 16x16 words, 2021, arXiv 2010.11929). Weights start from
 * N(0, 1 / inputs).
 */
public final class PatchEmbedding implements Layer {

  private final Window window;
  private final AffineLayer projection;

  private PatchEmbedding(Window window, AffineLayer projection) {
    this.window = window;
    this.projection = projection;
  }

  /**
   * Makes a layer with dense weights.
   *
   * @param input size of the images
   * @param patch rows and columns of a square, a divisor of both sizes
   * @param width number of features of a token
   * @return a new layer, to be initialised or loaded
   * @throws IllegalArgumentException if sizes do not fit
   */
  public static PatchEmbedding of(ImageShape input, int patch, int width) {
    return of(input, patch, width, LinearFactory.dense());
  }

  /**
   * Makes a layer.
   *
   * @param input size of the images
   * @param patch rows and columns of a square, a divisor of both sizes
   * @param width number of features of a token
   * @param factory makes {@code patches}
   * @return a new layer, to be initialised or loaded
   * @throws IllegalArgumentException if sizes do not fit
   */
  public static PatchEmbedding of(ImageShape input, int patch, int width, LinearFactory factory) {
    if (patch < 1 || input.height() % patch != 0 || input.width() % patch != 0) {
      throw new IllegalArgumentException(
          "PatchEmbedding: patch ("
              + patch
              + ") must divide the sides of the images ("
              + input
              + ")");
    }
    Window window =
        new Window(input.channels(), input.height(), input.width(), patch, patch, patch, 0);
    AffineLayer projection =
        factory.create("patches", window.patch(), width, Initializer.normal(1));
    return new PatchEmbedding(
        window, Parts.requireSizes("PatchEmbedding", "patches", projection, window.patch(), width));
  }

  /**
   * Returns the length of a sequence.
   *
   * @return number of squares of an image
   */
  public int tokens() {
    return window.positions();
  }

  /**
   * Computes the tokens.
   *
   * @param tape the tape of this step
   * @param x channels * height * width x batch
   * @return width x (batch * tokens), one image after the other
   */
  @Override
  public Variable forward(Tape tape, Variable x) {
    Variable embedded = tape.affine(projection.map(), tape.patches(window, x));
    return tape.positionsToTokens(embedded, window.positions());
  }

  @Override
  public List<Parameter> parameters() {
    return projection.parameters();
  }

  @Override
  public void initialise(long seed) {
    projection.initialise(seed);
  }

  @Override
  public OptionalInt inputs() {
    return OptionalInt.of(window.inputs());
  }

  @Override
  public int outputs(int inputs) {
    return projection.map().rows();
  }

  /** Returns the number of tokens and the linear layer. */
  @Override
  public String toString() {
    return "PatchEmbedding " + window + " [" + projection + "]";
  }
}
