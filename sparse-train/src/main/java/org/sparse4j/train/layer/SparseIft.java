package org.sparse4j.train.layer;

import java.util.ArrayList;
import java.util.List;
import org.sparse4j.kernels.operation.Activation;
import org.sparse4j.train.parameter.Initializer;

/**
 * Replaces dense layers by larger sparse ones of as many floating-point operations, with one number
 * to choose, the sparsity s: Saxena, Thangarasa, Lie and others, Sparse-IFT: sparse iso-FLOP
 * transformations for maximizing training efficiency, 2023 (arXiv 2303.11525).
 *
 * <p>Four ways: {@linkplain #wide wider} layers, {@linkplain #parallel parallel} branches,
 * {@linkplain #factorised factors} with a larger inner dimension, and sparse weights {@linkplain
 * #doped doped} with a dense product of low rank. The layers are left to a sparsifier; give it the
 * distribution {@code Uniform.sparsity(s)}, or {@link #wideSparsities} for wide networks, and the
 * settings of the dense network. The authors let RigL exchange 0.3 of the weights every 100 steps
 * until 0.75 to 0.8 of the training.
 *
 * <p>Operations stay, activations do not: wide and parallel layers need more memory.
 *
 * @param sparsity s, in [0, 1)
 */
public record SparseIft(double sparsity) {

  /** What a rank is short of a whole number by rounding, 640.0000000000001 for 640. */
  private static final double ROUNDING = 1e-9;

  /**
   * Checks the sparsity.
   *
   * @throws IllegalArgumentException if it is not in [0, 1)
   */
  public SparseIft {
    if (!(sparsity >= 0 && sparsity < 1)) {
      throw new IllegalArgumentException(
          "SparseIft: sparsity (" + sparsity + ") must be in [0, 1)");
    }
  }

  /**
   * Returns by how much a layer is widened.
   *
   * @return {@code 1 / sqrt(1 - s)}
   */
  public double widening() {
    return 1 / Math.sqrt(1 - sparsity);
  }

  /**
   * Widens a hidden layer.
   *
   * @param features hidden features or channels, at least 1
   * @return features times {@link #widening}, rounded
   * @throws IllegalArgumentException if there are none, or too many for an int
   */
  public int wide(int features) {
    Parts.requirePositive("SparseIft", "features", features);
    long wide = Math.round(features * widening());
    if (wide > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "SparseIft: features (" + features + ") become " + wide + " at sparsity " + sparsity);
    }
    return (int) wide;
  }

  /**
   * Widens the hidden layers of a chain of linear layers.
   *
   * @param widths features of the input, of hidden layers and of the output
   * @return the widths of the sparse chain; first and last are the given ones
   * @throws IllegalArgumentException if there are less than two, or one is below 1
   */
  public int[] wideWidths(int... widths) {
    requireChain(widths);
    int[] wider = widths.clone();
    for (int w = 1; w < widths.length - 1; w++) {
      wider[w] = wide(widths[w]);
    }
    return wider;
  }

  /**
   * Returns how sparse the layers of a widened chain are for each to take the operations of the
   * dense one: s where both sides were widened, {@code 1 - sqrt(1 - s)} where one was, 0 where none
   * was, corrected for rounded widths.
   *
   * @param widths features of the dense chain
   * @return one sparsity a layer
   * @throws IllegalArgumentException if there are less than two widths, or one is below 1
   */
  public double[] wideSparsities(int... widths) {
    int[] wider = wideWidths(widths);
    double[] sparsities = new double[widths.length - 1];
    for (int l = 0; l < sparsities.length; l++) {
      double before = (double) widths[l] * widths[l + 1];
      sparsities[l] = Math.max(0, 1 - before / ((double) wider[l] * wider[l + 1]));
    }
    return sparsities;
  }

  /**
   * Makes a widened chain of sparse linear layers with functions between them.
   *
   * @param function between the layers
   * @param widths features of the dense chain
   * @return a new model whose weights are {@code 0.weight}, {@code 2.weight} and so on
   * @throws IllegalArgumentException if there are less than two widths, or one is below 1
   */
  public Sequential wideChain(Activation function, int... widths) {
    int[] wider = wideWidths(widths);
    List<Layer> layers = new ArrayList<>();
    for (int l = 0; l + 1 < wider.length; l++) {
      if (l > 0) {
        layers.add(new ActivationLayer(function));
      }
      layers.add(SparseLinear.of(wider[l], wider[l + 1]));
    }
    return Sequential.of(layers);
  }

  private static void requireChain(int[] widths) {
    if (widths.length < 2) {
      throw new IllegalArgumentException(
          "SparseIft: a chain needs at least two widths; it has " + widths.length);
    }
    for (int width : widths) {
      Parts.requirePositive("SparseIft", "width", width);
    }
  }

  /**
   * Returns how many branches take the operations of a dense layer.
   *
   * @return {@code 1 / (1 - s)}, rounded; equal operations only where that is a whole number
   */
  public int branches() {
    return (int) Math.round(1 / (1 - sparsity));
  }

  /**
   * Replaces a linear layer by the sum of sparse ones, each with masks of its own. The first
   * weights of a branch have the variance of a layer before a rectifier, divided by the number of
   * branches.
   *
   * @param inputs number of inputs, at least 1
   * @param outputs number of outputs, at least 1
   * @return {@link #branches} layers, to be followed by the function
   */
  public Parallel parallel(int inputs, int outputs) {
    int count = branches();
    List<Layer> layers = new ArrayList<>();
    for (int b = 0; b < count; b++) {
      layers.add(SparseLinear.of(inputs, outputs, Initializer.normal(2.0 / count)));
    }
    return Parallel.of(layers);
  }

  /**
   * Replaces a convolution by the sum of sparse ones, each with a batch norm of its own.
   *
   * @param input size of the images
   * @param filters number of filters, at least 1
   * @param kernel rows and columns of a filter, at least 1
   * @param stride distance of windows, at least 1
   * @param padding zeros around every channel, at least 0
   * @return {@link #branches} layers, to be followed by the function
   * @throws IllegalArgumentException if sizes do not fit
   */
  public Parallel parallel(ImageShape input, int filters, int kernel, int stride, int padding) {
    List<Layer> layers = new ArrayList<>();
    for (int b = 0; b < branches(); b++) {
      Convolution branch = convolution(input, filters, kernel, stride, padding, 2);
      layers.add(Sequential.of(branch, BatchNorm.of(branch.output())));
    }
    return Parallel.of(layers);
  }

  /**
   * Returns the inner dimension of two sparse factors that take the operations of a dense layer.
   *
   * @param inputs inputs of an output, {@code channels kernel^2} of a convolution, at least 1
   * @param outputs number of outputs, at least 1
   * @return {@code ceil(inputs outputs / ((1 - s)(inputs + outputs)))}
   */
  public int inner(int inputs, int outputs) {
    requireSizes(inputs, outputs);
    return ceiling((double) inputs * outputs / ((1 - sparsity) * ((double) inputs + outputs)));
  }

  /**
   * Returns the inner dimension where only the first of the two factors is sparse.
   *
   * @param inputs inputs of an output, {@code channels kernel^2} of a convolution, at least 1
   * @param outputs number of outputs, at least 1
   * @return {@code ceil(inputs outputs / ((1 - s) inputs + outputs))}
   */
  public int innerOfDenseSecond(int inputs, int outputs) {
    requireSizes(inputs, outputs);
    return ceiling((double) inputs * outputs / ((1 - sparsity) * inputs + outputs));
  }

  private static int ceiling(double rank) {
    return Math.max(1, (int) Math.ceil(rank - ROUNDING));
  }

  /**
   * Replaces a linear layer by two sparse ones, {@code W = V U} with {@link #inner} features
   * between them and no function there.
   *
   * @param inputs number of inputs, at least 1
   * @param outputs number of outputs, at least 1
   * @return the two layers, to be followed by the function
   */
  public Sequential factorised(int inputs, int outputs) {
    int between = inner(inputs, outputs);
    return Sequential.of(
        SparseLinear.of(inputs, between, Initializer.normal(1)),
        SparseLinear.of(between, outputs, Initializer.normal(2)));
  }

  /**
   * Replaces a convolution by a sparse one to {@link #inner} channels, a batch norm, a rectifier
   * and a sparse one of single positions.
   *
   * @param input size of the images
   * @param filters number of filters, at least 1
   * @param kernel rows and columns of a filter, at least 1
   * @param stride distance of windows, at least 1
   * @param padding zeros around every channel, at least 0
   * @return the layers, to be followed by a batch norm and the function
   * @throws IllegalArgumentException if sizes do not fit
   */
  public Sequential factorised(ImageShape input, int filters, int kernel, int stride, int padding) {
    int between = inner(patch(input, kernel), filters);
    Convolution first = convolution(input, between, kernel, stride, padding, 2);
    return Sequential.of(
        first,
        BatchNorm.of(first.output()),
        ActivationLayer.relu(),
        convolution(first.output(), filters, 1, 1, 0, 2));
  }

  /**
   * Returns the rank of the dense product beside sparse weights that together take the operations
   * of a dense layer.
   *
   * @param inputs inputs of an output, {@code channels kernel^2} of a convolution, at least 1
   * @param outputs number of outputs, at least 1
   * @return {@code floor(s inputs outputs / (inputs + outputs))}
   */
  public int rank(int inputs, int outputs) {
    requireSizes(inputs, outputs);
    double exact = sparsity * inputs * outputs / ((double) inputs + outputs);
    return (int) Math.floor(exact + ROUNDING);
  }

  /**
   * Replaces a linear layer by a sparse one plus a dense product of rank {@link #rank}.
   *
   * @param inputs number of inputs, at least 1
   * @param outputs number of outputs, at least 1
   * @return the sum, to be followed by the function
   * @throws IllegalArgumentException if s is so small that the rank is 0
   */
  public Parallel doped(int inputs, int outputs) {
    int rank = requireRank(inputs, outputs);
    return Parallel.of(
        SparseLinear.of(inputs, outputs, Initializer.normal(1)),
        Sequential.of(
            Linear.of(inputs, rank, Initializer.normal(1)),
            Linear.of(rank, outputs, Initializer.normal(1))));
  }

  /**
   * Replaces a convolution by a sparse one plus a dense one to {@link #rank} channels with one of
   * single positions behind it.
   *
   * @param input size of the images
   * @param filters number of filters, at least 1
   * @param kernel rows and columns of a filter, at least 1
   * @param stride distance of windows, at least 1
   * @param padding zeros around every channel, at least 0
   * @return the sum, to be followed by a batch norm and the function
   * @throws IllegalArgumentException if sizes do not fit, or s is so small that the rank is 0
   */
  public Parallel doped(ImageShape input, int filters, int kernel, int stride, int padding) {
    int rank = requireRank(patch(input, kernel), filters);
    Convolution first =
        Convolution.of(input, rank, kernel)
            .stride(stride)
            .padding(padding)
            .initializer(Initializer.normal(1))
            .build();
    Convolution second =
        Convolution.of(first.output(), filters, 1).initializer(Initializer.normal(1)).build();
    return Parallel.of(
        convolution(input, filters, kernel, stride, padding, 1), Sequential.of(first, second));
  }

  private int requireRank(int inputs, int outputs) {
    int rank = rank(inputs, outputs);
    if (rank == 0) {
      throw new IllegalArgumentException(
          "SparseIft: sparsity ("
              + sparsity
              + ") leaves no operations for a product of rank 1 beside "
              + outputs
              + "x"
              + inputs
              + " weights");
    }
    return rank;
  }

  private static Convolution convolution(
      ImageShape input, int filters, int kernel, int stride, int padding, double gain) {
    return Convolution.of(input, filters, kernel)
        .stride(stride)
        .padding(padding)
        .weights(LinearFactory.sparse())
        .initializer(Initializer.normal(gain))
        .build();
  }

  private static int patch(ImageShape input, int kernel) {
    Parts.requirePositive("SparseIft", "kernel", kernel);
    return Math.multiplyExact(input.channels(), Math.multiplyExact(kernel, kernel));
  }

  private static void requireSizes(int inputs, int outputs) {
    Parts.requirePositive("SparseIft", "inputs", inputs);
    Parts.requirePositive("SparseIft", "outputs", outputs);
  }
}
