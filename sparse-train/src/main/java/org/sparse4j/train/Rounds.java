package org.sparse4j.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.sparse4j.train.data.Dataset;
import org.sparse4j.train.distribution.Uniform;
import org.sparse4j.train.initial.FirstMasks;
import org.sparse4j.train.initial.MagnitudeMasks;
import org.sparse4j.train.initial.RandomMasks;
import org.sparse4j.train.layer.Layer;
import org.sparse4j.train.parameter.SparseParameter;
import org.sparse4j.train.random.Streams;
import org.sparse4j.train.saliency.Scope;

/**
 * Trains and prunes in turn: every round prunes the weights that the round before left, then trains
 * what remains with a fresh optimizer and the masks fixed.
 *
 * <p>The parts make the method:
 *
 * <ul>
 *   <li>Lottery tickets (Frankle and Carbin, The lottery ticket hypothesis, 2019, arXiv
 *       1803.03635): {@code densities(remaining(0.8, n)).rewindTo(0)}; kept weights go back to
 *       their first values.
 *   <li>Rewinding to a step k of the first round (Frankle, Dziugaite, Roy and Carbin, Linear mode
 *       connectivity and the lottery ticket hypothesis, 2020, arXiv 1912.05671): {@code
 *       rewindTo(k)}.
 *   <li>Iterative magnitude pruning with rewinding of the learning rate alone (Renda, Frankle and
 *       Carbin, 2020, arXiv 2003.02389): no {@code rewindTo}.
 *   <li>Anytime progressive pruning (Misra and others, APP, 2022, arXiv 2204.01640): {@code
 *       densities(anytime(0.8, 4.5, 8)).masks(Snip.batches(n)).carryBest()}, with all samples that
 *       have arrived by a round as its data, and {@link Trainer#probe} for the part of them that
 *       masks are chosen by; the authors take a fifth of what arrives at a time. Weights that were
 *       pruned count as 0, so masks are nested.
 * </ul>
 *
 * <p>Deviation: after rewinding to step k a round trains for its whole number of epochs with the
 * learning rate from the start, not for what was left of the first training at step k.
 *
 * <p>With a {@link #folder}, an interrupted run goes on by calling {@link #run} again and ends with
 * the same bits. For one thread at a time.
 */
public final class Rounds {

  private final Layer model;
  private double[] densities = new double[] {1};
  private FirstMasks masks = MagnitudeMasks.within(Scope.network());
  private OptionalLong rewindStep = OptionalLong.empty();
  private boolean carriesBest;
  private String[] leftOut = new String[0];
  private long seed;
  private Optional<Path> folder = Optional.empty();
  private int interval;
  private @Nullable Snapshot rewind;
  private @Nullable Snapshot best;

  private Rounds(Layer model) {
    this.model = model;
  }

  /**
   * Starts with one round, magnitudes of all layers in competition, and no rewinding.
   *
   * @param model what is trained; fresh, or holding the weights to start from
   * @return rounds to be configured
   */
  public static Rounds of(Layer model) {
    return new Rounds(model);
  }

  /**
   * Densities of lottery tickets: {@code 1, ratio, ratio^2, ...}.
   *
   * @param ratio what is left of the weights at each pruning, in (0, 1]
   * @param rounds number of rounds, at least 1
   * @return one density a round
   */
  public static double[] remaining(double ratio, int rounds) {
    double[] densities = new double[rounds];
    for (int r = 0; r < rounds; r++) {
      densities[r] = Math.pow(ratio, r);
    }
    return densities;
  }

  /**
   * Densities that prune the same fraction of what is left in every round, {@code (1 -
   * sparsity)^((r + 1) / rounds)}, as Sparse Model Soups do (Zimmer, Spiegel and Pokutta, 2024,
   * arXiv 2306.16788).
   *
   * @param sparsity dropped fraction in the end, in [0, 1)
   * @param rounds number of rounds, at least 1
   * @return one density a round
   */
  public static double[] reaching(double sparsity, int rounds) {
    double[] densities = new double[rounds];
    for (int r = 0; r < rounds; r++) {
      densities[r] = Math.pow(1 - sparsity, (r + 1.0) / rounds);
    }
    return densities;
  }

  /**
   * Densities of anytime progressive pruning, {@code base^e} with e from 1 to level in equal steps.
   *
   * @param base the first density, 0.8 in the paper
   * @param level exponent of the last one, 4.5 in the paper
   * @param rounds number of rounds, at least 1; 8 in the paper
   * @return one density a round
   */
  public static double[] anytime(double base, double level, int rounds) {
    double[] densities = new double[rounds];
    for (int r = 0; r < rounds; r++) {
      double exponent = rounds == 1 ? 1 : 1 + (level - 1) * r / (rounds - 1);
      densities[r] = Math.pow(base, exponent);
    }
    return densities;
  }

  /**
   * Sets how many weights each round trains.
   *
   * @param densities kept fraction of the managed weights in each round, in [0, 1]; a first round
   *     of 1 trains the dense network
   * @return this object
   * @throws IllegalArgumentException if there is no round, or a density is out of range
   */
  public Rounds densities(double... densities) {
    if (densities.length == 0) {
      throw new IllegalArgumentException("Rounds: needs at least one round");
    }
    for (int r = 0; r < densities.length; r++) {
      if (!(densities[r] >= 0 && densities[r] <= 1)) {
        throw new IllegalArgumentException(
            "Rounds: density (" + densities[r] + ") of round " + r + " must be between 0 and 1");
      }
    }
    this.densities = densities.clone();
    return this;
  }

  /**
   * Says which weights stay.
   *
   * @param masks a choice that looks at weights
   * @return this object
   */
  public Rounds masks(FirstMasks masks) {
    this.masks = masks;
    return this;
  }

  /**
   * Puts all numbers back to what they were at a step of the first round, before every later one.
   *
   * @param step weight steps taken in the first round, at least 0
   * @return this object
   * @throws IllegalArgumentException if {@code step} is negative
   */
  public Rounds rewindTo(long step) {
    if (step < 0) {
      throw new IllegalArgumentException("Rounds: step (" + step + ") must not be negative");
    }
    rewindStep = OptionalLong.of(step);
    return this;
  }

  /**
   * Goes on with the weights of the epoch that was best on the test set, not of the last one.
   *
   * @return this object
   */
  public Rounds carryBest() {
    carriesBest = true;
    return this;
  }

  /**
   * Leaves layers alone.
   *
   * @param layers names of weights
   * @return this object
   */
  public Rounds leaveOut(String... layers) {
    leftOut = layers.clone();
    return this;
  }

  /**
   * Sets the seed of everything random about masks.
   *
   * @param seed the seed
   * @return this object
   */
  public Rounds seed(long seed) {
    this.seed = seed;
    return this;
  }

  /**
   * Keeps what is needed to go on after an interruption in a folder: the weights between rounds,
   * those to rewind to, and checkpoints. Files of an earlier run there are gone on with.
   *
   * @param folder an existing folder for this run alone
   * @param batches number of batches between two checkpoints, at least 1
   * @return this object
   * @throws IllegalArgumentException if there is no such folder
   */
  public Rounds folder(Path folder, int batches) {
    if (!Files.isDirectory(folder)) {
      throw new IllegalArgumentException("Rounds: the folder must exist; it is " + folder);
    }
    this.folder = Optional.of(folder);
    interval = batches;
    return this;
  }

  /**
   * Runs all rounds, or what is left of them.
   *
   * @param trainers given the number of a round, makes a new trainer of the model with optimizer,
   *     epochs and seed; its sparsifier is set here
   * @param data given the number of a round, returns its training samples
   * @param test samples to evaluate on
   * @return a report for each round that was run to its end by this call; a cancelled training ends
   *     the rounds
   * @throws IOException if the folder cannot be read or written
   * @throws TrainingException as {@link Training#run}, and if a listener cannot write to the folder
   */
  public List<Report> run(IntFunction<Trainer> trainers, IntFunction<Dataset> data, Dataset test)
      throws IOException {
    List<Report> reports = new ArrayList<>();
    int first = restart();
    for (int round = first; round < densities.length; round++) {
      Training training = start(round, trainers.apply(round), data.apply(round), test);
      Report report = training.run();
      if (report.ending() == Report.Ending.CANCELLED) {
        return reports;
      }
      reports.add(report);
      end(round);
    }
    return reports;
  }

  /** Loads what the last whole round of an interrupted run left; tells which round is next. */
  private int restart() throws IOException {
    if (folder.isEmpty()) {
      return 0;
    }
    for (int round = densities.length; round > 0; round--) {
      Path left = file("weights", round).orElseThrow();
      if (Files.exists(left)) {
        Weights.load(model, left);
        return round;
      }
    }
    return 0;
  }

  private Optional<Path> file(String name, int round) {
    return folder.map(path -> path.resolve(name + "-" + round + ".safetensors"));
  }

  private Training start(int round, Trainer trainer, Dataset train, Dataset test)
      throws IOException {
    best = null;
    trainer.sparsifier(sparsifier(round));
    Optional<Path> checkpoint = file("checkpoint", round);
    checkpoint.ifPresent(path -> trainer.checkpoint(path, interval));
    trainer.listener(new Watch(round));
    if (checkpoint.isPresent() && Files.exists(checkpoint.get())) {
      return trainer.resume(checkpoint.get(), train, test);
    }
    Training training = trainer.prepare(train, test);
    if (rewindStep.isPresent()) {
      if (round > 0) {
        rewound().restore(model);
      } else if (rewindStep.getAsLong() == 0) {
        keepToRewind();
      }
    }
    return training;
  }

  private Sparsifier sparsifier(int round) {
    Sparsifier.Builder builder =
        Sparsifier.builder()
            .distribution(Uniform.sparsity(1 - densities[round]))
            .leaveOut(leftOut)
            .seed(Streams.derive(seed, round));
    boolean holdsWeights =
        round > 0 || model.sparseParameters().stream().anyMatch(SparseParameter::isInitialised);
    if (holdsWeights) {
      return builder.firstMasks(masks).pruneWeights().build();
    }
    // A dense start needs no choice, and no samples.
    return builder.firstMasks(densities[round] == 1 ? RandomMasks.exact() : masks).build();
  }

  private Snapshot rewound() throws IOException {
    Snapshot known = rewind;
    if (known == null) {
      Path path =
          file("rewind", 0)
              .orElseThrow(() ->
                  new IllegalStateException(
                      "Rounds: the first round took fewer steps than " + rewindStep.getAsLong()));
      known = Snapshot.read(path, model);
      rewind = known;
    }
    return known;
  }

  private void keepToRewind() throws IOException {
    rewind = Snapshot.take(model);
    if (folder.isPresent()) {
      Weights.save(model, file("rewind", 0).get());
    }
  }

  private void end(int round) throws IOException {
    if (carriesBest) {
      Snapshot known = best;
      if (known != null) {
        known.load(model);
      } else if (file("best", round).isPresent()) {
        Weights.load(model, file("best", round).get());
      }
    }
    if (folder.isPresent()) {
      Weights.save(model, file("weights", round + 1).get());
      Files.deleteIfExists(file("checkpoint", round).get());
    }
  }

  /** Takes the snapshots of a round. */
  private final class Watch implements TrainingListener {
    private final int round;

    Watch(int round) {
      this.round = round;
    }

    @Override
    public void stepped(Training training, StepReport step) {
      boolean there = rewindStep.isPresent() && rewindStep.getAsLong() == step.step() + 1;
      if (round == 0 && there && step.weightStep()) {
        try {
          keepToRewind();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }

    @Override
    public void epochEnded(Training training, EpochReport epoch) {
      if (!carriesBest) {
        return;
      }
      List<EpochReport> epochs = training.epochs();
      double before =
          epochs.subList(0, epochs.size() - 1).stream()
              .mapToDouble(Watch::accuracy)
              .max()
              .orElse(-1);
      if (accuracy(epoch) > before) {
        best = Snapshot.take(model);
        try {
          if (folder.isPresent()) {
            Weights.save(model, file("best", round).get());
          }
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }

    private static double accuracy(EpochReport epoch) {
      return epoch.test().map(Evaluation::accuracy).orElse(0.0);
    }

    @Override
    public String toString() {
      return "of round " + round;
    }
  }

  /** Returns densities and masks. */
  @Override
  public String toString() {
    return "Rounds of densities "
        + Arrays.toString(densities)
        + ", "
        + masks
        + (rewindStep.isPresent() ? ", rewinding to step " + rewindStep.getAsLong() : "")
        + (carriesBest ? ", carrying the best" : "");
  }
}
