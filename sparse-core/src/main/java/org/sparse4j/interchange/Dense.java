package org.sparse4j.interchange;

import java.io.IOException;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.memory.Memory;

/** Allocates dense matrices of a size that a file asks for. */
final class Dense {

  private Dense() {}

  /** Turns what the JVM says about too much memory into an error about the file. */
  static DenseMatrix zeros(String where, int rows, int columns) throws IOException {
    try {
      return DenseMatrix.zeros(Memory.auto(), rows, columns);
    } catch (OutOfMemoryError | IllegalArgumentException e) {
      throw new IOException(where + ": " + e.getMessage(), e);
    }
  }
}
