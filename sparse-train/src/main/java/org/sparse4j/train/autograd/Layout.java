package org.sparse4j.train.autograd;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.sparse4j.format.DenseMatrix;

/**
 * Other orders of the same numbers, and the mean over tokens. The entry's {@code from} is the
 * number of positions or tokens of a sample, written P; d counts features and b samples.
 */
enum Layout implements Operator {
  /** {@code (d, p B + b)} to {@code (d P + p, b)}. */
  POSITIONS_TO_ROWS("positionsToRows"),
  /** {@code (d, p B + b)} to {@code (d, b P + p)}. */
  POSITIONS_TO_TOKENS("positionsToTokens"),
  /** {@code (d, b P + p)} to {@code (p, b D + d)}. */
  TRANSPOSE_TOKENS("transposeTokens"),
  /** {@code (d, b P + p)} to the mean over p at {@code (d, b)}. */
  MEAN_TOKENS("meanTokens");

  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;

  private final String label;

  Layout(String label) {
    this.label = label;
  }

  @Override
  public String label() {
    return label;
  }

  @Override
  public void forward(Entry e) {
    DenseMatrix x = e.value(0);
    DenseMatrix y = e.output();
    switch (this) {
      case POSITIONS_TO_ROWS -> spread(x, y, e.from, false);
      case POSITIONS_TO_TOKENS -> swap(x, y, e.from, x.columns() / e.from);
      case TRANSPOSE_TOKENS -> transpose(x, y, e.from);
      case MEAN_TOKENS -> mean(x, y, e.from);
    }
  }

  @Override
  public void backward(Entry e) {
    DenseMatrix dy = e.outputGradient();
    DenseMatrix dx = e.gradientTarget(0);
    switch (this) {
      case POSITIONS_TO_ROWS -> spread(dx, dy, e.from, true);
      case POSITIONS_TO_TOKENS -> swap(dy, dx, dy.columns() / e.from, e.from);
      case TRANSPOSE_TOKENS -> transpose(dy, dx, dx.rows());
      case MEAN_TOKENS -> share(dy, dx, e.from);
    }
    e.gradientWritten(0);
  }

  /** Between one row of all positions and a row a position; {@code back} from rows to positions. */
  private static void spread(DenseMatrix whole, DenseMatrix rows, int positions, boolean back) {
    int batch = rows.columns();
    for (int d = 0; d < whole.rows(); d++) {
      for (int p = 0; p < positions; p++) {
        long one = (long) d * whole.stride() + (long) p * batch;
        long other = ((long) d * positions + p) * rows.stride();
        if (back) {
          Runs.copy(rows.segment(), other, whole.segment(), one, batch);
        } else {
          Runs.copy(whole.segment(), one, rows.segment(), other, batch);
        }
      }
    }
  }

  /** Transposes every row, taken as {@code outer x inner}. */
  private static void swap(DenseMatrix from, DenseMatrix to, int outer, int inner) {
    for (int d = 0; d < from.rows(); d++) {
      Runs.transpose(
          from.segment(),
          (long) d * from.stride(),
          to.segment(),
          (long) d * to.stride(),
          outer,
          inner);
    }
  }

  /** {@code (d, b P + p)} to {@code (p, b D + d)}, in tiles that stay in the first-level cache. */
  private static void transpose(DenseMatrix from, DenseMatrix to, int tokens) {
    MemorySegment source = from.segment();
    MemorySegment target = to.segment();
    int features = from.rows();
    int batch = from.columns() / tokens;
    for (int b = 0; b < batch; b++) {
      for (int d0 = 0; d0 < features; d0 += 16) {
        for (int p = 0; p < tokens; p++) {
          long row = (long) p * to.stride() + (long) b * features;
          long column = (long) b * tokens + p;
          for (int d = d0; d < Math.min(features, d0 + 16); d++) {
            float value = source.getAtIndex(FLOAT, (long) d * from.stride() + column);
            target.setAtIndex(FLOAT, row + d, value);
          }
        }
      }
    }
  }

  private static void mean(DenseMatrix x, DenseMatrix y, int tokens) {
    MemorySegment source = x.segment();
    for (int d = 0; d < x.rows(); d++) {
      for (int b = 0; b < y.columns(); b++) {
        long start = (long) d * x.stride() + (long) b * tokens;
        float sum = 0;
        for (int p = 0; p < tokens; p++) {
          sum += source.getAtIndex(FLOAT, start + p);
        }
        y.segment().setAtIndex(FLOAT, (long) d * y.stride() + b, sum / tokens);
      }
    }
  }

  private static void share(DenseMatrix dy, DenseMatrix dx, int tokens) {
    for (int d = 0; d < dx.rows(); d++) {
      for (int b = 0; b < dy.columns(); b++) {
        float slope = dy.segment().getAtIndex(FLOAT, (long) d * dy.stride() + b) / tokens;
        Runs.fill(slope, dx.segment(), (long) d * dx.stride() + (long) b * tokens, tokens);
      }
    }
  }
}
