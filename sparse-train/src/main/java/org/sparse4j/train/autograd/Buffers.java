package org.sparse4j.train.autograd;

import java.util.ArrayList;
import java.util.List;
import org.sparse4j.format.DenseMatrix;

/**
 * The matrices of a tape: handed out in order during a step, and again in the same order in the
 * next one.
 *
 * <p>A step that asks for the same shapes in the same order as the one before gets the same
 * matrices with no search and no allocation. Other shapes are taken from a shelf of matrices that
 * earlier steps have used; the shelf holds no more bytes than the largest step needed.
 */
final class Buffers {

  private final List<DenseMatrix> sequence = new ArrayList<>();
  private final List<DenseMatrix> shelf = new ArrayList<>();
  private int used;
  private long usedBytes;
  private long largestStep;
  private long shelfBytes;
  private boolean poisoning;

  void poison(boolean enabled) {
    poisoning = enabled;
  }

  DenseMatrix take(int rows, int columns) {
    if (used < sequence.size()) {
      DenseMatrix known = sequence.get(used);
      if (known.rows() != rows || known.columns() != columns) {
        shelve(known);
        known = find(rows, columns);
        sequence.set(used, known);
      }
      return hand(known);
    }
    DenseMatrix next = find(rows, columns);
    sequence.add(next);
    return hand(next);
  }

  private DenseMatrix hand(DenseMatrix matrix) {
    used++;
    usedBytes += bytes(matrix);
    return matrix;
  }

  private DenseMatrix find(int rows, int columns) {
    for (int b = shelf.size() - 1; b >= 0; b--) {
      DenseMatrix candidate = shelf.get(b);
      if (candidate.rows() == rows && candidate.columns() == columns) {
        shelf.remove(b);
        shelfBytes -= bytes(candidate);
        return candidate;
      }
    }
    return DenseMatrix.zeros(rows, columns);
  }

  private void shelve(DenseMatrix matrix) {
    shelf.add(matrix);
    shelfBytes += bytes(matrix);
  }

  /** Ends a step: every matrix it was given is dead. */
  void recycle() {
    if (poisoning) {
      for (int b = 0; b < used; b++) {
        sequence.get(b).fill(Float.NaN);
      }
    }
    largestStep = Math.max(largestStep, usedBytes);
    // Oldest first: what other kinds of steps (evaluation, a last partial batch) left behind.
    int drop = 0;
    while (shelfBytes > largestStep) {
      shelfBytes -= bytes(shelf.get(drop++));
    }
    if (drop > 0) {
      shelf.subList(0, drop).clear();
    }
    used = 0;
    usedBytes = 0;
  }

  long bytes() {
    long bytes = shelfBytes;
    for (DenseMatrix matrix : sequence) {
      bytes += bytes(matrix);
    }
    return bytes;
  }

  private static long bytes(DenseMatrix matrix) {
    return 4L * matrix.rows() * matrix.stride();
  }
}
