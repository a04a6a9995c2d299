package org.sparse4j.train.layer;

import java.util.List;
import java.util.OptionalInt;
import org.sparse4j.train.autograd.Tape;
import org.sparse4j.train.autograd.Variable;
import org.sparse4j.train.parameter.DenseParameter;
import org.sparse4j.train.parameter.Parameter;

/**
 * Adds a vector of trainable numbers for every position of a sequence: {@code y_i,(b,t) = x_i,(b,t)
 * + p_(t, i)}. Starts from N(0, 0.02^2).
 */
public final class PositionEmbedding implements Layer {

  private final DenseParameter table;
  private int[] positions = new int[0];
  private int time;

  private PositionEmbedding(DenseParameter table) {
    this.table = table;
  }

  /**
   * Makes the layer.
   *
   * @param time most positions of a sequence, and its length where none is given, at least 1
   * @param width number of features, at least 1
   * @return a new layer, to be initialised or loaded
   * @throws IllegalArgumentException if a number is below 1
   */
  public static PositionEmbedding of(int time, int width) {
    Parts.requirePositive("PositionEmbedding", "time", time);
    Parts.requirePositive("PositionEmbedding", "width", width);
    return new PositionEmbedding(
        DenseParameter.create("weight", time, width, true, TransformerBlock.normal(width, 1))
            .asTable());
  }

  @Override
  public Variable forward(Tape tape, Variable x) {
    return forward(tape, x, table.value().rows());
  }

  /**
   * Adds the positions of sequences that may be shorter.
   *
   * @param tape the tape of this step
   * @param x width x (batch * length), one sequence after the other
   * @param length columns of a sequence, at most those of the layer
   * @return the sum
   * @throws IllegalArgumentException if the length does not fit
   * @throws IllegalStateException if the layer was neither initialised nor loaded
   */
  public Variable forward(Tape tape, Variable x, int length) {
    Embedding.requireNumbers(table);
    if (length < 1 || length > table.value().rows() || x.columns() % length != 0) {
      throw new IllegalArgumentException(
          "PositionEmbedding: length ("
              + length
              + ") must be between 1 and "
              + table.value().rows()
              + " and divide the columns of X ("
              + x.columns()
              + ")");
    }
    if (positions.length < x.columns() || time != length) {
      positions = new int[Math.max(positions.length, x.columns())];
      for (int j = 0; j < positions.length; j++) {
        positions[j] = j % length;
      }
      time = length;
    }
    return tape.add(x, tape.embedding(tape.parameter(table), positions, x.columns()));
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(table);
  }

  @Override
  public OptionalInt inputs() {
    return OptionalInt.of(table.value().columns());
  }

  /** Returns both sizes. */
  @Override
  public String toString() {
    return "PositionEmbedding " + table.value().rows() + " of " + table.value().columns();
  }
}
