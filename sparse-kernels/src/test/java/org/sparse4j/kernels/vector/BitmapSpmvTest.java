package org.sparse4j.kernels.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sparse4j.format.BitmapMatrix;
import org.sparse4j.format.DType;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.DenseVector;
import org.sparse4j.format.Int8Values;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.Plan;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.Operation;
import org.sparse4j.kernels.processor.Processor;
import org.sparse4j.kernels.processor.Processor.Vendor;
import org.sparse4j.testing.Seed;

/** When bits are expanded, and in which type. */
@Tag("kernels")
class BitmapSpmvTest {

  private static BitmapMatrix matrix(double density) {
    SplittableRandom random = new SplittableRandom(Seed.or(3));
    DenseMatrix dense = DenseMatrix.zeros(50, 150);
    for (int i = 0; i < 50; i++) {
      for (int j = 0; j < 150; j++) {
        dense.set(i, j, random.nextDouble() < density ? random.nextInt(1, 9) : 0);
      }
    }
    return BitmapMatrix.fromDense(dense);
  }

  /** Four rows are full, twelve have one entry in each 64 columns. */
  private static BitmapMatrix uneven() {
    DenseMatrix dense = DenseMatrix.zeros(16, 128);
    for (int i = 0; i < 16; i++) {
      for (int j = 0; j < 128; j++) {
        dense.set(i, j, i < 4 || j % 64 == 0 ? 1 : 0);
      }
    }
    return BitmapMatrix.fromDense(dense);
  }

  private static String kernel(BitmapMatrix a) {
    return Kernels.best().plan(Operation.SPMV, a).build().info(1).kernel();
  }

  @Test
  void valuesStayInTheirType() {
    assumeTrue(Kernels.best().vectorBits() == 512, "bits are expanded in 512-bit registers only");
    BitmapMatrix a = matrix(0.5);
    assertEquals("rows of bitmap, csr-permuted-64", kernel(a), "rows go in lanes");
    assertEquals("rows of bitmap, csr-permuted-64-BF16", kernel(a.to(DType.BF16)));
    assertEquals("rows of bitmap, csr-permuted-64-I8", kernel(a.to(DType.I8)));
    Int8Values codes = (Int8Values) a.to(DType.I8).values();
    Int8Values one = Int8Values.wrap(codes.codes(), new float[] {1}, new int[] {0, codes.length()});
    String permuted = "rows of bitmap, csr-permuted-64";
    assertEquals(permuted + "-I8", kernel(a.withValues(one)), "one scale for all rows");
    assertEquals(permuted, kernel(matrix(0.2)), "few bits");
    assertEquals("rows of bitmap, csr-quads-150", kernel(matrix(0.02)), "hardly any bits");
    for (DType type : DType.values()) {
      assertEquals(
          "bitmap-expand-" + type, kernel(uneven().to(type)), "rows of very different lengths");
    }
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  void expandsValuesOfEveryType(DType type) {
    BitmapMatrix a = uneven().to(type);
    DenseVector x = DenseVector.zeros(128);
    for (int j = 0; j < 128; j++) {
      x.set(j, j % 7 - 3);
    }
    DenseVector y = DenseVector.zeros(a.rows());
    DenseVector want = DenseVector.zeros(a.rows());
    Kernels.best().spmv(a, x, y);
    Kernels.scalar().spmv(a, x, want);
    for (int i = 0; i < a.rows(); i++) {
      assertEquals(want.get(i), y.get(i), 1e-4f, "row " + i);
    }
  }

  @Test
  void manyBitsBeyondTheCachesAreExpandedWhereThatWasMeasured() {
    Processor zen5 = new Processor("any", Vendor.AMD, 26);
    long large = 40_000_000;
    assertTrue(SparseProvider.expanding(zen5, large, large / 2, DType.F32));
    assertFalse(SparseProvider.expanding(zen5, large, large / 4, DType.F32), "few bits");
    assertFalse(SparseProvider.expanding(zen5, large / 4, large / 8, DType.F32), "25 MB");
    assertTrue(SparseProvider.expanding(zen5, large, large / 2, DType.I8), "40 MB");
    assertFalse(SparseProvider.expanding(zen5, large - 2, large / 2 - 1, DType.I8), "less");
    Processor zen4 = new Processor("any", Vendor.AMD, 25);
    assertFalse(SparseProvider.expanding(zen4, large, large / 2, DType.F32));
    Processor intel = new Processor("any", Vendor.INTEL, 26);
    assertFalse(SparseProvider.expanding(intel, large, large / 2, DType.F32));
  }

  @Test
  void oneScaleForAllRows() {
    BitmapMatrix a = matrix(0.5);
    byte[] codes = new byte[(int) a.nnz()];
    Arrays.fill(codes, (byte) -3);
    Int8Values values = Int8Values.wrap(codes, new float[] {0.5f}, new int[] {0, codes.length});
    DenseVector x = DenseVector.zeros(150);
    x.set(149, 2);
    DenseVector y = DenseVector.zeros(50);
    Plan plan = Kernels.best().plan(Operation.SPMV, a.withValues(values)).build();
    plan.run(Workspace.create(), x, y);
    for (int i = 0; i < 50; i++) {
      assertEquals(a.pattern().indexOf(i, 149) < 0 ? 0 : -3, y.get(i), "row " + i);
    }
  }
}
