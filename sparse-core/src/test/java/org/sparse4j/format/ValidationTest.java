package org.sparse4j.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.sparse4j.mask.Mask;

/** A format as a user would write it, and what validate() finds in broken ones. */
class ValidationTest {

  /** Positions in a list, in any order the author likes. */
  private record Listed(int rows, int columns, long nnz, List<int[]> positions) implements Pattern {
    @Override
    public long bytes() {
      return 8L * positions.size();
    }

    @Override
    public void forEach(Visitor visitor) {
      positions.forEach(p -> visitor.visit(p[0], p[1], p[2]));
    }
  }

  private record Coordinates(Pattern pattern, FloatValues values) implements SparseMatrix {
    @Override
    public String format() {
      return "COO";
    }

    @Override
    public long bytes() {
      return 12 * nnz();
    }

    @Override
    public CsrMatrix toCsr() {
      CsrBuilder builder = CsrMatrix.builder(rows(), columns());
      pattern.forEach((index, row, column) -> builder.add(row, column, values.get(index)));
      return builder.build();
    }
  }

  private static Coordinates coordinates(long nnz, int values, int[]... positions) {
    return new Coordinates(new Listed(2, 3, nnz, List.of(positions)), FloatValues.zeros(values));
  }

  private static int[] at(int index, int row, int column) {
    return new int[] {index, row, column};
  }

  private static String broken(SparseMatrix matrix) {
    return assertThrows(IllegalStateException.class, matrix::validate).getMessage();
  }

  @Test
  void soundMatricesOfAnyFormatPass() {
    coordinates(3, 3, at(0, 1, 2), at(1, 0, 0), at(2, 1, 0)).validate();
    coordinates(0, 0).validate();
    CsrMatrix.builder(5, 7).add(3, 3, 0).build().validate();
  }

  @Test
  void firstBrokenPromiseIsNamed() {
    String of2 = "; the matrix is 2x3 (nnz 2)";
    assertEquals(
        "COO: position 1 is (2, 0) and lies outside" + of2,
        broken(coordinates(2, 2, at(0, 0, 0), at(1, 2, 0))));
    assertEquals(
        "COO: position 0 is (0, -1) and lies outside" + of2,
        broken(coordinates(2, 2, at(0, 0, -1), at(1, 1, 0))));
    assertEquals(
        "COO: position 1 is (0, 2), which was there before" + of2,
        broken(coordinates(2, 2, at(0, 0, 2), at(1, 0, 2))));
    assertEquals(
        "COO: position 5 is (0, 1) and comes at place 1" + of2,
        broken(coordinates(2, 2, at(0, 0, 2), at(5, 0, 1))));
    assertEquals(
        "COO: the pattern visits 1 positions" + of2, broken(coordinates(2, 2, at(0, 0, 2))));
    assertEquals(
        "COO: there are 3 values" + of2, broken(coordinates(2, 3, at(0, 0, 2), at(1, 0, 1))));
    assertEquals(
        "COO: sizes must not be negative; the matrix is -1x3 (nnz 0)",
        broken(new Coordinates(new Listed(-1, 3, 0, List.of()), FloatValues.zeros(0))));
  }

  @Test
  void openInterfaceGivesMaskDenseFormAndCounts() {
    Coordinates matrix = coordinates(3, 3, at(0, 1, 2), at(1, 0, 0), at(2, 1, 0));
    matrix.values().set(0, 5);
    matrix.values().set(2, -1);
    assertEquals(Mask.of(2, 3, (i, j) -> i == 1 ? j != 1 : j == 0), matrix.mask());
    assertEquals(2, matrix.countNonZero());
    assertEquals(0.5, matrix.density());
    assertEquals(0.5, matrix.sparsity());
    assertTrue(
        matrix.toDense().contentEquals(DenseMatrix.copyOf(new float[][] {{0, 0, 0}, {-1, 0, 5}})));
    assertEquals(3, matrix.toCsr().nnz());
    assertEquals(0, new Listed(0, 3, 0, List.of()).density());
  }
}
