package org.sparse4j.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.sparse4j.testing.Samples;

class CsrArithmeticTest {

  private static CsrMatrix matrix(float[]... rows) {
    return CsrMatrix.fromDense(DenseMatrix.copyOf(rows));
  }

  @Test
  void sumIsThatOfTheDenseFormsOnTheUnionOfPositions() {
    for (Samples.Sample sample : Samples.all()) {
      DenseMatrix a = sample.integers();
      DenseMatrix b =
          new Samples.Sample(sample.rows(), sample.columns(), 0.2, sample.seed() + 1).integers();
      CsrMatrix left = CsrMatrix.fromDense(a);
      CsrMatrix right = CsrMatrix.fromDense(b);
      CsrMatrix sum = left.add(right);
      sum.validate();
      assertEquals(left.mask().or(right.mask()), sum.mask(), sample.toString());
      for (int i = 0; i < sample.rows(); i++) {
        for (int j = 0; j < sample.columns(); j++) {
          assertEquals(a.get(i, j) + b.get(i, j), sum.get(i, j), sample.toString());
        }
      }
      assertEquals(sum, right.add(left));
    }
  }

  @Test
  void sumsThatAreZeroStay() {
    CsrMatrix a = matrix(new float[] {1, 0, 2}, new float[] {0, 0, 0});
    CsrMatrix difference = a.add(a.scale(-1));
    assertEquals(2, difference.nnz());
    assertEquals(0, difference.countNonZero());
    assertSame(a.pattern(), difference.pattern());
    CsrMatrix b = matrix(new float[] {-1, 3, 0}, new float[] {0, 0, 0});
    assertEquals(
        CsrMatrix.copyOf(2, 3, new int[] {0, 3, 3}, new int[] {0, 1, 2}, new float[] {0, 3, 2}),
        a.add(b));
    assertEquals(2, a.get(0, 2));
  }

  @Test
  void nanAndInfinitiesAddAsNumbersDo() {
    CsrMatrix a = matrix(new float[] {Float.NaN, Float.POSITIVE_INFINITY, 1});
    CsrMatrix b = matrix(new float[] {0, Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY});
    CsrMatrix sum = a.add(b);
    assertTrue(Float.isNaN(sum.get(0, 0)));
    assertTrue(Float.isNaN(sum.get(0, 1)));
    assertEquals(Float.POSITIVE_INFINITY, sum.get(0, 2));
  }

  @Test
  void scalesEveryStoredNumber() {
    CsrMatrix a = CsrMatrix.copyOf(1, 3, new int[] {0, 2}, new int[] {0, 2}, new float[] {3, 0});
    CsrMatrix scaled = a.scale(-2);
    assertSame(a.pattern(), scaled.pattern());
    assertEquals(-6, scaled.get(0, 0));
    assertEquals(2, scaled.nnz());
    assertEquals(3, a.get(0, 0));
    assertEquals(DType.F32, a.to(DType.BF16).scale(2).values().dtype());
  }

  @Test
  void shapesMustBeEqual() {
    assertEquals(
        "CsrMatrix.add: shapes must be equal; A is 1x2 CSR (nnz 1), B is 2x1 CSR (nnz 0)",
        assertThrows(
                IllegalArgumentException.class,
                () -> matrix(new float[] {0, 1}).add(CsrMatrix.builder(2, 1).build()))
            .getMessage());
  }

  @Test
  void csrOrderArrangesOneNumberAPosition() {
    CscMatrix matrix = CscMatrix.fromCsr(matrix(new float[] {1, 2}, new float[] {3, 4}));
    CsrOrder order = matrix.pattern().csrOrder();
    assertEquals(
        FloatValues.copyOf(1, 2, 3, 4),
        FloatValues.wrap(order.arrange(matrix.values().toFloats())));
    assertEquals(
        "CsrOrder.arrange: number of values (3) must equal nnz (4)",
        assertThrows(IllegalArgumentException.class, () -> order.arrange(new float[3]))
            .getMessage());
  }
}
