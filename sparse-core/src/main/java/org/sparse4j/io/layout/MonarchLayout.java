package org.sparse4j.io.layout;

import java.io.IOException;
import org.sparse4j.format.FloatValues;
import org.sparse4j.structured.MonarchMatrix;
import org.sparse4j.structured.MonarchShape;

/**
 * Monarch: {@code first} of shape (k, q, p) and {@code second} of shape (l, s, r), entries {@code
 * first_blocks} (k), {@code first_rows} (q), {@code first_columns} (p), likewise {@code second_...}
 * (l, s, r), and {@code transposed} ({@code yes} or {@code no}).
 */
final class MonarchLayout implements MatrixLayout<MonarchMatrix> {

  @Override
  public String format() {
    return "monarch";
  }

  @Override
  public Class<MonarchMatrix> type() {
    return MonarchMatrix.class;
  }

  @Override
  public void write(MonarchMatrix matrix, MatrixParts parts) {
    MonarchShape shape = matrix.shape();
    parts
        .entry("first_blocks", shape.firstBlocks())
        .entry("first_rows", shape.firstRows())
        .entry("first_columns", shape.firstColumns())
        .entry("second_blocks", shape.secondBlocks())
        .entry("second_rows", shape.secondRows())
        .entry("second_columns", shape.secondColumns())
        .entry("transposed", matrix.isTransposed() ? "yes" : "no")
        .values("first", matrix.first())
        .values("second", matrix.second());
  }

  @Override
  public MonarchMatrix read(StoredParts parts) throws IOException {
    MonarchShape shape =
        new MonarchShape(
            size(parts, "first_blocks"),
            size(parts, "first_rows"),
            size(parts, "first_columns"),
            size(parts, "second_blocks"),
            size(parts, "second_rows"),
            size(parts, "second_columns"));
    return MonarchMatrix.of(
        parts.rows(),
        parts.columns(),
        shape,
        parts.choice("transposed", "no", "yes") == 1,
        FloatValues.wrap(parts.floats("first")),
        FloatValues.wrap(parts.floats("second")));
  }

  private static int size(StoredParts parts, String key) throws IOException {
    return parts.number(key, 0, Integer.MAX_VALUE);
  }
}
