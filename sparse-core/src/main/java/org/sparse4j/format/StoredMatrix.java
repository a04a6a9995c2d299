package org.sparse4j.format;

import java.util.Locale;
import org.sparse4j.mask.Mask;

/**
 * What our own formats share: a pattern, values of any type, and all that follows from the two.
 *
 * @param <P> the pattern's class
 * @param <M> the format's own class
 */
public abstract class StoredMatrix<P extends Pattern, M extends StoredMatrix<P, M>>
    implements SparseMatrix {

  private static final int ENTRIES_SHOWN = 16;

  final P pattern;
  final Values values;

  StoredMatrix(String format, P pattern, Values values) {
    if (values.length() != pattern.nnz()) {
      throw new IllegalArgumentException(
          format
              + ": number of values ("
              + values.length()
              + ") must equal nnz ("
              + pattern.nnz()
              + ")");
    }
    this.pattern = pattern;
    this.values = values;
  }

  /** The positions that are not 0.0f: NaN is kept, -0.0f is not. */
  static Mask nonZero(DenseMatrix dense) {
    Mask.Builder mask = Mask.builder(dense.rows(), dense.columns());
    float[] row = new float[dense.columns()];
    for (int i = 0; i < dense.rows(); i++) {
      dense.getRow(i, row, 0);
      for (int j = 0; j < row.length; j++) {
        if (row[j] != 0) {
          mask.keep(i, j);
        }
      }
    }
    return mask.build();
  }

  /** The magnitudes of all elements, row-major: the scores that the rules of masks take. */
  static float[] magnitudes(DenseMatrix dense) {
    float[] magnitudes = dense.toArray();
    for (int k = 0; k < magnitudes.length; k++) {
      magnitudes[k] = Math.abs(magnitudes[k]);
    }
    return magnitudes;
  }

  static void requireShape(String operation, DenseMatrix dense, Mask mask) {
    if (dense.rows() != mask.rows() || dense.columns() != mask.columns()) {
      throw new IllegalArgumentException(
          operation
              + ": shape of the mask ("
              + mask.rows()
              + "x"
              + mask.columns()
              + ") must equal the shape of the matrix ("
              + dense.rows()
              + "x"
              + dense.columns()
              + ")");
    }
  }

  /** Reads the numbers of a dense matrix at the positions of a pattern, in its order. */
  static FloatValues gather(DenseMatrix dense, Pattern pattern) {
    float[] numbers = new float[(int) pattern.nnz()];
    pattern.forEach((index, row, column) -> numbers[index] = dense.get(row, column));
    return FloatValues.wrap(numbers);
  }

  /** Reads the numbers that a mask keeps; positions of the pattern outside the mask hold 0.0f. */
  static FloatValues gatherKept(DenseMatrix dense, Pattern pattern, Mask mask) {
    float[] numbers = new float[(int) pattern.nnz()];
    pattern.forEach((index, row, column) ->
        numbers[index] = mask.get(row, column) ? dense.get(row, column) : 0);
    return FloatValues.wrap(numbers);
  }

  /**
   * Returns a matrix with the same pattern and other values; both are shared.
   *
   * @param values one number a position, in pattern order
   * @return a new matrix
   * @throws IllegalArgumentException if the number of values is not nnz
   */
  public abstract M withValues(Values values);

  @Override
  public P pattern() {
    return pattern;
  }

  @Override
  public Values values() {
    return values;
  }

  /**
   * Returns a copy whose values are stored as another type; the pattern is shared.
   *
   * @param dtype F32 (exact), BF16 (rounded to nearest even) or I8 (quantised with a scale for each
   *     of the pattern's {@link Pattern#valueGroups()})
   * @return a new matrix
   * @throws IllegalArgumentException if values become I8 and one is not finite
   */
  public M to(DType dtype) {
    float[] numbers = values.toFloats();
    return withValues(
        switch (dtype) {
          case F32 -> FloatValues.wrap(numbers);
          case BF16 -> Bf16Values.of(numbers);
          case I8 -> Int8Values.quantise(numbers, pattern.valueGroups());
        });
  }

  /**
   * Returns a copy with values of its own; the pattern is shared.
   *
   * @return a new matrix
   */
  public M copy() {
    return withValues(values.copy());
  }

  /** Compares format, positions and numbers; NaN equals NaN, 0.0 differs from -0.0. */
  @Override
  public boolean equals(Object other) {
    return other instanceof StoredMatrix<?, ?> matrix
        && getClass() == matrix.getClass()
        && pattern.equals(matrix.pattern)
        && values.equals(matrix.values);
  }

  @Override
  public int hashCode() {
    return 31 * pattern.hashCode() + values.hashCode();
  }

  /** Returns shape, nnz and sparsity, the type unless F32, and the entries of a small matrix. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(pattern.toString());
    text.append(String.format(Locale.ROOT, ", %.1f %% sparse", 100 * sparsity()));
    if (values.dtype() != DType.F32) {
      text.append(", ").append(values.dtype());
    }
    if (nnz() <= ENTRIES_SHOWN) {
      pattern.forEach((index, row, column) ->
          text.append(index == 0 ? ": " : ", ")
              .append('(')
              .append(row)
              .append(", ")
              .append(column)
              .append(") ")
              .append(values.get(index)));
    }
    return text.toString();
  }
}
