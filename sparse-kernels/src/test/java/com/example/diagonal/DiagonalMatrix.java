package com.example.diagonal;

import org.sparse4j.format.FloatValues;
import org.sparse4j.format.Pattern;
import org.sparse4j.format.SparseMatrix;

/** A user's own format: a square matrix that stores its diagonal alone. */
final class DiagonalMatrix implements SparseMatrix {

  private final FloatValues diagonal;

  DiagonalMatrix(float... diagonal) {
    this.diagonal = FloatValues.copyOf(diagonal);
  }

  /** Position k is (k, k). */
  private record DiagonalPattern(int size) implements Pattern {
    @Override
    public int rows() {
      return size;
    }

    @Override
    public int columns() {
      return size;
    }

    @Override
    public long nnz() {
      return size;
    }

    @Override
    public long bytes() {
      return 0;
    }

    @Override
    public void forEach(Visitor visitor) {
      for (int k = 0; k < size; k++) {
        visitor.visit(k, k, k);
      }
    }
  }

  @Override
  public Pattern pattern() {
    return new DiagonalPattern(diagonal.length());
  }

  @Override
  public FloatValues values() {
    return diagonal;
  }

  @Override
  public String format() {
    return "diagonal";
  }
}
