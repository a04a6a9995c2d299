package org.sparse4j.kernels.structured;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.sparse4j.format.CompressedMatrix;
import org.sparse4j.format.FloatValues;
import org.sparse4j.kernels.operation.LinearOperator;

/** The operators of a composition and where the gradients of each lie. */
final class Parts {

  private final List<LinearOperator> operators = new ArrayList<>();
  private final List<Window> windows = new ArrayList<>();
  private final List<FloatValues> parameters = new ArrayList<>();

  Parts(
      List<? extends CompressedMatrix> matrices,
      Function<CompressedMatrix, LinearOperator> operator) {
    for (CompressedMatrix matrix : matrices) {
      LinearOperator part = operator.apply(matrix);
      List<FloatValues> own = part.parameters();
      operators.add(part);
      windows.add(new Window(parameters.size(), own.size()));
      parameters.addAll(own);
    }
  }

  int count() {
    return operators.size();
  }

  LinearOperator get(int index) {
    return operators.get(index);
  }

  boolean trains(int index) {
    return windows.get(index).size() > 0;
  }

  List<FloatValues> window(int index, List<FloatValues> gradients) {
    return windows.get(index).on(gradients);
  }

  List<FloatValues> parameters() {
    return List.copyOf(parameters);
  }
}
