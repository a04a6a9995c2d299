package org.sparse4j.bench.check;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.sparse4j.format.BitmapMatrix;
import org.sparse4j.format.BlockMatrix;
import org.sparse4j.format.BlockOrder;
import org.sparse4j.format.CondensedMatrix;
import org.sparse4j.format.CooMatrix;
import org.sparse4j.format.CscMatrix;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.DType;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.GroupedNmMatrix;
import org.sparse4j.format.NmMatrix;
import org.sparse4j.format.SparseMatrix;
import org.sparse4j.format.StoredMatrix;
import org.sparse4j.format.VnmMatrix;
import org.sparse4j.mask.GroupedNmStructure;
import org.sparse4j.mask.NmStructure;
import org.sparse4j.mask.VnmStructure;

/**
 * A format with its parameters and how to make a matrix of it.
 *
 * @param name for example {@code block 4x4}
 * @param leastColumns fewest columns that it takes
 * @param maker makes a matrix with float32 values; may choose what it keeps
 */
record CheckFormat(String name, int leastColumns, Function<DenseMatrix, StoredMatrix<?, ?>> maker) {

  /** Every format of the library, with parameters around the tiles of the kernels. */
  static final List<CheckFormat> ALL = all();

  private static List<CheckFormat> all() {
    List<CheckFormat> formats = new ArrayList<>();
    formats.add(new CheckFormat("CSR", 0, CsrMatrix::fromDense));
    formats.add(new CheckFormat("CSC", 0, CscMatrix::fromDense));
    formats.add(new CheckFormat("COO", 0, CooMatrix::fromDense));
    formats.add(new CheckFormat("bitmap", 0, BitmapMatrix::fromDense));
    for (int fanIn : new int[] {1, 5, 16}) {
      formats.add(
          new CheckFormat(
              "condensed " + fanIn, fanIn, dense -> CondensedMatrix.fromDense(dense, fanIn)));
    }
    int[][] blocks = {{1, 1}, {1, 16}, {2, 3}, {4, 1}, {4, 4}, {8, 4}, {16, 1}, {16, 16}};
    for (int[] block : blocks) {
      for (BlockOrder order : BlockOrder.values()) {
        formats.add(
            new CheckFormat(
                "block " + block[0] + "x" + block[1] + " " + order,
                0,
                dense -> BlockMatrix.fromDense(dense, block[0], block[1], order)));
      }
    }
    for (int[] rule : new int[][] {{2, 4}, {1, 4}, {4, 8}, {3, 32}}) {
      NmStructure structure = new NmStructure(rule[0], rule[1]);
      formats.add(
          new CheckFormat("N:M " + structure, 0, dense -> NmMatrix.fromDense(dense, structure)));
    }
    for (int[] rule : new int[][] {{1, 2, 4}, {4, 2, 8}, {8, 2, 4}, {16, 2, 20}, {5, 3, 7}}) {
      VnmStructure structure = new VnmStructure(rule[0], rule[1], rule[2]);
      formats.add(
          new CheckFormat("V:N:M " + structure, 0, dense -> VnmMatrix.fromDense(dense, structure)));
    }
    for (int[] rule : new int[][] {{2, 4, 1}, {1, 4, 3}}) {
      GroupedNmStructure structure = new GroupedNmStructure(rule[0], rule[1], rule[2]);
      formats.add(
          new CheckFormat(
              "n:m:g " + structure, 0, dense -> GroupedNmMatrix.fromDense(dense, structure)));
    }
    return List.copyOf(formats);
  }

  /** Makes a matrix whose values are of a type. */
  SparseMatrix make(DenseMatrix dense, DType dtype) {
    StoredMatrix<?, ?> matrix = maker.apply(dense);
    return dtype == DType.F32 ? matrix : matrix.to(dtype);
  }
}
