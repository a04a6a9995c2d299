package org.sparse4j.train.parameter;

import java.util.Arrays;
import org.sparse4j.format.DenseMatrix;

/**
 * Trained factors of a weight, each of a range of columns of one row: {@code A * W}. Apart because
 * most rules have none, and because their product and its gradients must agree on the ranges.
 */
final class RowFactors {

  private final DenseParameter factors;

  /** Room for the factors of a row, one a column. */
  private final float[] spread;

  private final float[] row;

  /**
   * Spreads factors over rows.
   *
   * @param factors rows x ranges
   * @param columns of the weight, a multiple of the ranges
   */
  RowFactors(DenseParameter factors, int columns) {
    this.factors = factors;
    this.spread = new float[columns];
    this.row = new float[columns];
  }

  DenseParameter parameter() {
    return factors;
  }

  private void spread(int i) {
    DenseMatrix by = factors.value();
    int width = spread.length / by.columns();
    for (int g = 0; g < by.columns(); g++) {
      Arrays.fill(spread, g * width, (g + 1) * width, by.get(i, g));
    }
  }

  /** Multiplies the numbers of row i. */
  void multiply(int i, float[] numbers) {
    spread(i);
    for (int j = 0; j < numbers.length; j++) {
      numbers[j] *= spread[j];
    }
  }

  /** Multiplies all rows. */
  void multiply(DenseMatrix matrix) {
    for (int i = 0; i < matrix.rows(); i++) {
      matrix.getRow(i, row, 0);
      multiply(i, row);
      matrix.setRow(i, row, 0);
    }
  }

  /**
   * Adds the gradients of the weights and of the factors, given that of their product: {@code dW =
   * A * G}, {@code dA_ig = sum of G W over range g of row i}.
   *
   * @param product G
   */
  void addGradients(DenseParameter weight, DenseMatrix product) {
    DenseMatrix gradient = weight.gradient();
    DenseMatrix own = factors.gradient();
    boolean first = weight.claimGradient();
    boolean ownFirst = factors.claimGradient();
    float[] sums = new float[row.length];
    float[] weights = new float[row.length];
    int groups = own.columns();
    int width = row.length / groups;
    for (int i = 0; i < product.rows(); i++) {
      product.getRow(i, row, 0);
      weight.value().getRow(i, weights, 0);
      gradient.getRow(i, sums, 0);
      spread(i);
      for (int g = 0; g < groups; g++) {
        double sum = ownFirst ? 0 : own.get(i, g);
        for (int j = g * width; j < (g + 1) * width; j++) {
          sum += (double) row[j] * weights[j];
          sums[j] = (first ? 0 : sums[j]) + spread[j] * row[j];
        }
        own.set(i, g, (float) sum);
      }
      gradient.setRow(i, sums, 0);
    }
  }
}
