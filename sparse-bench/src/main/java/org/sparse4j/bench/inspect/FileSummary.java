package org.sparse4j.bench.inspect;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.sparse4j.bench.weights.WeightFiles;
import org.sparse4j.bench.weights.WeightSource;
import org.sparse4j.bench.weights.WeightSource.Tensor;
import org.sparse4j.format.CompressedMatrix;
import org.sparse4j.format.CsrPattern;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.Pattern;
import org.sparse4j.format.SparseMatrix;
import org.sparse4j.mask.Mask;

/**
 * What a file holds.
 *
 * @param file the file as it was named
 * @param kind for example {@code safetensors} or {@code Matrix Market}
 * @param bytes its size
 * @param matrices matrices in a format of ours, and dense tensors of two dimensions with more than
 *     one row
 * @param tensors the other tensors
 * @param metadata texts by key, those that describe matrices left out
 */
record FileSummary(
    Path file,
    String kind,
    long bytes,
    List<Matrix> matrices,
    List<Tensor> tensors,
    Map<String, String> metadata) {

  private static final Set<String> READABLE = Set.of("F32", "F64", "F16", "BF16");

  FileSummary {
    matrices = List.copyOf(matrices);
    tensors = List.copyOf(tensors);
    metadata = new TreeMap<>(metadata);
  }

  /**
   * One matrix.
   *
   * @param name its name in the file
   * @param format for example CSR, or the element type of a dense tensor
   * @param rows outputs
   * @param columns inputs
   * @param stored stored numbers of a matrix of ours, values that are not zero of a dense one
   * @param bytes bytes in the file
   * @param pattern where they are, or null if every value of a dense tensor counts, or the matrix
   *     is computed from its numbers
   */
  record Matrix(
      String name,
      String format,
      int rows,
      int columns,
      long stored,
      long bytes,
      @Nullable Pattern pattern) {
    double density() {
      long size = (long) rows * columns;
      return size == 0 ? 0 : (double) stored / size;
    }
  }

  /**
   * Reads and checks a whole file.
   *
   * @throws IOException if it is missing, damaged or of no known kind
   */
  static FileSummary of(Path file) throws IOException {
    try (WeightSource source = WeightFiles.open(file)) {
      List<Matrix> matrices = new ArrayList<>();
      List<Tensor> tensors = new ArrayList<>();
      for (Tensor tensor : source.tensors()) {
        CompressedMatrix matrix = source.compressed(tensor);
        boolean wide = tensor.shape().size() == 2 && tensor.shape().getFirst() > 1;
        if (matrix != null) {
          matrices.add(matrix(tensor, matrix));
        } else if (wide && READABLE.contains(tensor.format())) {
          matrices.add(dense(tensor, source.dense(tensor)));
        } else {
          tensors.add(tensor);
        }
      }
      matrices.sort((a, b) -> compareNames(a.name(), b.name()));
      return new FileSummary(
          file, source.kind(), Files.size(file), matrices, tensors, source.metadata());
    }
  }

  private static Matrix matrix(Tensor tensor, CompressedMatrix matrix) {
    Pattern pattern = matrix instanceof SparseMatrix sparse ? sparse.pattern() : null;
    return new Matrix(
        tensor.name(),
        matrix.format(),
        matrix.rows(),
        matrix.columns(),
        pattern == null ? matrix.parameterCount() : pattern.nnz(),
        tensor.bytes(),
        pattern);
  }

  private static Matrix dense(Tensor tensor, DenseMatrix matrix) {
    Mask mask = Mask.of(matrix.rows(), matrix.columns(), (i, j) -> matrix.get(i, j) != 0);
    long stored = mask.count();
    boolean full = stored == (long) matrix.rows() * matrix.columns();
    return new Matrix(
        tensor.name(),
        tensor.format(),
        matrix.rows(),
        matrix.columns(),
        stored,
        tensor.bytes(),
        full ? null : CsrPattern.of(mask));
  }

  /** Puts 2.weight before 10.weight. */
  private static int compareNames(String a, String b) {
    String[] left = a.split("(?<=\\D)(?=\\d)|(?<=\\d)(?=\\D)", -1);
    String[] right = b.split("(?<=\\D)(?=\\d)|(?<=\\d)(?=\\D)", -1);
    for (int i = 0; i < Math.min(left.length, right.length); i++) {
      boolean numbers = left[i].matches("\\d{1,9}") && right[i].matches("\\d{1,9}");
      int order =
          numbers
              ? Integer.compare(Integer.parseInt(left[i]), Integer.parseInt(right[i]))
              : left[i].compareTo(right[i]);
      if (order != 0) {
        return order;
      }
    }
    return Integer.compare(left.length, right.length);
  }
}
