package org.sparse4j.train.layer;

import org.sparse4j.train.autograd.Tape;
import org.sparse4j.train.autograd.Variable;

/**
 * A layer that passes its input on and marks it as a hidden state ({@link Tape#mark}), for losses
 * that compare two networks inside, such as SquareHead.
 *
 * <pre>{@code
 * Sequential.of(SparseLinear.of(784, 300), ActivationLayer.relu(), new HiddenState(), Linear.of(300, 10))
 * }</pre>
 */
public record HiddenState() implements Layer {

  @Override
  public Variable forward(Tape tape, Variable x) {
    return tape.mark(x);
  }
}
