package org.sparse4j.bench.inspect;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.CsrPattern;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.Pattern;
import org.sparse4j.format.SparseMatrix;
import org.sparse4j.io.MatrixMarket;
import org.sparse4j.io.Safetensors;
import org.sparse4j.io.SafetensorsFile;
import org.sparse4j.io.TensorInfo;
import org.sparse4j.mask.Mask;

/**
 * What a file holds.
 *
 * @param file the file as it was named
 * @param kind {@code safetensors} or {@code Matrix Market}
 * @param bytes its size
 * @param matrices sparse matrices, and dense tensors of two dimensions with more than one row
 * @param tensors the other tensors
 * @param metadata texts by key, those that describe sparse matrices left out
 */
record FileSummary(
    Path file,
    String kind,
    long bytes,
    List<Matrix> matrices,
    List<TensorInfo> tensors,
    Map<String, String> metadata) {

  private static final List<String> PARTS = List.of(".row_pointers", ".column_indices", ".values");

  FileSummary {
    matrices = List.copyOf(matrices);
    tensors = List.copyOf(tensors);
    metadata = new TreeMap<>(metadata);
  }

  /**
   * One matrix.
   *
   * @param name its name in the file
   * @param format CSR, or the element type of a dense tensor
   * @param rows outputs
   * @param columns inputs
   * @param stored stored values of a sparse matrix, values that are not zero of a dense one
   * @param bytes bytes in the file
   * @param pattern where they are, or null if every value of a dense tensor counts
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

  /** Tells whether a file's name is that of a kind which can be inspected. */
  static boolean isKnown(Path file) {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    return name.endsWith(".safetensors") || name.endsWith(".mtx") || name.endsWith(".mtx.gz");
  }

  /**
   * Reads and checks a whole file.
   *
   * @throws IOException if it is missing, damaged or of no known kind
   */
  static FileSummary of(Path file) throws IOException {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    if (file.toString().isEmpty()) {
      throw new IOException("a file must have a name");
    }
    if (!Files.exists(file)) {
      throw new NoSuchFileException(file.toString());
    }
    if (Files.isDirectory(file)) {
      throw new IOException(file + ": is a folder, not a file");
    }
    if (name.endsWith(".safetensors")) {
      return safetensors(file);
    }
    if (isKnown(file)) {
      CsrMatrix matrix = MatrixMarket.read(file);
      Matrix summary = matrix(String.valueOf(file.getFileName()), matrix, Files.size(file));
      return new FileSummary(
          file, "Matrix Market", Files.size(file), List.of(summary), List.of(), Map.of());
    }
    throw new IOException(
        file + ": unknown kind of file; names end in .safetensors, .mtx or .mtx.gz");
  }

  private static FileSummary safetensors(Path path) throws IOException {
    try (SafetensorsFile file = Safetensors.open(path)) {
      List<Matrix> matrices = new ArrayList<>();
      Set<String> parts = new HashSet<>();
      Map<String, String> metadata = new TreeMap<>(file.metadata());
      for (String name : file.sparseNames()) {
        long bytes = 0;
        for (String part : PARTS) {
          if (file.contains(name + part)) {
            parts.add(name + part);
            bytes += file.info(name + part).bytes();
          }
        }
        metadata.keySet().removeIf(key -> isLayout(key, name));
        matrices.add(matrix(name, file.sparse(name), bytes));
      }
      List<TensorInfo> tensors = new ArrayList<>();
      for (String name : file.names()) {
        TensorInfo info = file.info(name);
        if (parts.contains(name)) {
          continue;
        }
        boolean matrix = info.shape().size() == 2 && info.shape().getFirst() > 1;
        if (matrix && isReadable(info.dtype())) {
          matrices.add(dense(info, file.dense(name)));
        } else {
          tensors.add(info);
        }
      }
      matrices.sort((a, b) -> compareNames(a.name(), b.name()));
      return new FileSummary(path, "safetensors", Files.size(path), matrices, tensors, metadata);
    }
  }

  /** Keys such as {@code sparse4j.0.weight.format} repeat what the table shows. */
  private static boolean isLayout(String key, String name) {
    String start = "sparse4j." + name + ".";
    return key.startsWith(start)
        && Set.of("format", "version", "shape", "nnz", "structure", "checksum")
            .contains(key.substring(start.length()));
  }

  private static boolean isReadable(String dtype) {
    return Set.of("F32", "F64", "F16", "BF16").contains(dtype);
  }

  private static Matrix matrix(String name, SparseMatrix matrix, long bytes) {
    return new Matrix(
        name,
        matrix.format(),
        matrix.rows(),
        matrix.columns(),
        matrix.nnz(),
        bytes,
        matrix.pattern());
  }

  private static Matrix dense(TensorInfo info, DenseMatrix matrix) {
    Mask mask = Mask.of(matrix.rows(), matrix.columns(), (i, j) -> matrix.get(i, j) != 0);
    long stored = mask.count();
    boolean full = stored == (long) matrix.rows() * matrix.columns();
    return new Matrix(
        info.name(),
        info.dtype(),
        matrix.rows(),
        matrix.columns(),
        stored,
        info.bytes(),
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
