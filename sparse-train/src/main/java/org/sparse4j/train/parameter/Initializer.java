package org.sparse4j.train.parameter;

import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.DenseMatrix;

/**
 * How the numbers of a parameter start.
 *
 * <p>Equal seeds give equal numbers. Implementations draw from the seed and the position (row,
 * column) alone, so that runs which differ only in their masks start from the same draws.
 */
public interface Initializer {

  /**
   * Fills a dense matrix.
   *
   * @param seed of the draw
   * @param weights outputs x inputs, overwritten
   */
  void fill(long seed, DenseMatrix weights);

  /**
   * Fills the stored values of a sparse matrix and marks them as changed.
   *
   * @param seed of the draw
   * @param weights outputs x inputs; the values are overwritten
   */
  void fill(long seed, CsrMatrix weights);

  /**
   * Draws row i from {@code N(0, gain / inputs_i)}, where {@code inputs_i} counts the stored
   * positions of the row: gain 2 before a rectifier (He et al., Delving deep into rectifiers, 2015,
   * arXiv 1502.01852), 1 before nothing; per row as sparse networks need it (Evci et al., Gradient
   * flow in sparse neural networks, 2020, arXiv 2010.03533).
   *
   * @param gain variance of an output for inputs of unit mean square, above 0
   * @return the initializer
   * @throws IllegalArgumentException if {@code gain} is not above 0
   */
  static Initializer normal(double gain) {
    return new NormalInitializer(gain);
  }

  /**
   * Draws every weight from {@code N(0, deviation^2)}, however many its row stores: what a
   * parameterisation prescribes, or what a dense layer starts with.
   *
   * @param deviation standard deviation, finite and not negative
   * @return the initializer
   * @throws IllegalArgumentException if {@code deviation} is out of range
   */
  static Initializer deviation(double deviation) {
    return new DeviationInitializer(deviation);
  }

  /**
   * Sets everything to one number: 0 for biases, 1 for the factors of norms.
   *
   * @param value the number
   * @return the initializer
   */
  static Initializer constant(float value) {
    return new ConstantInitializer(value);
  }
}
