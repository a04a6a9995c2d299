package org.sparse4j.train.layer;

import java.util.List;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.train.autograd.Tape;
import org.sparse4j.train.autograd.Variable;
import org.sparse4j.train.parameter.DenseParameter;
import org.sparse4j.train.parameter.Initializer;
import org.sparse4j.train.parameter.Parameter;

/**
 * A vector of trainable numbers for every token.
 *
 * <p>As a layer it takes token numbers as floats, {@code time x batch}: a column is a sequence. The
 * result is {@code width x (batch * time)}, one sequence after the other, as every layer for
 * sequences takes it.
 */
public final class Embedding implements Layer {

  /** Whole numbers up to this are exact in float32. */
  private static final int MOST_TOKENS = 1 << 24;

  private final DenseParameter table;
  private int[] tokens = new int[0];

  private Embedding(DenseParameter table) {
    this.table = table;
  }

  /**
   * Makes a layer whose numbers start from N(0, 0.02^2) (Radford et al., Language models are
   * unsupervised multitask learners, 2019).
   *
   * @param tokens number of tokens, 1 to 2^24
   * @param width numbers of a token, at least 1
   * @return a new layer, to be initialised or loaded
   * @throws IllegalArgumentException if a number is out of range
   */
  public static Embedding of(int tokens, int width) {
    return of(tokens, width, TransformerBlock.normal(width, 1));
  }

  /**
   * Makes a layer with a rule of your own for its first numbers.
   *
   * @param tokens number of tokens, 1 to 2^24
   * @param width numbers of a token, at least 1
   * @param initializer how the numbers start; a row is a token
   * @return a new layer, to be initialised or loaded
   * @throws IllegalArgumentException if a number is out of range
   */
  public static Embedding of(int tokens, int width, Initializer initializer) {
    Parts.requirePositive("Embedding", "width", width);
    if (tokens < 1 || tokens > MOST_TOKENS) {
      throw new IllegalArgumentException(
          "Embedding: tokens (" + tokens + ") must be between 1 and " + MOST_TOKENS);
    }
    return new Embedding(
        DenseParameter.create("weight", tokens, width, true, initializer).asTable());
  }

  /**
   * Returns the numbers.
   *
   * @return tokens x width
   */
  public DenseParameter table() {
    return table;
  }

  /**
   * Looks tokens up.
   *
   * @param tape the tape of this step
   * @param numbers tokens from 0, at least {@code count} of them; not kept
   * @param count how many
   * @return width x count
   * @throws IllegalArgumentException if there are fewer tokens, or one is out of range
   * @throws IllegalStateException if the layer was neither initialised nor loaded
   */
  public Variable forward(Tape tape, int[] numbers, int count) {
    requireNumbers(table);
    return tape.embedding(tape.parameter(table), numbers, count);
  }

  static void requireNumbers(DenseParameter table) {
    if (!table.isInitialised()) {
      throw new IllegalStateException(
          "embedding: "
              + table
              + " has no numbers yet; call initialise(seed) on the model or load them");
    }
  }

  /**
   * Looks sequences of tokens up.
   *
   * @param tape the tape of this step
   * @param x token numbers, time x batch
   * @return width x (batch * time)
   * @throws IllegalArgumentException if a number is no token
   */
  @Override
  public Variable forward(Tape tape, Variable x) {
    DenseMatrix numbers = x.value();
    int time = numbers.rows();
    int count = Math.multiplyExact(time, numbers.columns());
    if (tokens.length < count) {
      tokens = new int[count];
    }
    for (int t = 0; t < time; t++) {
      for (int b = 0; b < numbers.columns(); b++) {
        float number = numbers.get(t, b);
        tokens[b * time + t] = (int) number;
        if (tokens[b * time + t] != number) {
          throw new IllegalArgumentException(
              "Embedding: element ("
                  + t
                  + ", "
                  + b
                  + ") of the tokens is "
                  + number
                  + ", which is no whole number");
        }
      }
    }
    return forward(tape, tokens, count);
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(table);
  }

  /** Returns both sizes. */
  @Override
  public String toString() {
    return "Embedding " + table.value().rows() + " -> " + table.value().columns();
  }
}
