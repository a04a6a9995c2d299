package org.sparse4j.io.layout;

import java.io.IOException;
import org.sparse4j.format.NmMatrix;
import org.sparse4j.format.NmPattern;
import org.sparse4j.mask.NmStructure;

/** N:M: {@code codes} as U8, {@code values}, entries {@code n} and {@code m}. */
final class NmLayout implements MatrixLayout<NmMatrix> {

  @Override
  public String format() {
    return "n:m";
  }

  @Override
  public Class<NmMatrix> type() {
    return NmMatrix.class;
  }

  @Override
  public void write(NmMatrix matrix, MatrixParts parts) {
    NmPattern pattern = matrix.pattern();
    parts
        .entry("n", pattern.structure().n())
        .entry("m", pattern.structure().m())
        .bytes("codes", pattern.codes())
        .values("values", matrix.values());
  }

  @Override
  public NmMatrix read(StoredParts parts) throws IOException {
    int m = parts.number("m", 1, 32);
    NmStructure structure = new NmStructure(parts.number("n", 1, m), m);
    NmPattern pattern =
        NmPattern.copyOf(
            parts.rows(),
            parts.columns(),
            structure,
            parts.bytes("codes", StoredParts.ANY_LENGTH, ""));
    return NmMatrix.of(pattern, parts.values("values", pattern.nnz(), "rows * positions of a row"));
  }
}
