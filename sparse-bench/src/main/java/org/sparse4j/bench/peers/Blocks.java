package org.sparse4j.bench.peers;

import java.util.Optional;
import org.sparse4j.bench.race.Problem;
import org.sparse4j.bench.race.RaceFormat;

/**
 * The weights of a block race as compressed rows of square blocks, each block row-major.
 *
 * @param side rows and columns of a block
 * @param rowPointers where rows of blocks start
 * @param columnIndices columns of the blocks, counted in blocks
 * @param values weights block after block
 */
@SuppressWarnings("ArrayRecordComponent") // operands of a call, never compared
record Blocks(int side, int[] rowPointers, int[] columnIndices, float[] values) {

  /** The blocks of a problem whose format is square blocks that fill its matrix. */
  static Optional<Blocks> of(Problem problem) {
    RaceFormat format = RaceFormat.of(problem.spec().format());
    if (format.kind() != RaceFormat.Kind.BLOCK
        || !format.sizes().getFirst().equals(format.sizes().getLast())) {
      return Optional.empty();
    }
    int side = format.sizes().getFirst();
    if (problem.m() % side != 0 || problem.k() % side != 0) {
      return Optional.empty();
    }
    int blockRows = problem.m() / side;
    int size = side * side;
    int[] rowPointers = new int[blockRows + 1];
    int[] columnIndices = new int[problem.nnz() / size];
    float[] values = new float[problem.nnz()];
    for (int row = 0; row < blockRows; row++) {
      rowPointers[row + 1] = problem.rowPointers()[(row + 1) * side] / size;
      int first = problem.rowPointers()[row * side];
      int length =
          problem.rowPointers()[row * side + 1] - first; // the same in every row of a block
      for (int p = 0; p < length; p++) {
        int block = rowPointers[row] + p / side;
        columnIndices[block] = problem.columnIndices()[first + p] / side;
        for (int i = 0; i < side; i++) {
          values[block * size + i * side + p % side] = problem.values()[first + i * length + p];
        }
      }
    }
    return Optional.of(new Blocks(side, rowPointers, columnIndices, values));
  }
}
