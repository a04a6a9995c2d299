package org.sparse4j.bench.experiment;

import java.util.Map;
import java.util.TreeMap;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.mask.NmStructure;
import org.sparse4j.train.layer.Layer;
import org.sparse4j.train.optim.LearningRate;
import org.sparse4j.train.parameter.DenseParameter;
import org.sparse4j.train.parameter.Parameter;
import org.sparse4j.train.parameter.SparseParameter;
import org.sparse4j.train.parameter.ValuesParameter;

/** What all ways to train a dense network on as a 2:4 one have in common. */
final class Retraining {

  private static final NmStructure HALF = new NmStructure(2, 4);

  private Retraining() {}

  /**
   * Starts a network from the numbers of a trained one. Dense parameters take those of the same
   * name, sparse ones the two largest of four neighbours; what only the student has is drawn.
   *
   * @param trained a network of dense parameters
   * @param student the same network with other layers
   * @param seed of what is drawn
   */
  static void start(Layer trained, Layer student, long seed) {
    Map<String, DenseMatrix> numbers = new TreeMap<>();
    for (Parameter parameter : trained.parameters()) {
      if (parameter instanceof DenseParameter dense) {
        numbers.put(dense.name(), dense.value());
      }
    }
    student.initialise(seed);
    for (Parameter parameter : student.parameters()) {
      DenseMatrix source = numbers.get(parameter.name());
      if (source != null) {
        switch (parameter) {
          case DenseParameter dense -> dense.load(source);
          case SparseParameter sparse -> sparse.load(largest(source));
          case ValuesParameter values ->
              throw new IllegalArgumentException("start: " + values + " has no rows to prune");
        }
      }
    }
  }

  /** The two largest magnitudes of every four neighbours of a row. */
  static CsrMatrix largest(DenseMatrix weights) {
    float[] scores = weights.toArray();
    for (int p = 0; p < scores.length; p++) {
      scores[p] = Math.abs(scores[p]);
    }
    return CsrMatrix.fromDense(
        weights, HALF.keepLargest(weights.rows(), weights.columns(), scores));
  }

  /**
   * The rate of AST's authors: up in a line over a twentieth of the steps, along a cosine to a
   * tenth until 95 %, in a line to 0.
   */
  static LearningRate adaptive(double rate, long steps) {
    long warm = Math.max(1, steps / 20);
    long end = Math.max(warm + 1, steps - steps / 20);
    return LearningRate.constant(rate)
        .warmUp(warm)
        .then(warm, LearningRate.cosine(rate, rate / 10, end - warm))
        .then(end, LearningRate.linear(rate / 10, 0, Math.max(1, steps - end)));
  }
}
