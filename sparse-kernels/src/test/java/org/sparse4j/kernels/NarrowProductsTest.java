package org.sparse4j.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sparse4j.format.BlockMatrix;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.DType;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.DenseVector;
import org.sparse4j.format.Int8Values;
import org.sparse4j.format.SparseMatrix;
import org.sparse4j.kernels.execution.WorkerTeam;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.Operation;
import org.sparse4j.testing.Formats;
import org.sparse4j.testing.Seed;

/** Products with values of two bytes and one give the bits of products with the decoded values. */
@Tag("kernels")
class NarrowProductsTest {

  private static final List<DType> NARROW = List.of(DType.BF16, DType.I8);
  private static final int[] BATCHES = {1, 24, 70, 130};
  private static final int[][] SHAPES = {{13, 17, 10}, {37, 64, 30}, {40, 1100, 30}, {64, 48, 10}};

  private final Workspace workspace = Workspace.create();

  static Stream<Formats.Entry> formats() {
    return Formats.all().stream();
  }

  private static SplittableRandom random() {
    return new SplittableRandom(Seed.or(21));
  }

  @ParameterizedTest
  @MethodSource("formats")
  void productsAreThoseOfDecodedValues(Formats.Entry entry) {
    for (int[] shape : SHAPES) {
      if (!entry.takes(shape[0], shape[1])) {
        continue;
      }
      for (DType dtype : NARROW) {
        SparseMatrix a = FormatCase.of(entry, shape, dtype, false, random()).matrix();
        requireSame(entry + " " + dtype, a, entry.to(a, DType.F32));
      }
    }
  }

  private void requireSame(String what, SparseMatrix narrow, SparseMatrix wide) {
    for (int n : BATCHES) {
      DenseMatrix x = CsrCase.filled(narrow.columns(), n, random(), CsrCase::real);
      DenseMatrix g = CsrCase.filled(narrow.rows(), n, random(), CsrCase::real);
      assertArrayEquals(
          run(Operation.SPMM, wide, x, n, narrow.rows()),
          run(Operation.SPMM, narrow, x, n, narrow.rows()),
          what + ", n " + n);
      assertArrayEquals(
          run(Operation.SPMM_TRANSPOSED, wide, g, n, narrow.columns()),
          run(Operation.SPMM_TRANSPOSED, narrow, g, n, narrow.columns()),
          what + " transposed, n " + n);
    }
    if (!narrow.format().equals("bitmap")) {
      // What expands bits adds in an order of its own.
      DenseVector x = DenseVector.zeros(narrow.columns());
      SplittableRandom random = random();
      for (int j = 0; j < x.length(); j++) {
        x.set(j, (float) CsrCase.real(random.nextDouble()));
      }
      DenseVector one = DenseVector.zeros(narrow.rows());
      DenseVector other = DenseVector.zeros(narrow.rows());
      Kernels.best().spmv(wide, x, one);
      Kernels.best().spmv(narrow, x, other);
      assertArrayEquals(bits(one.toArray()), bits(other.toArray()), what + ", one sample");
    }
  }

  private int[] run(Operation operation, SparseMatrix a, DenseMatrix x, int n, int rows) {
    DenseMatrix y = DenseMatrix.zeros(rows, n);
    Kernels.best().plan(operation, a).batch(n, n).build().run(workspace, x, y);
    return bits(y.toArray());
  }

  private static int[] bits(float[] numbers) {
    int[] bits = new int[numbers.length];
    for (int p = 0; p < bits.length; p++) {
      bits[p] = Float.floatToRawIntBits(numbers[p]);
    }
    return bits;
  }

  /** Groups that are no rows: one for everything, and some that end anywhere. */
  @Test
  void scalesMayBeSharedInAnyWay() {
    CsrMatrix a = (CsrMatrix) matrix("CSR", DType.F32);
    float[] numbers = a.floatValues().array();
    int nnz = numbers.length;
    for (int size : new int[] {nnz, 7, 1}) {
      int[] starts = new int[(nnz + size - 1) / size + 1];
      Arrays.setAll(starts, group -> Math.min(nnz, group * size));
      Int8Values codes = Int8Values.quantise(numbers, starts);
      CsrMatrix narrow = CsrMatrix.of(a.pattern(), codes);
      requireSame("groups of " + size, narrow, narrow.to(DType.F32));
      String kernel = Kernels.best().plan(Operation.SPMM, narrow).build().explain(32);
      boolean vector = !Kernels.best().toString().equals(Kernels.scalar().toString());
      assertEquals(vector && size == nnz, kernel.contains("-I8,"), kernel);
    }
  }

  private static SparseMatrix matrix(String format, DType dtype) {
    Formats.Entry entry =
        formats().filter(e -> e.toString().equals(format)).findFirst().orElseThrow();
    return FormatCase.of(entry, new int[] {96, 1100, 40}, dtype, false, random()).matrix();
  }

  @Test
  void plansKeepTheBytesOfTheType() {
    if (Kernels.best().toString().equals(Kernels.scalar().toString())) {
      return;
    }
    for (String format : List.of("CSR", "V:N:M 16:1:4")) {
      SparseMatrix wide = matrix(format, DType.F32);
      long floats = Kernels.best().plan(Operation.SPMM, wide).build().packedBytes();
      for (DType dtype : NARROW) {
        if (dtype == DType.I8 && Kernels.best().vectorBits() < 256) {
          // There is no vector of four bytes.
          continue;
        }
        SparseMatrix narrow = matrix(format, dtype);
        Plan plan = Kernels.best().plan(Operation.SPMM, narrow).build();
        long saved = (4L - dtype.bytes()) * narrow.nnz();
        long scales = dtype == DType.I8 ? narrow.nnz() / 4 : 0;
        assertTrue(plan.packedBytes() <= floats - saved + scales, plan.explain(32));
        assertTrue(plan.explain(32).contains("-" + dtype + ","), plan.explain(32));
      }
    }
    BlockMatrix blocks = BlockMatrix.fromDense(DenseMatrix.copyOf(64, 64, ones(64 * 64)), 16, 16);
    Plan plan = Kernels.best().plan(Operation.SPMM, blocks.to(DType.I8)).build();
    assertTrue(
        Kernels.best().vectorBits() < 256 || plan.explain(32).contains("-I8,"), plan.explain(32));
  }

  private static float[] ones(int count) {
    float[] ones = new float[count];
    for (int p = 0; p < count; p++) {
      ones[p] = 1 + p % 7;
    }
    return ones;
  }

  @Test
  void threadsDoNotMatter() {
    for (String format : List.of("CSR", "V:N:M 16:1:4")) {
      for (DType dtype : NARROW) {
        SparseMatrix a = matrix(format, dtype);
        DenseMatrix x = CsrCase.filled(a.columns(), 70, random(), CsrCase::real);
        DenseMatrix one = DenseMatrix.zeros(a.rows(), 70);
        DenseMatrix other = DenseMatrix.zeros(a.rows(), 70);
        Plan plan = Kernels.best().plan(Operation.SPMM, a).build();
        plan.run(workspace, x, one);
        try (WorkerTeam team = WorkerTeam.of(3)) {
          plan.run(Workspace.on(team), x, other);
        }
        assertTrue(one.contentEquals(other), format + " " + dtype);
      }
    }
  }
}
