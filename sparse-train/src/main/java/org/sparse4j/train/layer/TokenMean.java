package org.sparse4j.train.layer;

import org.sparse4j.train.autograd.Tape;
import org.sparse4j.train.autograd.Variable;

/**
 * The mean over the tokens of every sample: from {@code features x (batch * tokens)} to {@code
 * features x batch}.
 *
 * @param tokens tokens of a sample, at least 1
 */
public record TokenMean(int tokens) implements Layer {

  /**
   * Checks the number.
   *
   * @throws IllegalArgumentException if it is below 1
   */
  public TokenMean {
    Parts.requirePositive("TokenMean", "tokens", tokens);
  }

  /**
   * Makes the layer.
   *
   * @param tokens tokens of a sample, at least 1
   * @return the layer
   * @throws IllegalArgumentException if the number is below 1
   */
  public static TokenMean of(int tokens) {
    return new TokenMean(tokens);
  }

  @Override
  public Variable forward(Tape tape, Variable x) {
    return tape.meanTokens(x, tokens);
  }
}
