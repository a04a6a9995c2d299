package org.sparse4j.train.parameter;

import org.jspecify.annotations.Nullable;
import org.sparse4j.format.DenseMatrix;

/**
 * Two orders of the columns of a weight: its own, where the positions of one input channel follow
 * each other, and that of groups, where the channels of one position do. For one thread at a time.
 */
final class ChannelOrder {

  /** Columns of one channel that follow each other, 1 if both orders are the same. */
  private final int perChannel;

  private final float[] from;
  private final float[] to;
  private @Nullable DenseMatrix ordered;

  /**
   * Orders columns.
   *
   * @param columns how many
   * @param channels a divisor of them
   */
  ChannelOrder(int columns, int channels) {
    this.perChannel = channels == 0 ? 1 : columns / channels;
    this.from = new float[columns];
    this.to = new float[columns];
  }

  /** Tells whether the orders are the same. */
  boolean isPlain() {
    return perChannel == 1;
  }

  /** Returns where a column lies among the groups. */
  int place(int column) {
    int channels = from.length / perChannel;
    return column % perChannel * channels + column / perChannel;
  }

  /**
   * Returns a matrix in the order of groups: the matrix itself, or one that the next call reuses.
   */
  DenseMatrix grouped(DenseMatrix matrix) {
    if (isPlain()) {
      return matrix;
    }
    DenseMatrix result = ordered;
    if (result == null) {
      result = DenseMatrix.zeros(matrix.rows(), matrix.columns());
      ordered = result;
    }
    for (int i = 0; i < matrix.rows(); i++) {
      matrix.getRow(i, from, 0);
      for (int j = 0; j < from.length; j++) {
        to[place(j)] = from[j];
      }
      result.setRow(i, to, 0);
    }
    return result;
  }

  /** Copies a matrix in the order of groups to one in its own. */
  void ungroup(DenseMatrix grouped, DenseMatrix own) {
    for (int i = 0; i < grouped.rows(); i++) {
      grouped.getRow(i, from, 0);
      for (int j = 0; j < from.length; j++) {
        to[j] = from[place(j)];
      }
      own.setRow(i, to, 0);
    }
  }
}
