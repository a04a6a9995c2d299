package com.example.files;

import java.util.Objects;
import org.sparse4j.format.FloatValues;
import org.sparse4j.format.Pattern;
import org.sparse4j.format.SparseMatrix;
import org.sparse4j.format.Values;

/** A user's own format: a square matrix with one diagonal, {@code shift} columns to the right. */
public final class DiagonalMatrix implements SparseMatrix {

  private final Diagonal pattern;
  private final Values values;

  DiagonalMatrix(int size, int shift, Values values) {
    this.pattern = new Diagonal(size, shift);
    this.values = Objects.requireNonNull(values);
    if (shift < 0 || shift > size || values.length() != size - shift) {
      throw new IllegalArgumentException(
          "DiagonalMatrix: shift (" + shift + ") and values (" + values.length() + ") do not fit");
    }
  }

  /** Returns a matrix on numbers. */
  public static DiagonalMatrix of(int shift, float... numbers) {
    return new DiagonalMatrix(numbers.length + shift, shift, FloatValues.wrap(numbers));
  }

  /** Positions (i, i + shift). */
  record Diagonal(int size, int shift) implements Pattern {
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
      return (long) size - shift;
    }

    @Override
    public void forEach(Visitor visitor) {
      for (int i = 0; i < size - shift; i++) {
        visitor.visit(i, i, i + shift);
      }
    }

    @Override
    public long bytes() {
      return 8;
    }
  }

  @Override
  public Diagonal pattern() {
    return pattern;
  }

  @Override
  public Values values() {
    return values;
  }

  @Override
  public String format() {
    return "diagonal";
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof DiagonalMatrix matrix
        && pattern.equals(matrix.pattern)
        && values.equals(matrix.values);
  }

  @Override
  public int hashCode() {
    return pattern.hashCode();
  }
}
