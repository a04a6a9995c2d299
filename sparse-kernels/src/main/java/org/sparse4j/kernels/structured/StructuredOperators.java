package org.sparse4j.kernels.structured;

import java.util.Optional;
import java.util.function.Function;
import org.sparse4j.format.CompressedMatrix;
import org.sparse4j.kernels.operation.DenseKernels;
import org.sparse4j.kernels.operation.LinearOperator;
import org.sparse4j.structured.BlockDiagonalMatrix;
import org.sparse4j.structured.ButterflyMatrix;
import org.sparse4j.structured.LowRankMatrix;
import org.sparse4j.structured.MonarchMatrix;
import org.sparse4j.structured.PermutationMatrix;
import org.sparse4j.structured.ProductMatrix;
import org.sparse4j.structured.SparsePlusLowRank;
import org.sparse4j.structured.SpqrMatrix;
import org.sparse4j.structured.SumMatrix;

/** The operators of our own structures. */
public final class StructuredOperators {

  private StructuredOperators() {}

  /**
   * Makes an operator of a matrix of ours.
   *
   * @param matrix the matrix; shared
   * @param dense what products are made of
   * @param operator makes operators of the parts of a composition
   * @return an operator that does not check its operands, or empty for other matrices
   */
  public static Optional<LinearOperator> of(
      CompressedMatrix matrix,
      DenseKernels dense,
      Function<CompressedMatrix, LinearOperator> operator) {
    return Optional.ofNullable(
        switch (matrix) {
          case BlockDiagonalMatrix blocks -> new BlockDiagonalOperator(blocks, dense);
          case LowRankMatrix low -> new LowRankOperator(low, dense);
          case ButterflyMatrix butterfly -> new ButterflyOperator(butterfly, dense);
          case MonarchMatrix monarch -> new MonarchOperator(monarch, dense);
          case PermutationMatrix permutation -> new PermutationOperator(permutation, dense);
          case SumMatrix sum -> sum(sum, dense, operator);
          case SparsePlusLowRank both ->
              new SumOperator(
                  both, new Parts(both.parts(), operator), new float[] {1, both.scale()}, dense);
          case SpqrMatrix quantised -> new SpqrOperator(quantised, dense);
          case ProductMatrix product ->
              new ProductOperator(product, new Parts(product.parts(), operator));
          default -> null;
        });
  }

  private static LinearOperator sum(
      SumMatrix sum, DenseKernels dense, Function<CompressedMatrix, LinearOperator> operator) {
    float[] coefficients = new float[sum.parts().size()];
    for (int i = 0; i < coefficients.length; i++) {
      coefficients[i] = sum.coefficient(i);
    }
    return new SumOperator(sum, new Parts(sum.parts(), operator), coefficients, dense);
  }
}
