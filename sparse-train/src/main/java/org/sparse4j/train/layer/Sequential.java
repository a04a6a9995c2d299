package org.sparse4j.train.layer;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.sparse4j.kernels.operation.Activation;
import org.sparse4j.train.autograd.Affine;
import org.sparse4j.train.autograd.Tape;
import org.sparse4j.train.autograd.Variable;
import org.sparse4j.train.parameter.Parameter;

/**
 * Layers one after the other.
 *
 * <p>A function that follows a linear layer runs inside its product where that is possible.
 * Parameters are renamed to {@code <position>.<name>}, positions counting every layer from 0; a
 * layer that appears twice shares its weights and keeps its first name.
 */
public final class Sequential implements Layer {

  private final List<Layer> layers;
  private final List<Step> steps;
  private final Parts parts = new Parts();
  private final List<Parameter> parameters;
  private final OptionalInt inputs;

  /** One layer, or a linear layer with the function that follows it. */
  private record Step(Layer layer, @Nullable Affine fused) {}

  private Sequential(List<Layer> layers) {
    this.layers = layers;
    this.inputs = requireFitting(layers);
    this.steps = fuse(layers);
    for (int l = 0; l < layers.size(); l++) {
      parts.add(String.valueOf(l), layers.get(l));
    }
    this.parameters = parts.parameters();
  }

  /**
   * Chains layers.
   *
   * @param layers at least one; their parameters are renamed
   * @return the chain
   * @throws IllegalArgumentException if a layer does not take as many inputs as the one before has
   *     outputs
   */
  public static Sequential of(Layer... layers) {
    return of(List.of(layers));
  }

  /**
   * Chains layers.
   *
   * @param layers at least one; their parameters are renamed
   * @return the chain
   * @throws IllegalArgumentException if a layer does not take as many inputs as the one before has
   *     outputs
   */
  public static Sequential of(List<? extends Layer> layers) {
    if (layers.isEmpty()) {
      throw new IllegalArgumentException("Sequential: needs at least one layer");
    }
    return new Sequential(List.copyOf(layers));
  }

  private static OptionalInt requireFitting(List<Layer> layers) {
    OptionalInt first = OptionalInt.empty();
    OptionalInt width = OptionalInt.empty();
    for (int l = 0; l < layers.size(); l++) {
      Layer layer = layers.get(l);
      OptionalInt wanted = layer.inputs();
      if (wanted.isPresent() && width.isPresent() && !wanted.equals(width)) {
        throw new IllegalArgumentException(
            "Sequential: layer "
                + l
                + " ("
                + layer
                + ") takes "
                + wanted.getAsInt()
                + " inputs, layer "
                + (l - 1)
                + " ("
                + layers.get(l - 1)
                + ") gives "
                + width.getAsInt());
      }
      if (wanted.isPresent() && first.isEmpty()) {
        first = wanted;
      }
      OptionalInt known = wanted.isPresent() ? wanted : width;
      width =
          known.isPresent() ? OptionalInt.of(layer.outputs(known.getAsInt())) : OptionalInt.empty();
    }
    return first;
  }

  private static List<Step> fuse(List<Layer> layers) {
    List<Step> steps = new ArrayList<>();
    for (int l = 0; l < layers.size(); l++) {
      Layer layer = layers.get(l);
      if (layer instanceof AffineLayer affine) {
        Activation next = Activation.IDENTITY;
        if (l + 1 < layers.size() && layers.get(l + 1) instanceof ActivationLayer activation) {
          next = activation.function();
          l++;
        }
        Activation shape = next;
        if (l + 1 < layers.size() && layers.get(l + 1) instanceof ScaledActivation scaled) {
          shape = scaled.likeness();
        }
        affine.followedBy(shape);
        steps.add(new Step(affine, affine.map(next)));
      } else {
        steps.add(new Step(layer, null));
      }
    }
    return List.copyOf(steps);
  }

  /**
   * Returns the layers.
   *
   * @return all of them in order
   */
  public List<Layer> layers() {
    return layers;
  }

  @Override
  public Variable forward(Tape tape, Variable x) {
    Variable y = x;
    for (int s = 0; s < steps.size(); s++) {
      Step step = steps.get(s);
      Affine fused = step.fused();
      y = fused == null ? step.layer().forward(tape, y) : tape.affine(fused, y);
    }
    return y;
  }

  @Override
  public List<Parameter> parameters() {
    return parameters;
  }

  @Override
  public OptionalInt inputs() {
    return inputs;
  }

  @Override
  public int outputs(int inputs) {
    int width = inputs;
    for (Layer layer : layers) {
      width = layer.outputs(width);
    }
    return width;
  }

  /** Draws fresh numbers for every layer, each from a stream of its own. */
  @Override
  public void initialise(long seed) {
    parts.initialise(seed);
  }

  /** Returns the layers on one line. */
  @Override
  public String toString() {
    return layers.stream().map(Layer::toString).collect(Collectors.joining(", ", "[", "]"));
  }
}
