package org.sparse4j.io.layout;

import java.io.IOException;
import org.sparse4j.structured.PermutationMatrix;

/** Permutation: {@code sources}, where each row comes from. */
final class PermutationLayout implements MatrixLayout<PermutationMatrix> {

  @Override
  public String format() {
    return "permutation";
  }

  @Override
  public Class<PermutationMatrix> type() {
    return PermutationMatrix.class;
  }

  @Override
  public void write(PermutationMatrix matrix, MatrixParts parts) {
    parts.ints("sources", matrix.sources());
  }

  @Override
  public PermutationMatrix read(StoredParts parts) throws IOException {
    return PermutationMatrix.copyOf(parts.ints("sources", parts.rows(), "rows"));
  }
}
