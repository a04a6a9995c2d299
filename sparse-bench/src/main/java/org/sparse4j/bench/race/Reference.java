package org.sparse4j.bench.race;

import java.util.Optional;
import org.sparse4j.mask.Mask;

/**
 * The result of a problem in double precision, written to be obviously right, and how far float32
 * may be from it: {@code (p + 2) 2^-24 sum |a||b| + p Float.MIN_VALUE} for sums of p products. A
 * mask is the rule's own, which a kernel must give exactly.
 */
final class Reference {
  /** Products computed here; a larger problem is compared at a share of its results. */
  static final long MOST_PRODUCTS = 1L << 29;

  private final int columns;
  private final int stride;
  private final double[] expected;
  private final double[] bound;
  private final int[] rowOf;
  private final int[] columnOf;

  Reference(Problem problem) {
    this(problem, MOST_PRODUCTS);
  }

  Reference(Problem problem, long mostProducts) {
    RaceOperation arithmetic = problem.spec().operation().arithmetic();
    boolean sampled = arithmetic == RaceOperation.SDDMM;
    boolean masked = arithmetic == RaceOperation.MASK;
    boolean transposed = arithmetic == RaceOperation.SPMM_TRANSPOSED;
    int n = problem.n();
    columns = masked ? problem.k() : n;
    long products = (long) problem.nnz() * n;
    stride = masked ? 1 : Math.toIntExact(Math.ceilDiv(products, mostProducts));
    int resultRows = Math.ceilDiv(transposed ? problem.k() : problem.m(), stride);
    int samples = sampled ? Math.ceilDiv(problem.nnz(), stride) : 0;
    rowOf = new int[samples];
    columnOf = new int[samples];
    expected = new double[sampled ? samples : Math.multiplyExact(resultRows, columns)];
    bound = new double[expected.length];
    if (masked) {
      expectMask(problem);
      return;
    }
    int[] counts = new int[sampled ? samples : resultRows];
    for (int row = 0; row < problem.m(); row++) {
      for (int p = problem.rowPointers()[row]; p < problem.rowPointers()[row + 1]; p++) {
        int column = problem.columnIndices()[p];
        int line = sampled ? p : transposed ? column : row;
        if (line % stride == 0) {
          int kept = line / stride;
          counts[kept] += sampled ? n : 1;
          if (sampled) {
            rowOf[kept] = row;
            columnOf[kept] = column;
            expectDot(problem, kept);
          } else {
            float[] operand = transposed ? problem.gradients() : problem.inputs();
            int from = (transposed ? row : column) * n;
            double weight = problem.values()[p];
            for (int t = 0; t < n; t++) {
              add(kept * n + t, weight * operand[from + t]);
            }
          }
        }
      }
    }
    for (int i = 0; i < bound.length; i++) {
      int count = counts[sampled ? i : i / n];
      bound[i] = (count + 2) * 0x1p-24 * bound[i] + count * (double) Float.MIN_VALUE;
    }
  }

  private void expectDot(Problem problem, int index) {
    int n = problem.n();
    for (int t = 0; t < n; t++) {
      double gradient = problem.gradients()[rowOf[index] * n + t];
      add(index, gradient * problem.inputs()[columnOf[index] * n + t]);
    }
  }

  private void expectMask(Problem problem) {
    RaceSpec spec = problem.spec();
    float[] scores = problem.weights().clone();
    for (int i = 0; i < scores.length; i++) {
      scores[i] = Math.abs(scores[i]);
    }
    Mask mask =
        RaceFormat.of(spec.format())
            .rule(problem.m(), problem.k(), spec.sparsity())
            .keepLargest(problem.m(), problem.k(), scores);
    for (int i = 0; i < expected.length; i++) {
      expected[i] = mask.get(i / columns, i % columns) ? 1 : 0;
    }
  }

  private void add(int index, double product) {
    expected[index] += product;
    bound[index] += Math.abs(product);
  }

  Optional<String> check(Elements output) {
    for (int i = 0; i < expected.length; i++) {
      int row = rowOf.length > 0 ? rowOf[i] : i / columns * stride;
      int column = rowOf.length > 0 ? columnOf[i] : i % columns;
      float got = output.at(row, column);
      if (!(Math.abs(got - expected[i]) <= bound[i])) {
        return Optional.of(
            "wrong result: row %d, column %d is %s, expected %s within %.2g"
                .formatted(row, column, got, expected[i], bound[i]));
      }
    }
    return Optional.empty();
  }
}
