package org.sparse4j.bench.weights;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.sparse4j.format.CompressedMatrix;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.io.MatrixEntry;
import org.sparse4j.io.Safetensors;
import org.sparse4j.io.SafetensorsFile;
import org.sparse4j.io.TensorInfo;

/** Matrices of ours and plain tensors in a safetensors file. */
final class SafetensorsSource implements WeightSource {
  private final SafetensorsFile file;
  private final List<Tensor> tensors = new ArrayList<>();
  private final Set<String> keys = new HashSet<>();
  private final Map<String, CompressedMatrix> matrices = new TreeMap<>();

  SafetensorsSource(Path path) throws IOException {
    file = Safetensors.open(path);
    boolean read = false;
    try {
      list();
      read = true;
    } finally {
      if (!read) {
        file.close();
      }
    }
  }

  private void list() throws IOException {
    Set<String> parts = new HashSet<>();
    for (String name : file.matrixNames()) {
      MatrixEntry entry = file.entry(name);
      CompressedMatrix matrix = entry.matrix();
      matrices.put(name, matrix);
      parts.addAll(entry.tensors());
      keys.addAll(entry.metadataKeys());
      long bytes = 0;
      for (String part : entry.tensors()) {
        bytes += file.info(part).bytes();
      }
      List<Long> shape = List.of((long) matrix.rows(), (long) matrix.columns());
      tensors.add(new Tensor(name, matrix.format(), shape, bytes, true));
    }
    for (String name : file.names()) {
      if (!parts.contains(name)) {
        TensorInfo info = file.info(name);
        boolean weight = Tensor.isWeight(info.shape());
        tensors.add(new Tensor(name, info.dtype(), info.shape(), info.bytes(), weight));
      }
    }
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
    return matrix == null ? file.dense(tensor.name()) : matrix.toDense();
  }

  @Override
  public @Nullable CompressedMatrix compressed(Tensor tensor) {
    return matrices.get(tensor.name());
  }

  @Override
  public Raw raw(Tensor tensor) {
    return new Raw(tensor.format(), tensor.shape(), file.segment(tensor.name()));
  }

  @Override
  public Map<String, String> metadata() {
    Map<String, String> texts = new TreeMap<>(file.metadata());
    texts.keySet().removeAll(keys);
    return texts;
  }

  @Override
  public void close() {
    file.close();
  }
}
