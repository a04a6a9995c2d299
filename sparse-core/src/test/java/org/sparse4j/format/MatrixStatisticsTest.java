package org.sparse4j.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.sparse4j.mask.Mask;
import org.sparse4j.testing.Formats;
import org.sparse4j.testing.Samples;

class MatrixStatisticsTest {

  @Test
  void countsWorkedByHand() {
    CsrMatrix matrix =
        CsrMatrix.copyOf(
            3,
            5,
            new int[] {0, 3, 3, 5},
            new int[] {0, 1, 4, 0, 1},
            new float[] {0, -2, Float.NaN, 4, -0f});
    MatrixStatistics statistics = MatrixStatistics.of(matrix);
    assertEquals(
        new MatrixStatistics(
            "CSR",
            3,
            5,
            5,
            2,
            1,
            -2,
            4,
            1.5,
            4 * (4 + 5 + 5),
            Optional.of(new MatrixStatistics.Occupancy(0, 5 / 3.0, 3, 1, 2))),
        statistics);
    assertEquals(0.4, statistics.zeroShare());
    assertEquals(60, statistics.denseBytes());
    assertEquals(
        "3x5 CSR: 5 stored (33.3 %), 2 of them 0 (40.0 %), 1 not finite; from -2.000 to 4.000,"
            + " mean magnitude 1.500; rows hold 0 to 3, mean 1.7; 1 rows and 2 columns are empty;"
            + " 56 bytes (93.3 % of dense)",
        statistics.toString());
  }

  @Test
  void nothingStoredHasNoExtremes() {
    MatrixStatistics statistics = MatrixStatistics.of(CsrMatrix.builder(0, 4).build());
    assertTrue(Float.isNaN(statistics.smallest()));
    assertTrue(Float.isNaN(statistics.largest()));
    assertTrue(Double.isNaN(statistics.meanMagnitude()));
    assertEquals(0, statistics.zeroShare());
    assertEquals(
        Optional.of(new MatrixStatistics.Occupancy(0, 0, 0, 0, 4)), statistics.occupancy());
    assertEquals(
        "0x4 CSR: 0 stored, 0 of them 0; rows hold 0 to 0, mean 0.0; 0 rows and 4 columns are"
            + " empty; 4 bytes",
        statistics.toString());
  }

  @Test
  void everyFormatHasTheCountsOfItsMask() {
    Samples.Sample sample = new Samples.Sample(17, 33, 0.1, 3);
    for (Formats.Entry format : Formats.all()) {
      SparseMatrix matrix = format.build(sample.dense(), sample.seed());
      MatrixStatistics statistics = MatrixStatistics.of(matrix);
      assertEquals(matrix.nnz(), statistics.stored(), format.name());
      assertEquals(matrix.nnz() - matrix.countNonZero(), statistics.zeros());
      assertEquals(matrix.bytes(), statistics.bytes());
      MatrixStatistics.Occupancy occupancy = statistics.occupancy().orElseThrow();
      Mask mask = matrix.mask();
      assertEquals(mask.count() / 17.0, occupancy.mean());
      assertEquals(
          statistics.occupancy().map(MatrixStatistics.Occupancy::emptyColumns),
          MatrixStatistics.of(CsrMatrix.fromDense(turned(matrix), mask.transposed()))
              .occupancy()
              .map(MatrixStatistics.Occupancy::emptyRows));
    }
  }

  private static DenseMatrix turned(SparseMatrix matrix) {
    DenseMatrix turned = DenseMatrix.zeros(matrix.columns(), matrix.rows());
    turned.copyTransposed(matrix.toDense());
    return turned;
  }

  @Test
  void matricesWithoutPositionsHaveNoOccupancy() {
    CompressedMatrix constant =
        new CompressedMatrix() {
          @Override
          public int rows() {
            return 2;
          }

          @Override
          public int columns() {
            return 3;
          }

          @Override
          public String format() {
            return "constant";
          }

          @Override
          public List<Values> parameters() {
            return List.of(FloatValues.copyOf(2), FloatValues.copyOf(-1, 0));
          }

          @Override
          public long bytes() {
            return 12;
          }

          @Override
          public DenseMatrix toDense() {
            return DenseMatrix.zeros(2, 3);
          }

          @Override
          public void validate() {}
        };
    MatrixStatistics statistics = MatrixStatistics.of(constant);
    assertEquals(Optional.empty(), statistics.occupancy());
    assertEquals(
        "2x3 constant: 3 stored (50.0 %), 1 of them 0 (33.3 %); from -1.000 to 2.000, mean"
            + " magnitude 1.000; 12 bytes (50.0 % of dense)",
        statistics.toString());
  }
}
