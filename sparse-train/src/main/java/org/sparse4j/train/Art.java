package org.sparse4j.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.sparse4j.io.Safetensors;
import org.sparse4j.io.SafetensorsFile;
import org.sparse4j.train.data.Dataset;
import org.sparse4j.train.layer.Layer;
import org.sparse4j.train.layer.LayerShape;
import org.sparse4j.train.parameter.SparseParameter;
import org.sparse4j.train.saliency.Scope;

/**
 * Adaptive regularized training: watches a dense network whose regularizer grows, and stops it as
 * soon as its pruned copy is as good on the training set; Glandorf, Kaiser and Rosenhahn,
 * HyperSparse neural networks, 2023 (arXiv 2308.07163), algorithm 1 and reference code.
 *
 * <p>After every epoch behind the warm-up the weights of smallest magnitude, in all layers
 * together, are set to 0 for the time of an evaluation. The mean accuracy over {@code 2 b + 1}
 * successive copies counts; the middle copy of the best mean is what is kept. Training is cancelled
 * when the best mean exceeds the accuracy of the network itself in that epoch. Then {@link #load}
 * puts the copy in place, to be trained on with its mask fixed. Counts are exact, where the
 * reference code keeps what exceeds a threshold strictly.
 *
 * <pre>{@code
 * Art art = Art.of(model, train, 0.98).warmUp(60);
 * Trainer.of(model)
 *     .regularizer(new HyperSparse(0.98, 5e-6, 1.05, 60, stepsPerEpoch))
 *     .listener(art)
 *     ...
 *     .fit(train, test);
 * if (art.isFound()) {
 *   art.load();                                    // sparse from here on
 *   Trainer.of(model).optimizer(...).fit(train, test);
 * }
 * }</pre>
 *
 * <p>With a {@link #folder}, copies are kept as files, so that a training that is resumed from its
 * checkpoint goes on with them; without one, up to {@code 2 b + 2} copies are in memory. For one
 * training at a time.
 */
public final class Art implements TrainingListener {

  private static final String ACCURACY = "art.accuracy";

  private final Layer model;
  private final Dataset train;
  private final double sparsity;
  private int warmUp;
  private int side = 1;
  private Optional<Path> folder = Optional.empty();
  private final NavigableMap<Long, Double> accuracies = new TreeMap<>();
  private final NavigableMap<Long, Snapshot> copies = new TreeMap<>();
  private boolean found;

  private Art(Layer model, Dataset train, double sparsity) {
    this.model = model;
    this.train = train;
    this.sparsity = sparsity;
  }

  /**
   * Watches a model, with no warm-up and means of three copies.
   *
   * @param model the model that is trained, its sparse layers storing all positions
   * @param train samples that copies and model are judged by
   * @param sparsity fraction of the sparse layers' weights that copies drop, in [0, 1)
   * @return a listener
   * @throws IllegalArgumentException if {@code sparsity} is out of range
   */
  public static Art of(Layer model, Dataset train, double sparsity) {
    if (!(sparsity >= 0 && sparsity < 1)) {
      throw new IllegalArgumentException("Art: sparsity (" + sparsity + ") must be in [0, 1)");
    }
    return new Art(model, train, sparsity);
  }

  /**
   * Sets how many epochs pass before the first copy.
   *
   * @param epochs at least 0; 60 in the paper
   * @return this listener
   * @throws IllegalArgumentException if negative
   */
  public Art warmUp(int epochs) {
    if (epochs < 0) {
      throw new IllegalArgumentException("Art: warm-up (" + epochs + ") must not be negative");
    }
    warmUp = epochs;
    return this;
  }

  /**
   * Sets how many copies before and behind the middle one a mean takes in.
   *
   * @param copies b, at least 0; 1 in the paper
   * @return this listener
   * @throws IllegalArgumentException if negative
   */
  public Art averaging(int copies) {
    if (copies < 0) {
      throw new IllegalArgumentException("Art: copies (" + copies + ") must not be negative");
    }
    side = copies;
    return this;
  }

  /**
   * Keeps copies as files.
   *
   * @param folder an existing folder for this training alone
   * @return this listener
   * @throws IllegalArgumentException if there is no such folder
   */
  public Art folder(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new IllegalArgumentException("Art: the folder must exist; it is " + folder);
    }
    this.folder = Optional.of(folder);
    return this;
  }

  @Override
  public void epochEnded(Training training, EpochReport epoch) {
    long number = epoch.epoch();
    if (number < warmUp) {
      return;
    }
    try {
      recover(number);
      double dense = training.evaluate(train).accuracy();
      Snapshot copy = Snapshot.pruned(model, kept());
      accuracies.put(number, accuracy(training, copy));
      if (folder.isPresent()) {
        copy.save(file(number), ACCURACY, Double.toString(accuracies.get(number)));
      } else {
        copies.put(number, copy);
        forget(number);
      }
      found = bestMean() > dense;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (found) {
      training.cancel();
    }
  }

  /** The indices of the weights that a copy keeps. */
  private List<int[]> kept() {
    List<float[]> scores = new ArrayList<>();
    List<SparseParameter> weights = model.sparseParameters();
    long[] counts = new long[weights.size()];
    long[] positions = new long[weights.size()];
    for (int l = 0; l < counts.length; l++) {
      SparseParameter weight = weights.get(l);
      LayerShape shape = LayerShape.of(weight.name(), weight.rows(), weight.columns());
      positions[l] = shape.size();
      counts[l] = shape.size() - shape.dropped(sparsity);
      float[] values = weight.values().array();
      float[] magnitudes = new float[values.length];
      for (int p = 0; p < magnitudes.length; p++) {
        magnitudes[p] = Math.abs(values[p]);
      }
      scores.add(magnitudes);
    }
    return Scope.network().keep(scores, counts, positions);
  }

  /** Evaluates with the weights of a copy, and puts those of the model back. */
  private double accuracy(Training training, Snapshot copy) {
    Snapshot whole = Snapshot.take(model);
    copy.restore(model);
    try {
      return training.evaluate(train).accuracy();
    } finally {
      whole.restore(model);
    }
  }

  /** After a resumption: reads what earlier epochs left. */
  private void recover(long number) throws IOException {
    if (folder.isEmpty() || accuracies.size() == number - warmUp) {
      return;
    }
    accuracies.clear();
    for (long earlier = warmUp; earlier < number; earlier++) {
      try (SafetensorsFile file = Safetensors.open(file(earlier))) {
        String text = file.metadata().get(ACCURACY);
        if (text == null) {
          throw new IOException("Art: " + file.path() + " has no metadata " + ACCURACY);
        }
        accuracies.put(earlier, Double.valueOf(text));
      }
    }
  }

  private Path file(long number) {
    return folder.orElseThrow().resolve("copy-" + number + ".safetensors");
  }

  /** Drops copies that are neither the best nor can still become it. */
  private void forget(long number) {
    Long best = middle();
    copies.keySet().removeIf(epoch -> epoch < number - 2L * side && !epoch.equals(best));
  }

  /** The epoch in the middle of the best mean; the earliest of equals. */
  private @Nullable Long middle() {
    Long best = null;
    double bestMean = Double.NEGATIVE_INFINITY;
    for (long epoch : accuracies.keySet()) {
      double mean = mean(epoch);
      if (mean > bestMean) {
        bestMean = mean;
        best = epoch;
      }
    }
    return best;
  }

  private double bestMean() {
    Long best = middle();
    return best == null ? Double.NEGATIVE_INFINITY : mean(best);
  }

  /** The mean around an epoch; minus infinity if some of the copies are missing. */
  private double mean(long epoch) {
    double[] around =
        accuracies.subMap(epoch - side, true, epoch + side, true).values().stream()
            .mapToDouble(Double::doubleValue)
            .toArray();
    return around.length < 2 * side + 1
        ? Double.NEGATIVE_INFINITY
        : Arrays.stream(around).sum() / around.length;
  }

  /**
   * Tells whether a copy was found that is as good as the network.
   *
   * @return true if training was cancelled for it
   */
  public boolean isFound() {
    return found;
  }

  /**
   * Gives the model positions and numbers of the best copy so far.
   *
   * @throws IllegalStateException if there are too few copies for a mean
   * @throws IOException if the copy's file cannot be read
   */
  public void load() throws IOException {
    Long best = middle();
    if (best == null) {
      throw new IllegalStateException(
          "Art: a mean takes " + (2 * side + 1) + " copies, there are " + accuracies.size());
    }
    Snapshot copy = folder.isPresent() ? Snapshot.read(file(best), model) : copies.get(best);
    if (copy != null) {
      copy.load(model);
    }
  }

  /** Returns what is looked for. */
  @Override
  public String toString() {
    return "ART to sparsity " + sparsity + ", means of " + (2 * side + 1) + " copies";
  }
}
