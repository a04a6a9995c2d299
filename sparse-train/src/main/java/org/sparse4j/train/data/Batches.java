package org.sparse4j.train.data;

import org.jspecify.annotations.Nullable;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.train.random.Streams;

/**
 * Batches of a data set, epoch after epoch without end.
 *
 * <p>The order of an epoch depends on the seed and the number of the epoch alone, so {@link
 * #position()} is all that a checkpoint needs. For one thread at a time.
 */
public final class Batches {

  /**
   * A place in the sequence of batches.
   *
   * @param epoch epoch of the next batch, from 0
   * @param batch number of the next batch in its epoch, from 0
   */
  public record Position(long epoch, int batch) {}

  private final Dataset data;
  private final int batchSize;
  private final boolean shuffled;
  private final boolean keepLast;
  private final long seed;
  private final int[] order;
  private final int perEpoch;
  private long orderedEpoch = -1;
  private long epoch;
  private int next;
  private @Nullable Batch full;
  private @Nullable Batch partial;

  private Batches(Dataset data, int batchSize, boolean shuffled, boolean keepLast, long seed) {
    if (batchSize < 1) {
      throw new IllegalArgumentException(
          "Batches: batch size (" + batchSize + ") must be at least 1");
    }
    int size = data.size();
    perEpoch = keepLast ? Math.ceilDiv(size, batchSize) : size / batchSize;
    if (perEpoch == 0) {
      throw new IllegalArgumentException(
          "Batches: " + size + " samples make no batch of " + batchSize);
    }
    this.data = data;
    this.batchSize = batchSize;
    this.shuffled = shuffled;
    this.keepLast = keepLast;
    this.seed = seed;
    this.order = new int[size];
  }

  /**
   * Batches for training: every epoch in another random order, a last partial batch is dropped.
   *
   * @param data the samples
   * @param batchSize samples a batch, at least 1
   * @param seed of the orders
   * @return the batches, at the start of epoch 0
   * @throws IllegalArgumentException if there are fewer samples than one batch holds
   */
  public static Batches shuffled(Dataset data, int batchSize, long seed) {
    return new Batches(data, batchSize, true, false, seed);
  }

  /**
   * Batches for evaluation: in the order of the data set, a last partial batch is kept.
   *
   * @param data the samples, at least one
   * @param batchSize samples a batch, at least 1
   * @return the batches, at the start of epoch 0
   * @throws IllegalArgumentException if there is no sample
   */
  public static Batches inOrder(Dataset data, int batchSize) {
    return new Batches(data, batchSize, false, true, 0);
  }

  /**
   * Keeps the last partial batch of every epoch instead of dropping it.
   *
   * @return new batches, at the start of epoch 0
   */
  public Batches keepLast() {
    return new Batches(data, batchSize, shuffled, true, seed);
  }

  /**
   * Returns the batches of one epoch.
   *
   * @return at least 1
   */
  public int perEpoch() {
    return perEpoch;
  }

  /**
   * Returns where the sequence stands.
   *
   * @return epoch and number of the next batch
   */
  public Position position() {
    return new Position(epoch, next);
  }

  /**
   * Continues elsewhere.
   *
   * @param position where
   * @throws IllegalArgumentException if an epoch has no such batch
   */
  public void seek(Position position) {
    if (position.epoch() < 0 || position.batch() < 0 || position.batch() >= perEpoch) {
      throw new IllegalArgumentException(
          "Batches: epoch ("
              + position.epoch()
              + ") must not be negative and batch ("
              + position.batch()
              + ") must be between 0 and "
              + (perEpoch - 1));
    }
    epoch = position.epoch();
    next = position.batch();
  }

  /**
   * Gathers the next batch; after the last one of an epoch the next epoch begins.
   *
   * @param kernels what transposes
   * @param workspace scratch and threads
   * @return the batch; the object is filled again by a later call
   */
  public Batch next(Kernels kernels, Workspace workspace) {
    if (orderedEpoch != epoch) {
      arrange();
      orderedEpoch = epoch;
    }
    int start = next * batchSize;
    Batch batch = batch(Math.min(batchSize, order.length - start));
    batch.fill(kernels, workspace, data, order, start);
    next++;
    if (next == perEpoch) {
      next = 0;
      epoch++;
    }
    return batch;
  }

  private Batch batch(int size) {
    Batch known = size == batchSize ? full : partial;
    if (known == null) {
      known = new Batch(data.features(), size);
      if (size == batchSize) {
        full = known;
      } else {
        partial = known;
      }
    }
    return known;
  }

  /** The shuffle of Fisher and Yates. */
  private void arrange() {
    for (int s = 0; s < order.length; s++) {
      order[s] = s;
    }
    if (shuffled) {
      long stream = Streams.derive(seed, epoch);
      for (int s = order.length - 1; s > 0; s--) {
        int other = Streams.below(stream, s, s + 1);
        int moved = order[s];
        order[s] = order[other];
        order[other] = moved;
      }
    }
  }

  /** Returns data set, batch size and position. */
  @Override
  public String toString() {
    return "Batches of "
        + batchSize
        + (shuffled ? ", shuffled" : ", in order")
        + (keepLast ? "" : ", last partial one dropped")
        + ", "
        + data
        + ", at "
        + position();
  }
}
