package org.sparse4j.io.layout;

import java.io.IOException;
import org.sparse4j.format.CondensedMatrix;
import org.sparse4j.format.CondensedPattern;

/**
 * Constant fan-in: {@code active_rows}, {@code column_indices}, {@code values}, entry {@code
 * fan_in}.
 */
final class CondensedLayout implements MatrixLayout<CondensedMatrix> {

  @Override
  public String format() {
    return "condensed";
  }

  @Override
  public Class<CondensedMatrix> type() {
    return CondensedMatrix.class;
  }

  @Override
  public void write(CondensedMatrix matrix, MatrixParts parts) {
    CondensedPattern pattern = matrix.pattern();
    parts
        .entry("fan_in", pattern.fanIn())
        .ints("active_rows", pattern.activeRows())
        .ints("column_indices", pattern.columnIndices())
        .values("values", matrix.values());
  }

  @Override
  public CondensedMatrix read(StoredParts parts) throws IOException {
    int fanIn = parts.number("fan_in", 0, parts.columns());
    int[] active = parts.ints("active_rows");
    long nnz = (long) active.length * fanIn;
    int[] indices = parts.ints("column_indices", nnz, "active rows * fan_in");
    CondensedPattern pattern =
        CondensedPattern.copyOf(parts.rows(), parts.columns(), fanIn, active, indices);
    return CondensedMatrix.of(pattern, parts.values("values", nnz, "active rows * fan_in"));
  }
}
