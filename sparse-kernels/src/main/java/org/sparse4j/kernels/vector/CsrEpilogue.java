package org.sparse4j.kernels.vector;

import org.sparse4j.kernels.operation.Activation;

/** What is left to do to finished rows of a product, while they are still in cache. */
final class CsrEpilogue {

  private CsrEpilogue() {}

  /**
   * Computes {@code y = f(y + b)} for rows of a panel.
   *
   * @param activation f
   * @param bias address of the first row's number, or 0 for none
   * @param y address of the panel's first row
   * @param ys bytes between rows
   * @param rows number of rows
   * @param bytes bytes of a row of the panel, a multiple of a vector
   */
  static void rows(Activation activation, long bias, long y, long ys, int rows, int bytes) {
    if (activation == Activation.IDENTITY && bias == 0) {
      return;
    }
    for (int i = 0; i < rows; i++, y += ys) {
      float shift = bias == 0 ? 0 : DenseMemory.get(bias + 4L * i);
      ElementwiseActivations.row(activation, y, shift, y, bytes);
    }
  }

  /**
   * Sets the padding of rows to zero again: also without an epilogue, as an infinity in A times the
   * zeros in X's padding is NaN.
   *
   * @param y address of the first row
   * @param ys bytes between rows
   * @param rows number of rows
   * @param columns columns that are not padding
   */
  static void clearPadding(long y, long ys, int rows, int columns) {
    if (columns % 16 != 0) {
      ElementwiseKernels.clearPadding(y, ys, rows, columns);
    }
  }

  /** Whether {@link #rows} makes something else of zero. */
  static boolean movesZero(Activation activation, long bias) {
    return bias != 0 || activation == Activation.SIGMOID;
  }

  /**
   * Computes {@code y = f(y + b)} for a vector, padding zero before and after.
   *
   * @param activation f
   * @param bias address of the bias, or 0 for none
   * @param y address of the vector
   * @param length number of elements
   */
  static void vector(Activation activation, long bias, long y, int length) {
    int bytes = 4 * ((length + 15) & -16);
    if (bias != 0) {
      ElementwiseKernels.add(y, bias, y, bytes);
    }
    if (activation != Activation.IDENTITY) {
      ElementwiseActivations.row(activation, y, 0, y, bytes);
      if (movesZero(activation, 0)) {
        clearPadding(y, bytes, 1, length);
      }
    }
  }
}
