package org.sparse4j.kernels;

import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.DenseVector;
import org.sparse4j.kernels.operation.Epilogue;
import org.sparse4j.kernels.operation.GemmForm;

/** The rules of operands of dense kernels: shapes, lengths, labels, overlap, and live memory. */
final class DenseChecks {

  private DenseChecks() {}

  static void requireBlocks(
      GemmForm form, int blocks, DenseMatrix a, DenseMatrix b, DenseMatrix c) {
    boolean transposed = form == GemmForm.ATB;
    boolean whole = blocks > 0 && a.rows() % blocks == 0;
    long inner = transposed ? a.rows() : (long) blocks * a.columns();
    long outer = transposed ? (long) blocks * a.columns() : a.rows();
    if (form == GemmForm.ABT
        || !whole
        || b.rows() > inner
        || c.rows() > outer
        || b.columns() != c.columns()) {
      String shapes =
          "A is "
              + Operands.describe(a)
              + ", B is "
              + Operands.describe(b)
              + ", C is "
              + Operands.describe(c);
      if (form == GemmForm.ABT) {
        throw new IllegalArgumentException("gemmBlocks: form must be AB or ATB; " + shapes);
      }
      if (!whole) {
        throw new IllegalArgumentException(
            "gemmBlocks: rows of A ("
                + a.rows()
                + ") must be a multiple of the blocks ("
                + blocks
                + "); "
                + shapes);
      }
      requireAtMost("rows of B", b.rows(), inner, shapes);
      requireAtMost("rows of C", c.rows(), outer, shapes);
      Operands.requireEqual(
          "gemmBlocks", "columns of C", c.columns(), "columns of B", b.columns(), shapes);
    }
    a.requireAlive("gemmBlocks");
    b.requireAlive("gemmBlocks");
    c.requireAlive("gemmBlocks");
    Operands.requireApart("gemmBlocks", "C", c, "A", a);
    Operands.requireApart("gemmBlocks", "C", c, "B", b);
  }

  private static void requireAtMost(String what, int rows, long most, String shapes) {
    if (rows > most) {
      throw new IllegalArgumentException(
          "gemmBlocks: " + what + " (" + rows + ") must be at most " + most + "; " + shapes);
    }
  }

  static void requirePairs(
      String operation, String what, int stride, float[] blocks, int offset, DenseMatrix x) {
    if (stride < 1 || x.rows() % (2L * stride) != 0) {
      throw new IllegalArgumentException(
          operation
              + ": rows of X ("
              + x.rows()
              + ") must be a multiple of twice the stride ("
              + stride
              + "); X is "
              + Operands.describe(x));
    }
    if (offset < 0 || blocks.length - (long) offset < 2L * x.rows()) {
      throw new IllegalArgumentException(
          operation
              + ": length of "
              + what
              + " ("
              + blocks.length
              + ") must be at least offset + 2 * rows of X ("
              + (offset + 2L * x.rows())
              + "); X is "
              + Operands.describe(x));
    }
  }

  static void requireProduct(
      String operation, GemmForm form, DenseMatrix a, DenseMatrix b, DenseMatrix c) {
    boolean aTransposed = form == GemmForm.ATB;
    boolean bTransposed = form == GemmForm.ABT;
    int m = aTransposed ? a.columns() : a.rows();
    int k = aTransposed ? a.rows() : a.columns();
    int kOfB = bTransposed ? b.columns() : b.rows();
    int n = bTransposed ? b.rows() : b.columns();
    if (k != kOfB || c.rows() != m || c.columns() != n) {
      String shapes =
          "form "
              + form
              + ", A is "
              + Operands.describe(a)
              + ", B is "
              + Operands.describe(b)
              + ", C is "
              + Operands.describe(c);
      String inner = aTransposed ? "rows of A" : "columns of A";
      String innerOfB = bTransposed ? "columns of B" : "rows of B";
      Operands.requireEqual(operation, inner, k, innerOfB, kOfB, shapes);
      String outer = aTransposed ? "columns of A" : "rows of A";
      Operands.requireEqual(operation, "rows of C", c.rows(), outer, m, shapes);
      String outerOfB = bTransposed ? "rows of B" : "columns of B";
      Operands.requireEqual(operation, "columns of C", c.columns(), outerOfB, n, shapes);
    }
    a.requireAlive(operation);
    b.requireAlive(operation);
    c.requireAlive(operation);
    Operands.requireApart(operation, "C", c, "A", a);
    Operands.requireApart(operation, "C", c, "B", b);
  }

  static void requireBias(String operation, Epilogue epilogue, int outputs, String rule) {
    DenseVector bias = epilogue.bias().orElse(null);
    if (bias == null) {
      return;
    }
    if (bias.length() != outputs) {
      throw new IllegalArgumentException(
          operation
              + ": length of the bias ("
              + bias.length()
              + ") must equal "
              + rule
              + " ("
              + outputs
              + ")");
    }
    Operands.requireAlive(operation, bias);
  }

  static void requireSame(
      String operation, String name, DenseMatrix x, String other, DenseMatrix y) {
    if (x.rows() != y.rows() || x.columns() != y.columns()) {
      throw new IllegalArgumentException(
          operation
              + ": shape of "
              + name
              + " ("
              + Operands.describe(x)
              + ") must equal shape of "
              + other
              + " ("
              + Operands.describe(y)
              + ")");
    }
    x.requireAlive(operation);
    y.requireAlive(operation);
  }

  /** Lets an output be an input, element for element, but no other overlap. */
  static void requireInPlace(
      String operation, String output, DenseMatrix y, String input, DenseMatrix x) {
    if (y.address() != x.address() || y.stride() != x.stride()) {
      Operands.requireApart(operation, output, y, input, x);
    }
  }

  static void requireLength(
      String operation, String name, DenseVector vector, String rule, int wanted, DenseMatrix x) {
    requireLength(operation, name, vector, rule, wanted, "X", x);
  }

  static void requireLength(
      String operation,
      String name,
      DenseVector vector,
      String rule,
      int wanted,
      String matrix,
      DenseMatrix x) {
    if (vector.length() != wanted) {
      throw new IllegalArgumentException(
          operation
              + ": length of "
              + name
              + " ("
              + vector.length()
              + ") must equal "
              + rule
              + " ("
              + wanted
              + "); "
              + matrix
              + " is "
              + Operands.describe(x));
    }
    Operands.requireAlive(operation, vector);
  }

  static void requireLength(String operation, String name, int length, int weights) {
    if (length != weights) {
      throw new IllegalArgumentException(
          operation
              + ": length of "
              + name
              + " ("
              + length
              + ") must equal length of weights ("
              + weights
              + ")");
    }
  }

  static void requireLabels(int[] labels, DenseMatrix x) {
    if (labels.length < x.columns()) {
      throw new IllegalArgumentException(
          "crossEntropy: number of labels ("
              + labels.length
              + ") must be at least columns of X ("
              + x.columns()
              + "); X is "
              + Operands.describe(x));
    }
    for (int j = 0; j < x.columns(); j++) {
      if (labels[j] < 0 || labels[j] >= x.rows()) {
        throw new IllegalArgumentException(
            "crossEntropy: labels["
                + j
                + "] = "
                + labels[j]
                + " must be at least 0 and below rows of X ("
                + x.rows()
                + ")");
      }
    }
  }

  /** The gradient of a normalisation's factors or shifts must overlap none of its matrices. */
  static void requireApart(
      String operation,
      String output,
      DenseVector vector,
      DenseMatrix x,
      DenseMatrix dy,
      DenseMatrix dx) {
    Operands.requireApart(operation, output, vector.asRow(), "X", x);
    Operands.requireApart(operation, output, vector.asRow(), "dY", dy);
    Operands.requireApart(operation, output, vector.asRow(), "dX", dx);
  }
}
