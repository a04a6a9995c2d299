package org.sparse4j.train.layer;

import org.sparse4j.train.autograd.Tape;
import org.sparse4j.train.autograd.Variable;

/**
 * Drops a fraction of the elements at random and scales the others up; does nothing in an
 * evaluation.
 *
 * @param rate fraction to drop, in [0, 1)
 */
public record Dropout(float rate) implements Layer {

  /**
   * Checks the rate.
   *
   * @throws IllegalArgumentException if it is not in [0, 1)
   */
  public Dropout {
    if (!(rate >= 0 && rate < 1)) {
      throw new IllegalArgumentException("Dropout: rate (" + rate + ") must be in [0, 1)");
    }
  }

  /**
   * Makes the layer.
   *
   * @param rate fraction to drop, in [0, 1)
   * @return the layer
   * @throws IllegalArgumentException if the rate is not in [0, 1)
   */
  public static Dropout rate(double rate) {
    return new Dropout((float) rate);
  }

  @Override
  public Variable forward(Tape tape, Variable x) {
    return tape.dropout(rate, x);
  }
}
