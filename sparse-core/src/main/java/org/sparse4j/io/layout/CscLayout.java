package org.sparse4j.io.layout;

import java.io.IOException;
import org.sparse4j.format.CscMatrix;
import org.sparse4j.format.CscPattern;

/** CSC: {@code column_pointers}, {@code row_indices}, {@code values}. */
final class CscLayout implements MatrixLayout<CscMatrix> {

  @Override
  public String format() {
    return "csc";
  }

  @Override
  public Class<CscMatrix> type() {
    return CscMatrix.class;
  }

  @Override
  public void write(CscMatrix matrix, MatrixParts parts) {
    CscPattern pattern = matrix.pattern();
    parts
        .ints("column_pointers", pattern.columnPointers())
        .ints("row_indices", pattern.rowIndices())
        .values("values", matrix.values());
  }

  @Override
  public CscMatrix read(StoredParts parts) throws IOException {
    int[] pointers = parts.ints("column_pointers", parts.columns() + 1L, "columns + 1");
    int[] indices = parts.ints("row_indices", parts.length("values"), "the length of the values");
    CscPattern pattern = CscPattern.copyOf(parts.rows(), parts.columns(), pointers, indices);
    return CscMatrix.of(pattern, parts.values("values"));
  }
}
