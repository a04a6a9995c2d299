package org.sparse4j.bench.report;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Base64;
import javax.imageio.ImageIO;
import org.sparse4j.format.CsrPattern;
import org.sparse4j.format.Pattern;
import org.sparse4j.mask.Mask;

/** Masks as PNG pictures: dark where a weight is kept. */
public final class MaskPicture {
  private static final int KEPT = 0x1b2a49;
  private static final int DROPPED = 0xf3f4f7;

  private MaskPicture() {}

  /**
   * Draws one pixel a position; where the mask is larger than allowed, a pixel stands for a block
   * of positions and is the darker the more of them are kept.
   *
   * @param mask kept positions
   * @param largest most pixels along either side, at least 1
   * @return a PNG file
   */
  public static byte[] png(Mask mask, int largest) {
    return png(CsrPattern.of(mask), largest);
  }

  /**
   * Draws the positions of a pattern, as those of a mask; memory does not grow with its size.
   *
   * @param pattern stored positions
   * @param largest most pixels along either side, at least 1
   * @return a PNG file
   */
  public static byte[] png(Pattern pattern, int largest) {
    int block =
        Math.max(
            1, Math.ceilDiv(Math.max(pattern.rows(), pattern.columns()), Math.max(1, largest)));
    int height = Math.max(1, Math.ceilDiv(pattern.rows(), block));
    int width = Math.max(1, Math.ceilDiv(pattern.columns(), block));
    int[] counts = new int[height * width];
    pattern.forEach((index, row, column) -> counts[row / block * width + column / block]++);
    return paint(counts, height, width, block == 1 ? 1 : largest(counts));
  }

  /**
   * Draws how many rows keep each column, folded into an image: for a first layer, how many neurons
   * look at each pixel.
   *
   * @param mask kept positions, {@code height * width} columns
   * @param height rows of the image
   * @param width columns of the image
   * @return a PNG file; dark is the largest count
   */
  public static byte[] columnCounts(Mask mask, int height, int width) {
    int[] counts = new int[height * width];
    for (int i = 0; i < mask.rows(); i++) {
      for (int j = mask.next(i, 0); j >= 0; j = mask.next(i, j + 1)) {
        counts[j]++;
      }
    }
    return paint(counts, height, width, largest(counts));
  }

  /**
   * Returns a file as text that a page can hold.
   *
   * @param png a PNG file
   * @return a data URI
   */
  public static String uri(byte[] png) {
    return "data:image/png;base64," + Base64.getEncoder().encodeToString(png);
  }

  private static int largest(int[] counts) {
    int largest = 1;
    for (int count : counts) {
      largest = Math.max(largest, count);
    }
    return largest;
  }

  private static byte[] paint(int[] counts, int height, int width, int darkest) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        image.setRGB(x, y, blend((double) counts[y * width + x] / darkest));
      }
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      // In memory: the cache file of ImageIO would need a temporary folder.
      ImageIO.setUseCache(false);
      ImageIO.write(image, "png", bytes);
    } catch (IOException e) {
      throw new IllegalStateException("a picture can be written to memory", e);
    }
    return bytes.toByteArray();
  }

  private static int blend(double share) {
    int color = 0;
    for (int shift = 0; shift <= 16; shift += 8) {
      int from = DROPPED >> shift & 0xff;
      int to = KEPT >> shift & 0xff;
      color |= (int) Math.round(from + share * (to - from)) << shift;
    }
    return color;
  }
}
