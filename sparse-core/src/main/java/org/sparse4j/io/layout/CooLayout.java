package org.sparse4j.io.layout;

import java.io.IOException;
import org.sparse4j.format.CooMatrix;
import org.sparse4j.format.CooPattern;

/** Coordinates: {@code row_indices}, {@code column_indices}, {@code values}. */
final class CooLayout implements MatrixLayout<CooMatrix> {

  @Override
  public String format() {
    return "coo";
  }

  @Override
  public Class<CooMatrix> type() {
    return CooMatrix.class;
  }

  @Override
  public void write(CooMatrix matrix, MatrixParts parts) {
    CooPattern pattern = matrix.pattern();
    parts
        .ints("row_indices", pattern.rowIndices())
        .ints("column_indices", pattern.columnIndices())
        .values("values", matrix.values());
  }

  @Override
  public CooMatrix read(StoredParts parts) throws IOException {
    long nnz = parts.length("values");
    int[] rows = parts.ints("row_indices", nnz, "the length of the values");
    int[] columns = parts.ints("column_indices", nnz, "the length of the values");
    CooPattern pattern = CooPattern.copyOf(parts.rows(), parts.columns(), rows, columns);
    return CooMatrix.of(pattern, parts.values("values"));
  }
}
