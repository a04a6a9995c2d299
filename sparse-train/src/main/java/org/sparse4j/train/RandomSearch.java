package org.sparse4j.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.stream.IntStream;
import org.sparse4j.io.Safetensors;
import org.sparse4j.io.SafetensorsFile;
import org.sparse4j.train.data.Dataset;
import org.sparse4j.train.random.Streams;

/**
 * A search for good random masks, with its control: K networks with random masks train for a short
 * time, the one that does best on a validation set trains anew for the whole time; the control is
 * one more random mask that trains for as many epochs as all of that together.
 *
 * <p>A neutral baseline for everything that claims to find masks: at equal cost the two should not
 * differ, as searching for well initialised sparse subnetworks was found to be neither better nor
 * faster than random ones of equal sparsity. Costs {@code 2 (K short + whole)} epochs. With a
 * {@link #folder}, an interrupted search goes on by calling {@link #run} again and ends with the
 * same bits; without one it starts anew. Immutable.
 *
 * <pre>{@code
 * RandomSearch.Result result =
 *     RandomSearch.of(seed -> Trainer.of(model()).sparsifier(random(seed)).optimizer(...).seed(1))
 *         .candidates(8)
 *         .epochs(1, 20)
 *         .run(train, validation, test);
 * }</pre>
 */
public final class RandomSearch {

  private final LongFunction<Trainer> trainers;
  private final int candidates;
  private final int shortEpochs;
  private final int wholeEpochs;
  private final long seed;
  private final Optional<Kept> kept;

  /** Where an interrupted search is kept, with a checkpoint every so many batches. */
  private record Kept(Path folder, int batches) {
    private static final String RESULTS = "results";
    private static final String SEARCH = "sparse4j.search";
    private static final int WIDTH = 3;

    Path checkpoint(String training) {
      return folder.resolve(training + ".safetensors");
    }

    private Path results() {
      return folder.resolve("candidates.safetensors");
    }

    /** Evaluations of the candidates that were trained, in order. */
    List<Evaluation> read(RandomSearch search) throws IOException {
      List<Evaluation> results = new ArrayList<>();
      if (!Files.exists(results())) {
        return results;
      }
      try (SafetensorsFile file = Safetensors.open(results())) {
        String other = file.metadata().get(SEARCH);
        if (!search.toString().equals(other)) {
          throw new IllegalArgumentException(
              "RandomSearch: " + results() + " is of another search, " + other + "; not " + search);
        }
        long[] bits = file.longs(RESULTS);
        if (bits.length % WIDTH != 0 || bits.length > (long) WIDTH * search.candidates) {
          throw new IOException(
              "RandomSearch: "
                  + results()
                  + " must hold "
                  + WIDTH
                  + " numbers of at most "
                  + search.candidates
                  + " candidates, holds "
                  + bits.length);
        }
        for (int at = 0; at < bits.length; at += WIDTH) {
          long samples = bits[at];
          long correct = bits[at + 1];
          if (samples < 1 || samples > Integer.MAX_VALUE || correct < 0 || correct > samples) {
            throw new IOException(
                "RandomSearch: candidate "
                    + at / WIDTH
                    + " of "
                    + results()
                    + " has "
                    + correct
                    + " of "
                    + samples
                    + " samples correct");
          }
          results.add(
              new Evaluation((int) samples, (int) correct, Double.longBitsToDouble(bits[at + 2])));
        }
      }
      return results;
    }

    void write(RandomSearch search, List<Evaluation> results) throws IOException {
      long[] bits = new long[WIDTH * results.size()];
      for (int candidate = 0; candidate < results.size(); candidate++) {
        Evaluation result = results.get(candidate);
        bits[WIDTH * candidate] = result.samples();
        bits[WIDTH * candidate + 1] = result.correct();
        bits[WIDTH * candidate + 2] = Double.doubleToLongBits(result.loss());
      }
      Safetensors.writer().add(RESULTS, bits).metadata(SEARCH, search.toString()).write(results());
    }
  }

  private RandomSearch(
      LongFunction<Trainer> trainers,
      int candidates,
      int shortEpochs,
      int wholeEpochs,
      long seed,
      Optional<Kept> kept) {
    this.trainers = trainers;
    this.candidates = candidates;
    this.shortEpochs = shortEpochs;
    this.wholeEpochs = wholeEpochs;
    this.seed = seed;
    this.kept = kept;
  }

  /**
   * What a search found.
   *
   * @param candidates results on the validation set after the short training, in order
   * @param best number of the best one; the lower of equals
   * @param found report of the best one's whole training
   * @param control report of another mask's training at equal cost
   * @param epochs epochs of the control, and of search and whole training together
   */
  public record Result(
      List<Evaluation> candidates, int best, Report found, Report control, int epochs) {

    /** Copies the list. */
    public Result {
      candidates = List.copyOf(candidates);
    }
  }

  /**
   * Starts with 8 candidates of 1 epoch, 10 epochs for the best one, and seed 0.
   *
   * @param trainers given the seed of a mask, makes a trainer of a new model with a sparsifier of
   *     that seed; its epochs are set here, so rates should follow the number of batches
   * @return a search
   */
  public static RandomSearch of(LongFunction<Trainer> trainers) {
    return new RandomSearch(trainers, 8, 1, 10, 0, Optional.empty());
  }

  /**
   * Sets the number of candidates.
   *
   * @param count K, at least 1
   * @return a new search
   * @throws IllegalArgumentException if below 1
   */
  public RandomSearch candidates(int count) {
    requirePositive("candidates", count);
    return new RandomSearch(trainers, count, shortEpochs, wholeEpochs, seed, kept);
  }

  /**
   * Sets how long networks train.
   *
   * @param candidate epochs of a candidate, at least 1
   * @param best epochs of the best one, at least 1
   * @return a new search
   * @throws IllegalArgumentException if a number is below 1
   */
  public RandomSearch epochs(int candidate, int best) {
    requirePositive("epochs of a candidate", candidate);
    requirePositive("epochs of the best", best);
    return new RandomSearch(trainers, candidates, candidate, best, seed, kept);
  }

  /**
   * Sets the seed that the masks' seeds follow from.
   *
   * @param next the seed
   * @return a new search
   */
  public RandomSearch seed(long next) {
    return new RandomSearch(trainers, candidates, shortEpochs, wholeEpochs, next, kept);
  }

  /**
   * Keeps what is needed to go on after an interruption in a folder: results of candidates, and
   * checkpoints, each file written under another name and moved. Files of an earlier search there
   * are gone on with. The checkpoints of the whole trainings stay in the end.
   *
   * @param folder an existing folder for this search alone
   * @param batches number of batches between two checkpoints, at least 1
   * @return a new search
   * @throws IllegalArgumentException if there is no such folder, or {@code batches} is below 1
   */
  public RandomSearch folder(Path folder, int batches) {
    if (!Files.isDirectory(folder)) {
      throw new IllegalArgumentException("RandomSearch: the folder must exist; it is " + folder);
    }
    requirePositive("checkpoint interval", batches);
    Optional<Kept> place = Optional.of(new Kept(folder, batches));
    return new RandomSearch(trainers, candidates, shortEpochs, wholeEpochs, seed, place);
  }

  private static void requirePositive(String name, int count) {
    if (count < 1) {
      throw new IllegalArgumentException(
          "RandomSearch: " + name + " (" + count + ") must be at least 1");
    }
  }

  /**
   * Searches, trains the best one and the control.
   *
   * @param train samples to learn from
   * @param validation samples to choose by
   * @param test samples to report on; nothing is chosen by them
   * @return what was found
   * @throws TrainingException as {@link Training#run}
   * @throws IllegalStateException if a training was cancelled; with a folder it goes on there
   * @throws IllegalArgumentException if the folder holds a search of other settings
   * @throws UncheckedIOException if the folder cannot be read or written
   */
  public Result run(Dataset train, Dataset validation, Dataset test) {
    try {
      return search(train, validation, test);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private Result search(Dataset train, Dataset validation, Dataset test) throws IOException {
    List<Evaluation> results = kept.isPresent() ? kept.get().read(this) : new ArrayList<>();
    for (int candidate = results.size(); candidate < candidates; candidate++) {
      String name = "candidate-" + candidate;
      Training training = training(name, mask(candidate), shortEpochs, train, Optional.empty());
      finish(name, training);
      results.add(training.evaluate(validation));
      if (kept.isPresent()) {
        kept.get().write(this, results);
        Files.deleteIfExists(kept.get().checkpoint(name));
      }
    }
    int best =
        IntStream.range(0, candidates)
            .boxed()
            .max(
                Comparator.comparingDouble((Integer candidate) -> results.get(candidate).accuracy())
                    .thenComparing(Comparator.reverseOrder()))
            .orElseThrow();
    int epochs = Math.addExact(wholeEpochs, Math.multiplyExact(candidates, shortEpochs));
    Optional<Dataset> judged = Optional.of(test);
    Report found = finish("found", training("found", mask(best), wholeEpochs, train, judged));
    Report control =
        finish("control", training("control", mask(candidates), epochs, train, judged));
    return new Result(results, best, found, control, epochs);
  }

  private long mask(int number) {
    return Streams.derive(seed, number);
  }

  /** A training from its start, or from where the folder has it. */
  private Training training(
      String name, long mask, int epochs, Dataset train, Optional<Dataset> test)
      throws IOException {
    Trainer trainer = trainers.apply(mask).epochs(epochs);
    if (kept.isPresent()) {
      Path checkpoint = kept.get().checkpoint(name);
      trainer.checkpoint(checkpoint, kept.get().batches());
      if (Files.exists(checkpoint)) {
        return test.isPresent()
            ? trainer.resume(checkpoint, train, test.get())
            : trainer.resume(checkpoint, train);
      }
    }
    return test.isPresent() ? trainer.prepare(train, test.get()) : trainer.prepare(train);
  }

  /** Runs a training to its end, and leaves its last state in the folder. */
  private Report finish(String name, Training training) throws IOException {
    Report report = training.run();
    if (kept.isPresent()) {
      training.save(kept.get().checkpoint(name));
    }
    if (report.ending() == Report.Ending.CANCELLED) {
      throw new IllegalStateException(
          "RandomSearch: a training was cancelled after "
              + training.batchesDone()
              + " of "
              + training.totalBatches()
              + " batches");
    }
    return report;
  }

  /** Returns the settings. */
  @Override
  public String toString() {
    return "random search, "
        + candidates
        + " candidates of "
        + shortEpochs
        + " epochs, best of "
        + wholeEpochs
        + " epochs, seed "
        + seed;
  }
}
