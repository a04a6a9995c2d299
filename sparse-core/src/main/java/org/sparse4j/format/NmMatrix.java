package org.sparse4j.format;

import org.sparse4j.mask.Mask;
import org.sparse4j.mask.NmStructure;

/**
 * A sparse matrix whose rows store exactly N of every M neighbouring columns, for example 2:4; see
 * {@link NmPattern} for the layout.
 *
 * <p>Where there are fewer numbers to keep than the rule stores, positions hold explicit zeros. The
 * transpose of such a matrix is in general not N:M; {@code toCsr().transposed()} gives it.
 */
public final class NmMatrix extends StoredMatrix<NmPattern, NmMatrix> {

  private NmMatrix(NmPattern pattern, Values values) {
    super("NmMatrix", pattern, values);
  }

  /**
   * Joins a pattern and values; both are shared, nothing is copied.
   *
   * @param pattern positions
   * @param values one number a position, in pattern order; may be written by its owner afterwards
   * @return a matrix on the two
   * @throws IllegalArgumentException if the lengths differ
   */
  public static NmMatrix of(NmPattern pattern, Values values) {
    return new NmMatrix(pattern, values);
  }

  /**
   * Keeps the n largest magnitudes of every group, ties to the lower column, NaN as largest.
   *
   * @param dense the matrix; not kept
   * @param structure the rule, m at most 32
   * @return a new matrix
   * @throws IllegalArgumentException if m is above 32
   * @throws ArithmeticException if the elements do not fit into one array
   */
  public static NmMatrix fromDense(DenseMatrix dense, NmStructure structure) {
    Mask mask = structure.keepLargest(dense.rows(), dense.columns(), magnitudes(dense));
    return fromDense(dense, mask, structure);
  }

  /**
   * Keeps the positions of a mask, zeros among them included; positions that fill a group up hold
   * 0.0f, whatever the matrix has there.
   *
   * @param dense the matrix; not kept
   * @param mask positions to keep
   * @param structure the rule, m at most 32
   * @return a new matrix with {@code nnz >= mask.count()}
   * @throws IllegalArgumentException if the shapes differ, naming the first group of the mask that
   *     keeps too many, or if m is above 32
   */
  public static NmMatrix fromDense(DenseMatrix dense, Mask mask, NmStructure structure) {
    requireShape("NmMatrix.fromDense", dense, mask);
    NmPattern pattern = NmPattern.of(mask, structure);
    return new NmMatrix(pattern, gatherKept(dense, pattern, mask));
  }

  /**
   * Converts from CSR, as float32; positions that fill a group up hold 0.0f.
   *
   * @param matrix a matrix whose positions obey the rule; not kept
   * @param structure the rule, m at most 32
   * @return a new matrix with {@code nnz >= matrix.nnz()}
   * @throws IllegalArgumentException naming the first group that stores too many, or if m is above
   *     32
   */
  public static NmMatrix fromCsr(CsrMatrix matrix, NmStructure structure) {
    NmPattern pattern = NmPattern.of(matrix.mask(), structure);
    float[] stored = matrix.values().toFloats();
    float[] numbers = new float[(int) pattern.nnz()];
    matrix
        .pattern()
        .forEach((index, row, column) -> numbers[pattern.indexOf(row, column)] = stored[index]);
    return new NmMatrix(pattern, FloatValues.wrap(numbers));
  }

  @Override
  public NmMatrix withValues(Values values) {
    return of(pattern, values);
  }

  @Override
  public String format() {
    return "N:M";
  }

  /**
   * Returns one element; for reading and debugging.
   *
   * @param row row, from 0
   * @param column column, from 0
   * @return the stored value, or 0 where nothing is stored
   * @throws IndexOutOfBoundsException if outside
   */
  public float get(int row, int column) {
    int index = pattern.indexOf(row, column);
    return index < 0 ? 0 : values.get(index);
  }
}
