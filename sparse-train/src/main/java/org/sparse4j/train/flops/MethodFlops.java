package org.sparse4j.train.flops;

import org.sparse4j.train.schedule.SparsitySchedule;
import org.sparse4j.train.schedule.UpdateSchedule;

/**
 * What a training method costs a sample on average, in sparse and dense forward passes {@code f_S}
 * and {@code f_D}: the account of Evci et al., Rigging the Lottery, 2020 (arXiv 1911.11134), in
 * which each of the two gradients costs a forward pass.
 *
 * @param sparseForward {@code f_S} of the forward pass
 * @param denseForward {@code f_D} of the forward pass
 * @param sparseBackward {@code f_S} of the two gradients
 * @param denseBackward {@code f_D} of the two gradients
 */
public record MethodFlops(
    double sparseForward, double denseForward, double sparseBackward, double denseBackward) {

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if one is negative
   */
  public MethodFlops {
    if (!(sparseForward >= 0 && denseForward >= 0 && sparseBackward >= 0 && denseBackward >= 0)) {
      throw new IllegalArgumentException(
          "MethodFlops: passes ("
              + sparseForward
              + ", "
              + denseForward
              + ", "
              + sparseBackward
              + ", "
              + denseBackward
              + ") must not be negative");
    }
  }

  /**
   * Dense training, also that of methods that are dense until the end, such as CAST: {@code 3 f_D}.
   *
   * @return the cost
   */
  public static MethodFlops dense() {
    return new MethodFlops(0, 1, 0, 2);
  }

  /**
   * Masks that never need a dense gradient, static ones or those of SET: {@code 3 f_S}; also N:M
   * training that samples the output gradient (MVUE), where all three products are sparse.
   *
   * @return the cost
   */
  public static MethodFlops sparse() {
    return new MethodFlops(1, 0, 2, 0);
  }

  /**
   * RigL, DST-EE and others that look at a dense gradient instead of taking a step, every interval:
   * {@code (3 f_S interval + 2 f_S + f_D) / (interval + 1)}.
   *
   * @param interval steps between two updates, at least 1
   * @return the cost
   * @throws IllegalArgumentException if the interval is below 1
   */
  public static MethodFlops rigL(int interval) {
    if (interval < 1) {
      throw new IllegalArgumentException(
          "MethodFlops: interval (" + interval + ") must be at least 1 step");
    }
    return sparse().then(sparseWithDenseWeightGradient(), (double) interval / (interval + 1));
  }

  /**
   * Sparse weights with a dense gradient of them in every step, {@code 2 f_S + f_D}: sparse
   * momentum (SNFS), movement pruning, and N:M training with straight-through gradients (STE,
   * SR-STE, AST).
   *
   * @return the cost
   */
  public static MethodFlops sparseWithDenseWeightGradient() {
    return new MethodFlops(1, 0, 1, 1);
  }

  /**
   * Pruning in the course of training: {@code 3 f_D (1 - mean sparsity)}. Exact where all layers
   * have the sparsity of the moment.
   *
   * @param meanSparsity of all steps, in [0, 1]; see {@link #meanSparsity}
   * @return the cost
   * @throws IllegalArgumentException if the sparsity is out of range
   */
  public static MethodFlops gradual(double meanSparsity) {
    requireShare("mean sparsity", meanSparsity);
    return new MethodFlops(0, 1 - meanSparsity, 0, 2 * (1 - meanSparsity));
  }

  /**
   * Phases of sparse and dense training, such as AC/DC, or N:M training with a dense end.
   *
   * @param sparseShare fraction of the steps that are sparse, in [0, 1]
   * @return the cost
   * @throws IllegalArgumentException if the share is out of range
   */
  public static MethodFlops phases(double sparseShare) {
    return sparse().then(dense(), sparseShare);
  }

  /**
   * Goes on with another method: RigL whose masks stay after three quarters is {@code
   * rigL(100).then(sparse(), 0.75)}.
   *
   * @param next the method after this one
   * @param share fraction of the steps that are this method's, in [0, 1]
   * @return the mean cost of a step
   * @throws IllegalArgumentException if the share is out of range
   */
  public MethodFlops then(MethodFlops next, double share) {
    requireShare("share", share);
    double rest = 1 - share;
    return new MethodFlops(
        share * sparseForward + rest * next.sparseForward,
        share * denseForward + rest * next.denseForward,
        share * sparseBackward + rest * next.sparseBackward,
        share * denseBackward + rest * next.denseBackward);
  }

  /**
   * Averages a schedule over a training that starts dense: before the first update nothing is
   * pruned. Takes as many operations as there are steps.
   *
   * @param sparsity the sparsity after an update
   * @param updates when masks change
   * @param steps weight steps of the training, at least 1
   * @return mean sparsity of the steps
   * @throws IllegalArgumentException if there is no step
   */
  public static double meanSparsity(SparsitySchedule sparsity, UpdateSchedule updates, long steps) {
    if (steps < 1) {
      throw new IllegalArgumentException("MethodFlops: steps (" + steps + ") must be at least 1");
    }
    long begin = updates.begin();
    long end = updates.end(steps);
    long last = UpdateSchedule.NEVER;
    double current = 0;
    double sum = 0;
    for (long step = 1; step <= steps; step++) {
      sum += current; // of this step, before which `step - 1` were taken
      if (updates.fires(step, last, steps)) {
        current = sparsity.at(step, begin, end);
        last = step;
      }
    }
    return sum / steps;
  }

  private static void requireShare(String name, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException(
          "MethodFlops: " + name + " (" + value + ") must be between 0 and 1");
    }
  }
}
