package org.sparse4j.bench.weights;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.sparse4j.format.CompressedMatrix;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.interchange.CompressedTensorInfo;
import org.sparse4j.interchange.CompressedTensors;
import org.sparse4j.interchange.TorchSparse;
import org.sparse4j.io.MatrixEntry;
import org.sparse4j.io.Safetensors;
import org.sparse4j.io.SafetensorsFile;
import org.sparse4j.io.ShardedSafetensors;
import org.sparse4j.io.TensorInfo;

/**
 * A model in one safetensors file or in several: matrices of ours, of compressed-tensors and of
 * PyTorch's sparse layouts, and plain tensors.
 */
final class SafetensorsSource implements WeightSource {
  private static final List<String> COMPRESSED_PARTS =
      List.of(".shape", ".compressed", ".bitmask", ".row_offsets");
  private static final List<String> TORCH_PARTS =
      List.of(".crow_indices", ".col_indices", ".ccol_indices", ".row_indices", ".values");

  private final AutoCloseable opened;
  private final List<Tensor> tensors = new ArrayList<>();
  private final Map<String, SafetensorsFile> files = new LinkedHashMap<>();
  private final Map<String, CompressedMatrix> matrices = new TreeMap<>();
  private final Map<String, String> metadata = new TreeMap<>();

  /** What the matrices of one file take up in it. */
  private static final class Taken {
    private final Set<String> tensors = new HashSet<>();
    private final Set<String> keys = new HashSet<>();
  }

  private SafetensorsSource(AutoCloseable opened) {
    this.opened = opened;
  }

  // What was opened is closed by close() of what is returned, or here if nothing is.
  @SuppressWarnings("MustBeClosedChecker")
  static SafetensorsSource open(Path path) throws IOException {
    SafetensorsSource source;
    List<SafetensorsFile> files;
    if (Files.isDirectory(path) || path.toString().endsWith(".json")) {
      ShardedSafetensors model = ShardedSafetensors.open(path);
      source = new SafetensorsSource(model);
      files = model.files();
    } else {
      SafetensorsFile file = Safetensors.open(path);
      source = new SafetensorsSource(file);
      files = List.of(file);
    }
    boolean read = false;
    try {
      for (SafetensorsFile file : files) {
        source.list(file);
      }
      read = true;
    } finally {
      if (!read) {
        source.close();
      }
    }
    return source;
  }

  private void list(SafetensorsFile file) throws IOException {
    Taken taken = new Taken();
    for (String name : file.matrixNames()) {
      MatrixEntry entry = file.entry(name);
      add(file, name, entry.matrix(), entry.tensors(), taken);
      taken.keys.addAll(entry.metadataKeys());
    }
    for (CompressedTensorInfo info : CompressedTensors.list(file)) {
      CompressedMatrix matrix = CompressedTensors.read(file, info.name());
      List<String> parts = new ArrayList<>(parts(file, info.name(), COMPRESSED_PARTS));
      parts.addAll(parts(file, info.name() + ".weight", COMPRESSED_PARTS));
      add(file, info.name() + ".weight", matrix, parts, taken);
    }
    for (String name : TorchSparse.names(file)) {
      add(file, name, TorchSparse.read(file, name), parts(file, name, TORCH_PARTS), taken);
      taken.keys.add(name + ".layout");
      taken.keys.add(name + ".shape");
    }
    for (String name : file.names()) {
      if (!taken.tensors.contains(name)) {
        TensorInfo info = file.info(name);
        // Where some weights were turned before, the matrices left dense were left so on purpose.
        boolean weight = matrices.isEmpty() && Tensor.isWeight(info.shape());
        tensors.add(new Tensor(name, info.dtype(), info.shape(), info.bytes(), weight));
        files.put(name, file);
      }
    }
    file.metadata()
        .forEach((key, text) -> {
          if (!taken.keys.contains(key)) {
            metadata.put(key, text);
          }
        });
  }

  private static List<String> parts(SafetensorsFile file, String name, List<String> endings) {
    return endings.stream().map(ending -> name + ending).filter(file::contains).toList();
  }

  private void add(
      SafetensorsFile file, String name, CompressedMatrix matrix, List<String> parts, Taken taken) {
    matrices.put(name, matrix);
    taken.tensors.addAll(parts);
    long bytes = 0;
    for (String part : parts) {
      bytes += file.info(part).bytes();
    }
    List<Long> shape = List.of((long) matrix.rows(), (long) matrix.columns());
    tensors.add(new Tensor(name, matrix.format(), shape, bytes, true));
  }

  @Override
  public String kind() {
    return "safetensors";
  }

  @Override
  public List<Tensor> tensors() {
    return List.copyOf(tensors);
  }

  @Override
  public DenseMatrix dense(Tensor tensor) throws IOException {
    CompressedMatrix matrix = matrices.get(tensor.name());
    return matrix == null ? file(tensor).dense(tensor.name()) : matrix.toDense();
  }

  @Override
  public @Nullable CompressedMatrix compressed(Tensor tensor) {
    return matrices.get(tensor.name());
  }

  @Override
  public Raw raw(Tensor tensor) {
    return new Raw(tensor.format(), tensor.shape(), file(tensor).segment(tensor.name()));
  }

  private SafetensorsFile file(Tensor tensor) {
    SafetensorsFile file = files.get(tensor.name());
    if (file == null) {
      throw new IllegalArgumentException("there is no tensor " + tensor.name());
    }
    return file;
  }

  @Override
  public Map<String, String> metadata() {
    return new TreeMap<>(metadata);
  }

  @Override
  public void close() {
    try {
      opened.close();
    } catch (Exception e) {
      throw new IllegalStateException("closing a mapped file does not fail", e);
    }
  }
}
