package org.sparse4j.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.execution.Threads;
import org.sparse4j.train.data.Dataset;
import org.sparse4j.train.layer.Layer;
import org.sparse4j.train.optim.GradientClipping;
import org.sparse4j.train.optim.Optimizer;
import org.sparse4j.train.optim.Regularizer;
import org.sparse4j.train.traits.Traits;

/**
 * Trains a classifier on labelled samples, sparse from the first step to the last if it has sparse
 * layers and a sparsifier.
 *
 * <p>This object collects settings; {@link #fit} and {@link #prepare} copy them into a {@link
 * Training}. Equal settings, data and seeds give equal results, bit by bit, for any number of
 * threads and with any number of interruptions in between, given the same kernels. Not safe for
 * several threads.
 */
public final class Trainer {

  private final Layer model;
  private Sparsifier sparsifier = Sparsifier.none();
  private @Nullable LongFunction<? extends Optimizer> optimizer;
  private Loss loss = Loss.crossEntropy();
  private Optional<Dataset> probed = Optional.empty();
  private Regularizer regularizer = Regularizer.none();
  private Regularizer unclipped = Regularizer.none();
  private GradientClipping clipping = GradientClipping.none();
  private int batchSize = 128;
  private int evaluationBatch = Evaluator.LARGEST_BATCH;
  private int epochs = 10;
  private boolean seeded;
  private long seed;
  private int patience;
  private Optional<Averaging> averaging = Optional.empty();
  private Optional<Traits> traits = Optional.empty();
  private Kernels kernels = Kernels.best();
  private Threads threads = Threads.caller();
  private boolean anyKernels;
  private @Nullable Path checkpoint;
  private int checkpointInterval;
  private final List<TrainingListener> listeners = new ArrayList<>();

  private Trainer(Layer model) {
    this.model = model;
  }

  /** What a training needs to know; a copy of the fields above. */
  record Settings(
      Layer model,
      Sparsifier sparsifier,
      Optional<Dataset> probed,
      LongFunction<? extends Optimizer> optimizer,
      Loss loss,
      Regularizer regularizer,
      Regularizer unclipped,
      GradientClipping clipping,
      int batchSize,
      int evaluationBatch,
      int epochs,
      long seed,
      int patience,
      Optional<Averaging> averaging,
      Optional<Traits> traits,
      Kernels kernels,
      Threads threads,
      boolean anyKernels,
      Optional<Path> checkpoint,
      int checkpointInterval,
      List<TrainingListener> listeners) {}

  /**
   * Starts with a model, batches of 128, 10 epochs, softmax cross-entropy, the best kernels on the
   * calling thread and no sparsifier.
   *
   * @param model the model; a fresh one is initialised from the seed, one that was initialised or
   *     loaded goes on from where it is
   * @return a trainer
   */
  public static Trainer of(Layer model) {
    return new Trainer(model);
  }

  /**
   * Makes the model's sparse layers sparse.
   *
   * @param sparsifier which weights are stored, and how that changes
   * @return this trainer
   */
  public Trainer sparsifier(Sparsifier sparsifier) {
    this.sparsifier = sparsifier;
    return this;
  }

  /**
   * Lets first masks that look at data see these samples, not those of the training.
   *
   * @param samples at least as many as one batch has
   * @return this trainer
   */
  public Trainer probe(Dataset samples) {
    probed = Optional.of(samples);
    return this;
  }

  /**
   * Says how weights change.
   *
   * @param optimizer the rule with its learning rate
   * @return this trainer
   */
  public Trainer optimizer(Optimizer optimizer) {
    this.optimizer = steps -> optimizer;
    return this;
  }

  /**
   * Says how weights change, for learning rates that follow the length of the training.
   *
   * @param optimizer given the number of batches of the whole training, makes the rule
   * @return this trainer
   */
  public Trainer optimizer(LongFunction<? extends Optimizer> optimizer) {
    this.optimizer = optimizer;
    return this;
  }

  /**
   * Sets what is made small.
   *
   * @param loss the loss
   * @return this trainer
   */
  public Trainer loss(Loss loss) {
    this.loss = loss;
    return this;
  }

  /**
   * Adds a term of the weights to the loss; it shows in the gradients, not in reported losses.
   *
   * @param regularizer the term
   * @return this trainer
   */
  public Trainer regularizer(Regularizer regularizer) {
    this.regularizer = regularizer;
    return this;
  }

  /**
   * Adds a term to the gradients after they were clipped: what clipping must not shrink, such as
   * the decay of pruned weights.
   *
   * @param term the term
   * @return this trainer
   */
  public Trainer regularizerAfterClipping(Regularizer term) {
    this.unclipped = term;
    return this;
  }

  /**
   * Limits gradients.
   *
   * @param clipping the limit
   * @return this trainer
   */
  public Trainer clip(GradientClipping clipping) {
    this.clipping = clipping;
    return this;
  }

  /**
   * Sets the number of samples of a step; a last partial batch of an epoch is dropped.
   *
   * @param batchSize at least 1
   * @return this trainer
   * @throws IllegalArgumentException if below 1
   */
  public Trainer batchSize(int batchSize) {
    this.batchSize = atLeastOne("batchSize", batchSize);
    return this;
  }

  /**
   * Sets how many samples an evaluation takes at a time, 1,024 at first: fewer for models with
   * large activations, such as long sequences and wide convolutions, whose matrices all live until
   * the step ends.
   *
   * @param samples at least 1
   * @return this trainer
   * @throws IllegalArgumentException if below 1
   */
  public Trainer evaluationBatch(int samples) {
    this.evaluationBatch = atLeastOne("evaluationBatch", samples);
    return this;
  }

  /**
   * Sets how often the data are seen.
   *
   * @param epochs at least 1
   * @return this trainer
   * @throws IllegalArgumentException if below 1
   */
  public Trainer epochs(int epochs) {
    this.epochs = atLeastOne("epochs", epochs);
    return this;
  }

  /**
   * Sets the seed of the first weights, the order of the samples and dropout. Masks have a seed of
   * their own in the sparsifier.
   *
   * @param seed the seed
   * @return this trainer
   */
  public Trainer seed(long seed) {
    this.seed = seed;
    seeded = true;
    return this;
  }

  /**
   * Stops when the test loss has not improved for some epochs. The weights stay as they are at that
   * moment.
   *
   * @param epochs how many epochs without improvement are endured, at least 1
   * @return this trainer
   * @throws IllegalArgumentException if below 1
   */
  public Trainer patience(int epochs) {
    this.patience = atLeastOne("patience", epochs);
    return this;
  }

  /**
   * Ends the training with a mean of its last weights.
   *
   * @param averaging which weights count, and how
   * @return this trainer
   */
  public Trainer averaging(Averaging averaging) {
    this.averaging = Optional.of(averaging);
    return this;
  }

  /**
   * Says what kind of method this is, where the training does not tell: sparse activations, for
   * example.
   *
   * @param traits what reports say
   * @return this trainer
   */
  public Trainer traits(Traits traits) {
    this.traits = Optional.of(traits);
    return this;
  }

  /**
   * Says what computes.
   *
   * @param kernels the kernels
   * @return this trainer
   */
  public Trainer kernels(Kernels kernels) {
    this.kernels = kernels;
    return this;
  }

  /**
   * Says where to compute.
   *
   * @param threads the calling thread or a team; results do not depend on it
   * @return this trainer
   */
  public Trainer threads(Threads threads) {
    this.threads = threads;
    return this;
  }

  /**
   * Watches the training.
   *
   * @param listener called on the training thread, in the order of addition
   * @return this trainer
   */
  public Trainer listener(TrainingListener listener) {
    listeners.add(listener);
    return this;
  }

  /**
   * Writes a checkpoint from time to time, always to the same file.
   *
   * @param path the file; replaced as a whole each time
   * @param batches number of batches between two checkpoints, at least 1
   * @return this trainer
   * @throws IllegalArgumentException if {@code batches} is below 1
   */
  public Trainer checkpoint(Path path, int batches) {
    checkpointInterval = atLeastOne("checkpoint interval", batches);
    checkpoint = path;
    return this;
  }

  /**
   * Lets a training resume with other kernels than those that wrote its checkpoint. Its results
   * then differ in rounding from those of a run without interruption.
   *
   * @return this trainer
   */
  public Trainer acceptOtherKernels() {
    anyKernels = true;
    return this;
  }

  private static int atLeastOne(String setting, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(
          "Trainer: " + setting + " (" + value + ") must be at least 1");
    }
    return value;
  }

  /**
   * Trains to the end.
   *
   * @param train samples to learn from
   * @return what was achieved
   * @throws TrainingException if the loss is not finite, a listener throws or a checkpoint cannot
   *     be written
   * @throws IllegalStateException if optimizer or seed is missing
   * @throws IllegalArgumentException if model, sparsifier and data do not fit
   */
  public Report fit(Dataset train) {
    return prepare(train).run();
  }

  /**
   * Trains to the end and evaluates after every epoch.
   *
   * @param train samples to learn from
   * @param test samples to evaluate on
   * @return what was achieved
   * @throws TrainingException if the loss is not finite, a listener throws or a checkpoint cannot
   *     be written
   * @throws IllegalStateException if optimizer or seed is missing
   * @throws IllegalArgumentException if model, sparsifier and data do not fit
   */
  public Report fit(Dataset train, Dataset test) {
    return prepare(train, test).run();
  }

  /**
   * Initialises the model, and draws its masks, for a training that has yet to run.
   *
   * @param train samples to learn from
   * @return the training
   * @throws IllegalStateException if optimizer or seed is missing
   * @throws IllegalArgumentException if model, sparsifier and data do not fit
   */
  public Training prepare(Dataset train) {
    return Training.start(settings(), train, Optional.empty());
  }

  /**
   * Initialises the model, and draws its masks, for a training that has yet to run.
   *
   * @param train samples to learn from
   * @param test samples to evaluate on
   * @return the training
   * @throws IllegalStateException if optimizer or seed is missing
   * @throws IllegalArgumentException if model, sparsifier and data do not fit
   */
  public Training prepare(Dataset train, Dataset test) {
    return Training.start(settings(), train, Optional.of(test));
  }

  /**
   * Goes on where a checkpoint stands; run on, it ends with the same masks and weights, bit by bit,
   * as a training that was never interrupted.
   *
   * @param path the checkpoint
   * @param train the samples it was trained on
   * @return the training, at the checkpoint's step
   * @throws IOException if the file cannot be read, is damaged or no checkpoint
   * @throws IllegalArgumentException if it belongs to another model, sparsifier, optimizer, loss,
   *     data size, batch size, seed or number of epochs, or to other kernels; the message names
   *     both values, and the model is unchanged
   * @throws IllegalStateException if optimizer or seed is missing
   */
  public Training resume(Path path, Dataset train) throws IOException {
    return Training.resume(settings(), path, train, Optional.empty());
  }

  /**
   * Goes on where a checkpoint stands, with a test set.
   *
   * @param path the checkpoint
   * @param train the samples it was trained on
   * @param test samples to evaluate on
   * @return the training, at the checkpoint's step
   * @throws IOException if the file cannot be read, is damaged or no checkpoint
   * @throws IllegalArgumentException as {@link #resume(Path, Dataset)} does
   * @throws IllegalStateException if optimizer or seed is missing
   */
  public Training resume(Path path, Dataset train, Dataset test) throws IOException {
    return Training.resume(settings(), path, train, Optional.of(test));
  }

  private Settings settings() {
    LongFunction<? extends Optimizer> chosen = optimizer;
    if (chosen == null) {
      throw new IllegalStateException("Trainer: optimizer is missing");
    }
    if (!seeded) {
      throw new IllegalStateException("Trainer: seed is missing");
    }
    if (checkpoint != null) {
      requireWritable(checkpoint);
    }
    return new Settings(
        model,
        sparsifier,
        probed,
        chosen,
        loss,
        regularizer,
        unclipped,
        clipping,
        batchSize,
        evaluationBatch,
        epochs,
        seed,
        patience,
        averaging,
        traits,
        kernels,
        threads,
        anyKernels,
        Optional.ofNullable(checkpoint),
        checkpointInterval,
        List.copyOf(listeners));
  }

  /** Notices before the first step what would else end the training at the first checkpoint. */
  private static void requireWritable(Path path) {
    Path folder = path.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new IllegalStateException(
          "Trainer: the folder of the checkpoint must exist; it is " + folder);
    }
    if (Files.isDirectory(path) || !Files.isWritable(folder)) {
      throw new IllegalStateException(
          "Trainer: the checkpoint "
              + path
              + (Files.isDirectory(path)
                  ? " is a folder"
                  : " cannot be written: permission denied"));
    }
  }
}
