package org.sparse4j.bench.data;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;

/**
 * Images to train on and images to test on.
 *
 * @param name what the set is, in words
 * @param train images to train on
 * @param test images to test on, of the same size
 * @param classes number of classes
 */
public record ImageData(String name, ImageSet train, ImageSet test, int classes) {

  /** Of the 10,000 bundled images the first so many are for training, the others for testing. */
  public static final int BUNDLED_TRAIN = 8_000;

  private static final String IMAGES = "t10k-images-idx3-ubyte.gz";
  private static final String LABELS = "t10k-labels-idx1-ubyte.gz";
  private static final int FASHION_CLASSES = 10;

  /**
   * Reads the 10,000 bundled images, the test set of Fashion-MNIST (Xiao, Rasul and Vollgraf, 2017,
   * arXiv 1708.07747): the first 8,000 to train on, the last 2,000 to test on.
   *
   * @return the split
   * @throws IOException if the application is damaged
   */
  public static ImageData bundled() throws IOException {
    try (InputStream images = resource(IMAGES);
        InputStream labels = resource(LABELS)) {
      ImageSet all =
          ImageSet.of(
              IMAGES, IdxReader.read(IMAGES, images, 3), LABELS, IdxReader.read(LABELS, labels, 1));
      all.requireLabelsBelow(FASHION_CLASSES, LABELS);
      return new ImageData(
          "Fashion-MNIST test set (bundled)",
          all.part(0, BUNDLED_TRAIN),
          all.part(BUNDLED_TRAIN, all.count()),
          FASHION_CLASSES);
    }
  }

  private static InputStream resource(String name) throws IOException {
    InputStream in = ImageData.class.getResourceAsStream(name);
    if (in == null) {
      throw new FileNotFoundException("the application is damaged: " + name + " is missing");
    }
    return in;
  }

  /**
   * Reads a folder with four IDX files, gzipped or not: {@code train-images-idx3-ubyte}, {@code
   * train-labels-idx1-ubyte}, {@code t10k-images-idx3-ubyte}, {@code t10k-labels-idx1-ubyte}.
   *
   * @param folder the folder
   * @param classes number of classes; every label is below it
   * @return both sets
   * @throws IOException if a file is missing, damaged, or does not fit the others
   */
  public static ImageData read(Path folder, int classes) throws IOException {
    if (!Files.exists(folder)) {
      throw new NoSuchFileException(folder.toString());
    }
    if (!Files.isDirectory(folder)) {
      throw new NotDirectoryException(folder.toString());
    }
    Path trainImages = find(folder, "train-images", "idx3-ubyte");
    Path trainLabels = find(folder, "train-labels", "idx1-ubyte");
    Path testImages = find(folder, "t10k-images", "idx3-ubyte");
    Path testLabels = find(folder, "t10k-labels", "idx1-ubyte");
    ImageSet train = set(trainImages, trainLabels);
    ImageSet test = set(testImages, testLabels);
    if (train.height() != test.height() || train.width() != test.width()) {
      throw new IOException(
          "idx: images to test on must have the size of those to train on; "
              + testImages
              + ", offset 8, expected "
              + train.height()
              + "x"
              + train.width()
              + " as in "
              + trainImages
              + ", found "
              + test.height()
              + "x"
              + test.width());
    }
    train.requireLabelsBelow(classes, trainLabels.toString());
    test.requireLabelsBelow(classes, testLabels.toString());
    return new ImageData(folder.toString(), train, test, classes);
  }

  private static ImageSet set(Path images, Path labels) throws IOException {
    try (InputStream imageBytes = Files.newInputStream(images);
        InputStream labelBytes = Files.newInputStream(labels)) {
      return ImageSet.of(
          images.toString(),
          IdxReader.read(images.toString(), imageBytes, 3),
          labels.toString(),
          IdxReader.read(labels.toString(), labelBytes, 1));
    }
  }

  /** Some copies of the files have a dot where the originals have a hyphen. */
  private static Path find(Path folder, String stem, String kind) throws IOException {
    List<String> names =
        List.of(
            stem + "-" + kind + ".gz",
            stem + "-" + kind,
            stem + "." + kind + ".gz",
            stem + "." + kind);
    for (String name : names) {
      Path file = folder.resolve(name);
      if (Files.exists(file)) {
        return file;
      }
    }
    throw new NoSuchFileException(folder.resolve(names.getFirst()).toString());
  }

  /**
   * Returns the number of pixels of an image.
   *
   * @return {@code height * width}
   */
  public int features() {
    return train.features();
  }
}
