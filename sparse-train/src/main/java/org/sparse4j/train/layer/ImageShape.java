package org.sparse4j.train.layer;

import org.sparse4j.train.autograd.Window;

/**
 * Size of images that are columns of {@code channels * height * width} features, channel by
 * channel, in it row by row.
 *
 * @param channels number of channels, at least 1
 * @param height rows of a channel, at least 1
 * @param width columns of a channel, at least 1
 */
public record ImageShape(int channels, int height, int width) {

  /**
   * Checks the sizes.
   *
   * @throws IllegalArgumentException if one is below 1
   */
  public ImageShape {
    Parts.requirePositive("ImageShape", "channels", channels);
    Parts.requirePositive("ImageShape", "height", height);
    Parts.requirePositive("ImageShape", "width", width);
  }

  /**
   * Makes a shape.
   *
   * @param channels number of channels, at least 1
   * @param height rows of a channel, at least 1
   * @param width columns of a channel, at least 1
   * @return the shape
   * @throws IllegalArgumentException if one is below 1
   */
  public static ImageShape of(int channels, int height, int width) {
    return new ImageShape(channels, height, width);
  }

  /**
   * Returns the number of features.
   *
   * @return {@code channels * height * width}
   * @throws ArithmeticException if it exceeds an int
   */
  public int size() {
    return Math.multiplyExact(channels, Math.multiplyExact(height, width));
  }

  /** What a window makes of it, with a number of channels. */
  static ImageShape after(Window window, int channels) {
    return new ImageShape(channels, window.outputHeight(), window.outputWidth());
  }

  /** Returns the three sizes. */
  @Override
  public String toString() {
    return channels + "x" + height + "x" + width;
  }
}
