package org.sparse4j.kernels.structured;

import java.util.ArrayList;
import java.util.List;
import org.sparse4j.format.CompressedMatrix;
import org.sparse4j.format.FloatValues;
import org.sparse4j.format.Values;
import org.sparse4j.kernels.operation.LinearOperator;

/** What the operators of our structures share: shape and parameters. */
abstract class MatrixOperator implements LinearOperator {

  private final CompressedMatrix matrix;
  private final List<FloatValues> parameters;

  MatrixOperator(CompressedMatrix matrix) {
    this(matrix, floats(matrix.parameters()));
  }

  MatrixOperator(CompressedMatrix matrix, List<FloatValues> parameters) {
    this.matrix = matrix;
    this.parameters = parameters;
  }

  private static List<FloatValues> floats(List<Values> values) {
    List<FloatValues> floats = new ArrayList<>();
    for (Values each : values) {
      floats.add((FloatValues) each);
    }
    return List.copyOf(floats);
  }

  @Override
  public final int rows() {
    return matrix.rows();
  }

  @Override
  public final int columns() {
    return matrix.columns();
  }

  @Override
  public final List<FloatValues> parameters() {
    return parameters;
  }

  @Override
  public final String toString() {
    return "operator of " + matrix;
  }
}
