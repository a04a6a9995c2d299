package org.sparse4j.train;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.LongFunction;
import java.util.stream.IntStream;
import org.sparse4j.train.data.Dataset;
import org.sparse4j.train.random.Streams;

/**
 * A search for good random masks, with its control: K networks with random masks train for a short
 * time, the one that does best on a validation set trains anew for the whole time; the control is
 * one more random mask that trains for as many epochs as all of that together.
 *
 * <p>A neutral baseline for everything that claims to find masks: at equal cost the two should not
 * differ, as searching for well initialised sparse subnetworks was found to be neither better nor
 * faster than random ones of equal sparsity. Costs {@code 2 (K short + whole)} epochs. An
 * interrupted search starts anew. Immutable.
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

  private RandomSearch(
      LongFunction<Trainer> trainers, int candidates, int shortEpochs, int wholeEpochs, long seed) {
    this.trainers = trainers;
    this.candidates = candidates;
    this.shortEpochs = shortEpochs;
    this.wholeEpochs = wholeEpochs;
    this.seed = seed;
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
    return new RandomSearch(trainers, 8, 1, 10, 0);
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
    return new RandomSearch(trainers, count, shortEpochs, wholeEpochs, seed);
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
    return new RandomSearch(trainers, candidates, candidate, best, seed);
  }

  /**
   * Sets the seed that the masks' seeds follow from.
   *
   * @param next the seed
   * @return a new search
   */
  public RandomSearch seed(long next) {
    return new RandomSearch(trainers, candidates, shortEpochs, wholeEpochs, next);
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
   * @throws IllegalStateException if a training was cancelled
   */
  public Result run(Dataset train, Dataset validation, Dataset test) {
    List<Evaluation> results = new ArrayList<>();
    for (int candidate = 0; candidate < candidates; candidate++) {
      Training training = trainers.apply(mask(candidate)).epochs(shortEpochs).prepare(train);
      finish(training);
      results.add(training.evaluate(validation));
    }
    int best =
        IntStream.range(0, candidates)
            .boxed()
            .max(
                Comparator.comparingDouble((Integer candidate) -> results.get(candidate).accuracy())
                    .thenComparing(Comparator.reverseOrder()))
            .orElseThrow();
    int epochs = Math.addExact(wholeEpochs, Math.multiplyExact(candidates, shortEpochs));
    Report found = finish(trainers.apply(mask(best)).epochs(wholeEpochs).prepare(train, test));
    Report control = finish(trainers.apply(mask(candidates)).epochs(epochs).prepare(train, test));
    return new Result(results, best, found, control, epochs);
  }

  private long mask(int number) {
    return Streams.derive(seed, number);
  }

  private static Report finish(Training training) {
    Report report = training.run();
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
