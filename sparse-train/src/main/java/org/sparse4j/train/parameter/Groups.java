package org.sparse4j.train.parameter;

import java.util.Optional;
import org.sparse4j.mask.NmStructure;
import org.sparse4j.mask.Structure;
import org.sparse4j.mask.TransposableNm;
import org.sparse4j.mask.VnmStructure;

/**
 * What the rows and columns of a matrix must be multiples of, so that no group is cut, and the kept
 * fraction; 1 where a structure does not say.
 */
record Groups(int rows, int columns, double density) {

  static Groups of(Structure structure) {
    return switch (structure) {
      case NmStructure nm -> new Groups(1, nm.m(), (double) nm.n() / nm.m());
      case VnmStructure vnm -> new Groups(1, vnm.m(), (double) vnm.n() / vnm.m());
      case TransposableNm tile -> new Groups(tile.m(), tile.m(), (double) tile.n() / tile.m());
      default -> new Groups(1, 1, 1);
    };
  }

  /** Says why groups of a structure do not fit a size, or nothing if they do. */
  static Optional<String> misfit(int rows, int columns, Structure structure) {
    Groups groups = of(structure);
    if (columns % groups.columns != 0) {
      return Optional.of(
          "inputs (" + columns + ") must be a multiple of " + groups.columns + " for " + structure);
    }
    if (rows % groups.rows != 0) {
      return Optional.of(
          "outputs (" + rows + ") must be a multiple of " + groups.rows + " for " + structure);
    }
    return Optional.empty();
  }
}
