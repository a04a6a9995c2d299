package org.sparse4j.bench.experiment;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.sparse4j.bench.data.ImageData;
import org.sparse4j.bench.data.TextData;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.kernels.execution.Threads;
import org.sparse4j.train.Loss;
import org.sparse4j.train.data.Dataset;

/** Reads what experiments train on, each kind once. */
final class Laboratory {

  /** Characters that a window shows. */
  static final int CONTEXT = 16;

  /** Windows of an epoch: 4,000 batches of 256. */
  static final int WINDOWS = 1_024_000;

  /** Characters of a sequence; all but the first are foreseen. */
  static final int LENGTH = 64;

  /** Sequences of an epoch: 540 batches of 16. */
  static final int SEQUENCES = 8_640;

  private static final int MOST_SEEN = 10_000;
  private static final int GLANCE = 2_000;
  private static final int CLASSES = 10;

  /** A batch of 128 and an eighth that some variants keep apart. */
  private static final int LEAST_IMAGES = 147;

  private final Optional<Path> folder;
  private final Threads threads;
  private final Map<Experiment.Source, Lab> labs = new EnumMap<>(Experiment.Source.class);

  /**
   * Looks into a folder later.
   *
   * @param folder holds images or a text; what it does not hold is bundled
   * @param threads what computes
   */
  Laboratory(Optional<Path> folder, Threads threads) {
    this.folder = folder;
    this.threads = threads;
  }

  Lab lab(Experiment.Source source) throws IOException {
    Lab known = labs.get(source);
    if (known == null) {
      known =
          switch (source) {
            case IMAGES -> images();
            case WINDOWS -> windows();
            case SEQUENCES -> sequences();
          };
      labs.put(source, known);
    }
    return known;
  }

  private boolean holdsText() throws IOException {
    if (folder.isEmpty()) {
      return false;
    }
    Path path = folder.get();
    if (!Files.exists(path)) {
      throw new NoSuchFileException(path.toString());
    }
    if (!Files.isDirectory(path)) {
      throw new NotDirectoryException(path.toString());
    }
    return TextData.isIn(path);
  }

  /** Tells whether images come from the folder. */
  boolean hasImages() throws IOException {
    return folder.isPresent() && !holdsText();
  }

  private Lab images() throws IOException {
    ImageData images =
        hasImages() ? ImageData.read(folder.orElseThrow(), CLASSES) : ImageData.bundled();
    Dataset train = ReferenceCommand.dataset(images.train(), images.classes());
    Dataset test = ReferenceCommand.dataset(images.test(), images.classes());
    if (train.size() < LEAST_IMAGES || test.size() < 1) {
      throw new IOException(
          "images: "
              + folder.map(Path::toString).orElse(images.name())
              + " must have at least "
              + LEAST_IMAGES
              + " images to train on and 1 to test on, has "
              + train.size()
              + " and "
              + test.size());
    }
    String name = hasImages() ? String.valueOf(folder.orElseThrow().getFileName()) : images.name();
    return new Lab(
        name + ", " + train.size() + " images to train on, " + test.size() + " to test on",
        images.classes(),
        Metric.ACCURACY,
        Loss.crossEntropy(),
        train,
        test,
        first(train, MOST_SEEN),
        first(test, GLANCE),
        1024,
        threads);
  }

  private static Dataset first(Dataset data, int most) {
    return data.range(0, Math.min(most, data.size()));
  }

  private TextData text() throws IOException {
    return holdsText() ? TextData.read(folder.orElseThrow()) : TextData.bundled();
  }

  /** Refuses a text too short for a batch to train on and a sample to test on. */
  private void requireLength(TextData text, String samples, int batch, Count count)
      throws IOException {
    int needed = text.length();
    while (count.of(0, TextData.trainLength(needed)) < batch
        || count.of(TextData.trainLength(needed), needed) < 1) {
      needed++;
    }
    if (needed > text.length()) {
      throw new IOException(
          "text: "
              + folder.map(Path::toString).orElse(text.name())
              + " must have at least "
              + needed
              + " characters for a batch of "
              + batch
              + " "
              + samples
              + ", has "
              + text.length());
    }
  }

  /** How many samples a part of a text makes. */
  @FunctionalInterface
  private interface Count {
    int of(int from, int to);
  }

  private Lab windows() throws IOException {
    TextData text = text();
    requireLength(text, "windows", TextVariants.BATCH, Laboratory::windowCount);
    Dataset train = windows(text, CONTEXT, text.trainLength(), WINDOWS);
    Dataset test = windows(text, text.trainLength(), text.length(), Integer.MAX_VALUE);
    return new Lab(
        text.toString(),
        text.classes(),
        Metric.BITS,
        Loss.crossEntropy(),
        train,
        test,
        first(train, MOST_SEEN),
        first(test, 4 * GLANCE),
        1024,
        threads);
  }

  /**
   * Windows before characters {@code from} to {@code to - 1}; spread evenly if fewer are wanted.
   */
  private static Dataset windows(TextData text, int from, int to, int most) {
    int all = windowCount(from, to);
    int count = Math.min(all, most);
    DenseMatrix samples = DenseMatrix.zeros(count, CONTEXT);
    int[] labels = new int[count];
    float[] row = new float[CONTEXT];
    for (int i = 0; i < count; i++) {
      int at = Math.max(from, CONTEXT) + (int) ((long) i * all / count);
      for (int t = 0; t < CONTEXT; t++) {
        row[t] = text.code(at - CONTEXT + t);
      }
      samples.setRow(i, row, 0);
      labels[i] = text.code(at);
    }
    return Dataset.of(samples, labels, text.classes());
  }

  private static int windowCount(int from, int to) {
    return Math.max(0, to - Math.max(from, CONTEXT));
  }

  private Lab sequences() throws IOException {
    TextData text = text();
    requireLength(text, "sequences", GptVariants.BATCH, Laboratory::sequenceCount);
    Dataset train = sequences(text, 0, text.trainLength(), SEQUENCES);
    Dataset test = sequences(text, text.trainLength(), text.length(), Integer.MAX_VALUE);
    return new Lab(
        text.toString(),
        text.classes(),
        Metric.BITS,
        Loss.nextToken(),
        train,
        test,
        first(train, 256),
        first(test, 256),
        64,
        threads);
  }

  /**
   * Sequences side by side that share their last and first character, so that each is foreseen
   * once; spread evenly if fewer are wanted, and a partial last one is left out.
   */
  private static Dataset sequences(TextData text, int from, int to, int most) {
    int all = sequenceCount(from, to);
    int count = Math.min(all, most);
    DenseMatrix samples = DenseMatrix.zeros(count, LENGTH);
    float[] row = new float[LENGTH];
    for (int i = 0; i < count; i++) {
      int at = from + (int) ((long) i * all / count) * (LENGTH - 1);
      for (int t = 0; t < LENGTH; t++) {
        row[t] = text.code(at + t);
      }
      samples.setRow(i, row, 0);
    }
    return Dataset.of(samples, new int[count], 1);
  }

  private static int sequenceCount(int from, int to) {
    return Math.max(0, to - from - 1) / (LENGTH - 1);
  }
}
