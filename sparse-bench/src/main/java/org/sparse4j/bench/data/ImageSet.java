package org.sparse4j.bench.data;

import java.io.IOException;
import java.util.Arrays;
import java.util.Objects;

/** Grey images of one size, each with a label; immutable. */
public final class ImageSet {
  private final int height;
  private final int width;
  private final byte[] pixels;
  private final byte[] labels;
  private final int first;
  private final int count;

  private ImageSet(int height, int width, byte[] pixels, byte[] labels, int first, int count) {
    this.height = height;
    this.width = width;
    this.pixels = pixels;
    this.labels = labels;
    this.first = first;
    this.count = count;
  }

  /** Joins two files whose contents must have the same number of images. */
  static ImageSet of(
      String imageFile, IdxReader.Contents images, String labelFile, IdxReader.Contents labels)
      throws IOException {
    int count = images.sizes()[0];
    if (labels.sizes()[0] != count) {
      throw new IOException(
          "idx: there must be one label an image; "
              + labelFile
              + ", offset 4, expected "
              + count
              + " as in "
              + imageFile
              + ", found "
              + labels.sizes()[0]);
    }
    return new ImageSet(
        images.sizes()[1], images.sizes()[2], images.bytes(), labels.bytes(), 0, count);
  }

  /** Checks that every label is a class. */
  void requireLabelsBelow(int classes, String labelFile) throws IOException {
    for (int i = 0; i < count; i++) {
      if (label(i) >= classes) {
        throw new IOException(
            "idx: a label must be a class; "
                + labelFile
                + ", offset "
                + (8 + first + i)
                + ", expected 0 to "
                + (classes - 1)
                + ", found "
                + label(i));
      }
    }
  }

  /** Images {@code from} to {@code to - 1} on the same memory. */
  ImageSet part(int from, int to) {
    Objects.checkFromToIndex(from, to, count);
    return new ImageSet(height, width, pixels, labels, first + from, to - from);
  }

  /**
   * Returns the number of images.
   *
   * @return at least 1
   */
  public int count() {
    return count;
  }

  /**
   * Returns the rows of an image.
   *
   * @return pixels from top to bottom
   */
  public int height() {
    return height;
  }

  /**
   * Returns the columns of an image.
   *
   * @return pixels from left to right
   */
  public int width() {
    return width;
  }

  /**
   * Returns the pixels of an image.
   *
   * @return {@code height * width}
   */
  public int features() {
    return height * width;
  }

  /**
   * Returns the class of an image.
   *
   * @param image image, from 0
   * @return the class, from 0
   * @throws IndexOutOfBoundsException if there is no such image
   */
  public int label(int image) {
    return labels[first + Objects.checkIndex(image, count)] & 0xff;
  }

  /**
   * Returns one pixel.
   *
   * @param image image, from 0
   * @param pixel pixel, row by row, from 0
   * @return brightness, 0 to 255
   * @throws IndexOutOfBoundsException if there is no such image or pixel
   */
  public int pixel(int image, int pixel) {
    Objects.checkIndex(image, count);
    Objects.checkIndex(pixel, features());
    return pixels[(first + image) * features() + pixel] & 0xff;
  }

  /**
   * Copies all pixels.
   *
   * @return one image after the other, row by row, unsigned
   */
  public byte[] pixels() {
    return Arrays.copyOfRange(pixels, first * features(), (first + count) * features());
  }

  /**
   * Copies all labels.
   *
   * @return one class an image
   */
  public int[] labels() {
    int[] all = new int[count];
    for (int i = 0; i < count; i++) {
      all[i] = label(i);
    }
    return all;
  }
}
