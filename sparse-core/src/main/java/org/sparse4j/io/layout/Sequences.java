package org.sparse4j.io.layout;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.sparse4j.format.CompressedMatrix;

/** Matrices in order, as inner matrices {@code 0}, {@code 1} and so on. */
final class Sequences {

  private Sequences() {}

  static void write(List<CompressedMatrix> matrices, MatrixParts parts) {
    for (int i = 0; i < matrices.size(); i++) {
      parts.matrix(String.valueOf(i), matrices.get(i));
    }
  }

  /** Reads all there are; names out of order are found when the matrix is compared. */
  static List<CompressedMatrix> read(StoredParts parts) throws IOException {
    List<CompressedMatrix> matrices = new ArrayList<>();
    for (String part : parts.matrices()) {
      matrices.add(parts.matrix(part));
    }
    return matrices;
  }
}
