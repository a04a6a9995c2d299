package org.sparse4j.bench.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.DenseVector;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.mask.Mask;

class NetworkTest {
  private static final int[] WIDTHS = {20, 9, 4};

  /** Small whole numbers, so that every product and sum is exact. */
  private static DenseMatrix integers(int rows, int columns, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    DenseMatrix matrix = DenseMatrix.zeros(rows, columns);
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        matrix.set(i, j, random.nextInt(-3, 4));
      }
    }
    return matrix;
  }

  private static Network network(boolean sparse) {
    Mask first = Mask.random(9, 20, 60, 5);
    CsrMatrix kept = CsrMatrix.fromDense(integers(9, 20, 1), first);
    DenseVector bias = DenseVector.copyOf(1, -2, 3, -4, 5, -6, 7, -8, 9);
    DenseVector lastBias = DenseVector.copyOf(1, 2, 3, 4);
    return Network.of(
        List.of(
            sparse ? Layer.of("a", kept, bias) : Layer.of("a", kept.toDense(), bias),
            Layer.of("b", integers(4, 9, 2), lastBias)));
  }

  @Test
  void sparseAndDenseLayersOfEqualNumbersGiveEqualScoresForAnyBatch() {
    for (int batch : new int[] {1, 2, 17, 128}) {
      Inference sparse = network(true).inference(Kernels.best(), Workspace.create(), batch);
      Inference dense = network(false).inference(Kernels.scalar(), Workspace.create(), batch);
      sparse.fill(3);
      dense.fill(3);
      sparse.run();
      dense.run();
      for (int i = 0; i < WIDTHS[2]; i++) {
        for (int j = 0; j < batch; j++) {
          assertEquals(dense.score(i, j), sparse.score(i, j), 1e-3f, batch + ": " + i + ", " + j);
        }
      }
    }
  }

  @Test
  void countsBytesOfPositionsWeightsAndBiases() {
    assertEquals(4 * (9 * 20 + 9 + 4 * 9 + 4), network(false).bytes());
    assertEquals(4 * (10 + 60 + 60 + 9 + 4 * 9 + 4), network(true).bytes());
  }

  @Test
  void rejectsLayersThatDoNotFit() {
    List<Layer> layers =
        List.of(
            Layer.of("a", integers(5, 20, 1), DenseVector.zeros(5)),
            Layer.of("b", integers(4, 9, 2), DenseVector.zeros(4)));
    assertEquals(
        "network: inputs of b (9) must equal outputs of a (5)",
        assertThrows(IllegalArgumentException.class, () -> Network.of(layers)).getMessage());
  }
}
