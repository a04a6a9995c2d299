package org.sparse4j.train.parameter;

import org.sparse4j.format.DenseMatrix;

/**
 * Trained numbers of sums of inputs, one for each block of columns of a row, that stand for what a
 * mask prunes. Apart because products add them to those of the weights, and a mask only says how
 * they start.
 *
 * @param numbers outputs x blocks
 * @param sums P, blocks x inputs, of ones and zeros
 * @param width inputs of a block
 */
record BlockSums(DenseParameter numbers, DenseMatrix sums, int width) {

  static BlockSums of(DenseParameter numbers, int columns, int width) {
    DenseMatrix sums = DenseMatrix.zeros(columns / width, columns);
    for (int j = 0; j < columns; j++) {
      sums.set(j / width, j, 1);
    }
    return new BlockSums(numbers, sums, width);
  }

  /** Numbers of blocks start as the means of what is pruned. */
  void start(DenseMatrix weights, MaskWords words, long[] mask) {
    float[] row = new float[weights.columns()];
    for (int i = 0; i < weights.rows(); i++) {
      weights.getRow(i, row, 0);
      for (int b = 0; b < numbers.value().columns(); b++) {
        double sum = 0;
        for (int j = b * width; j < (b + 1) * width; j++) {
          sum += words.bit(mask, i, j) == 0 ? row[j] : 0;
        }
        numbers.value().set(i, b, (float) (sum / width));
      }
    }
    numbers.markChanged();
  }
}
