package org.sparse4j.train.flops;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.train.autograd.Tape;
import org.sparse4j.train.layer.Layer;

/**
 * Floating-point operations of one sample's forward pass, layer by layer: {@code f_D} with dense
 * weights, {@code f_S} with those that are stored.
 *
 * <p>Counted on a tape, so every layer is known, those of one's own included: linear maps take
 * {@code 2 nnz} operations a column, which of a convolution is a position and of a sequence a
 * token, attention {@code 4 time} an element of its result. Weights that are used twice count
 * twice. Biases, functions, norms and lookups are left out. Immutable.
 */
public final class NetworkFlops {

  private final List<LayerFlops> layers;

  private NetworkFlops(List<LayerFlops> layers) {
    this.layers = List.copyOf(layers);
  }

  /**
   * Counts a network that takes any numbers: one forward pass of a sample of zeros.
   *
   * @param model a network that was initialised or loaded; unchanged
   * @param inputs features of a sample; of a language model the tokens of a sequence
   * @return its operations
   * @throws IllegalArgumentException if the network takes another number of inputs
   * @throws IllegalStateException if it holds no weights yet
   */
  public static NetworkFlops of(Layer model, int inputs) {
    Tape tape = Tape.of(Kernels.best(), Workspace.create());
    Map<String, LayerFlops> layers = new LinkedHashMap<>();
    tape.startEvaluation();
    try {
      model.forward(tape, tape.input(DenseMatrix.zeros(inputs, 1)));
      tape.countOperations((name, dense, forward, backward) ->
          layers.merge(
              name,
              new LayerFlops(name, dense, forward),
              (a, b) -> new LayerFlops(name, a.dense() + b.dense(), a.forward() + b.forward())));
    } finally {
      tape.end();
    }
    return new NetworkFlops(new ArrayList<>(layers.values()));
  }

  /**
   * Returns the layers that have products.
   *
   * @return in the order of the forward pass; operators of one name as one
   */
  public List<LayerFlops> layers() {
    return layers;
  }

  /**
   * Returns {@code f_D}.
   *
   * @return operations with dense weights
   */
  public double dense() {
    return layers.stream().mapToDouble(LayerFlops::dense).sum();
  }

  /**
   * Returns {@code f_S}.
   *
   * @return operations with the stored weights
   */
  public double forward() {
    return layers.stream().mapToDouble(LayerFlops::forward).sum();
  }

  /**
   * Gives a layer another density, for a network that will be pruned or is yet to get its masks.
   *
   * @param layer name of its weights
   * @param density stored fraction, in [0, 1]
   * @return new counts
   * @throws IllegalArgumentException if there is no such layer, or the density is out of range
   */
  public NetworkFlops withDensity(String layer, double density) {
    if (!(density >= 0 && density <= 1)) {
      throw new IllegalArgumentException(
          "NetworkFlops: density (" + density + ") of " + layer + " must be between 0 and 1");
    }
    List<LayerFlops> next = new ArrayList<>();
    boolean known = false;
    for (LayerFlops one : layers) {
      boolean meant = one.name().equals(layer);
      known |= meant;
      next.add(meant ? new LayerFlops(layer, one.dense(), density * one.dense()) : one);
    }
    if (!known) {
      throw new IllegalArgumentException(
          "NetworkFlops: the network has no product "
              + layer
              + "; it has "
              + layers.stream().map(LayerFlops::name).toList());
    }
    return new NetworkFlops(next);
  }

  /**
   * Computes what a training costs.
   *
   * @param method the method; the stored weights of this object are those of its sparse passes
   * @param samples how many samples it takes: data size times epochs
   * @return operations of the training, and of a dense one on as many samples
   * @throws IllegalArgumentException if {@code samples} is negative or not finite
   */
  public RunFlops training(MethodFlops method, double samples) {
    if (!(samples >= 0 && Double.isFinite(samples))) {
      throw new IllegalArgumentException(
          "NetworkFlops: samples (" + samples + ") must be finite and not negative");
    }
    double sparse = forward();
    double full = dense();
    return new RunFlops(
        samples * (method.sparseForward() * sparse + method.denseForward() * full),
        samples * (method.sparseBackward() * sparse + method.denseBackward() * full),
        samples * RunFlops.DENSE_PASSES * full);
  }

  /** Returns the sums. */
  @Override
  public String toString() {
    return "NetworkFlops "
        + forward()
        + " of "
        + dense()
        + " a sample, "
        + layers.size()
        + " layers";
  }
}
