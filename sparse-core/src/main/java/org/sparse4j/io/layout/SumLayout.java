package org.sparse4j.io.layout;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.List;
import org.sparse4j.format.CompressedMatrix;
import org.sparse4j.structured.SumMatrix;

/**
 * Sum: the matrices {@code 0}, {@code 1} and so on, each times its number in {@code coefficients}.
 */
final class SumLayout implements MatrixLayout<SumMatrix> {

  @Override
  public String format() {
    return "sum";
  }

  @Override
  public Class<SumMatrix> type() {
    return SumMatrix.class;
  }

  @Override
  public void write(SumMatrix matrix, MatrixParts parts) {
    float[] coefficients = new float[matrix.parts().size()];
    for (int i = 0; i < coefficients.length; i++) {
      coefficients[i] = matrix.coefficient(i);
    }
    parts.floats("coefficients", FloatBuffer.wrap(coefficients));
    Sequences.write(matrix.parts(), parts);
  }

  @Override
  public SumMatrix read(StoredParts parts) throws IOException {
    List<CompressedMatrix> matrices = Sequences.read(parts);
    float[] coefficients = parts.floats("coefficients", matrices.size(), "number of matrices");
    return SumMatrix.of(matrices, coefficients);
  }
}
