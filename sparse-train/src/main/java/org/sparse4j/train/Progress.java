package org.sparse4j.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sparse4j.train.flops.RunFlops;

/** Where a training stands, apart from model, optimizer and sparsifier; all of it is saved. */
final class Progress {

  /** Numbers before those of the epochs. */
  private static final int HEAD = 9;

  /** Numbers of an epoch in a file. */
  private static final int WIDTH = 8;

  final List<EpochReport> epochs = new ArrayList<>();

  /** Batches of the current epoch so far; equal to all of them if the epoch is yet to be ended. */
  int batches;

  /** Sum of their losses. */
  double lossSum;

  /** Time of the batches of the current epoch. */
  long nanos;

  double bestLoss = Double.POSITIVE_INFINITY;
  int epochsSinceBest;

  /** What all batches cost; the sum does not depend on interruptions. */
  RunFlops flops = RunFlops.NONE;

  /** Sum over all batches of how many numbers had a gradient. */
  double parameters;

  void add(double loss, long time) {
    batches++;
    lossSum += loss;
    nanos += time;
  }

  /** Ends the current epoch. */
  EpochReport end(long steps, long updates, Optional<Evaluation> test) {
    EpochReport report =
        new EpochReport(epochs.size(), steps, updates, lossSum / batches, test, nanos / 1e9);
    epochs.add(report);
    batches = 0;
    lossSum = 0;
    nanos = 0;
    test.ifPresent(result -> {
      if (result.loss() < bestLoss) {
        bestLoss = result.loss();
        epochsSinceBest = 0;
      } else {
        epochsSinceBest++;
      }
    });
    return report;
  }

  /** Everything as bits. */
  long[] toArray() {
    long[] array = new long[HEAD + WIDTH * epochs.size()];
    array[0] = batches;
    array[1] = Double.doubleToLongBits(lossSum);
    array[2] = nanos;
    array[3] = Double.doubleToLongBits(bestLoss);
    array[4] = epochsSinceBest;
    array[5] = Double.doubleToLongBits(flops.forward());
    array[6] = Double.doubleToLongBits(flops.backward());
    array[7] = Double.doubleToLongBits(flops.dense());
    array[8] = Double.doubleToLongBits(parameters);
    int at = HEAD;
    for (EpochReport epoch : epochs) {
      array[at] = epoch.steps();
      array[at + 1] = epoch.updates();
      array[at + 2] = Double.doubleToLongBits(epoch.loss());
      array[at + 3] = Double.doubleToLongBits(epoch.seconds());
      array[at + 4] = epoch.test().isPresent() ? 1 : 0;
      array[at + 5] = epoch.test().map(Evaluation::samples).orElse(0);
      array[at + 6] = epoch.test().map(Evaluation::correct).orElse(0);
      array[at + 7] = Double.doubleToLongBits(epoch.test().map(Evaluation::loss).orElse(0.0));
      at += WIDTH;
    }
    return array;
  }

  static Progress of(long[] array) {
    Progress progress = new Progress();
    progress.batches = Math.toIntExact(array[0]);
    progress.lossSum = Double.longBitsToDouble(array[1]);
    progress.nanos = array[2];
    progress.bestLoss = Double.longBitsToDouble(array[3]);
    progress.epochsSinceBest = Math.toIntExact(array[4]);
    progress.flops =
        new RunFlops(
            Double.longBitsToDouble(array[5]),
            Double.longBitsToDouble(array[6]),
            Double.longBitsToDouble(array[7]));
    progress.parameters = Double.longBitsToDouble(array[8]);
    for (int at = HEAD; at < array.length; at += WIDTH) {
      Optional<Evaluation> test =
          array[at + 4] == 0
              ? Optional.empty()
              : Optional.of(
                  new Evaluation(
                      Math.toIntExact(array[at + 5]),
                      Math.toIntExact(array[at + 6]),
                      Double.longBitsToDouble(array[at + 7])));
      progress.epochs.add(
          new EpochReport(
              progress.epochs.size(),
              array[at],
              array[at + 1],
              Double.longBitsToDouble(array[at + 2]),
              test,
              Double.longBitsToDouble(array[at + 3])));
    }
    return progress;
  }

  /** Tells whether an array has the length that {@link #toArray} makes for some epochs. */
  static boolean fits(long[] array, long epochs) {
    return array.length == HEAD + WIDTH * epochs;
  }

  /** Finds a count in an array that fits which is negative or no int; -1 if there is none. */
  static int outOfRange(long[] array) {
    for (int at = 0; at < array.length; at++) {
      int inEpoch = (at - HEAD) % WIDTH;
      boolean count = at < HEAD ? at == 0 || at == 4 : inEpoch == 5 || inEpoch == 6;
      if (count && (array[at] < 0 || array[at] > Integer.MAX_VALUE)) {
        return at;
      }
    }
    return -1;
  }
}
