package org.sparse4j.io.layout;

import java.io.IOException;
import org.sparse4j.format.VnmMatrix;
import org.sparse4j.format.VnmPattern;
import org.sparse4j.mask.VnmStructure;

/**
 * V:N:M: {@code kept_columns} of each block of rows, {@code values}, entries {@code v}, {@code n}
 * and {@code m}.
 */
final class VnmLayout implements MatrixLayout<VnmMatrix> {

  @Override
  public String format() {
    return "v:n:m";
  }

  @Override
  public Class<VnmMatrix> type() {
    return VnmMatrix.class;
  }

  @Override
  public void write(VnmMatrix matrix, MatrixParts parts) {
    VnmPattern pattern = matrix.pattern();
    parts
        .entry("v", pattern.structure().v())
        .entry("n", pattern.structure().n())
        .entry("m", pattern.structure().m())
        .ints("kept_columns", pattern.keptColumns())
        .values("values", matrix.values());
  }

  @Override
  public VnmMatrix read(StoredParts parts) throws IOException {
    int v = parts.number("v", 1, Integer.MAX_VALUE);
    int m = parts.number("m", 1, Integer.MAX_VALUE);
    VnmStructure structure = new VnmStructure(v, parts.number("n", 1, m), m);
    VnmPattern pattern =
        VnmPattern.copyOf(parts.rows(), parts.columns(), structure, parts.ints("kept_columns"));
    return VnmMatrix.of(
        pattern, parts.values("values", pattern.nnz(), "rows * columns of a block"));
  }
}
