package org.sparse4j.train.autograd;

import java.util.List;
import org.sparse4j.kernels.operation.GemmForm;

/** What the tape's operators ask of their operands. */
final class Checks {

  private Checks() {}

  static void sameShape(Operator operator, Variable a, Variable b) {
    if (a.rows() != b.rows() || a.columns() != b.columns()) {
      throw new IllegalArgumentException(
          operator.label() + ": shapes must be equal; a is " + a.shape() + ", b is " + b.shape());
    }
  }

  static void row(Operator operator, String name, Variable row, Variable x) {
    if (row.rows() != 1 || row.columns() != x.rows()) {
      throw new IllegalArgumentException(
          operator.label()
              + ": "
              + name
              + " must be 1x"
              + x.rows()
              + ", one element a row of X; "
              + name
              + " is "
              + row.shape()
              + ", X is "
              + x.shape());
    }
  }

  static void inner(GemmForm form, Variable a, Variable b) {
    int inner = form == GemmForm.ATB ? a.rows() : a.columns();
    int otherInner = form == GemmForm.ABT ? b.columns() : b.rows();
    if (inner != otherInner) {
      throw new IllegalArgumentException(
          "matmul "
              + form
              + ": inner sizes ("
              + inner
              + " and "
              + otherInner
              + ") must be equal; A is "
              + a.shape()
              + ", B is "
              + b.shape());
    }
  }

  static void inputs(Affine map, Variable x) {
    if (x.rows() != map.columns()) {
      throw new IllegalArgumentException(
          "affine: rows of X ("
              + x.rows()
              + ") must equal columns of A ("
              + map.columns()
              + "); X is "
              + x.shape()
              + ", the map is "
              + map);
    }
  }

  /** Returns the rows of all parts together. */
  static int rowsOf(List<Variable> parts) {
    if (parts.isEmpty()) {
      throw new IllegalArgumentException("concatenateRows: needs at least one part");
    }
    int rows = 0;
    for (int p = 0; p < parts.size(); p++) {
      if (parts.get(p).columns() != parts.get(0).columns()) {
        throw new IllegalArgumentException(
            "concatenateRows: columns must be equal; part 0 is "
                + parts.get(0).shape()
                + ", part "
                + p
                + " is "
                + parts.get(p).shape());
      }
      rows = Math.addExact(rows, parts.get(p).rows());
    }
    return rows;
  }

  static void rate(String operation, float rate) {
    if (!(rate >= 0 && rate < 1)) {
      throw new IllegalArgumentException(operation + ": rate (" + rate + ") must be in [0, 1)");
    }
  }

  static void attention(Variable q, Variable k, Variable v, int heads, int time) {
    sameShape(Attention.INSTANCE, q, k);
    sameShape(Attention.INSTANCE, q, v);
    if (heads < 1 || q.rows() % heads != 0) {
      throw new IllegalArgumentException(
          "attention: heads (" + heads + ") must divide the features; Q is " + q.shape());
    }
    if (time < 1 || q.columns() % time != 0) {
      throw new IllegalArgumentException(
          "attention: time (" + time + ") must divide the columns; Q is " + q.shape());
    }
  }

  static void image(Operator operator, Window window, Variable x) {
    if (x.rows() != window.inputs()) {
      throw new IllegalArgumentException(
          operator.label()
              + ": rows of X ("
              + x.rows()
              + ") must equal channels * height * width ("
              + window.channels()
              + " * "
              + window.height()
              + " * "
              + window.width()
              + ")");
    }
  }

  static void divides(Operator operator, String name, int count, Variable x) {
    if (count < 1 || x.columns() % count != 0) {
      throw new IllegalArgumentException(
          operator.label()
              + ": "
              + name
              + " ("
              + count
              + ") must divide the columns; X is "
              + x.shape());
    }
  }

  static void tokens(Variable table, int[] tokens, int count) {
    if (count < 0 || tokens.length < count) {
      throw new IllegalArgumentException(
          "embedding: count ("
              + count
              + ") must be between 0 and the number of tokens ("
              + tokens.length
              + ")");
    }
    for (int j = 0; j < count; j++) {
      if (tokens[j] < 0 || tokens[j] >= table.rows()) {
        throw new IllegalArgumentException(
            "embedding: tokens["
                + j
                + "] ("
                + tokens[j]
                + ") must be between 0 and "
                + (table.rows() - 1)
                + "; the table is "
                + table.shape());
      }
    }
  }

  static void labels(
      Variable logits, int[] labels, float smoothing, boolean ignoring, int ignored) {
    if (!(smoothing >= 0 && smoothing < 1)) {
      throw new IllegalArgumentException(
          "crossEntropy: smoothing (" + smoothing + ") must be in [0, 1)");
    }
    if (labels.length < logits.columns()) {
      throw new IllegalArgumentException(
          "crossEntropy: number of labels ("
              + labels.length
              + ") must be at least the number of samples ("
              + logits.columns()
              + "); logits are "
              + logits.shape());
    }
    for (int j = 0; j < logits.columns(); j++) {
      if (ignoring && labels[j] == ignored) {
        continue;
      }
      if (labels[j] < 0 || labels[j] >= logits.rows()) {
        throw new IllegalArgumentException(
            "crossEntropy: labels["
                + j
                + "] ("
                + labels[j]
                + ") must be between 0 and "
                + (logits.rows() - 1)
                + "; logits are "
                + logits.shape());
      }
    }
  }
}
