package org.sparse4j.bench.network;

import org.jspecify.annotations.Nullable;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.DenseVector;
import org.sparse4j.mask.Mask;

/**
 * One fully connected layer, {@code W x + b}, with sparse or dense weights.
 *
 * @param name name of the weights
 * @param sparse weights, outputs x inputs, or null if they are dense
 * @param dense weights, outputs x inputs, or null if they are sparse
 * @param bias one number an output
 */
public record Layer(
    String name, @Nullable CsrMatrix sparse, @Nullable DenseMatrix dense, DenseVector bias) {

  /** Checks that weights are either sparse or dense and fit the bias. */
  public Layer {
    if ((sparse == null) == (dense == null)) {
      throw new IllegalArgumentException("layer " + name + ": give sparse or dense weights");
    }
    int outputs = sparse != null ? sparse.rows() : dense == null ? 0 : dense.rows();
    if (bias.length() != outputs) {
      throw new IllegalArgumentException(
          "layer "
              + name
              + ": length of the bias ("
              + bias.length()
              + ") must equal rows of the weights ("
              + outputs
              + ")");
    }
  }

  /**
   * A layer with sparse weights.
   *
   * @param name name of the weights
   * @param weights outputs x inputs; shared
   * @param bias one number an output; shared
   * @return the layer
   * @throws IllegalArgumentException if the bias does not fit
   */
  public static Layer of(String name, CsrMatrix weights, DenseVector bias) {
    return new Layer(name, weights, null, bias);
  }

  /**
   * A layer with dense weights.
   *
   * @param name name of the weights
   * @param weights outputs x inputs; shared
   * @param bias one number an output; shared
   * @return the layer
   * @throws IllegalArgumentException if the bias does not fit
   */
  public static Layer of(String name, DenseMatrix weights, DenseVector bias) {
    return new Layer(name, null, weights, bias);
  }

  /**
   * Returns the number of outputs.
   *
   * @return rows of the weights
   */
  public int outputs() {
    return bias.length();
  }

  /**
   * Returns the number of inputs.
   *
   * @return columns of the weights
   */
  public int inputs() {
    return sparse != null ? sparse.columns() : dense == null ? 0 : dense.columns();
  }

  /**
   * Returns the number of stored weights.
   *
   * @return nnz of sparse weights, all of dense ones
   */
  public long stored() {
    return sparse != null ? sparse.nnz() : (long) outputs() * inputs();
  }

  /**
   * Returns the bytes of positions, weights and bias; padding is not counted.
   *
   * @return bytes
   */
  public long bytes() {
    return (sparse != null ? sparse.bytes() : 4L * stored()) + 4L * outputs();
  }

  /**
   * Returns the stored positions.
   *
   * @return a mask; full for dense weights
   */
  public Mask mask() {
    return sparse != null ? sparse.mask() : Mask.full(outputs(), inputs());
  }
}
