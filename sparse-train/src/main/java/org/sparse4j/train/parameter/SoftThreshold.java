package org.sparse4j.train.parameter;

import org.sparse4j.format.DenseMatrix;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.execution.Workspace;

/**
 * The soft threshold {@code beta S(W)} of a weight and its scale. Apart because here the numbers
 * come first and the mask follows from them, where all other rules choose a mask first.
 *
 * @param weight W
 * @param beta the scale, 1 x 1, 0 until training begins
 * @param keepsScale whether the first scale stays
 */
record SoftThreshold(DenseParameter weight, DenseParameter beta, boolean keepsScale) {

  /**
   * Writes {@code beta S(W)}.
   *
   * @param order where groups lie
   * @param training whether a new scale is stored
   * @param result receives outputs x inputs
   * @throws IllegalArgumentException if the scale is not finite and positive
   */
  void apply(
      Kernels kernels,
      Workspace workspace,
      ChannelOrder order,
      boolean training,
      DenseMatrix result) {
    float scale = scale(kernels, order, training);
    DenseMatrix numbers = order.grouped(weight.value());
    if (order.isPlain()) {
      kernels.masks().softThreshold(workspace, scale, numbers, result);
    } else {
      kernels.masks().softThreshold(workspace, scale, numbers, numbers);
      order.ungroup(numbers, result);
    }
  }

  private float scale(Kernels kernels, ChannelOrder order, boolean training) {
    double number = beta.value().get(0, 0);
    if (number == 0 || !keepsScale) {
      number = kernels.masks().softThresholdScale(order.grouped(weight.value()));
      if (!((float) number > 0 && (float) number < Float.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException(
            "ForwardWeight: scale of the soft threshold ("
                + number
                + ") of "
                + weight
                + " must be finite and positive; are all weights finite?");
      }
      if (training) {
        beta.value().set(0, 0, (float) number);
      }
    }
    return (float) number;
  }
}
