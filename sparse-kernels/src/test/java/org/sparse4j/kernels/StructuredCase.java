package org.sparse4j.kernels;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import org.sparse4j.format.CompressedMatrix;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.FloatValues;
import org.sparse4j.format.Values;
import org.sparse4j.mask.Mask;
import org.sparse4j.structured.BlockDiagonalMatrix;
import org.sparse4j.structured.ButterflyMatrix;
import org.sparse4j.structured.LowRankMatrix;
import org.sparse4j.structured.MonarchMatrix;
import org.sparse4j.structured.MonarchShape;
import org.sparse4j.structured.PermutationMatrix;
import org.sparse4j.structured.PixelflyBudget;
import org.sparse4j.structured.ProductMatrix;
import org.sparse4j.structured.SparsePlusLowRank;
import org.sparse4j.structured.SumMatrix;

/** A structured matrix of every kind, filled with numbers of choice. */
record StructuredCase(String name, CompressedMatrix matrix) {

  @Override
  public String toString() {
    return name + " " + matrix.rows() + "x" + matrix.columns();
  }

  static List<StructuredCase> all() {
    List<StructuredCase> cases = new ArrayList<>();
    for (int[] s :
        new int[][] {{0, 0}, {0, 3}, {3, 0}, {1, 1}, {5, 9}, {16, 8}, {17, 31}, {33, 7}}) {
      add(cases, s[0], s[1]);
    }
    ButterflyMatrix deep = butterfly(24, 8, 2);
    cases.add(new StructuredCase("three stacks", deep));
    cases.add(new StructuredCase("three stacks of inputs", deep.transposed()));
    cases.add(new StructuredCase("decreasing", butterfly(9, 13, 3).transposed()));
    cases.add(
        new StructuredCase(
            "transposed monarch", MonarchMatrix.random(13, 22, shape(13, 22), 1).transposed()));
    cases.add(new StructuredCase("square", ProductMatrix.of(butterfly(8, 8, 1), sparse(8, 8))));
    SumMatrix nested =
        SumMatrix.of(
            List.of(
                ProductMatrix.of(
                    LowRankMatrix.random(12, 6, 2, 1),
                    PermutationMatrix.transposition(2, 3),
                    sparse(6, 10)),
                SumMatrix.of(List.of(sparse(12, 10), MonarchMatrix.random(12, 10, 3, 1)), 0.5f, 1)),
            2,
            3);
    cases.add(new StructuredCase("nested", nested));
    cases.add(new StructuredCase("nested, transposed", nested.transposed()));
    SparsePlusLowRank both = SparsePlusLowRank.random(13, 22, 2, 0.2, 4, 1);
    cases.add(new StructuredCase("sparse plus low rank", both));
    cases.add(new StructuredCase("its transpose", both.transposed()));
    SumMatrix pixelfly = new PixelflyBudget(16, 32, 4, 4, 1, 4).random(0.5f, 1);
    cases.add(new StructuredCase("pixelfly", pixelfly));
    return cases;
  }

  private static void add(List<StructuredCase> cases, int rows, int columns) {
    cases.add(
        new StructuredCase("block-diagonal", BlockDiagonalMatrix.random(rows, columns, 3, 1)));
    cases.add(new StructuredCase("low rank", LowRankMatrix.random(rows, columns, 4, 1)));
    cases.add(new StructuredCase("butterfly", butterfly(rows, columns, 1)));
    cases.add(
        new StructuredCase(
            "monarch", MonarchMatrix.random(rows, columns, shape(rows, columns), 1)));
    cases.add(new StructuredCase("permutation", PermutationMatrix.transposition(rows, columns)));
    cases.add(
        new StructuredCase(
            "sum",
            SumMatrix.of(
                List.of(LowRankMatrix.random(rows, columns, 2, 1), sparse(rows, columns)),
                1,
                0.5f)));
    cases.add(
        new StructuredCase(
            "product",
            ProductMatrix.of(
                LowRankMatrix.random(rows, 6, 2, 1),
                PermutationMatrix.transposition(2, 3),
                BlockDiagonalMatrix.random(6, columns, 2, 1))));
  }

  private static MonarchShape shape(int rows, int columns) {
    return MonarchShape.ofRank(rows, columns, 3, 2, 2);
  }

  private static ButterflyMatrix butterfly(int rows, int columns, int blocks) {
    return ButterflyMatrix.random(rows, columns, blocks, ButterflyMatrix.Init.IDENTITY, 1);
  }

  private static CsrMatrix sparse(int rows, int columns) {
    Mask mask = Mask.random(rows, columns, rows * columns / 2, 7);
    return CsrMatrix.fromDense(DenseMatrix.zeros(rows, columns), mask);
  }

  /** Fills the parameters, each a sequence of its own. */
  StructuredCase filled(DoubleUnaryOperator number) {
    SplittableRandom random = new SplittableRandom(Long.getLong("sparse4j.test.seed", 5));
    for (Values values : matrix.parameters()) {
      float[] array = ((FloatValues) values).array();
      for (int k = 0; k < array.length; k++) {
        array[k] = (float) number.applyAsDouble(random.nextDouble());
      }
      values.markChanged();
    }
    return this;
  }

  /** The dense form with the numbers as they are. */
  double[][] dense() {
    DenseMatrix dense = matrix.toDense();
    double[][] rows = new double[matrix.rows()][matrix.columns()];
    for (int i = 0; i < rows.length; i++) {
      for (int j = 0; j < matrix.columns(); j++) {
        rows[i][j] = dense.get(i, j);
      }
    }
    return rows;
  }

  /** The dense form with the sizes of all numbers: what rounding errors are measured against. */
  double[][] sizes() {
    List<float[]> kept = new ArrayList<>();
    for (Values values : matrix.parameters()) {
      float[] array = ((FloatValues) values).array();
      kept.add(array.clone());
      for (int k = 0; k < array.length; k++) {
        array[k] = Math.abs(array[k]);
      }
    }
    double[][] result = dense();
    for (int p = 0; p < kept.size(); p++) {
      float[] array = ((FloatValues) matrix.parameters().get(p)).array();
      System.arraycopy(kept.get(p), 0, array, 0, array.length);
    }
    return result;
  }
}
