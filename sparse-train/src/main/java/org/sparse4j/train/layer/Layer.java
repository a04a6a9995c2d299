package org.sparse4j.train.layer;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.sparse4j.train.autograd.Tape;
import org.sparse4j.train.autograd.Variable;
import org.sparse4j.train.parameter.Parameter;
import org.sparse4j.train.parameter.SparseParameter;
import org.sparse4j.train.random.Streams;

/**
 * A part of a network: a function on a tape, and the parameters it trains.
 *
 * <p>For one thread at a time.
 */
public interface Layer {

  /**
   * Computes the layer's result on a tape; what it does in an evaluation step may differ (dropout).
   *
   * @param tape the tape of this step
   * @param x inputs x batch
   * @return outputs x batch
   * @throws IllegalArgumentException if the layer takes another number of inputs
   */
  Variable forward(Tape tape, Variable x);

  /**
   * Returns what the layer trains, always in the same order.
   *
   * @return parameters; none unless overridden
   */
  default List<Parameter> parameters() {
    return List.of();
  }

  /**
   * Returns the number of inputs the layer takes.
   *
   * @return rows of its input, or empty if any will do
   */
  default OptionalInt inputs() {
    return OptionalInt.empty();
  }

  /**
   * Returns the number of outputs.
   *
   * @param inputs number of inputs, one that the layer takes
   * @return rows of its result; {@code inputs} unless overridden
   */
  default int outputs(int inputs) {
    return inputs;
  }

  /**
   * Draws fresh numbers for every parameter, each from a stream of its own.
   *
   * @param seed of the draw; equal seeds give equal numbers
   */
  default void initialise(long seed) {
    List<Parameter> all = parameters();
    for (int p = 0; p < all.size(); p++) {
      all.get(p).initialise(Streams.derive(seed, p));
    }
  }

  /**
   * Returns the sparse ones among the parameters: what a sparsifier manages.
   *
   * @return sparse parameters in order
   */
  default List<SparseParameter> sparseParameters() {
    List<SparseParameter> sparse = new ArrayList<>();
    for (Parameter parameter : parameters()) {
      if (parameter instanceof SparseParameter weight) {
        sparse.add(weight);
      }
    }
    return List.copyOf(sparse);
  }
}
