package org.sparse4j.bench.check;

import java.util.SplittableRandom;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.DenseVector;
import org.sparse4j.format.DenseView;
import org.sparse4j.kernels.operation.DenseKernels;
import org.sparse4j.kernels.operation.Epilogue;
import org.sparse4j.kernels.operation.GemmForm;

/** A product of dense matrices. */
final class DenseCase extends CheckCase {
  /** The products. */
  enum Product {
    AB,
    ATB,
    ABT,
    ADD_AB,
    ADD_ATB,
    ADD_ABT,
    GEMV,
    LINEAR
  }

  private final Product product;

  DenseCase(SplittableRandom random, Product product) {
    super(random, 0, product == Product.GEMV);
    this.product = product;
  }

  @Override
  String kind() {
    return "dense " + product;
  }

  @Override
  void run(Teams teams) {
    switch (product) {
      case AB -> gemm(teams, GemmForm.AB, false);
      case ATB -> gemm(teams, GemmForm.ATB, false);
      case ABT -> gemm(teams, GemmForm.ABT, false);
      case ADD_AB -> gemm(teams, GemmForm.AB, true);
      case ADD_ATB -> gemm(teams, GemmForm.ATB, true);
      case ADD_ABT -> gemm(teams, GemmForm.ABT, true);
      case GEMV -> gemv(teams);
      case LINEAR -> linear(teams);
    }
  }

  /** A matrix without special numbers: those come with the samples. */
  private DenseMatrix weights(int rows, int columns) {
    Numbers plain = numbers == Numbers.SPECIALS ? Numbers.INTEGERS : numbers;
    return Operands.input(rows, columns, plain, random);
  }

  private void gemm(Teams teams, GemmForm form, boolean adds) {
    boolean turnedA = form == GemmForm.ATB;
    boolean turnedB = form == GemmForm.ABT;
    DenseMatrix a = turnedA ? weights(k, m) : weights(m, k);
    DenseMatrix b = Operands.input(turnedB ? n : k, turnedB ? k : n, numbers, random);
    Epilogue epilogue = adds ? Epilogue.none() : epilogue(m);
    DenseMatrix before = weights(m, n);
    Expected want = new Expected(m, n);
    for (int i = 0; i < m; i++) {
      for (int t = 0; t < n; t++) {
        for (int j = 0; j < k; j++) {
          want.add(i, t, turnedA ? a.get(j, i) : a.get(i, j), turnedB ? b.get(t, j) : b.get(j, t));
        }
        if (adds) {
          want.add(i, t, before.get(i, t), 1);
        }
      }
    }
    addBias(epilogue, want, false);
    DenseKernels dense = teams.kernels.dense();
    compare(
        teams,
        want,
        k + 1,
        epilogue.activation(),
        (workspace, c) -> {
          if (adds) {
            c.copyFrom(before);
            dense.gemmAdd(workspace, form, a, b, c);
          } else {
            dense.gemm(workspace, form, a, b, epilogue, c);
          }
        });
  }

  private void linear(Teams teams) {
    DenseMatrix columns = Operands.input(k, n, numbers, random);
    DenseView x = Operands.samples(columns, random);
    DenseMatrix w = weights(m, k);
    Epilogue epilogue = epilogue(m);
    Expected want = new Expected(n, m);
    for (int t = 0; t < n; t++) {
      for (int i = 0; i < m; i++) {
        for (int j = 0; j < k; j++) {
          want.add(t, i, w.get(i, j), columns.get(j, t));
        }
      }
    }
    addBias(epilogue, want, true);
    DenseKernels dense = teams.kernels.dense();
    compare(
        teams,
        want,
        k + 1,
        epilogue.activation(),
        (workspace, y) -> dense.linear(workspace, x, w, epilogue, y));
  }

  private void gemv(Teams teams) {
    DenseMatrix a = weights(m, k);
    DenseMatrix row = Operands.input(1, k, numbers, random);
    Epilogue epilogue = epilogue(m);
    Expected want = new Expected(1, m);
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < k; j++) {
        want.add(0, i, a.get(i, j), row.get(0, j));
      }
    }
    addBias(epilogue, want, true);
    DenseVector x = DenseVector.ofRow(row, 0);
    DenseKernels dense = teams.kernels.dense();
    compare(
        teams,
        want,
        k + 1,
        epilogue.activation(),
        (workspace, y) -> dense.gemv(workspace, a, x, epilogue, DenseVector.ofRow(y, 0)));
  }
}
