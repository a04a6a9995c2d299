package org.sparse4j.bench.data;

import java.util.Locale;

/**
 * What is done to a pixel before training: {@code (pixel / 255 - mean) / deviation}.
 *
 * @param mean mean brightness, in [0, 1]
 * @param deviation standard deviation of the brightness, above 0
 */
public record PixelScale(double mean, double deviation) {

  /** The customary figures of the 60,000 training images of Fashion-MNIST. */
  public static final PixelScale FASHION_MNIST = new PixelScale(.2860, .3530);

  /**
   * Measures a set.
   *
   * @param set the images to be trained on
   * @return its mean and deviation; a deviation of 1 if all pixels are equal
   */
  public static PixelScale of(ImageSet set) {
    // Whole numbers: the sums are exact whatever their order.
    long sum = 0;
    long squares = 0;
    for (int i = 0; i < set.count(); i++) {
      for (int p = 0; p < set.features(); p++) {
        int pixel = set.pixel(i, p);
        sum += pixel;
        squares += (long) pixel * pixel;
      }
    }
    double count = (double) set.count() * set.features();
    double mean = sum / count;
    double variance = squares / count - mean * mean;
    return new PixelScale(mean / 255, variance > 0 ? Math.sqrt(variance) / 255 : 1);
  }

  /**
   * Returns a pixel as the network sees it.
   *
   * @param pixel brightness, 0 to 255
   * @return the scaled value
   */
  public float apply(int pixel) {
    return (float) ((pixel / 255.0 - mean) / deviation);
  }

  /** Returns the formula. */
  @Override
  public String toString() {
    return String.format(Locale.ROOT, "(pixel / 255 - %.4f) / %.4f", mean, deviation);
  }
}
