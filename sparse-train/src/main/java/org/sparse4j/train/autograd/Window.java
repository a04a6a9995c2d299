package org.sparse4j.train.autograd;

/**
 * A window that moves over images: of a convolution or a pool.
 *
 * <p>An image is a column of {@code channels * height * width} features, channel by channel, in it
 * row by row. Windows are counted row by row; {@link #positions()} of them fit into an image and
 * its padding.
 *
 * @param channels channels of an image
 * @param height rows of a channel
 * @param width columns of a channel
 * @param kernelHeight rows of the window
 * @param kernelWidth columns of the window
 * @param stride distance of windows, down and across
 * @param padding zeros around every channel; below both sides of the window, so that none holds
 *     padding alone
 */
public record Window(
    int channels,
    int height,
    int width,
    int kernelHeight,
    int kernelWidth,
    int stride,
    int padding) {

  /**
   * Checks the sizes.
   *
   * @throws IllegalArgumentException if a size is below 1, the padding is not below the window or
   *     negative, or the window is larger than the padded image
   */
  public Window {
    requirePositive("channels", channels);
    requirePositive("height", height);
    requirePositive("width", width);
    requirePositive("kernelHeight", kernelHeight);
    requirePositive("kernelWidth", kernelWidth);
    requirePositive("stride", stride);
    if (padding < 0 || padding >= Math.min(kernelHeight, kernelWidth)) {
      throw new IllegalArgumentException(
          "Window: padding ("
              + padding
              + ") must be at least 0 and below the window ("
              + kernelHeight
              + "x"
              + kernelWidth
              + ")");
    }
    if (kernelHeight > height + 2L * padding || kernelWidth > width + 2L * padding) {
      throw new IllegalArgumentException(
          "Window: window ("
              + kernelHeight
              + "x"
              + kernelWidth
              + ") must fit into the image ("
              + height
              + "x"
              + width
              + ") with padding "
              + padding);
    }
  }

  private static void requirePositive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException("Window: " + name + " (" + value + ") must be at least 1");
    }
  }

  /**
   * Returns the features of an image.
   *
   * @return {@code channels * height * width}
   * @throws ArithmeticException if it exceeds an int
   */
  public int inputs() {
    return Math.multiplyExact(Math.multiplyExact(channels, height), width);
  }

  /**
   * Returns how many windows are below each other.
   *
   * @return {@code floor((height + 2 padding - kernelHeight) / stride) + 1}
   */
  public int outputHeight() {
    return (height + 2 * padding - kernelHeight) / stride + 1;
  }

  /**
   * Returns how many windows are side by side.
   *
   * @return {@code floor((width + 2 padding - kernelWidth) / stride) + 1}
   */
  public int outputWidth() {
    return (width + 2 * padding - kernelWidth) / stride + 1;
  }

  /**
   * Returns the number of windows.
   *
   * @return {@code outputHeight * outputWidth}
   */
  public int positions() {
    return Math.multiplyExact(outputHeight(), outputWidth());
  }

  /**
   * Returns the numbers a window sees.
   *
   * @return {@code channels * kernelHeight * kernelWidth}
   * @throws ArithmeticException if it exceeds an int
   */
  public int patch() {
    return Math.multiplyExact(channels, Math.multiplyExact(kernelHeight, kernelWidth));
  }
}
