package org.sparse4j.interchange;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sparse4j.format.BitmapMatrix;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.NmMatrix;
import org.sparse4j.io.MatrixMarket;
import org.sparse4j.io.Safetensors;
import org.sparse4j.io.SafetensorsFile;
import org.sparse4j.io.SafetensorsWriter;
import org.sparse4j.mask.NmStructure;
import org.sparse4j.testing.Seed;

/** One matrix through every file that can hold it: what comes out is what went in. */
class RoundTripTest {

  private static final NmStructure TWO_OF_FOUR = new NmStructure(2, 4);

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"64, 64", "32, 96", "7, 16", "1, 36", "5, 4", "0, 8"})
  void aMatrixPassesThroughEveryFormat(int rows, int columns) throws IOException {
    Random random = new Random(Seed.or(97));
    DenseMatrix dense = DenseMatrix.zeros(rows, columns);
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        dense.set(i, j, random.nextInt(3) == 0 ? -0.0f : (float) random.nextGaussian());
      }
    }
    NmMatrix original = NmMatrix.fromDense(dense, TWO_OF_FOUR);
    CsrMatrix csr = original.toCsr();

    Path npz = folder.resolve("a.npz");
    ScipySparse.write(original, ScipyLayout.COO, npz);
    CsrMatrix fromScipy = ScipySparse.read(npz);
    ScipySparseTest.assertSameBits(csr, fromScipy);

    Path tensors = folder.resolve("a.safetensors");
    SafetensorsWriter writer = Safetensors.writer();
    CompressedTensors.add(writer, "bits", BitmapMatrix.fromCsr(fromScipy));
    CompressedTensors.add(writer, "half", NmMatrix.fromCsr(fromScipy, TWO_OF_FOUR));
    TorchSparse.add(writer, "torch", fromScipy);
    writer.write(tensors);
    CsrMatrix fromTensors;
    try (SafetensorsFile file = Safetensors.open(tensors)) {
      fromTensors = CompressedTensors.read(file, "bits").toCsr();
      ScipySparseTest.assertSameBits(csr, fromTensors);
      ScipySparseTest.assertSameBits(csr, CompressedTensors.read(file, "half").toCsr());
      ScipySparseTest.assertSameBits(csr, TorchSparse.read(file, "torch").toCsr());
    }

    Path market = folder.resolve("a.mtx");
    MatrixMarket.write(fromTensors, market);
    ScipySparseTest.assertSameBits(csr, MatrixMarket.read(market));

    Path positions = folder.resolve("a.smtx");
    Dlmc.write(csr.pattern(), positions);
    assertEquals(csr.pattern(), Dlmc.read(positions));

    if (columns % 16 == 0) {
      TorchSemiStructured torch =
          TorchSemiStructured.of(original, TorchElement.HALF, TorchMetaOrder.NATURAL);
      ScipySparseTest.assertSameBits(csr, torch.toCsr());
    }
  }
}
