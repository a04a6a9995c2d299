package org.sparse4j.train.forward;

import org.sparse4j.format.DenseMatrix;

/**
 * 8-bit floating point, simulated in float32: Micikevicius et al., FP8 formats for deep learning,
 * 2022 (arXiv 2209.05433).
 */
public enum Float8 {
  /** 4 bits of exponent, 3 of mantissa: 448 at most, 2^-6 the smallest normal number. */
  E4M3(3, -6, 448),
  /** 5 bits of exponent, 2 of mantissa: 57344 at most, 2^-14 the smallest normal number. */
  E5M2(2, -14, 57344);

  private final int mantissa;
  private final int lowest;
  private final float largest;

  Float8(int mantissa, int lowest, float largest) {
    this.mantissa = mantissa;
    this.lowest = lowest;
    this.largest = largest;
  }

  /**
   * Returns the largest number.
   *
   * @return 448 or 57344
   */
  public float largest() {
    return largest;
  }

  /**
   * Rounds to the nearest number of the format, to even where two are equally near.
   *
   * @param x a number
   * @return the nearest one; at most {@link #largest()} in magnitude, NaN for NaN
   */
  public float round(float x) {
    int exponent = Math.max(Math.getExponent(x), lowest);
    float step = Math.scalb(1f, exponent - mantissa);
    float rounded = (float) Math.rint(x / step) * step;
    return Math.max(-largest, Math.min(largest, rounded));
  }

  /**
   * Rounds a matrix after scaling its largest magnitude to {@link #largest()}.
   *
   * @param from the numbers
   * @param to receives {@code round(scale * x)}, of equal shape; may be from
   * @return the scale, by which results are divided; 1 where all numbers are 0
   * @throws IllegalArgumentException if a number is not finite or the shapes differ
   */
  public float scaled(DenseMatrix from, DenseMatrix to) {
    if (from.rows() != to.rows() || from.columns() != to.columns()) {
      throw new IllegalArgumentException(
          "Float8: shapes of " + from + " and " + to + " must be equal");
    }
    float[] row = new float[from.columns()];
    float most = 0;
    for (int i = 0; i < from.rows(); i++) {
      from.getRow(i, row, 0);
      for (float number : row) {
        most = Math.max(most, Math.abs(number));
      }
    }
    if (!(most <= Float.MAX_VALUE)) {
      throw new IllegalArgumentException("Float8: a number of " + from + " is " + most);
    }
    float scale = most == 0 ? 1 : Math.min(largest / most, Float.MAX_VALUE);
    for (int i = 0; i < from.rows(); i++) {
      from.getRow(i, row, 0);
      for (int j = 0; j < row.length; j++) {
        row[j] = round(scale * row[j]);
      }
      to.setRow(i, row, 0);
    }
    return scale;
  }
}
