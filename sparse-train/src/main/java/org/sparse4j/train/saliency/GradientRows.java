package org.sparse4j.train.saliency;

import org.sparse4j.format.DenseMatrix;
import org.sparse4j.memory.Memory;
import org.sparse4j.train.layer.LayerView;

/**
 * Walks over the dense gradient of the last backward pass, some rows at a time, so that it is never
 * in memory as a whole; {@code 2 rows columns batch} operations and one tile.
 */
public final class GradientRows {

  /** 256 KiB: stays in the second-level cache between the product and whoever reads it. */
  private static final int TILE = 1 << 16;

  /** Fewer rows would leave the register tiles of the product half empty. */
  private static final int LEAST_ROWS = 16;

  private GradientRows() {}

  /** Takes one row. */
  @FunctionalInterface
  public interface Visitor {
    /**
     * Looks at a row.
     *
     * @param row number of the row
     * @param gradient its numbers; overwritten by the next row
     */
    void row(int row, float[] gradient);
  }

  /**
   * Shows every row of the gradient, in order.
   *
   * @param layer the layer after a backward pass
   * @param visitor what looks at the rows
   * @throws IllegalStateException if there was no backward pass, or its operands are gone
   */
  public static void forEach(LayerView layer, Visitor visitor) {
    int rows = layer.pattern().rows();
    int columns = layer.pattern().columns();
    if (rows == 0 || columns == 0) {
      return;
    }
    int tileRows = Math.min(rows, Math.max(LEAST_ROWS, TILE / columns));
    float[] row = new float[columns];
    try (Memory.Scope scope = Memory.scope()) {
      DenseMatrix tile = DenseMatrix.zeros(scope, tileRows, columns);
      for (int from = 0; from < rows; from += tileRows) {
        int to = Math.min(rows, from + tileRows);
        DenseMatrix part = tile.rows(0, to - from);
        layer.gradientRows(from, to, part);
        for (int i = from; i < to; i++) {
          part.getRow(i - from, row, 0);
          visitor.row(i, row);
        }
      }
    }
  }
}
