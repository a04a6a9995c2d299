package org.sparse4j.kernels.scalar;

import org.sparse4j.format.SparseMatrix;

/** Tells the library's own formats, which every provider serves, from a user's. */
public final class OwnFormats {

  private OwnFormats() {}

  /**
   * Tells whether a matrix is of a format of ours. A user's own is served by a provider of the
   * user's, or by conversion where the caller allows it, never silently by position.
   *
   * @param matrix any sparse matrix
   * @return true if its class lives beside {@link SparseMatrix}
   */
  public static boolean include(SparseMatrix matrix) {
    return matrix.getClass().getPackage() == SparseMatrix.class.getPackage();
  }
}
