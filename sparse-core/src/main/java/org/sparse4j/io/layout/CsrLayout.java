package org.sparse4j.io.layout;

import java.io.IOException;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.CsrPattern;
import org.sparse4j.format.Values;

/** CSR: {@code row_pointers}, {@code column_indices}, {@code values}. */
final class CsrLayout implements MatrixLayout<CsrMatrix> {

  @Override
  public String format() {
    return "csr";
  }

  @Override
  public Class<CsrMatrix> type() {
    return CsrMatrix.class;
  }

  @Override
  public void write(CsrMatrix matrix, MatrixParts parts) {
    parts
        .ints("row_pointers", matrix.pattern().rowPointers())
        .ints("column_indices", matrix.pattern().columnIndices())
        .values("values", matrix.values());
  }

  @Override
  public CsrMatrix read(StoredParts parts) throws IOException {
    int[] pointers = parts.ints("row_pointers", parts.rows() + 1L, "rows + 1");
    int[] indices =
        parts.ints("column_indices", parts.length("values"), "the length of the values");
    CsrPattern pattern = CsrPattern.copyOf(parts.rows(), parts.columns(), pointers, indices);
    Values values = parts.values("values");
    return CsrMatrix.of(pattern, values);
  }
}
