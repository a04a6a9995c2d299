package org.sparse4j.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.IntFunction;
import java.util.function.IntUnaryOperator;
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
 *   <li>Sparse model soups (Zimmer, Spiegel and Pokutta, 2024, arXiv 2306.16788): {@code
 *       densities(reaching(0.9, 3)).members(3)} for a trained model. Every round trains several
 *       members from the same pruned weights, each with settings of its own, and averages them:
 *       masks are equal, so the average is as sparse as they are. {@link #soup} says which members.
 *   <li>SWAMP (Choi, Lee, Chung, Sohn and Lee, Sparse weight averaging with multiple particles for
 *       iterative magnitude pruning, 2024, arXiv 2305.14852): {@code densities(remaining(0.8, n))
 *       .rewindTo(k).members(p)} with {@link Averaging} in the trainers; {@code members(round ->
 *       round < 4 ? 1 : p)} is SWAMP+. Members that do not train at the rewinding step start there,
 *       those of the first round too.
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
  private IntUnaryOperator members = round -> 1;
  private Soup soup = Soup.uniform();
  private Optional<Dataset> validation = Optional.empty();
  private final List<SoupReport> soups = new ArrayList<>();
  private @Nullable Snapshot rewind;
  private @Nullable Snapshot start;
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
   * @throws IllegalArgumentException if a number is out of range
   */
  public static double[] remaining(double ratio, int rounds) {
    requireRounds(rounds);
    requireIn("ratio", ratio, ratio > 0 && ratio <= 1, "(0, 1]");
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
   * @throws IllegalArgumentException if a number is out of range
   */
  public static double[] reaching(double sparsity, int rounds) {
    requireRounds(rounds);
    requireIn("sparsity", sparsity, sparsity >= 0 && sparsity < 1, "[0, 1)");
    double[] densities = new double[rounds];
    for (int r = 0; r < rounds; r++) {
      densities[r] = Math.pow(1 - sparsity, (r + 1.0) / rounds);
    }
    return densities;
  }

  /**
   * Densities of anytime progressive pruning, {@code base^e} with e from 1 to level in equal steps.
   *
   * @param base the first density, in (0, 1]; 0.8 in the paper
   * @param level exponent of the last one, finite and at least 0; 4.5 in the paper
   * @param rounds number of rounds, at least 1; 8 in the paper
   * @return one density a round
   * @throws IllegalArgumentException if a number is out of range
   */
  public static double[] anytime(double base, double level, int rounds) {
    requireRounds(rounds);
    requireIn("base", base, base > 0 && base <= 1, "(0, 1]");
    requireIn("level", level, level >= 0 && Double.isFinite(level), "[0, infinity)");
    double[] densities = new double[rounds];
    for (int r = 0; r < rounds; r++) {
      double exponent = rounds == 1 ? 1 : 1 + (level - 1) * r / (rounds - 1);
      densities[r] = Math.pow(base, exponent);
    }
    return densities;
  }

  private static void requireRounds(int rounds) {
    if (rounds < 1) {
      throw new IllegalArgumentException("Rounds: rounds (" + rounds + ") must be at least 1");
    }
  }

  private static void requireIn(String name, double value, boolean fits, String range) {
    if (!fits) {
      throw new IllegalArgumentException(
          "Rounds: " + name + " (" + value + ") must be in " + range);
    }
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
   * Trains several members in every round, from the same weights and with the same masks, and goes
   * on with their average; give {@link #run(Members, IntFunction, Dataset)} trainers that differ in
   * seed, rate, decay or epochs. Batch norms measure a fifth of the round's samples again. Memory
   * and time of a round are those of its members.
   *
   * @param count how many, at least 1
   * @return this object
   * @throws IllegalArgumentException if below 1
   */
  public Rounds members(int count) {
    if (count < 1) {
      throw new IllegalArgumentException("Rounds: members (" + count + ") must be at least 1");
    }
    return members(round -> count);
  }

  /**
   * Trains several members in some rounds: averages are good only once training from one start
   * leads to one valley, which the first rounds of few pruned weights may not do.
   *
   * @param countOfRound given the number of a round, returns how many, at least 1
   * @return this object
   */
  public Rounds members(IntUnaryOperator countOfRound) {
    members = countOfRound;
    return this;
  }

  /**
   * Says which members are averaged; all unless told otherwise.
   *
   * @param choice the choice
   * @param samples what it judges averages by, neither trained nor tested on
   * @return this object
   */
  public Rounds soup(Soup choice, Dataset samples) {
    soup = choice;
    validation = Optional.of(samples);
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
    return run(
        (round, member) -> {
          if (member > 0) {
            throw new IllegalStateException(
                "Rounds: member "
                    + member
                    + " of round "
                    + round
                    + " needs a trainer of its own; call run with (round, member) -> trainer");
          }
          return trainers.apply(round);
        },
        data,
        test);
  }

  /** Makes a trainer of each member of a round. */
  @FunctionalInterface
  public interface Members {
    /**
     * Makes a trainer.
     *
     * @param round number of the round, from 0
     * @param member number of the member in its round, from 0
     * @return a new trainer of the model with optimizer, epochs and seed
     */
    Trainer trainer(int round, int member);
  }

  /**
   * Runs all rounds, or what is left of them, with one or several members each.
   *
   * @param trainers makes a trainer of each member; its sparsifier is set here
   * @param data given the number of a round, returns its training samples
   * @param test samples to evaluate on
   * @return a report for each training that was run to its end by this call, in order; a cancelled
   *     training ends the rounds
   * @throws IOException if the folder cannot be read or written
   * @throws IllegalArgumentException if a round has no member
   * @throws TrainingException as {@link Training#run}, and if a listener cannot write to the folder
   */
  public List<Report> run(Members trainers, IntFunction<Dataset> data, Dataset test)
      throws IOException {
    List<Report> reports = new ArrayList<>();
    soups.clear();
    int first = restart();
    for (int round = first; round < densities.length; round++) {
      int count = members.applyAsInt(round);
      if (count < 1) {
        throw new IllegalArgumentException(
            "Rounds: members (" + count + ") of round " + round + " must be at least 1");
      }
      Dataset train = data.apply(round);
      List<Snapshot> trained = new ArrayList<>();
      Training training = null;
      for (int member = 0; member < count; member++) {
        if (isTrained(round, member)) {
          trained.add(Snapshot.read(file("member", round, member).orElseThrow(), model));
          if (member + 1 < count) {
            continue;
          }
        }
        Trainer trainer = trainers.trainer(round, member);
        training =
            member == 0
                ? start(round, trainer, train, test, count > 1)
                : startAgain(round, member, trainer, train, test);
        if (trained.size() > member) {
          break;
        }
        Report report = training.run();
        if (report.ending() == Report.Ending.CANCELLED) {
          return reports;
        }
        reports.add(report);
        takeBest(round, member);
        if (count > 1) {
          trained.add(keepMember(round, member));
        }
      }
      if (count > 1) {
        average(round, trained, Objects.requireNonNull(training), train, test);
      }
      end(round, count);
    }
    return reports;
  }

  /**
   * Returns what became of the members of the rounds that the last run averaged.
   *
   * @return one report a round with several members, in order
   */
  public List<SoupReport> soups() {
    return List.copyOf(soups);
  }

  private boolean isTrained(int round, int member) {
    return file("member", round, member).filter(Files::exists).isPresent();
  }

  private Snapshot keepMember(int round, int member) throws IOException {
    Snapshot numbers = Snapshot.take(model);
    if (folder.isPresent()) {
      numbers.save(file("member", round, member).get());
      Files.deleteIfExists(file("checkpoint", round, member).get());
    }
    return numbers;
  }

  private void average(
      int round, List<Snapshot> trained, Training training, Dataset train, Dataset test) {
    List<Integer> chosen =
        soup.choose(
            trained.size(),
            some -> {
              mix(trained, some, training, train);
              Dataset samples =
                  validation.orElseThrow(() ->
                      new IllegalStateException("Rounds: " + soup + " needs samples to judge by"));
              return training.evaluate(samples).accuracy();
            });
    mix(trained, chosen, training, train);
    soups.add(new SoupReport(round, trained.size(), chosen, training.evaluate(test)));
  }

  private void mix(List<Snapshot> trained, List<Integer> chosen, Training training, Dataset train) {
    WeightAverage average = WeightAverage.uniform();
    chosen.forEach(member -> average.add(trained.get(member)));
    average.load(model);
    training.recomputeStatistics(train, Training.STATISTICS);
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

  private Optional<Path> file(String name, int round, int member) {
    return member == 0 && !name.equals("member")
        ? file(name, round)
        : folder.map(path -> path.resolve(name + "-" + round + "-" + member + ".safetensors"));
  }

  /** The first member prunes, or rewinds, and leaves the others what it starts from. */
  private Training start(
      int round, Trainer trainer, Dataset train, Dataset test, boolean othersFollow)
      throws IOException {
    Optional<Training> resumed =
        resume(round, 0, trainer.sparsifier(sparsifier(round)), train, test);
    if (resumed.isPresent()) {
      return resumed.get();
    }
    Training training = trainer.prepare(train, test);
    if (rewindStep.isPresent()) {
      if (round > 0) {
        rewound().restore(model);
      } else if (rewindStep.getAsLong() == 0) {
        keepToRewind();
      }
    }
    if (othersFollow) {
      start = Snapshot.take(model);
      if (folder.isPresent()) {
        start.save(file("start", round).get());
      }
    }
    return training;
  }

  /** Other members start from what the first one started from, or from the rewinding step. */
  private Training startAgain(int round, int member, Trainer trainer, Dataset train, Dataset test)
      throws IOException {
    Sparsifier given =
        Sparsifier.builder()
            .keepPatterns()
            .leaveOut(leftOut)
            .seed(Streams.derive(seed, round))
            .build();
    Optional<Training> resumed = resume(round, member, trainer.sparsifier(given), train, test);
    if (resumed.isPresent()) {
      return resumed.get();
    }
    if (round == 0 && rewindStep.isPresent()) {
      rewound().load(model);
    } else {
      Snapshot known = start;
      (known == null ? Snapshot.read(file("start", round).orElseThrow(), model) : known)
          .load(model);
    }
    return trainer.prepare(train, test);
  }

  private Optional<Training> resume(
      int round, int member, Trainer trainer, Dataset train, Dataset test) throws IOException {
    best = null;
    Optional<Path> checkpoint = file("checkpoint", round, member);
    checkpoint.ifPresent(path -> trainer.checkpoint(path, interval));
    trainer.listener(new Watch(round, member));
    return checkpoint.isPresent() && Files.exists(checkpoint.get())
        ? Optional.of(trainer.resume(checkpoint.get(), train, test))
        : Optional.empty();
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
              .filter(Files::exists)
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

  private void takeBest(int round, int member) throws IOException {
    if (carriesBest) {
      Snapshot known = best;
      Optional<Path> file = file("best", round, member);
      if (known != null) {
        known.load(model);
      } else if (file.isPresent()) {
        Weights.load(model, file.get());
      }
    }
  }

  private void end(int round, int count) throws IOException {
    start = null;
    if (folder.isEmpty()) {
      return;
    }
    Weights.save(model, file("weights", round + 1).get());
    Files.deleteIfExists(file("start", round).get());
    for (int member = 0; member < count; member++) {
      Files.deleteIfExists(file("checkpoint", round, member).get());
      Files.deleteIfExists(file("member", round, member).get());
    }
  }

  /** Takes the snapshots of a training. */
  private final class Watch implements TrainingListener {
    private final int round;
    private final int member;

    Watch(int round, int member) {
      this.round = round;
      this.member = member;
    }

    @Override
    public void stepped(Training training, StepReport step) {
      boolean there = rewindStep.isPresent() && rewindStep.getAsLong() == step.step() + 1;
      if (round == 0 && member == 0 && there && step.weightStep()) {
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
            Weights.save(model, file("best", round, member).get());
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
      return "of round " + round + (member == 0 ? "" : ", member " + member);
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
