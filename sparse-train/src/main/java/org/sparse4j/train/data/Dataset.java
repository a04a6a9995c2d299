package org.sparse4j.train.data;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Objects;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.memory.Padding;
import org.sparse4j.train.random.Streams;

/** Samples of equal length with one class each; immutable as long as its matrix is left alone. */
public final class Dataset {

  private final DenseMatrix samples;
  private final int[] labels;
  private final int classes;

  private Dataset(DenseMatrix samples, int[] labels, int classes) {
    this.samples = samples;
    this.labels = labels;
    this.classes = classes;
  }

  /**
   * Joins samples and labels.
   *
   * @param samples one sample a row; shared, not to be changed
   * @param labels one class a sample, in [0, classes); copied
   * @param classes number of classes, at least 1
   * @return a data set on the matrix
   * @throws IllegalArgumentException if the numbers of samples and labels differ or a label is out
   *     of range
   */
  public static Dataset of(DenseMatrix samples, int[] labels, int classes) {
    if (labels.length != samples.rows()) {
      throw new IllegalArgumentException(
          "Dataset: number of labels ("
              + labels.length
              + ") must equal the number of samples ("
              + samples.rows()
              + ")");
    }
    for (int s = 0; s < labels.length; s++) {
      if (labels[s] < 0 || labels[s] >= classes) {
        throw new IllegalArgumentException(
            "Dataset: labels["
                + s
                + "] ("
                + labels[s]
                + ") must be between 0 and "
                + (classes - 1));
      }
    }
    return new Dataset(samples, labels.clone(), classes);
  }

  /**
   * Makes samples of bytes: {@code (pixel / 255 - mean) / deviation} with pixels from 0 to 255.
   *
   * @param pixels one sample after the other, unsigned; not kept
   * @param features bytes of a sample, at least 1
   * @param labels one class a sample
   * @param classes number of classes, at least 1
   * @param mean what to subtract
   * @param deviation what to divide by, above 0
   * @return a data set of float32 samples
   * @throws IllegalArgumentException if the lengths do not fit, a label is out of range, or the
   *     deviation is not above 0
   */
  public static Dataset ofBytes(
      byte[] pixels, int features, int[] labels, int classes, double mean, double deviation) {
    if (features < 1 || pixels.length != (long) labels.length * features) {
      throw new IllegalArgumentException(
          "Dataset: number of bytes ("
              + pixels.length
              + ") must equal labels * features ("
              + labels.length
              + " * "
              + features
              + ")");
    }
    if (!(deviation > 0)) {
      throw new IllegalArgumentException("Dataset: deviation (" + deviation + ") must be above 0");
    }
    float[] scaled = new float[256];
    for (int p = 0; p < 256; p++) {
      scaled[p] = (float) ((p / 255.0 - mean) / deviation);
    }
    DenseMatrix samples = DenseMatrix.zeros(labels.length, features);
    float[] row = new float[features];
    for (int s = 0; s < labels.length; s++) {
      for (int f = 0; f < features; f++) {
        row[f] = scaled[pixels[s * features + f] & 0xff];
      }
      samples.setRow(s, row, 0);
    }
    return of(samples, labels, classes);
  }

  /**
   * Returns some of the samples on the same memory.
   *
   * @param from first sample
   * @param to sample after the last
   * @return a data set of {@code to - from} samples
   * @throws IndexOutOfBoundsException if the range is outside
   */
  public Dataset range(int from, int to) {
    return new Dataset(samples.rows(from, to), Arrays.copyOfRange(labels, from, to), classes);
  }

  /**
   * Copies equally many samples of every class, drawn without replacement.
   *
   * @param perClass number of samples of a class, at least 1
   * @param seed of the draw
   * @return a data set of {@code perClass} samples a class, ordered by class
   * @throws IllegalArgumentException if {@code perClass} is below 1 or a class has fewer samples
   */
  public Dataset balanced(int perClass, long seed) {
    if (perClass < 1) {
      throw new IllegalArgumentException(
          "Dataset: samples per class (" + perClass + ") must be at least 1");
    }
    int[] order = new int[size()];
    for (int s = 0; s < order.length; s++) {
      int other = Streams.below(seed, s, s + 1);
      order[s] = order[other];
      order[other] = s;
    }
    DenseMatrix chosen = DenseMatrix.zeros(Math.multiplyExact(perClass, classes), features());
    int[] chosenLabels = new int[chosen.rows()];
    int[] counts = new int[classes];
    for (int sample : order) {
      int label = labels[sample];
      if (counts[label] < perClass) {
        int row = label * perClass + counts[label]++;
        copySample(sample, chosen, row);
        chosenLabels[row] = label;
      }
    }
    for (int c = 0; c < classes; c++) {
      if (counts[c] < perClass) {
        throw new IllegalArgumentException(
            "Dataset: class "
                + c
                + " has "
                + counts[c]
                + " samples, "
                + perClass
                + " of each class are wanted; there are "
                + this);
      }
    }
    return new Dataset(chosen, chosenLabels, classes);
  }

  /**
   * Returns the number of samples.
   *
   * @return at least 0
   */
  public int size() {
    return labels.length;
  }

  /**
   * Returns the numbers of a sample.
   *
   * @return its length
   */
  public int features() {
    return samples.columns();
  }

  /**
   * Returns the number of classes.
   *
   * @return at least 1
   */
  public int classes() {
    return classes;
  }

  /**
   * Returns all samples.
   *
   * @return one a row; not to be changed
   */
  public DenseMatrix samples() {
    return samples;
  }

  /**
   * Returns the class of a sample.
   *
   * @param sample number of the sample, from 0
   * @return its class
   * @throws IndexOutOfBoundsException if there is no such sample
   */
  public int label(int sample) {
    return labels[Objects.checkIndex(sample, labels.length)];
  }

  /**
   * Reads one number of every cache line of some samples, so that their cache misses overlap: a
   * copy of one short row after the other waits for memory at the start of each (a batch of 128
   * samples of 784 features took 73 microseconds without this and 57 with it, from 188 MB).
   */
  float touch(int[] order, int from, int to) {
    MemorySegment segment = samples.segment();
    float sum = 0;
    for (int s = from; s < to; s++) {
      long row = (long) order[s] * samples.stride();
      for (int f = 0; f < samples.columns(); f += Padding.UNIT) {
        sum += segment.getAtIndex(ValueLayout.JAVA_FLOAT, row + f);
      }
    }
    return sum;
  }

  void copySample(int sample, DenseMatrix target, int row) {
    MemorySegment.copy(
        samples.segment(),
        4L * sample * samples.stride(),
        target.segment(),
        4L * row * target.stride(),
        4L * samples.columns());
  }

  /** Returns the three sizes. */
  @Override
  public String toString() {
    return size() + " samples of " + features() + " features, " + classes + " classes";
  }
}
