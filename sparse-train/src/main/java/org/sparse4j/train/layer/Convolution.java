package org.sparse4j.train.layer;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import org.sparse4j.kernels.operation.Activation;
import org.sparse4j.train.autograd.Affine;
import org.sparse4j.train.autograd.Tape;
import org.sparse4j.train.autograd.Variable;
import org.sparse4j.train.autograd.Window;
import org.sparse4j.train.parameter.Initializer;
import org.sparse4j.train.parameter.Parameter;

/**
 * A convolution of images: every window becomes a column of a patch matrix, and a linear layer of
 * {@code filters x (channels * kernel * kernel)} weights does the rest, dense, sparse or an
 * operator of your own. Update rules see its weights as those of a linear layer, distributions see
 * the four dimensions.
 *
 * <p>N:M groups of a {@link MaskedLinear} lie along the input channels of each position of the
 * kernel, so m has to divide the channels.
 *
 * <p>The patch matrix has {@code channels * kernel^2} floats a position and sample, all of which
 * live until the step ends. With groups, filters of a group see its channels alone.
 *
 * <pre>{@code
 * Convolution first = Convolution.of(ImageShape.of(1, 28, 28), 16, 3).padding(1)
 *     .activation(Activation.RELU).weights(LinearFactory.sparse()).build();
 * Pool pool = Pool.max(first.output(), 2, 2);
 * }</pre>
 */
public final class Convolution implements Layer {

  private final Parts parts = new Parts();
  private final Window window;
  private final ImageShape output;
  private final Activation function;
  private final List<AffineLayer> groups = new ArrayList<>();
  private final List<Affine> maps = new ArrayList<>();
  private final List<Variable> results = new ArrayList<>();
  private final List<Parameter> parameters;

  private Convolution(Builder b) {
    ImageShape image = b.input;
    window =
        new Window(
            image.channels(),
            image.height(),
            image.width(),
            b.kernel,
            b.kernel,
            b.stride,
            b.padding);
    output = ImageShape.after(window, b.filters);
    function = b.function;
    int inputs = window.patch() / b.groups;
    int outputs = b.filters / b.groups;
    for (int g = 0; g < b.groups; g++) {
      String name = b.groups == 1 ? "convolution" : "convolution." + g;
      AffineLayer layer =
          Parts.requireSizes(
              "Convolution",
              name,
              b.weights.create(name, inputs, outputs, b.initializer),
              inputs,
              outputs);
      if (layer instanceof SparseLinear sparse) {
        sparse.weight().inputDimensions(image.channels() / b.groups, b.kernel, b.kernel);
      }
      if (layer instanceof MaskedLinear masked) {
        masked.weight().groupAlongChannels(image.channels() / b.groups);
      }
      groups.add(b.groups == 1 ? layer : parts.add(String.valueOf(g), layer));
      maps.add(layer.map(function));
    }
    parameters = b.groups == 1 ? groups.getFirst().parameters() : parts.parameters();
  }

  /**
   * Starts a description: stride 1, no padding, one group, no function, dense weights from N(0, 2 /
   * inputs of a filter) (He et al., 2015, arXiv 1502.01852) with bias.
   *
   * @param input size of the images
   * @param filters number of filters, at least 1
   * @param kernel rows and columns of a filter, at least 1
   * @return a builder
   */
  public static Builder of(ImageShape input, int filters, int kernel) {
    return new Builder(input, filters, kernel);
  }

  /** Collects what a convolution is made of. */
  public static final class Builder {
    private final ImageShape input;
    private final int filters;
    private final int kernel;
    private int stride = 1;
    private int padding;
    private int groups = 1;
    private Activation function = Activation.IDENTITY;
    private LinearFactory weights = LinearFactory.dense();
    private Initializer initializer = Initializer.normal(2);

    private Builder(ImageShape input, int filters, int kernel) {
      this.input = input;
      this.filters = filters;
      this.kernel = kernel;
    }

    /**
     * Sets the distance of windows.
     *
     * @param distance at least 1
     * @return this builder
     */
    public Builder stride(int distance) {
      stride = distance;
      return this;
    }

    /**
     * Sets the zeros around every channel.
     *
     * @param zeros at least 0, below the kernel
     * @return this builder
     */
    public Builder padding(int zeros) {
      padding = zeros;
      return this;
    }

    /**
     * Splits channels and filters.
     *
     * @param count a divisor of both
     * @return this builder
     */
    public Builder groups(int count) {
      groups = count;
      return this;
    }

    /**
     * Applies a function to the result, inside the product where that is possible.
     *
     * @param next f
     * @return this builder
     */
    public Builder activation(Activation next) {
      function = next;
      return this;
    }

    /**
     * Says what the weights are: {@code convolution}, or {@code convolution.0} and so on for
     * groups.
     *
     * @param factory makes them
     * @return this builder
     */
    public Builder weights(LinearFactory factory) {
      weights = factory;
      return this;
    }

    /**
     * Says how the weights start.
     *
     * @param next the rule, handed to the factory
     * @return this builder
     */
    public Builder initializer(Initializer next) {
      initializer = next;
      return this;
    }

    /**
     * Makes the layer.
     *
     * @return a new layer, to be initialised or loaded
     * @throws IllegalArgumentException if sizes do not fit
     */
    public Convolution build() {
      Parts.requirePositive("Convolution", "filters", filters);
      if (groups < 1 || filters % groups != 0 || input.channels() % groups != 0) {
        throw new IllegalArgumentException(
            "Convolution: groups ("
                + groups
                + ") must divide the channels ("
                + input.channels()
                + ") and the filters ("
                + filters
                + ")");
      }
      return new Convolution(this);
    }
  }

  /**
   * Returns the size of the result.
   *
   * @return filters and positions
   */
  public ImageShape output() {
    return output;
  }

  @Override
  public Variable forward(Tape tape, Variable x) {
    Variable patches = tape.patches(window, x);
    if (maps.size() == 1) {
      return tape.positionsToRows(tape.affine(maps.getFirst(), patches), window.positions());
    }
    int each = window.patch() / maps.size();
    results.clear();
    for (int g = 0; g < maps.size(); g++) {
      Variable own = tape.rows(patches, g * each, (g + 1) * each);
      results.add(tape.affine(maps.get(g), own));
    }
    Variable all = tape.concatenateRows(results);
    results.clear();
    return tape.positionsToRows(all, window.positions());
  }

  @Override
  public List<Parameter> parameters() {
    return parameters;
  }

  @Override
  public void initialise(long seed) {
    if (groups.size() == 1) {
      groups.getFirst().initialise(seed);
    } else {
      parts.initialise(seed);
    }
  }

  @Override
  public OptionalInt inputs() {
    return OptionalInt.of(window.inputs());
  }

  @Override
  public int outputs(int inputs) {
    return output.size();
  }

  /** Returns the sizes and the linear layers. */
  @Override
  public String toString() {
    return "Convolution "
        + window.channels()
        + "x"
        + window.height()
        + "x"
        + window.width()
        + " -> "
        + output
        + ", kernel "
        + window.kernelHeight()
        + ", stride "
        + window.stride()
        + ", padding "
        + window.padding()
        + ", "
        + function.name().toLowerCase(Locale.ROOT)
        + " "
        + groups;
  }
}
