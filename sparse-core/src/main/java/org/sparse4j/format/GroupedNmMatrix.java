package org.sparse4j.format;

import org.sparse4j.mask.GroupedNmStructure;
import org.sparse4j.mask.Mask;

/**
 * A sparse matrix in which equally many rows of a chunk keep each pattern of N among M columns, for
 * example 2:4:8; see {@link GroupedNmPattern} for the layout.
 *
 * <p>The transpose of such a matrix is in general not n:m:g; {@code toCsr().transposed()} gives it.
 */
public final class GroupedNmMatrix extends StoredMatrix<GroupedNmPattern, GroupedNmMatrix> {

  private GroupedNmMatrix(GroupedNmPattern pattern, Values values) {
    super("GroupedNmMatrix", pattern, values);
  }

  /**
   * Joins a pattern and values; both are shared, nothing is copied.
   *
   * @param pattern positions
   * @param values one number a position, in pattern order; may be written by its owner afterwards
   * @return a matrix on the two
   * @throws IllegalArgumentException if the lengths differ
   */
  public static GroupedNmMatrix of(GroupedNmPattern pattern, Values values) {
    return new GroupedNmMatrix(pattern, values);
  }

  /**
   * Assigns patterns greedily by the magnitudes they keep, see {@link
   * GroupedNmStructure#keepLargest}.
   *
   * <p>Not a projection: a matrix that already obeys the rule may be given other patterns where
   * rows have fewer non-zeros than n. To keep its positions, pass its mask.
   *
   * @param dense the matrix; not kept
   * @param structure the rule
   * @return a new matrix
   * @throws ArithmeticException if the elements do not fit into one array
   */
  public static GroupedNmMatrix fromDense(DenseMatrix dense, GroupedNmStructure structure) {
    Mask mask = structure.keepLargest(dense.rows(), dense.columns(), magnitudes(dense));
    return fromDense(dense, mask, structure);
  }

  /**
   * Keeps the positions of a mask, zeros among them included.
   *
   * @param dense the matrix; not kept
   * @param mask positions to keep, which must obey the rule as they are
   * @param structure the rule
   * @return a new matrix with {@code nnz = mask.count()}
   * @throws IllegalArgumentException if the shapes differ, or naming the first place where the mask
   *     breaks the rule
   */
  public static GroupedNmMatrix fromDense(
      DenseMatrix dense, Mask mask, GroupedNmStructure structure) {
    requireShape("GroupedNmMatrix.fromDense", dense, mask);
    GroupedNmPattern pattern = GroupedNmPattern.of(mask, structure);
    return new GroupedNmMatrix(pattern, gather(dense, pattern));
  }

  /**
   * Converts from CSR, as float32.
   *
   * @param matrix a matrix whose positions obey the rule as they are; not kept
   * @param structure the rule
   * @return a new matrix with {@code nnz = matrix.nnz()}
   * @throws IllegalArgumentException naming the first place where the rule is broken
   */
  public static GroupedNmMatrix fromCsr(CsrMatrix matrix, GroupedNmStructure structure) {
    GroupedNmPattern pattern = GroupedNmPattern.of(matrix.mask(), structure);
    int[] sources = new int[(int) pattern.nnz()];
    pattern.csrOrder().sources().get(sources);
    float[] stored = matrix.values().toFloats();
    float[] numbers = new float[stored.length];
    for (int k = 0; k < stored.length; k++) {
      numbers[sources[k]] = stored[k];
    }
    return new GroupedNmMatrix(pattern, FloatValues.wrap(numbers));
  }

  @Override
  public GroupedNmMatrix withValues(Values values) {
    return of(pattern, values);
  }

  @Override
  public String format() {
    return "n:m:g";
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
