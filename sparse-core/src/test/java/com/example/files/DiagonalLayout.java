package com.example.files;

import java.io.IOException;
import org.sparse4j.io.layout.MatrixLayout;
import org.sparse4j.io.layout.MatrixParts;
import org.sparse4j.io.layout.StoredParts;

/** A user's own layout: {@code values} and the entry {@code shift}. */
public final class DiagonalLayout implements MatrixLayout<DiagonalMatrix> {

  @Override
  public String format() {
    return "diagonal";
  }

  @Override
  public Class<DiagonalMatrix> type() {
    return DiagonalMatrix.class;
  }

  @Override
  public void write(DiagonalMatrix matrix, MatrixParts parts) {
    parts.entry("shift", matrix.pattern().shift()).values("values", matrix.values());
  }

  @Override
  public DiagonalMatrix read(StoredParts parts) throws IOException {
    int shift = parts.number("shift", 0, parts.rows());
    return new DiagonalMatrix(
        parts.rows(), shift, parts.values("values", parts.rows() - (long) shift, "rows - shift"));
  }
}
