package org.sparse4j.bench.weights;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.interchange.ArrayInfo;
import org.sparse4j.interchange.GgufFile;

/** The tensors of a GGUF file; quantised ones are read as float32. */
final class GgufSource implements WeightSource {
  private final GgufFile file;

  GgufSource(Path path) throws IOException {
    this.file = GgufFile.open(path);
  }

  @Override
  public String kind() {
    return "GGUF";
  }

  @Override
  public List<Tensor> tensors() {
    List<Tensor> tensors = new ArrayList<>();
    for (ArrayInfo info : file.tensors()) {
      long bytes = bytes(info.dtype(), info.elements());
      boolean weight = Tensor.isWeight(info.shape());
      tensors.add(new Tensor(info.name(), info.dtype(), info.shape(), bytes, weight));
    }
    return tensors;
  }

  private static long bytes(String dtype, long elements) {
    return switch (dtype) {
      case "Q8_0" -> elements / 32 * 34;
      case "I8" -> elements;
      case "F16", "BF16", "I16" -> 2 * elements;
      case "F64", "I64" -> 8 * elements;
      default -> 4 * elements;
    };
  }

  @Override
  public DenseMatrix dense(Tensor tensor) throws IOException {
    return file.dense(tensor.name());
  }

  @Override
  public Raw raw(Tensor tensor) throws IOException {
    return new Raw("F32", tensor.shape(), MemorySegment.ofArray(file.floats(tensor.name())));
  }

  @Override
  public Map<String, String> metadata() {
    Map<String, String> texts = new TreeMap<>();
    file.metadata()
        .forEach((key, value) -> {
          if (!(value instanceof List)) {
            texts.put(key, String.valueOf(value));
          }
        });
    return texts;
  }

  @Override
  public void close() {
    file.close();
  }
}
