package org.sparse4j.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sparse4j.mask.Mask;
import org.sparse4j.mask.NmStructure;
import org.sparse4j.testing.Samples;

class NmMatrixTest {

  private static final NmStructure TWO_OF_FOUR = new NmStructure(2, 4);

  static List<Samples.Sample> samples() {
    return Samples.all();
  }

  @Test
  void keepsTheLargestMagnitudesInRowOrder() {
    DenseMatrix dense =
        DenseMatrix.copyOf(
            new float[][] {{1, -4, 3, 0, -0f, 0, 7}, {Float.NaN, 1, 1, 1, 2, -2, 2}});
    NmMatrix matrix = NmMatrix.fromDense(dense, TWO_OF_FOUR);
    assertArrayEquals(
        new float[] {-4, 3, -0f, 7, Float.NaN, 1, 2, -2}, matrix.floatValues().array());
    assertEquals("N:M", matrix.format());
    assertEquals(-4, matrix.get(0, 1));
    assertEquals(0, matrix.get(0, 0));
    assertEquals(7, matrix.countNonZero());
    matrix.validate();
    assertEquals(
        "2x7 N:M (nnz 8, 2:4), 42.9 % sparse: (0, 1) -4.0, (0, 2) 3.0, (0, 4) -0.0, (0, 6) 7.0,"
            + " (1, 0) NaN, (1, 1) 1.0, (1, 4) 2.0, (1, 5) -2.0",
        matrix.toString());
  }

  @Test
  void positionsThatFillAGroupHoldZeroWhateverIsThere() {
    DenseMatrix dense = DenseMatrix.copyOf(new float[][] {{5, 6, 7, 8, Float.NaN, 9}});
    Mask mask = Mask.of(1, 6, (i, j) -> j == 2);
    NmMatrix matrix = NmMatrix.fromDense(dense, mask, TWO_OF_FOUR);
    assertArrayEquals(new float[] {0, 7, 0, 0}, matrix.floatValues().array());
    assertEquals(4, matrix.nnz());
    assertEquals(1, matrix.countNonZero());
    NmMatrix converted = NmMatrix.fromCsr(CsrMatrix.fromDense(dense, mask), TWO_OF_FOUR);
    assertEquals(matrix, converted);
  }

  @ParameterizedTest
  @MethodSource("samples")
  void csrAndBackIsTheSame(Samples.Sample sample) {
    for (NmStructure structure :
        new NmStructure[] {TWO_OF_FOUR, new NmStructure(1, 4), new NmStructure(5, 9)}) {
      NmMatrix matrix = NmMatrix.fromDense(sample.wild(), structure);
      CsrMatrix csr = matrix.toCsr();
      assertEquals(matrix, NmMatrix.fromCsr(csr, structure), sample.toString());
      assertEquals(
          matrix.countNonZero(), NmMatrix.fromCsr(csr.dropZeros(), structure).countNonZero());
      assertTrue(csr.toDense().contentEquals(matrix.toDense()), sample.toString());
      for (int i = 0; i < matrix.rows(); i++) {
        for (int j = 0; j < matrix.columns(); j++) {
          assertEquals(csr.get(i, j), matrix.get(i, j));
        }
      }
    }
  }

  @Test
  void refusesWhatDoesNotFit() {
    DenseMatrix dense = DenseMatrix.zeros(2, 4);
    assertEquals(
        "NmMatrix.fromDense: shape of the mask (4x2) must equal the shape of the matrix (2x4)",
        assertThrows(
                IllegalArgumentException.class,
                () -> NmMatrix.fromDense(dense, Mask.empty(4, 2), TWO_OF_FOUR))
            .getMessage());
    assertEquals(
        "NmStructure: row 0, group 0 keeps 4 values, 2:4 allows 2; apply keepLargest first",
        assertThrows(
                IllegalArgumentException.class,
                () -> NmMatrix.fromDense(dense, Mask.full(2, 4), TWO_OF_FOUR))
            .getMessage());
    assertEquals(
        "NmMatrix: number of values (3) must equal nnz (4)",
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    NmMatrix.of(NmPattern.of(Mask.empty(2, 4), TWO_OF_FOUR), FloatValues.zeros(3)))
            .getMessage());
  }
}
