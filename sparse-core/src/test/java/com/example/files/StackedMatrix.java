package com.example.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;
import java.util.ArrayList;
import java.util.List;
import org.sparse4j.format.CompressedMatrix;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.Values;
import org.sparse4j.io.layout.MatrixLayout;
import org.sparse4j.io.layout.MatrixParts;
import org.sparse4j.io.layout.StoredParts;

/**
 * A user's own matrix without positions: others of the same width, one below the other, and an
 * array of every type, to be stored.
 */
public record StackedMatrix(List<CompressedMatrix> matrices, int columns)
    implements CompressedMatrix {

  @Override
  public int rows() {
    return matrices.stream().mapToInt(CompressedMatrix::rows).sum();
  }

  @Override
  public String format() {
    return "stacked";
  }

  @Override
  public List<Values> parameters() {
    return matrices.stream().flatMap(matrix -> matrix.parameters().stream()).toList();
  }

  @Override
  public long bytes() {
    return matrices.stream().mapToLong(CompressedMatrix::bytes).sum();
  }

  @Override
  public DenseMatrix toDense() {
    throw new UnsupportedOperationException("not needed here");
  }

  @Override
  public void validate() {
    matrices.forEach(CompressedMatrix::validate);
  }

  /** Stores the parts as {@code part0}, {@code part1} and so on. */
  public static final class Layout implements MatrixLayout<StackedMatrix> {

    @Override
    public String format() {
      return "stacked";
    }

    @Override
    public int version() {
      return 3;
    }

    @Override
    public Class<StackedMatrix> type() {
      return StackedMatrix.class;
    }

    @Override
    public void write(StackedMatrix matrix, MatrixParts parts) {
      for (int i = 0; i < matrix.matrices().size(); i++) {
        parts.matrix("part" + i, matrix.matrices().get(i));
      }
      int rows = matrix.rows();
      parts
          .bytes("b", ByteBuffer.wrap(new byte[] {(byte) rows}))
          .shorts("s", ShortBuffer.wrap(new short[] {(short) rows, -2}))
          .chars("c", CharBuffer.wrap(new char[] {(char) rows, '\uffff'}))
          .longs("l", LongBuffer.wrap(new long[] {rows, Long.MIN_VALUE}))
          .floats("f", FloatBuffer.wrap(new float[] {rows, -0f}));
    }

    @Override
    public StackedMatrix read(StoredParts parts) throws IOException {
      List<CompressedMatrix> matrices = new ArrayList<>();
      for (String part : parts.matrices()) {
        matrices.add(parts.matrix(part));
      }
      int rows = parts.rows();
      if (parts.bytes("b", 1, "one")[0] != (byte) rows
          || parts.shorts("s", 2, "two")[1] != -2
          || parts.chars("c", 2, "two")[1] != '\uffff'
          || parts.longs("l", 2, "two")[0] != rows
          || parts.floats("f", 2, "two")[0] != rows) {
        throw new IllegalArgumentException("StackedMatrix: the arrays do not fit");
      }
      return new StackedMatrix(matrices, parts.columns());
    }
  }
}
