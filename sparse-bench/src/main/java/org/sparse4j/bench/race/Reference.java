package org.sparse4j.bench.race;

import java.util.Optional;

/**
 * The result of a problem in double precision, written to be obviously right, and how far float32
 * may be from it: {@code (p + 2) 2^-24 sum |a||b| + p Float.MIN_VALUE} for sums of p products.
 */
final class Reference {
  private final int columns;
  private final double[] expected;
  private final double[] bound;
  private final int[] rowOf;
  private final int[] columnOf;

  Reference(Problem problem) {
    RaceOperation arithmetic = problem.spec().operation().arithmetic();
    boolean sampled = arithmetic == RaceOperation.SDDMM;
    boolean transposed = arithmetic == RaceOperation.SPMM_TRANSPOSED;
    int n = problem.n();
    columns = n;
    int[] rows = new int[problem.nnz()];
    for (int row = 0; row < problem.m(); row++) {
      for (int p = problem.rowPointers()[row]; p < problem.rowPointers()[row + 1]; p++) {
        rows[p] = row;
      }
    }
    rowOf = sampled ? rows : new int[0];
    columnOf = sampled ? problem.columnIndices() : new int[0];
    int resultRows = transposed ? problem.k() : problem.m();
    expected = new double[sampled ? problem.nnz() : resultRows * n];
    bound = new double[expected.length];
    int[] products = new int[sampled ? problem.nnz() : resultRows];
    float[] x = problem.inputs();
    float[] dy = problem.gradients();
    for (int p = 0; p < problem.nnz(); p++) {
      int row = rows[p];
      int column = problem.columnIndices()[p];
      double weight = problem.values()[p];
      if (sampled) {
        products[p] = n;
        for (int t = 0; t < n; t++) {
          add(p, (double) dy[row * n + t] * x[column * n + t]);
        }
      } else if (transposed) {
        products[column]++;
        for (int t = 0; t < n; t++) {
          add(column * n + t, weight * dy[row * n + t]);
        }
      } else {
        products[row]++;
        for (int t = 0; t < n; t++) {
          add(row * n + t, weight * x[column * n + t]);
        }
      }
    }
    for (int i = 0; i < bound.length; i++) {
      int count = products[sampled ? i : i / n];
      bound[i] = (count + 2) * 0x1p-24 * bound[i] + count * (double) Float.MIN_VALUE;
    }
  }

  private void add(int index, double product) {
    expected[index] += product;
    bound[index] += Math.abs(product);
  }

  Optional<String> check(Elements output) {
    for (int i = 0; i < expected.length; i++) {
      int row = rowOf.length > 0 ? rowOf[i] : i / columns;
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
