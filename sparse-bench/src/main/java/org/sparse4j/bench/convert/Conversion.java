package org.sparse4j.bench.convert;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.sparse4j.bench.console.Failure;
import org.sparse4j.bench.weights.WeightSource;
import org.sparse4j.bench.weights.WeightSource.Tensor;
import org.sparse4j.format.CompressedMatrix;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.SparseMatrix;

/** One run of {@code convert}: which tensors are turned, which are copied, and what came out. */
final class Conversion {
  private final WeightSource source;
  private final NameFilter filter;
  private final TargetFormat format;
  private final List<Converted> converted = new ArrayList<>();
  private int copied;

  Conversion(WeightSource source, NameFilter filter, TargetFormat format) {
    this.source = source;
    this.filter = filter;
    this.format = format;
  }

  /**
   * Turns the chosen matrices.
   *
   * @param target receives them
   * @param others whether the other tensors go along as they are
   * @throws Failure if no tensor is chosen, or one does not fit the format
   * @throws IOException if the source is damaged
   */
  void run(WeightTarget target, boolean others) throws IOException {
    List<Tensor> tensors = source.tensors();
    Set<Tensor> chosen = chosen(tensors);
    target.begin(chosen.size());
    for (Tensor tensor : tensors) {
      if (chosen.contains(tensor)) {
        turn(tensor, target);
      } else if (others) {
        copy(tensor, target);
        copied++;
      }
    }
  }

  private Set<Tensor> chosen(List<Tensor> tensors) {
    Set<Tensor> chosen = new HashSet<>();
    for (Tensor tensor : tensors) {
      boolean wanted = filter.isNarrow() ? tensor.shape().size() == 2 : tensor.weight();
      if (wanted && filter.matches(tensor.name())) {
        chosen.add(tensor);
      }
    }
    if (chosen.isEmpty()) {
      List<String> names = tensors.stream().map(Tensor::name).limit(8).toList();
      throw Failure.input(
          "no matrix is chosen; the file holds "
              + tensors.size()
              + " tensors"
              + (names.isEmpty() ? "" : ": " + String.join(", ", names))
              + (tensors.size() > names.size() ? ", ..." : ""));
    }
    return chosen;
  }

  private void turn(Tensor tensor, WeightTarget target) throws IOException {
    if (source.compressed(tensor) instanceof SparseMatrix sparse
        && turned(tensor, sparse, target)) {
      return;
    }
    DenseMatrix dense = source.dense(tensor);
    if (format.isDense()) {
      long bytes = 4L * dense.rows() * dense.columns();
      target.add(tensor.name(), dense);
      add(tensor, dense, "F32", (long) dense.rows() * dense.columns(), bytes, 0);
      return;
    }
    CompressedMatrix matrix;
    try {
      matrix = format.convert(dense);
    } catch (IllegalArgumentException e) {
      throw Failure.input(tensor.name() + ": " + e.getMessage(), e);
    }
    target.add(tensor.name(), matrix);
    add(
        tensor,
        dense,
        matrix.format(),
        matrix.parameterCount(),
        matrix.bytes(),
        error(dense, matrix.toDense()));
  }

  /** Turns a sparse matrix whose dense form is not needed, and may be too large. */
  private boolean turned(Tensor tensor, SparseMatrix sparse, WeightTarget target) {
    CompressedMatrix matrix;
    try {
      matrix = format.convert(sparse);
    } catch (IllegalArgumentException e) {
      throw Failure.input(tensor.name() + ": " + e.getMessage(), e);
    }
    if (!(matrix instanceof SparseMatrix stored)) {
      return false;
    }
    target.add(tensor.name(), matrix);
    CsrMatrix wanted = sparse.toCsr();
    double norm = norm(wanted);
    double difference = norm(wanted.add(stored.toCsr().scale(-1)));
    converted.add(
        new Converted(
            tensor.name(),
            sparse.rows(),
            sparse.columns(),
            tensor.format(),
            matrix.format(),
            matrix.parameterCount(),
            tensor.bytes(),
            matrix.bytes(),
            norm == 0 ? 0 : difference / norm));
    return true;
  }

  private static double norm(CsrMatrix matrix) {
    double sum = 0;
    for (float value : matrix.values().toFloats()) {
      sum += (double) value * value;
    }
    return Math.sqrt(sum);
  }

  private void add(
      Tensor tensor, DenseMatrix dense, String to, long parameters, long bytes, double error) {
    converted.add(
        new Converted(
            tensor.name(),
            dense.rows(),
            dense.columns(),
            tensor.format(),
            to,
            parameters,
            tensor.bytes(),
            bytes,
            error));
  }

  private void copy(Tensor tensor, WeightTarget target) throws IOException {
    CompressedMatrix matrix = source.compressed(tensor);
    if (matrix != null) {
      target.add(tensor.name(), matrix);
    } else {
      target.add(tensor.name(), source.raw(tensor));
    }
  }

  private static double error(DenseMatrix wanted, DenseMatrix got) {
    double difference = 0;
    double norm = 0;
    float[] a = new float[wanted.columns()];
    float[] b = new float[wanted.columns()];
    for (int i = 0; i < wanted.rows(); i++) {
      wanted.getRow(i, a, 0);
      got.getRow(i, b, 0);
      for (int j = 0; j < a.length; j++) {
        difference += Math.pow((double) a[j] - b[j], 2);
        norm += (double) a[j] * a[j];
      }
    }
    return norm == 0 ? 0 : Math.sqrt(difference / norm);
  }

  /** Returns what became of the chosen matrices, in the order of the file. */
  List<Converted> converted() {
    return List.copyOf(converted);
  }

  /** Returns how many tensors were copied as they are. */
  int copied() {
    return copied;
  }
}
