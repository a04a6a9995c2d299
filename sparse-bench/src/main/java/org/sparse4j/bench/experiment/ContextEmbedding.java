package org.sparse4j.bench.experiment;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.train.autograd.Tape;
import org.sparse4j.train.autograd.Variable;
import org.sparse4j.train.layer.Embedding;
import org.sparse4j.train.layer.Layer;
import org.sparse4j.train.parameter.Initializer;
import org.sparse4j.train.parameter.Parameter;

/** Looks up the tokens of a window and puts their numbers one below the other. */
final class ContextEmbedding implements Layer {

  private final Embedding table;
  private final int length;
  private final int width;
  private int[] tokens = {};

  /**
   * Makes a layer whose numbers start from N(0, 1).
   *
   * @param vocabulary number of tokens
   * @param length tokens of a window
   * @param width numbers of a token
   */
  ContextEmbedding(int vocabulary, int length, int width) {
    this.table = Embedding.of(vocabulary, width, Initializer.deviation(1));
    this.length = length;
    this.width = width;
  }

  @Override
  public Variable forward(Tape tape, Variable x) {
    DenseMatrix numbers = x.value();
    int count = numbers.columns();
    if (tokens.length < count) {
      tokens = new int[count];
    }
    List<Variable> parts = new ArrayList<>();
    for (int t = 0; t < length; t++) {
      for (int s = 0; s < count; s++) {
        tokens[s] = (int) numbers.get(t, s);
      }
      parts.add(table.forward(tape, tokens, count));
    }
    return tape.concatenateRows(parts);
  }

  @Override
  public List<Parameter> parameters() {
    return table.parameters();
  }

  @Override
  public OptionalInt inputs() {
    return OptionalInt.of(length);
  }

  @Override
  public int outputs(int inputs) {
    return length * width;
  }

  /** Returns kind and sizes. */
  @Override
  public String toString() {
    return "ContextEmbedding " + length + " of " + table;
  }
}
