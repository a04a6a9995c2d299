package org.sparse4j.train.layer;

import java.util.Arrays;
import java.util.List;

/**
 * Name and dimensions of a layer's weights, outputs first: {@code (outputs, inputs)} of a linear
 * layer, {@code (outputs, inputs, height, width)} of a convolution.
 *
 * @param name the weights' name in the model
 * @param dimensions at least one, each at least 1
 */
public record LayerShape(String name, List<Integer> dimensions) {

  /** Products of density and size closer to an integer than this count as that integer. */
  private static final double ROUNDING = 1e-6;

  /**
   * Checks the dimensions.
   *
   * @throws IllegalArgumentException if there is none, or one is below 1
   */
  public LayerShape {
    dimensions = List.copyOf(dimensions);
    if (dimensions.isEmpty()) {
      throw new IllegalArgumentException("LayerShape: " + name + " has no dimension");
    }
    for (int d = 0; d < dimensions.size(); d++) {
      if (dimensions.get(d) < 1) {
        throw new IllegalArgumentException(
            "LayerShape: dimension "
                + d
                + " of "
                + name
                + " ("
                + dimensions.get(d)
                + ") must be at least 1");
      }
    }
  }

  /**
   * Describes a layer.
   *
   * @param name the weights' name
   * @param dimensions outputs first
   * @return the shape
   * @throws IllegalArgumentException if there is no dimension, or one is below 1
   */
  public static LayerShape of(String name, int... dimensions) {
    return new LayerShape(name, Arrays.stream(dimensions).boxed().toList());
  }

  /**
   * Returns the number of outputs.
   *
   * @return the first dimension, the rows of the weight matrix
   */
  public int rows() {
    return dimensions.getFirst();
  }

  /**
   * Returns the number of inputs of an output.
   *
   * @return the product of all dimensions but the first, the columns of the weight matrix
   */
  public long columns() {
    return size() / rows();
  }

  /**
   * Returns the number of weights.
   *
   * @return the product of the dimensions
   * @throws ArithmeticException if it exceeds a long
   */
  public long size() {
    long size = 1;
    for (int dimension : dimensions) {
      size = Math.multiplyExact(size, (long) dimension);
    }
    return size;
  }

  /**
   * Returns how many weights a density stores: {@code size - floor((1 - density) size)}, the zero
   * count of Evci et al., Rigging the Lottery, 2020 (arXiv 1911.11134).
   *
   * <p>A product within 1e-6 of an integer counts as that integer, so that a sparsity of 0.1 drops
   * 3 of 30 weights although {@code 1 - 0.9} is below 0.1 in floating point.
   *
   * @param density stored fraction, in [0, 1]
   * @return the number of stored weights
   * @throws IllegalArgumentException if {@code density} is not in [0, 1]
   */
  public long stored(double density) {
    if (!(density >= 0 && density <= 1)) {
      throw new IllegalArgumentException(
          "LayerShape: density (" + density + ") of " + name + " must be between 0 and 1");
    }
    return size() - dropped(1 - density);
  }

  /**
   * Returns how many weights a sparsity drops: {@code floor(sparsity size)}; see {@link #stored}.
   *
   * @param sparsity dropped fraction, in [0, 1]
   * @return the number of dropped weights
   * @throws IllegalArgumentException if {@code sparsity} is not in [0, 1]
   */
  public long dropped(double sparsity) {
    if (!(sparsity >= 0 && sparsity <= 1)) {
      throw new IllegalArgumentException(
          "LayerShape: sparsity (" + sparsity + ") of " + name + " must be between 0 and 1");
    }
    return (long) Math.floor(sparsity * size() + ROUNDING);
  }

  /** Returns name and dimensions, outputs first. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(name).append(" (");
    for (int d = 0; d < dimensions.size(); d++) {
      text.append(d == 0 ? "" : "x").append(dimensions.get(d));
    }
    return text.append(')').toString();
  }
}
