package org.sparse4j.format;

import org.sparse4j.mask.Mask;
import org.sparse4j.mask.VnmStructure;

/**
 * A sparse matrix whose blocks of V rows share which N of every M neighbouring columns they store,
 * for example 8:2:4; see {@link VnmPattern} for the layout.
 *
 * <p>Where there are fewer numbers to keep than the rule stores, positions hold explicit zeros. The
 * transpose of such a matrix is in general not V:N:M; {@code toCsr().transposed()} gives it.
 */
public final class VnmMatrix extends StoredMatrix<VnmPattern, VnmMatrix> {

  private VnmMatrix(VnmPattern pattern, Values values) {
    super("VnmMatrix", pattern, values);
  }

  /**
   * Joins a pattern and values; both are shared, nothing is copied.
   *
   * @param pattern positions
   * @param values one number a position, in pattern order; may be written by its owner afterwards
   * @return a matrix on the two
   * @throws IllegalArgumentException if the lengths differ
   */
  public static VnmMatrix of(VnmPattern pattern, Values values) {
    return new VnmMatrix(pattern, values);
  }

  /**
   * Keeps, of every block and group, the n columns whose magnitudes have the largest sums over the
   * rows of the block, ties to the lower column, NaN as largest.
   *
   * @param dense the matrix; not kept
   * @param structure the rule
   * @return a new matrix
   * @throws ArithmeticException if the elements do not fit into one array
   */
  public static VnmMatrix fromDense(DenseMatrix dense, VnmStructure structure) {
    Mask mask = structure.keepLargest(dense.rows(), dense.columns(), magnitudes(dense));
    return fromDense(dense, mask, structure);
  }

  /**
   * Keeps the positions of a mask, zeros among them included; other positions that the rule stores
   * hold 0.0f, whatever the matrix has there.
   *
   * @param dense the matrix; not kept
   * @param mask positions to keep
   * @param structure the rule
   * @return a new matrix with {@code nnz >= mask.count()}
   * @throws IllegalArgumentException if the shapes differ, or naming the first group of the mask
   *     whose rows keep too many columns
   */
  public static VnmMatrix fromDense(DenseMatrix dense, Mask mask, VnmStructure structure) {
    requireShape("VnmMatrix.fromDense", dense, mask);
    VnmPattern pattern = VnmPattern.of(mask, structure);
    return new VnmMatrix(pattern, gatherKept(dense, pattern, mask));
  }

  /**
   * Converts from CSR, as float32; other positions that the rule stores hold 0.0f.
   *
   * @param matrix a matrix whose positions obey the rule; not kept
   * @param structure the rule
   * @return a new matrix with {@code nnz >= matrix.nnz()}
   * @throws IllegalArgumentException naming the first group whose rows store too many columns
   */
  public static VnmMatrix fromCsr(CsrMatrix matrix, VnmStructure structure) {
    VnmPattern pattern = VnmPattern.of(matrix.mask(), structure);
    float[] stored = matrix.values().toFloats();
    float[] numbers = new float[(int) pattern.nnz()];
    matrix
        .pattern()
        .forEach((index, row, column) -> numbers[pattern.indexOf(row, column)] = stored[index]);
    return new VnmMatrix(pattern, FloatValues.wrap(numbers));
  }

  @Override
  public VnmMatrix withValues(Values values) {
    return of(pattern, values);
  }

  @Override
  public String format() {
    return "V:N:M";
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
