package org.sparse4j.kernels.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.DType;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.SparseMatrix;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.Plan;
import org.sparse4j.kernels.execution.WorkerTeam;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.Operation;
import org.sparse4j.kernels.processor.Processor;
import org.sparse4j.kernels.processor.Processor.Vendor;
import org.sparse4j.testing.Seed;

/** Tiles that take values from registers, memory and lanes: who gets which, and the same bits. */
@Tag("kernels")
class QuadValuesTest {

  private static final List<String> OTHERS = List.of("memory", "lanes");

  private final String before = System.getProperty(QuadValues.PROPERTY, "auto");

  @BeforeEach
  void needsVectors() {
    assumeTrue(Kernels.best().provider().equals("vector"), "the Vector API is not there");
  }

  @AfterEach
  void restore() {
    System.setProperty(QuadValues.PROPERTY, before);
  }

  private static DenseMatrix random(int rows, int columns, double density) {
    SplittableRandom random = new SplittableRandom(Seed.or(17L * rows + columns));
    DenseMatrix dense = DenseMatrix.zeros(rows, columns);
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        dense.set(i, j, random.nextDouble() < density ? (float) random.nextDouble(-1, 1) : 0);
      }
    }
    return dense;
  }

  private static Plan plan(String values, Operation operation, SparseMatrix a, int n) {
    System.setProperty(QuadValues.PROPERTY, values);
    return Kernels.best().plan(operation, a).batch(n, n).build();
  }

  private static QuadValues suiting(Vendor vendor, int family, int bits, int batch) {
    return QuadValues.suiting(new Processor("any", vendor, family), bits, batch);
  }

  @Test
  void whatWasMeasuredIsChosenAndRegistersWhereNothingWas() {
    assertEquals(QuadValues.MEMORY, suiting(Vendor.INTEL, 6, 512, 128));
    assertEquals(QuadValues.MEMORY, suiting(Vendor.INTEL, 6, 256, 16));
    assertEquals(QuadValues.REGISTERS, suiting(Vendor.AMD, 25, 512, 128));
    assertEquals(QuadValues.REGISTERS, suiting(Vendor.AMD, 0, 512, 128));
    assertEquals(QuadValues.LANES, suiting(Vendor.AMD, 26, 512, 17));
    assertEquals(QuadValues.REGISTERS, suiting(Vendor.AMD, 26, 512, 16));
    assertEquals(QuadValues.MEMORY, suiting(Vendor.AMD, 26, 256, 16));
    assertEquals(QuadValues.REGISTERS, suiting(Vendor.OTHER, 26, 512, 128));
    System.setProperty(QuadValues.PROPERTY, "auto");
    int bits = Kernels.best().vectorBits();
    assertEquals(QuadValues.suiting(Processor.current(), bits, 64), QuadValues.chosen(64));
  }

  @Test
  void thePropertyChoosesAndNamesTellTilesApart() {
    CsrMatrix a = CsrMatrix.fromDense(random(60, 80, 0.3));
    String tile = Kernels.best().vectorBits() == 512 ? "4x4" : "4x[24]";
    String registers = plan("registers", Operation.SPMM, a, 64).info(64).kernel();
    assertTrue(registers.matches("csr-quads-\\d+"), registers);
    String memory = plan("Memory", Operation.SPMM, a, 64).info(64).kernel();
    assertTrue(memory.matches("csr-quads-" + tile + "-\\d+"), memory);
    String lanes = plan("lanes", Operation.SPMM, a, 64).info(64).kernel();
    String prefix = Kernels.best().vectorBits() == 512 ? "lanes-" : "";
    assertTrue(lanes.matches("csr-quads-" + prefix + tile + "-\\d+"), lanes);
    String linear = plan("memory", Operation.LINEAR, a, 64).info(64).kernel();
    assertTrue(linear.matches("csr-transposed-quads-" + tile + "-\\d+"), linear);
    if (CsrTiles8.AVAILABLE) {
      String few = plan("memory", Operation.SPMM, a, 64).info(8).kernel();
      assertTrue(few.matches("csr-quads-\\d+"), "few samples have one kind of tile: " + few);
    }
    assertEquals(
        "Sparse4J kernels: -Dsparse4j.csr.values must be auto, registers, memory or lanes,"
            + " got both",
        assertThrows(IllegalStateException.class, () -> plan("both", Operation.SPMM, a, 64))
            .getMessage());
  }

  @ParameterizedTest
  @CsvSource({
    // Every remainder of a panel; X as it lies in one panel and, rarely read, in several.
    "70, 300, 0.3, 16",
    "70, 300, 0.3, 29",
    "70, 300, 0.3, 48",
    "70, 300, 0.3, 64",
    "70, 900, 0.2, 80",
    "131, 1500, 0.1, 100",
    "20, 300, 0.1, 128",
    "60, 700, 0.1, 192",
    "40, 4500, 0.1, 176",
    // Y large: sums in a panel of their own.
    "2900, 200, 0.05, 200",
  })
  void sumsAreTheSameBits(int m, int k, double density, int n) {
    CsrMatrix floats = CsrMatrix.fromDense(random(m, k, density));
    DenseMatrix x = random(k, n, 0.9);
    DenseMatrix g = random(m, n, 0.9);
    try (WorkerTeam team = WorkerTeam.of(3)) {
      for (DType dtype : DType.values()) {
        SparseMatrix a = floats.to(dtype);
        for (Workspace on : new Workspace[] {Workspace.create(), Workspace.on(team)}) {
          String what = m + "x" + k + " " + dtype + ", n " + n + ", " + on.threads().count();
          requireSameBits(Operation.SPMM, a, x, m, on, what);
          requireSameBits(Operation.SPMM_TRANSPOSED, a, g, k, on, what);
          layersGiveTheSameBits(a, x, on, what);
        }
      }
    }
  }

  private static void requireSameBits(
      Operation operation, SparseMatrix a, DenseMatrix x, int rows, Workspace on, String what) {
    DenseMatrix want = DenseMatrix.zeros(rows, x.columns());
    plan("registers", operation, a, x.columns()).run(on, x, want);
    for (String values : OTHERS) {
      DenseMatrix got = DenseMatrix.zeros(rows, x.columns());
      got.fill(Float.NaN);
      plan(values, operation, a, x.columns()).run(on, x, got);
      assertTrue(want.contentEquals(got), operation + " " + what + ", " + values);
    }
  }

  private static void layersGiveTheSameBits(
      SparseMatrix a, DenseMatrix x, Workspace on, String what) {
    int n = x.columns();
    DenseMatrix want = DenseMatrix.zeros(n, a.rows());
    plan("registers", Operation.LINEAR, a, n).run(on, x.view().transposed(), want);
    for (String values : OTHERS) {
      DenseMatrix got = DenseMatrix.zeros(n, a.rows());
      got.fill(Float.NaN);
      plan(values, Operation.LINEAR, a, n).run(on, x.view().transposed(), got);
      assertTrue(want.contentEquals(got), "linear " + what + ", " + values);
    }
  }
}
