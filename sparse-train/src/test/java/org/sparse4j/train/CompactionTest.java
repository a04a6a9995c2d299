package org.sparse4j.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.mask.Mask;
import org.sparse4j.train.autograd.Tape;
import org.sparse4j.train.layer.ActivationLayer;
import org.sparse4j.train.layer.Dropout;
import org.sparse4j.train.layer.Layer;
import org.sparse4j.train.layer.LayerNorm;
import org.sparse4j.train.layer.Linear;
import org.sparse4j.train.layer.Sequential;
import org.sparse4j.train.layer.SparseLinear;
import org.sparse4j.train.parameter.DenseParameter;
import org.sparse4j.train.parameter.SparseParameter;
import org.sparse4j.train.random.Streams;

@Tag("kernels")
class CompactionTest {

  private static SparseLinear layer(float[] bias, float[]... rows) {
    return SparseLinear.of(
        SparseParameter.of("weight", CsrMatrix.fromDense(DenseMatrix.copyOf(rows))),
        DenseParameter.of("bias", DenseMatrix.copyOf(1, bias.length, bias), false));
  }

  private static float[] run(Layer model, DenseMatrix x) {
    Tape tape = Tape.of(Kernels.best(), Workspace.create());
    tape.startEvaluation();
    return model.forward(tape, tape.input(x)).value().toArray();
  }

  /**
   * By hand: hidden 0 reads nothing and is relu(2) = 2, so the first output gains 3 * 2; hidden 1
   * is read by no one; hidden 2 stays. Output 1 reads hidden 0 alone and becomes the constant 1 + 4
   * * 2.
   */
  @Test
  void constantsMoveIntoBiases() {
    Sequential model =
        Sequential.of(
            layer(
                new float[] {2, 5, 1}, new float[] {0, 0}, new float[] {1, 1}, new float[] {0, 3}),
            ActivationLayer.relu(),
            Dropout.rate(.5),
            layer(new float[] {10, 1}, new float[] {3, 0, 7}, new float[] {4, 0, 0}));
    Sequential compact = Compaction.of(model);
    assertEquals(3, compact.layers().size());
    SparseLinear first = (SparseLinear) compact.layers().get(0);
    SparseLinear second = (SparseLinear) compact.layers().get(2);
    assertArrayEquals(new float[] {0, 3}, dense(first));
    assertArrayEquals(new float[] {7, 0}, dense(second));
    assertEquals(1, second.weight().size());
    assertArrayEquals(
        new float[] {16, 9}, ((DenseParameter) compact.parameters().get(3)).value().toArray());
    DenseMatrix x = DenseMatrix.copyOf(2, 2, new float[] {1, -2, 3, 4});
    assertArrayEquals(run(model, x), run(compact, x));
  }

  private static float[] dense(SparseLinear layer) {
    return layer.weight().matrix().toDense().toArray();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, .02, .1, .5, 1})
  void theFunctionStays(double density) {
    for (ActivationLayer f :
        List.of(ActivationLayer.relu(), ActivationLayer.gelu(), ActivationLayer.sigmoid())) {
      Sequential model =
          Sequential.of(
              SparseLinear.of(mask(30, 17, density, 1)),
              f,
              SparseLinear.of(mask(23, 30, density, 2)),
              f,
              Linear.of(23, 11),
              f,
              SparseLinear.of(mask(5, 11, density, 3)));
      model.initialise(7);
      for (var parameter : model.parameters()) {
        if (parameter instanceof DenseParameter bias && bias.name().endsWith("bias")) {
          for (int i = 0; i < bias.size(); i++) {
            bias.value().set(0, i, (float) Streams.normal(9, i));
          }
        }
      }
      Sequential compact = Compaction.of(model);
      float[] values = new float[17 * 6];
      for (int p = 0; p < values.length; p++) {
        values[p] = (float) Streams.normal(8, p);
      }
      DenseMatrix x = DenseMatrix.copyOf(17, 6, values);
      assertArrayEquals(run(model, x), run(compact, x), 1e-4f);
      Linear before = (Linear) model.layers().get(4);
      Linear after = (Linear) compact.layers().get(4);
      assertTrue(after.weight().size() <= before.weight().size());
      assertEquals(5, compact.outputs(17));
    }
  }

  private static Mask mask(int rows, int columns, double density, long seed) {
    return Mask.random(rows, columns, Math.round(density * rows * columns), seed);
  }

  @Test
  void rejectsOtherLayers() {
    Sequential model = Sequential.of(Linear.of(4, 3), LayerNorm.of(3));
    model.initialise(1);
    assertEquals(
        "Compaction: layer 1 ("
            + model.layers().get(1)
            + ") is neither linear nor a function or dropout behind a linear one",
        assertThrows(IllegalArgumentException.class, () -> Compaction.of(model)).getMessage());
  }
}
