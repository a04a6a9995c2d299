package org.sparse4j.kernels.vector;

import java.util.Arrays;

/**
 * Some slices of {@link CsrQuads} from index 0 on, their values as a kernel reads them: in pairs or
 * one by one.
 */
final class QuadPiece {

  /** Four columns of each step. */
  long[] words = {};

  /** Four values of each step, two in a word. */
  long[] pairs = {};

  /** Four values of each step. */
  float[] values = {};

  /**
   * Makes sure of some pieces; their arrays grow and stay.
   *
   * @param pieces those there are
   * @param count how many there must be, one for each part of a call
   * @param steps length of {@link #words}, a vector more than the steps of any piece
   * @return at least as many as wanted
   */
  static QuadPiece[] reserve(QuadPiece[] pieces, int count, int steps) {
    QuadPiece[] all = pieces;
    if (all.length < count) {
      all = Arrays.copyOf(pieces, count);
      Arrays.setAll(all, i -> i < pieces.length ? pieces[i] : new QuadPiece());
    }
    for (int i = 0; i < count; i++) {
      if (all[i].words.length < steps) {
        all[i].words = new long[steps];
        all[i].pairs = new long[2 * steps];
        all[i].values = new float[4 * steps];
      }
    }
    return all;
  }
}
