package org.sparse4j.kernels;

import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.DenseVector;
import org.sparse4j.format.DenseView;
import org.sparse4j.format.SparseMatrix;
import org.sparse4j.kernels.operation.Epilogue;

/** The checks that every public operation makes before anything is touched. */
final class Operands {

  private Operands() {}

  static String describe(SparseMatrix a) {
    return a.rows() + "x" + a.columns() + " " + a.format() + " (nnz " + a.nnz() + ")";
  }

  static String describe(DenseMatrix x) {
    return x.rows() + "x" + x.columns();
  }

  static String describe(DenseView x) {
    return x.rows() + "x" + x.columns();
  }

  /** Throws {@code operation: n (got) must be at least 1; matrix}. */
  static void requireSamples(String operation, int n, SparseMatrix matrix) {
    if (n < 1) {
      throw new IllegalArgumentException(
          operation + ": n (" + n + ") must be at least 1; A is " + describe(matrix));
    }
  }

  /** Throws {@code operation: what (got) must equal rule (wanted); shapes}. */
  static void requireEqual(
      String operation, String what, int got, String rule, int wanted, String operands) {
    if (got != wanted) {
      throw new IllegalArgumentException(
          operation
              + ": "
              + what
              + " ("
              + got
              + ") must equal "
              + rule
              + " ("
              + wanted
              + "); "
              + operands);
    }
  }

  /** Throws if an output shares memory with an input. */
  static void requireApart(
      String operation, String output, DenseMatrix y, String input, DenseMatrix x) {
    if (y.overlaps(x)) {
      throw new IllegalArgumentException(
          operation
              + ": "
              + output
              + " must not overlap "
              + input
              + "; "
              + output
              + " is "
              + describe(y)
              + ", "
              + input
              + " is "
              + describe(x));
    }
  }

  /** Throws if an output shares memory with a view. */
  static void requireApart(
      String operation, String output, DenseMatrix y, String input, DenseView x) {
    if (x.segment().isNative() && x.rows() > 0 && x.columns() > 0 && y.rows() > 0) {
      long start = x.segment().address();
      long end =
          start + 4 * ((x.rows() - 1L) * x.rowStride() + (x.columns() - 1L) * x.columnStride() + 1);
      long from = y.address();
      long to = from + 4 * ((y.rows() - 1L) * y.stride() + y.paddedColumns());
      if (start < to && from < end) {
        throw new IllegalArgumentException(
            operation
                + ": "
                + output
                + " must not overlap "
                + input
                + "; "
                + output
                + " is "
                + describe(y)
                + ", "
                + input
                + " is "
                + describe(x));
      }
    }
  }

  /** Throws if an output shares memory with the bias of an epilogue. */
  static void requireApart(String operation, String output, DenseMatrix y, Epilogue epilogue) {
    DenseVector bias = epilogue.bias().orElse(null);
    if (bias != null) {
      requireApart(operation, output, y, "the bias", bias.asRow());
    }
  }

  /** Throws if a view's memory was closed. */
  static void requireAlive(String operation, DenseView x) {
    if (!x.segment().scope().isAlive()) {
      throw new IllegalStateException(
          operation + ": the memory of a " + describe(x) + " dense view was closed");
    }
  }

  /** Throws if a vector's memory was closed. */
  static void requireAlive(String operation, DenseVector x) {
    x.asRow().requireAlive(operation);
  }

  /** Requires sizes of a matrix that is asked about. */
  static void requireSizes(String operation, int rows, int columns) {
    if (rows < 0 || columns < 0) {
      throw new IllegalArgumentException(
          operation + ": rows (" + rows + ") and columns (" + columns + ") must not be negative");
    }
  }
}
