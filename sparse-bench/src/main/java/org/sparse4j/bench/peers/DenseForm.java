package org.sparse4j.bench.peers;

import java.util.ArrayList;
import java.util.List;
import org.sparse4j.bench.race.Problem;
import org.sparse4j.bench.race.RaceOperation;

/**
 * One way to ask a dense library for a product: {@code C = op(A) op(B)} with all matrices
 * row-major.
 *
 * <p>Every product can be asked for with a column as a sample (feature-major) and with a row as a
 * sample (batch-major); libraries differ by a factor of 1.3 and more between the two, so both are
 * raced. The zeros of the weights are multiplied like any number.
 *
 * @param batchMajor whether a row is a sample
 * @param transposeA whether A is read transposed
 * @param transposeB whether B is read transposed
 * @param rows rows of C
 * @param columns columns of C
 * @param inner length of the sums
 * @param a first operand as stored
 * @param b second operand as stored
 * @param transposedResult whether C is the transpose of what the problem calls its result
 */
@SuppressWarnings("ArrayRecordComponent") // operands of a call, never compared
record DenseForm(
    boolean batchMajor,
    boolean transposeA,
    boolean transposeB,
    int rows,
    int columns,
    int inner,
    float[] a,
    float[] b,
    boolean transposedResult) {

  /** Both forms of the problem, the one that fits its layout of samples first. */
  static List<DenseForm> of(Problem problem) {
    int m = problem.m();
    int k = problem.k();
    int n = problem.n();
    float[] w = problem.weights();
    float[] x = problem.inputs();
    float[] dy = problem.gradients();
    List<DenseForm> forms = new ArrayList<>();
    switch (problem.spec().operation().arithmetic()) {
      case SPMM -> {
        float[] samples = n == 1 ? x : Problem.transposed(x, k, n);
        DenseForm batchMajor = new DenseForm(true, false, true, n, m, k, samples, w, true);
        if (problem.spec().operation() == RaceOperation.LINEAR) {
          forms.add(batchMajor);
          forms.add(new DenseForm(false, false, true, m, n, k, w, samples, false));
        } else {
          forms.add(new DenseForm(false, false, false, m, n, k, w, x, false));
          forms.add(batchMajor);
        }
      }
      case SPMM_TRANSPOSED -> {
        float[] samples = Problem.transposed(dy, m, n);
        forms.add(new DenseForm(false, true, false, k, n, m, w, dy, false));
        forms.add(new DenseForm(true, false, false, n, k, m, samples, w, true));
      }
      case SDDMM -> {
        float[] gradients = Problem.transposed(dy, m, n);
        float[] samples = Problem.transposed(x, k, n);
        forms.add(new DenseForm(false, false, true, m, k, n, dy, x, false));
        forms.add(new DenseForm(true, true, false, m, k, n, gradients, samples, false));
      }
      default -> throw new IllegalArgumentException(problem.spec().line() + " is not a product");
    }
    return forms;
  }

  /** Columns of A as stored. */
  int strideA() {
    return transposeA ? rows : inner;
  }

  /** Columns of B as stored. */
  int strideB() {
    return transposeB ? inner : columns;
  }

  /** Where an element of the problem's result lies in C. */
  int index(int row, int column) {
    return transposedResult ? column * columns + row : row * columns + column;
  }

  /** Layout of samples, in the words of the rows. */
  String layout() {
    return batchMajor ? "a row is a sample" : "a column is a sample";
  }

  /** A contestant's name: the second form carries a suffix. */
  String name(String library, boolean first) {
    return first ? library : library + (batchMajor ? "-batch-major" : "-feature-major");
  }
}
