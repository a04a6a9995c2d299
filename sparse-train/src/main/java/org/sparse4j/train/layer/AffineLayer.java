package org.sparse4j.train.layer;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.sparse4j.kernels.operation.Activation;
import org.sparse4j.train.autograd.Affine;
import org.sparse4j.train.autograd.Tape;
import org.sparse4j.train.autograd.Variable;
import org.sparse4j.train.parameter.Parameter;

/** A layer {@code y = A x + b}; a sequence fuses the function that follows into it. */
public abstract sealed class AffineLayer implements Layer
    permits Linear, SparseLinear, MaskedLinear, OperatorLinear {

  private final Map<Activation, Affine> maps = new EnumMap<>(Activation.class);

  AffineLayer(Affine map) {
    maps.put(Activation.IDENTITY, map);
  }

  /**
   * Returns the map.
   *
   * @return weights and bias, without function
   */
  public final Affine map() {
    return map(Activation.IDENTITY);
  }

  /**
   * Returns the map with a function.
   *
   * @param function f
   * @return {@code f(A x + b)}, the same object for the same function
   */
  public final Affine map(Activation function) {
    Affine known = maps.get(function);
    if (known == null) {
      known = map().activation(function);
      maps.put(function, known);
    }
    return known;
  }

  /** Says which function follows, so that weights can start with the variance it needs. */
  void followedBy(Activation function) {}

  @Override
  public final Variable forward(Tape tape, Variable x) {
    return tape.affine(map(), x);
  }

  @Override
  public final List<Parameter> parameters() {
    return map().parameters();
  }

  @Override
  public final OptionalInt inputs() {
    return OptionalInt.of(map().columns());
  }

  @Override
  public final int outputs(int inputs) {
    return map().rows();
  }

  /** Returns kind and sizes. */
  @Override
  public String toString() {
    return getClass().getSimpleName() + " " + map().columns() + " -> " + map().rows();
  }
}
