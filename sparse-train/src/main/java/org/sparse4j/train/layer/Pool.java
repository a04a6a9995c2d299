package org.sparse4j.train.layer;

import java.util.OptionalInt;
import org.sparse4j.train.autograd.Tape;
import org.sparse4j.train.autograd.Variable;
import org.sparse4j.train.autograd.Window;

/** The largest number or the mean of every window of every channel of an image. */
public final class Pool implements Layer {

  private final Window window;
  private final boolean largest;

  private Pool(Window window, boolean largest) {
    this.window = window;
    this.largest = largest;
  }

  /**
   * Takes the largest number of every window.
   *
   * @param input size of the images
   * @param kernel rows and columns of the window
   * @param stride distance of windows
   * @return a new layer
   * @throws IllegalArgumentException if a size is below 1, or the window larger than the image
   */
  public static Pool max(ImageShape input, int kernel, int stride) {
    return of(true, input, kernel, stride, 0);
  }

  /**
   * Takes the largest number of every window, with padding that takes no part.
   *
   * @param input size of the images
   * @param kernel rows and columns of the window
   * @param stride distance of windows
   * @param padding rows and columns around every channel, below the kernel
   * @return a new layer
   * @throws IllegalArgumentException if sizes do not fit
   */
  public static Pool max(ImageShape input, int kernel, int stride, int padding) {
    return of(true, input, kernel, stride, padding);
  }

  /**
   * Takes the mean of every window.
   *
   * @param input size of the images
   * @param kernel rows and columns of the window
   * @param stride distance of windows
   * @return a new layer
   * @throws IllegalArgumentException if a size is below 1, or the window larger than the image
   */
  public static Pool average(ImageShape input, int kernel, int stride) {
    return of(false, input, kernel, stride, 0);
  }

  /**
   * Takes the mean of every window over what lies inside of the image.
   *
   * @param input size of the images
   * @param kernel rows and columns of the window
   * @param stride distance of windows
   * @param padding rows and columns around every channel, below the kernel
   * @return a new layer
   * @throws IllegalArgumentException if sizes do not fit
   */
  public static Pool average(ImageShape input, int kernel, int stride, int padding) {
    return of(false, input, kernel, stride, padding);
  }

  /**
   * Takes the mean of every channel.
   *
   * @param input size of the images
   * @return a new layer of one output a channel
   */
  public static Pool globalAverage(ImageShape input) {
    int height = input.height();
    int width = input.width();
    return new Pool(new Window(input.channels(), height, width, height, width, 1, 0), false);
  }

  private static Pool of(boolean largest, ImageShape input, int kernel, int stride, int padding) {
    return new Pool(
        new Window(
            input.channels(), input.height(), input.width(), kernel, kernel, stride, padding),
        largest);
  }

  /**
   * Returns the size of the result.
   *
   * @return channels and positions
   */
  public ImageShape output() {
    return ImageShape.after(window, window.channels());
  }

  @Override
  public Variable forward(Tape tape, Variable x) {
    return largest ? tape.maxPool(window, x) : tape.averagePool(window, x);
  }

  @Override
  public OptionalInt inputs() {
    return OptionalInt.of(window.inputs());
  }

  @Override
  public int outputs(int inputs) {
    return output().size();
  }

  /** Returns the kind and the window. */
  @Override
  public String toString() {
    return (largest ? "max" : "average") + " pool, " + window;
  }
}
