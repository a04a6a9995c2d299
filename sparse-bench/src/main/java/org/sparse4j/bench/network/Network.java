package org.sparse4j.bench.network;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sparse4j.bench.data.ImageSet;
import org.sparse4j.bench.data.PixelScale;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.DenseVector;
import org.sparse4j.io.SafetensorsFile;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.execution.Workspace;

/**
 * Fully connected layers with ReLU between them; the last one's outputs are a score a class.
 *
 * <p>Immutable as long as nobody writes to the layers' numbers.
 */
public final class Network {
  private static final Pattern WEIGHT = Pattern.compile("(?:.*\\.)?(\\d+)\\.weight");
  private static final int CLASSIFY_BATCH = 128;

  private final List<Layer> layers;

  private Network(List<Layer> layers) {
    this.layers = List.copyOf(layers);
  }

  /**
   * Chains layers.
   *
   * @param layers from input to output, at least one
   * @return the network
   * @throws IllegalArgumentException if there is none, or a layer does not fit the one before it
   */
  public static Network of(List<Layer> layers) {
    if (layers.isEmpty()) {
      throw new IllegalArgumentException("network: needs at least one layer");
    }
    for (int l = 1; l < layers.size(); l++) {
      Layer before = layers.get(l - 1);
      Layer layer = layers.get(l);
      if (layer.inputs() != before.outputs()) {
        throw new IllegalArgumentException(
            "network: inputs of "
                + layer.name()
                + " ("
                + layer.inputs()
                + ") must equal outputs of "
                + before.name()
                + " ("
                + before.outputs()
                + ")");
      }
    }
    return new Network(layers);
  }

  /**
   * Reads a network from tensors named {@code N.weight} and {@code N.bias}, in the order of N; a
   * missing bias is zero.
   *
   * @param file an open file
   * @return the network, independent of the file
   * @throws IOException if a tensor is damaged
   * @throws IllegalArgumentException if there are no such tensors or they do not fit each other
   */
  public static Network read(SafetensorsFile file) throws IOException {
    TreeMap<Integer, String> names = new TreeMap<>();
    List<String> sparse = file.sparseNames();
    List<String> all = new ArrayList<>(sparse);
    all.addAll(file.names());
    for (String name : all) {
      Matcher matcher = WEIGHT.matcher(name);
      if (matcher.matches() && matcher.group(1).length() < 7) {
        names.put(Integer.valueOf(matcher.group(1)), name);
      }
    }
    if (names.isEmpty()) {
      throw new IllegalArgumentException(
          "network: "
              + file.path()
              + " holds no tensor named like 0.weight; the layers of a network are 0.weight,"
              + " 0.bias, 2.weight and so on");
    }
    List<Layer> layers = new ArrayList<>();
    for (String name : names.values()) {
      String biasName = name.substring(0, name.length() - "weight".length()) + "bias";
      if (sparse.contains(name)) {
        CsrMatrix weights = file.sparse(name).toCsr();
        layers.add(Layer.of(name, weights, bias(file, biasName, weights.rows())));
      } else {
        DenseMatrix weights = file.dense(name);
        layers.add(Layer.of(name, weights, bias(file, biasName, weights.rows())));
      }
    }
    return of(layers);
  }

  private static DenseVector bias(SafetensorsFile file, String name, int outputs)
      throws IOException {
    if (!file.contains(name)) {
      return DenseVector.zeros(outputs);
    }
    DenseMatrix tensor = file.dense(name);
    DenseVector bias = DenseVector.zeros(Math.multiplyExact(tensor.rows(), tensor.columns()));
    for (int i = 0; i < tensor.rows(); i++) {
      for (int j = 0; j < tensor.columns(); j++) {
        bias.set(i * tensor.columns() + j, tensor.get(i, j));
      }
    }
    return bias;
  }

  /**
   * Returns the layers.
   *
   * @return from input to output
   */
  public List<Layer> layers() {
    return layers;
  }

  /**
   * Returns the number of inputs.
   *
   * @return inputs of the first layer
   */
  public int inputs() {
    return layers.getFirst().inputs();
  }

  /**
   * Returns the number of scores.
   *
   * @return outputs of the last layer
   */
  public int outputs() {
    return layers.getLast().outputs();
  }

  /**
   * Returns the bytes of all layers.
   *
   * @return positions, weights and biases
   */
  public long bytes() {
    return layers.stream().mapToLong(Layer::bytes).sum();
  }

  /**
   * Prepares inference: packs every layer for a number of samples.
   *
   * @param kernels which kernels to use
   * @param workspace scratch and threads
   * @param batch number of samples, at least 1
   * @return the prepared inference, for one thread at a time
   */
  public Inference inference(Kernels kernels, Workspace workspace, int batch) {
    return batch == 1
        ? new SingleInference(this, kernels, workspace)
        : new BatchInference(this, kernels, workspace, batch);
  }

  /**
   * Counts the images whose highest score is that of their label.
   *
   * @param kernels which kernels to use
   * @param workspace scratch and threads
   * @param set the images
   * @param scale what is done to pixels
   * @param classes number of classes
   * @return how many are right
   * @throws IllegalArgumentException if images or classes do not fit the network
   */
  public int countCorrect(
      Kernels kernels, Workspace workspace, ImageSet set, PixelScale scale, int classes) {
    if (set.features() != inputs()) {
      throw new IllegalArgumentException(
          "network: inputs of "
              + layers.getFirst().name()
              + " ("
              + inputs()
              + ") must equal pixels of an image ("
              + set.features()
              + " = "
              + set.height()
              + "x"
              + set.width()
              + ")");
    }
    if (classes != outputs()) {
      throw new IllegalArgumentException(
          "network: outputs of "
              + layers.getLast().name()
              + " ("
              + outputs()
              + ") must equal classes of the data ("
              + classes
              + ")");
    }
    BatchInference inference = new BatchInference(this, kernels, workspace, CLASSIFY_BATCH);
    int correct = 0;
    int[] found = new int[CLASSIFY_BATCH];
    for (int start = 0; start < set.count(); start += CLASSIFY_BATCH) {
      int count = Math.min(CLASSIFY_BATCH, set.count() - start);
      for (int s = 0; s < count; s++) {
        for (int p = 0; p < set.features(); p++) {
          inference.input().set(p, s, scale.apply(set.pixel(start + s, p)));
        }
      }
      inference.run();
      kernels.dense().argmax(workspace, inference.output(), found);
      for (int s = 0; s < count; s++) {
        if (found[s] == set.label(start + s)) {
          correct++;
        }
      }
    }
    return correct;
  }
}
