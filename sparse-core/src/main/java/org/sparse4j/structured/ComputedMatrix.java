package org.sparse4j.structured;

import java.util.List;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.FloatValues;
import org.sparse4j.format.Values;

/** What our structured matrices share: a shape, parameters, and a product with one vector. */
abstract class ComputedMatrix implements StructuredMatrix {

  private final int rows;
  private final int columns;
  private final List<Values> parameters;

  ComputedMatrix(int rows, int columns, List<? extends Values> parameters) {
    this.rows = rows;
    this.columns = columns;
    this.parameters = List.copyOf(parameters);
  }

  /** Returns the product with the numbers as they are now, or as they are when it runs. */
  abstract VectorProduct product();

  /** Returns the sizes beside rows and columns that fix the structure, for people and equality. */
  abstract String layout();

  @Override
  public int rows() {
    return rows;
  }

  @Override
  public int columns() {
    return columns;
  }

  @Override
  public List<Values> parameters() {
    return parameters;
  }

  @Override
  public long bytes() {
    long bytes = 0;
    for (Values values : parameters) {
      bytes += values.bytes();
    }
    return bytes;
  }

  /** {@inheritDoc} One product with a unit vector a column, in double, rounded once. */
  @Override
  public DenseMatrix toDense() {
    DenseMatrix dense = DenseMatrix.zeros(rows, columns);
    VectorProduct product = product();
    double[] x = new double[columns];
    double[] y = new double[rows];
    for (int j = 0; j < columns; j++) {
      x[j] = 1;
      product.apply(x, y);
      x[j] = 0;
      for (int i = 0; i < rows; i++) {
        dense.set(i, j, (float) y[i]);
      }
    }
    return dense;
  }

  /**
   * {@inheritDoc} Shapes and lengths of our structures are checked when they are made and cannot
   * change afterwards, so there is nothing left that could be broken.
   */
  @Override
  public void validate() {}

  /** Compares structure and numbers; NaN equals NaN, 0.0 differs from -0.0. */
  @Override
  public boolean equals(Object other) {
    return other instanceof ComputedMatrix matrix
        && getClass() == matrix.getClass()
        && rows == matrix.rows
        && columns == matrix.columns
        && layout().equals(matrix.layout())
        && parameters.equals(matrix.parameters);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * rows + columns) + 31 * layout().hashCode() + parameters.hashCode();
  }

  /** Returns shape, format, structure and the number of parameters. */
  @Override
  public String toString() {
    return rows
        + "x"
        + columns
        + " "
        + format()
        + " ("
        + layout()
        + "), "
        + parameterCount()
        + " parameters";
  }

  static void requireShape(String name, int rows, int columns) {
    if (rows < 0 || columns < 0) {
      throw new IllegalArgumentException(
          name + ": rows (" + rows + ") and columns (" + columns + ") must not be negative");
    }
  }

  static void requireAtLeast(String name, String what, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(
          name + ": " + what + " (" + value + ") must be at least " + least);
    }
  }

  static void requireLength(
      String name, String what, FloatValues values, long length, String rule) {
    if (values.length() != length) {
      throw new IllegalArgumentException(
          name
              + ": length of "
              + what
              + " ("
              + values.length()
              + ") must equal "
              + rule
              + " ("
              + length
              + ")");
    }
  }

  /** Returns a length that an array can have. */
  static int arrayLength(String name, String what, long length) {
    if (length > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          name + ": " + what + " takes " + length + " numbers, an array holds 2^31 - 9");
    }
    return (int) length;
  }

  static int ceilDivide(int a, int b) {
    return (int) (((long) a + b - 1) / b);
  }

  /**
   * Reads the rows of a dense matrix as double; structures cannot be fitted to what is no number.
   */
  static double[][] finiteRows(String name, DenseMatrix dense) {
    double[][] elements = new double[dense.rows()][dense.columns()];
    float[] row = new float[dense.columns()];
    for (int i = 0; i < elements.length; i++) {
      dense.getRow(i, row, 0);
      for (int j = 0; j < row.length; j++) {
        if (!Float.isFinite(row[j])) {
          throw new IllegalArgumentException(
              name + ": elements must be finite; (" + i + ", " + j + ") is " + row[j]);
        }
        elements[i][j] = row[j];
      }
    }
    return elements;
  }
}
