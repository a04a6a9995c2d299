package org.sparse4j.bench.check;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.sparse4j.format.DType;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.DenseVector;
import org.sparse4j.format.DenseView;
import org.sparse4j.format.FloatValues;
import org.sparse4j.format.Int8Values;
import org.sparse4j.format.SparseMatrix;
import org.sparse4j.kernels.Plan;
import org.sparse4j.kernels.PlanBuilder;
import org.sparse4j.kernels.operation.Activation;
import org.sparse4j.kernels.operation.Epilogue;
import org.sparse4j.kernels.operation.Operation;

/** A product of a sparse matrix. */
final class SparseCase extends CheckCase {
  private static final double[] DENSITIES = {0, 0.01, 0.05, 0.1, 0.25, 0.5, 0.9, 1};

  private final CheckFormat format;
  private final Operation operation;
  private final DType dtype;
  private final double density;

  /** Rows and columns that are stored or left out together. */
  private final int tall;

  private final int wide;

  SparseCase(SplittableRandom random, CheckFormat format, Operation operation, DType dtype) {
    super(random, format.leastColumns(), operation == Operation.SPMV);
    this.format = format;
    this.operation = operation;
    this.dtype = dtype;
    density = DENSITIES[random.nextInt(DENSITIES.length)];
    int[] sizes = {1, 1, 1, 2, 4, 8, 16, 32};
    tall = sizes[random.nextInt(sizes.length)];
    wide = random.nextInt(3) == 0 ? sizes[random.nextInt(sizes.length)] : 1;
  }

  @Override
  String kind() {
    return operation.label() + " " + format.name() + " " + dtype;
  }

  @Override
  public String toString() {
    return super.toString() + ", density " + density + " by " + tall + "x" + wide;
  }

  private SparseMatrix matrix() {
    DenseMatrix dense = DenseMatrix.zeros(m, k);
    boolean[] kept = new boolean[k];
    for (int i = 0; i < m; i++) {
      if (i % tall == 0) {
        // Now and then an empty row, or a full one.
        int special = random.nextInt(12);
        double share = special == 0 ? 0 : special == 1 ? 1 : density;
        for (int j = 0; j < k; j += wide) {
          Arrays.fill(kept, j, Math.min(k, j + wide), random.nextDouble() < share);
        }
      }
      for (int j = 0; j < k; j++) {
        if (kept[j]) {
          dense.set(i, j, numbers.finite(random));
        }
      }
    }
    SparseMatrix matrix = format.make(dense, dtype);
    if (numbers.exact() && matrix.values() instanceof Int8Values codes) {
      // Codes are the integers themselves, whatever the group's largest.
      Arrays.fill(codes.scales(), 1);
      for (int index = 0; index < codes.length(); index++) {
        codes.codes()[index] = (byte) numbers.finite(random);
      }
      codes.markChanged();
    }
    return matrix;
  }

  @Override
  void run(Teams teams) {
    SparseMatrix matrix = matrix();
    boolean takes = operation != Operation.SDDMM && operation != Operation.SPMM_TRANSPOSED;
    Epilogue epilogue = takes ? epilogue(m) : Epilogue.none();
    PlanBuilder builder = teams.kernels.plan(operation, matrix).epilogue(epilogue);
    if (random.nextBoolean()) {
      builder.batch(n, n);
    }
    Plan plan = builder.build();
    if (random.nextInt(4) == 0 && matrix.values() instanceof FloatValues values) {
      // The plan has copied other values: it must take over these.
      for (int index = 0; index < values.length(); index++) {
        values.array()[index] = numbers.finite(random);
      }
      values.markChanged();
      plan.refresh();
    }
    float[] stored = matrix.values().toFloats();
    switch (operation) {
      case SPMM, SPMM_TRANSPOSED -> product(teams, plan, matrix, stored, epilogue);
      case LINEAR -> linear(teams, plan, matrix, stored, epilogue);
      case SPMV -> single(teams, plan, matrix, stored, epilogue);
      case SDDMM -> sampled(teams, plan, matrix);
    }
  }

  private void product(
      Teams teams, Plan plan, SparseMatrix matrix, float[] stored, Epilogue epilogue) {
    boolean transposed = operation == Operation.SPMM_TRANSPOSED;
    DenseMatrix x = Operands.input(transposed ? m : k, n, numbers, random);
    Expected want = new Expected(transposed ? k : m, n);
    matrix
        .pattern()
        .forEach((index, row, column) -> {
          int from = transposed ? row : column;
          for (int t = 0; t < n; t++) {
            want.add(transposed ? column : row, t, stored[index], x.get(from, t));
          }
        });
    addBias(epilogue, want, false);
    compare(
        teams,
        want,
        1 + (transposed ? m : k),
        epilogue.activation(),
        (workspace, y) -> plan.run(workspace, x, y));
  }

  private void linear(
      Teams teams, Plan plan, SparseMatrix matrix, float[] stored, Epilogue epilogue) {
    DenseMatrix columns = Operands.input(k, n, numbers, random);
    DenseView x = Operands.samples(columns, random);
    Expected want = rowsOfSamples(matrix, stored, columns, epilogue);
    compare(teams, want, 1 + k, epilogue.activation(), (workspace, y) -> plan.run(workspace, x, y));
  }

  /** {@code X A^T}, a row is a sample, from the columns of {@code X^T}. */
  private Expected rowsOfSamples(
      SparseMatrix matrix, float[] stored, DenseMatrix columns, Epilogue epilogue) {
    Expected want = new Expected(n, m);
    matrix
        .pattern()
        .forEach((index, row, column) -> {
          for (int t = 0; t < n; t++) {
            want.add(t, row, stored[index], columns.get(column, t));
          }
        });
    addBias(epilogue, want, true);
    return want;
  }

  private void single(
      Teams teams, Plan plan, SparseMatrix matrix, float[] stored, Epilogue epilogue) {
    DenseMatrix x = Operands.input(1, k, numbers, random);
    DenseMatrix column = DenseMatrix.copyOf(x.view().transposed());
    Expected want = rowsOfSamples(matrix, stored, column, epilogue);
    compare(
        teams,
        want,
        1 + k,
        epilogue.activation(),
        (workspace, y) -> plan.run(workspace, DenseVector.ofRow(x, 0), DenseVector.ofRow(y, 0)));
  }

  private void sampled(Teams teams, Plan plan, SparseMatrix matrix) {
    DenseMatrix g = Operands.input(m, n, numbers, random);
    DenseMatrix x = Operands.input(k, n, numbers, random);
    int nnz = (int) matrix.nnz();
    Expected want = new Expected(nnz, 1);
    matrix
        .pattern()
        .forEach((index, row, column) -> {
          for (int t = 0; t < n; t++) {
            want.add(index, 0, g.get(row, t), x.get(column, t));
          }
        });
    FloatValues one = Operands.nan(nnz);
    plan.sample(teams.workspace(1), g, x, one);
    for (int index = 0; index < nnz; index++) {
      want.require(index, 0, one.get(index), n, Activation.IDENTITY, numbers.exact());
    }
    if (threads > 1) {
      FloatValues shared = Operands.nan(nnz);
      plan.sample(teams.workspace(threads), g, x, shared);
      Operands.requireEqual(
          DenseMatrix.copyOf(1, nnz, one.array()),
          "one thread",
          DenseMatrix.copyOf(1, nnz, shared.array()),
          threads + " threads");
    }
  }
}
