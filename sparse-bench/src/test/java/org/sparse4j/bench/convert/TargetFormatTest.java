package org.sparse4j.bench.convert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sparse4j.format.CompressedMatrix;
import org.sparse4j.format.DType;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.SparseMatrix;

class TargetFormatTest {

  private static DenseMatrix weights(int rows, int columns) {
    Random random = new Random(3);
    float[] numbers = new float[rows * columns];
    for (int k = 0; k < numbers.length; k++) {
      numbers[k] = (float) random.nextGaussian();
    }
    return DenseMatrix.copyOf(rows, columns, numbers);
  }

  private static CompressedMatrix convert(String format, @Nullable Double sparsity, DType dtype) {
    return TargetFormat.parse(format, sparsity, dtype).convert(weights(48, 64));
  }

  @ParameterizedTest
  @CsvSource({
    "csr, 0.9, CSR, 308",
    "csc, 0.9, CSC, 308",
    "coo, 0.9, COO, 308",
    "bitmap, 0.9, bitmap, 308",
    "condensed, 0.75, condensed, 768",
    "block:16x16, 0.5, block, 1536",
    "block:5x7, 0.5, block, 1750",
    "2:4,, N:M, 1536",
    "16:2:4,, V:N:M, 1536",
    "1:4:g2,, n:m:g, 768",
    "low-rank:3,, low-rank, 336",
    "block-diagonal:4,, block-diagonal, 768",
    "monarch:4,, monarch, 1344"
  })
  void keepsWhatTheFormatSays(
      String format, @Nullable Double sparsity, String name, long parameters) {
    CompressedMatrix matrix = convert(format, sparsity, DType.F32);
    matrix.validate();
    assertEquals(name, matrix.format());
    assertEquals(48, matrix.rows());
    assertEquals(64, matrix.columns());
    if (format.equals("block:5x7")) {
      // 10 x 10 blocks, half of them; those of the last row and column are smaller.
      assertTrue(matrix.parameterCount() <= parameters, matrix.toString());
    } else {
      assertEquals(parameters, matrix.parameterCount());
    }
  }

  @ParameterizedTest
  @CsvSource({"csr, 0.9, BF16", "2:4,, I8", "block:16x16, 0.5, BF16", "bitmap, 0.5, I8"})
  void storesOtherTypes(String format, @Nullable Double sparsity, DType dtype) {
    SparseMatrix matrix = (SparseMatrix) convert(format, sparsity, dtype);
    assertEquals(dtype, matrix.values().dtype());
  }

  @Test
  void withoutSparsityZerosAreDropped() {
    DenseMatrix dense = DenseMatrix.copyOf(new float[][] {{0, 2, 0}, {1, 0, 3}});
    for (String format : new String[] {"csr", "csc", "coo", "bitmap"}) {
      CompressedMatrix matrix = TargetFormat.parse(format, null, DType.F32).convert(dense);
      assertEquals(3, matrix.parameterCount(), format);
      assertTrue(matrix.toDense().contentEquals(dense), format);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          csx       |      | F32  | format (csx) must be one of dense, csr, csc, coo, bitmap, condensed, block:HxW, N:M, V:N:M, N:M:gG, low-rank:R, block-diagonal:B, monarch:B
          2:4       | 0.5  | F32  | format (2:4) takes no sparsity, got 0.5; its sizes say what it keeps
          dense     | 0.5  | F32  | format (dense) takes no sparsity, got 0.5
          csr       | 1    | F32  | sparsity (1.0) must be at least 0 and below 1
          csr       | -0.1 | F32  | sparsity (-0.1) must be at least 0 and below 1
          csr       | NaN  | F32  | sparsity (NaN) must be at least 0 and below 1
          2:9999999 |      | F32  | format (2:9999999): size 9999999 must be at most 999999
          5:4       |      | F32  | format (5:4): NmStructure: n (5) must be between 1 and m (4)
          low-rank:3|      | BF16 | format (low-rank:3) stores F32 numbers only, got BF16
          dense     |      | BF16 | format (dense) stores F32 numbers only, got BF16
          """)
  void rejects(String format, @Nullable Double sparsity, DType dtype, String message) {
    var thrown =
        assertThrows(
            IllegalArgumentException.class,
            () -> TargetFormat.parse(format, sparsity, dtype).convert(weights(8, 8)));
    assertEquals(message, thrown.getMessage());
  }
}
