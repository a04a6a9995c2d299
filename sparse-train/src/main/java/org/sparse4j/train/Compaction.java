package org.sparse4j.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.CsrPattern;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.FloatValues;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.mask.Mask;
import org.sparse4j.train.autograd.Tape;
import org.sparse4j.train.layer.ActivationLayer;
import org.sparse4j.train.layer.Dropout;
import org.sparse4j.train.layer.Layer;
import org.sparse4j.train.layer.Linear;
import org.sparse4j.train.layer.Sequential;
import org.sparse4j.train.layer.SparseLinear;
import org.sparse4j.train.parameter.DenseParameter;
import org.sparse4j.train.parameter.SparseParameter;

/**
 * Removes hidden neurons that do not matter from a trained chain of linear layers: those that read
 * nothing, whose constant output moves into the biases of the next layer, and those that nobody
 * reads. The model's function stays, up to rounding.
 *
 * <p>SRigL's ablated neurons (Lasby et al., 2024, arXiv 2305.02299) leave two layers that way, as
 * rows of one and columns of the next; Evci et al., Rigging the Lottery, 2020 (arXiv 1911.11134)
 * count the size of their networks after it.
 */
public final class Compaction {

  private Compaction() {}

  /** One linear layer with its bias, and the functions that follow. */
  private record Part(CsrMatrix weight, FloatValues bias, boolean dense, List<Layer> functions) {

    /** The next layer's constant inputs from this layer's constant outputs; NaN is not constant. */
    float[] followed(float[] outputs) {
      DenseMatrix column = DenseMatrix.copyOf(outputs.length, 1, outputs);
      Tape tape = Tape.of(Kernels.scalar(), Workspace.create());
      tape.startEvaluation();
      var value = tape.input(column);
      for (Layer function : functions) {
        value = function.forward(tape, value);
      }
      float[] result = value.value().toArray();
      for (int i = 0; i < result.length; i++) {
        result[i] = Float.isNaN(outputs[i]) ? Float.NaN : result[i];
      }
      return result;
    }
  }

  /**
   * Makes a smaller model of the same function.
   *
   * @param model linear layers, dense or sparse, with functions and dropout between them
   * @return a new model on copies of the numbers, ready to train or serve; sparse layers stay
   *     sparse, dense ones dense, and dropout is left out
   * @throws IllegalArgumentException if the model has another kind of layer, or does not start with
   *     a linear one
   */
  public static Sequential of(Sequential model) {
    List<Part> parts = parts(model);
    int depth = parts.size();
    // Outputs of each layer that are constant, before the functions; NaN stands for "not constant".
    float[][] constants = new float[depth][];
    float[][] biases = new float[depth][];
    float[] inputs = new float[parts.getFirst().weight().columns()];
    Arrays.fill(inputs, Float.NaN);
    for (int l = 0; l < depth; l++) {
      Part part = parts.get(l);
      biases[l] = part.bias().array().clone();
      constants[l] = constants(part.weight(), inputs, biases[l]);
      inputs = part.followed(constants[l]);
    }
    boolean[][] kept = new boolean[depth][];
    boolean[] read = new boolean[parts.getLast().weight().rows()];
    Arrays.fill(read, true);
    for (int l = depth - 1; l >= 0; l--) {
      boolean last = l == depth - 1;
      boolean[] keeps = read;
      for (int i = 0; i < keeps.length && !last; i++) {
        keeps[i] &= Float.isNaN(constants[l][i]);
      }
      kept[l] = keeps;
      CsrMatrix weight = parts.get(l).weight();
      boolean[] before = new boolean[weight.columns()];
      weight.pattern().forEach((p, i, j) -> before[j] |= keeps[i]);
      read = before;
    }
    boolean[] all = new boolean[parts.getFirst().weight().columns()];
    Arrays.fill(all, true);
    List<Layer> layers = new ArrayList<>();
    for (int l = 0; l < depth; l++) {
      Part part = parts.get(l);
      boolean[] columns = l == 0 ? all : kept[l - 1];
      layers.add(layer(part, kept[l], columns, biases[l]));
      layers.addAll(part.functions());
    }
    return Sequential.of(layers);
  }

  private static List<Part> parts(Sequential model) {
    List<Part> parts = new ArrayList<>();
    for (int l = 0; l < model.layers().size(); l++) {
      Layer layer = model.layers().get(l);
      switch (layer) {
        case SparseLinear sparse -> {
          FloatValues bias = bias(sparse.map().bias().orElse(null), sparse.weight().rows());
          parts.add(new Part(sparse.weight().matrix(), bias, false, new ArrayList<>()));
        }
        case Linear dense -> {
          DenseMatrix value = dense.weight().value();
          CsrPattern full = CsrPattern.of(Mask.full(value.rows(), value.columns()));
          CsrMatrix weight = CsrMatrix.of(full, FloatValues.wrap(value.toArray()));
          FloatValues bias = bias(dense.map().bias().orElse(null), value.rows());
          parts.add(new Part(weight, bias, true, new ArrayList<>()));
        }
        case ActivationLayer function when !parts.isEmpty() ->
            parts.getLast().functions().add(function);
        case Dropout dropout when !parts.isEmpty() -> {}
        default ->
            throw new IllegalArgumentException(
                "Compaction: layer "
                    + l
                    + " ("
                    + layer
                    + ") is neither linear nor a function or dropout behind a linear one");
      }
    }
    return parts;
  }

  private static FloatValues bias(@Nullable DenseParameter bias, int rows) {
    return FloatValues.wrap(bias == null ? new float[rows] : bias.value().toArray());
  }

  /** Moves constant inputs into the biases; tells which outputs are constant then. */
  private static float[] constants(CsrMatrix weight, float[] inputs, float[] bias) {
    double[] sums = new double[bias.length];
    boolean[] varies = new boolean[bias.length];
    float[] values = weight.floatValues().array();
    weight
        .pattern()
        .forEach((p, i, j) -> {
          if (Float.isNaN(inputs[j])) {
            varies[i] = true;
          } else {
            sums[i] += (double) values[p] * inputs[j];
          }
        });
    float[] constants = new float[bias.length];
    for (int i = 0; i < bias.length; i++) {
      bias[i] = (float) (bias[i] + sums[i]);
      constants[i] = varies[i] ? Float.NaN : bias[i];
    }
    return constants;
  }

  private static Layer layer(Part part, boolean[] rows, boolean[] columns, float[] bias) {
    int[] row = numbers(rows);
    int[] column = numbers(columns);
    int height = count(rows);
    int width = count(columns);
    DenseMatrix nextBias = DenseMatrix.zeros(1, height);
    for (int i = 0; i < bias.length; i++) {
      if (rows[i]) {
        nextBias.set(0, row[i], bias[i]);
      }
    }
    float[] values = part.weight().floatValues().array();
    DenseParameter offset = DenseParameter.of("bias", nextBias, false);
    if (part.dense()) {
      DenseMatrix next = DenseMatrix.zeros(height, width);
      part.weight()
          .pattern()
          .forEach((p, i, j) -> {
            if (rows[i] && columns[j]) {
              next.set(row[i], column[j], values[p]);
            }
          });
      return Linear.of(DenseParameter.of("weight", next, true), offset);
    }
    var builder = CsrMatrix.builder(height, width);
    part.weight()
        .pattern()
        .forEach((p, i, j) -> {
          if (rows[i] && columns[j]) {
            builder.add(row[i], column[j], values[p]);
          }
        });
    return SparseLinear.of(SparseParameter.of("weight", builder.build()), offset);
  }

  /** The new number of every neuron that stays. */
  private static int[] numbers(boolean[] kept) {
    int[] numbers = new int[kept.length];
    int next = 0;
    for (int i = 0; i < kept.length; i++) {
      numbers[i] = kept[i] ? next++ : -1;
    }
    return numbers;
  }

  private static int count(boolean[] kept) {
    int count = 0;
    for (boolean one : kept) {
      count += one ? 1 : 0;
    }
    return count;
  }
}
