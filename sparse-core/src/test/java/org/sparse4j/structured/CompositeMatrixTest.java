package org.sparse4j.structured;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparse4j.format.CompressedMatrix;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.FloatValues;
import org.sparse4j.format.Values;
import org.sparse4j.mask.Mask;

class CompositeMatrixTest {

  /** A matrix of a user's own that is neither sparse nor one of ours. */
  private record Constant(int rows, int columns, float value) implements CompressedMatrix {
    @Override
    public String format() {
      return "constant";
    }

    @Override
    public List<Values> parameters() {
      return List.of();
    }

    @Override
    public long bytes() {
      return 4;
    }

    @Override
    public DenseMatrix toDense() {
      DenseMatrix dense = DenseMatrix.zeros(rows, columns);
      dense.fill(value);
      return dense;
    }

    @Override
    public void validate() {}
  }

  private static CsrMatrix sparse(int rows, int columns, long seed) {
    DenseMatrix dense = Doubles.dense(Doubles.random(rows, columns, seed), columns);
    return CsrMatrix.fromDense(dense, Mask.random(rows, columns, rows * columns / 3, seed));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 16, 33})
  void sumsAddTheirParts(int n) {
    CsrMatrix sparse = sparse(n + 3, n, 1);
    LowRankMatrix low = LowRankMatrix.random(n + 3, n, 2, 2);
    Constant constant = new Constant(n + 3, n, 2);
    SumMatrix sum = SumMatrix.of(List.of(sparse, low, constant), 0.25f, 2, -1);
    double[][] want = new double[n + 3][n];
    double[][] s = Doubles.of(sparse);
    double[][] l = Doubles.of(low);
    for (int i = 0; i < n + 3; i++) {
      for (int j = 0; j < n; j++) {
        want[i][j] = 0.25 * s[i][j] + 2 * l[i][j] - 2;
      }
    }
    Doubles.requireEqual(want, Doubles.of(sum), 1e-6);
    assertEquals(
        List.of(sparse.values(), low.left(), low.right()), sum.parameters(), "in order of parts");
    assertSame(sparse.values(), sum.parameters().get(0));
    assertEquals(sparse.bytes() + low.bytes() + 4, sum.bytes());
    assertEquals(sparse.nnz() + low.multiplications(), sum.multiplications());
    SumMatrix two = SumMatrix.of(List.of(sparse, low), 0.5f, 0.5f);
    Doubles.requireEqual(Doubles.transposed(Doubles.of(two), n), Doubles.of(two.transposed()), 0);
    assertEquals(two, two.transposed().transposed());
    assertNotEquals(two, SumMatrix.of(sparse, low));
    sum.validate();
  }

  @Test
  void productsApplyTheLastPartFirst() {
    CsrMatrix a = sparse(5, 7, 3);
    LowRankMatrix b = LowRankMatrix.random(7, 4, 2, 4);
    ButterflyMatrix c = ButterflyMatrix.random(4, 6, 2, ButterflyMatrix.Init.GAUSSIAN, 5);
    ProductMatrix product = ProductMatrix.of(a, b, c);
    double[][] want =
        Doubles.times(Doubles.times(Doubles.of(a), Doubles.of(b), 4), Doubles.of(c), 6);
    Doubles.requireEqual(want, Doubles.of(product), 1e-5);
    Doubles.requireEqual(
        Doubles.transposed(Doubles.of(product), 6), Doubles.of(product.transposed()), 1e-6);
    assertEquals(product, product.transposed().transposed());
    assertEquals(List.of(a.values(), b.left(), b.right(), c.twiddle()), product.parameters());
    assertEquals(
        "5x6 product (CSR * low-rank * butterfly), " + product.parameterCount() + " parameters",
        product.toString());
    product.validate();
  }

  @Test
  void aMatrixMayOccurTwice() {
    ButterflyMatrix a = ButterflyMatrix.hadamard(4);
    double[][] square = Doubles.identity(4);
    for (int i = 0; i < 4; i++) {
      square[i][i] = 4;
    }
    Doubles.requireEqual(square, Doubles.of(ProductMatrix.of(a, a)), 0);
  }

  @Test
  void permutationsMoveRows() {
    PermutationMatrix p = PermutationMatrix.copyOf(2, 0, 1);
    double[][] want = {{0, 0, 1}, {1, 0, 0}, {0, 1, 0}};
    Doubles.requireEqual(want, Doubles.of(p), 0);
    Doubles.requireEqual(Doubles.transposed(want, 3), Doubles.of(p.transposed()), 0);
    Doubles.requireEqual(Doubles.identity(3), Doubles.of(ProductMatrix.of(p, p.transposed())), 0);
    assertEquals(PermutationMatrix.copyOf(0, 1, 2), PermutationMatrix.identity(3));
    assertEquals(PermutationMatrix.copyOf(0, 2, 1, 3), PermutationMatrix.bitReversal(4));
    assertEquals(PermutationMatrix.copyOf(0), PermutationMatrix.bitReversal(1));
    assertEquals(12, p.bytes());
    assertEquals(0, p.parameterCount());
    assertEquals("3x3 permutation (indices), 0 parameters", p.toString());
    assertEquals(0, PermutationMatrix.copyOf().rows());
    p.validate();
  }

  /** {@code P L P R} with dense factors in place of the class's index arithmetic. */
  @Test
  void aMonarchMatrixIsAProductOfBlocksAndPermutations() {
    int k = 3;
    int l = 4;
    MonarchMatrix monarch = MonarchMatrix.random(8, 15, MonarchShape.ofRank(8, 15, k, l, 1), 6);
    MonarchShape s = monarch.shape();
    BlockDiagonalMatrix right = BlockDiagonalMatrix.of((int) s.middle(), 15, k, monarch.first());
    BlockDiagonalMatrix left = BlockDiagonalMatrix.of(8, (int) s.middle(), l, monarch.second());
    ProductMatrix product =
        ProductMatrix.of(
            PermutationMatrix.transposition(l, s.secondRows()),
            left,
            PermutationMatrix.transposition(s.secondColumns(), l),
            right);
    Doubles.requireEqual(Doubles.of(monarch), Doubles.of(product), 0);
  }

  @Test
  void rejectsWhatDoesNotFit() {
    LowRankMatrix a = LowRankMatrix.random(3, 4, 1, 1);
    LowRankMatrix b = LowRankMatrix.random(4, 3, 1, 1);
    requireMessage(
        "SumMatrix: shapes must be equal; part 0 is 3x4 low-rank, part 1 is 4x3 low-rank",
        () -> SumMatrix.of(a, b));
    requireMessage("SumMatrix: there must be at least one part", () -> SumMatrix.of());
    requireMessage(
        "SumMatrix: number of coefficients (1) must equal the number of parts (2)",
        () -> SumMatrix.of(List.of(a, a), 1));
    requireMessage("ProductMatrix: there must be at least one part", () -> ProductMatrix.of());
    requireMessage(
        "ProductMatrix: columns of part 0 (4) must equal rows of part 1 (3); they are 3x4 low-rank"
            + " and 3x4 low-rank",
        () -> ProductMatrix.of(a, a));
    requireMessage(
        "PermutationMatrix: sources[1] = 2 is not below the number of rows (2)",
        () -> PermutationMatrix.copyOf(0, 2));
    requireMessage(
        "PermutationMatrix: sources[0] = -1 is not below the number of rows (2)",
        () -> PermutationMatrix.copyOf(-1, 2));
    requireMessage(
        "PermutationMatrix: sources[2] = 0 was there before",
        () -> PermutationMatrix.copyOf(0, 1, 0));
    UnsupportedOperationException thrown =
        assertThrows(
            UnsupportedOperationException.class,
            () -> SumMatrix.of(new Constant(2, 3, 1)).transposed());
    assertEquals(
        "transposed: a constant matrix is neither sparse nor structured; it is 2x3",
        thrown.getMessage());
  }

  private static void requireMessage(String message, Runnable call) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, call::run).getMessage());
  }

  @Test
  void valuesOfPartsAreLive() {
    CsrMatrix sparse = CsrMatrix.copyOf(1, 1, new int[] {0, 1}, new int[] {0}, new float[] {2});
    SumMatrix sum = SumMatrix.of(sparse);
    ((FloatValues) sum.parameters().get(0)).set(0, 5);
    assertEquals(5, sum.toDense().get(0, 0));
  }
}
