package org.sparse4j.bench.weights;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.interchange.ArrayInfo;
import org.sparse4j.interchange.OnnxFile;
import org.sparse4j.interchange.OnnxInitializer;
import org.sparse4j.interchange.OnnxWeight;

/**
 * The weights of an ONNX model. Those of linear layers are named after their node, since exporters
 * drop the tensor's own name, and are given as outputs x inputs; other tensors of real numbers keep
 * their name.
 */
final class OnnxSource implements WeightSource {
  private static final Set<String> REAL = Set.of("F16", "BF16", "F32", "F64");

  private final OnnxFile file;
  private final List<Tensor> tensors = new ArrayList<>();

  /** The node that multiplies with a weight, by the name given here. */
  private final Map<String, String> nodes = new HashMap<>();

  OnnxSource(Path path) throws IOException {
    file = OnnxFile.open(path);
    Map<String, ArrayInfo> infos = new HashMap<>();
    for (OnnxInitializer initializer : file.initializers()) {
      infos.put(initializer.info().name(), initializer.info());
    }
    Set<String> weights = new HashSet<>();
    for (OnnxWeight weight : file.linearWeights()) {
      String name = nodes.containsKey(layer(weight.node())) ? weight.node() : layer(weight.node());
      nodes.put(name, weight.node());
      weights.add(weight.initializer());
      ArrayInfo info = infos.get(weight.initializer());
      String type = info == null ? "F32" : info.dtype();
      List<Long> shape = List.of((long) weight.outputs(), (long) weight.inputs());
      long bytes = (long) weight.outputs() * weight.inputs() * size(type);
      tensors.add(new Tensor(name, type, shape, bytes, true));
    }
    for (OnnxInitializer initializer : file.initializers()) {
      ArrayInfo info = initializer.info();
      boolean real = !initializer.sparse() && REAL.contains(info.dtype());
      if (real && !weights.contains(info.name()) && !nodes.containsKey(info.name())) {
        long bytes = info.elements() * size(info.dtype());
        tensors.add(new Tensor(info.name(), info.dtype(), info.shape(), bytes, false));
      }
    }
  }

  private static int size(String type) {
    return switch (type) {
      case "F64" -> 8;
      case "F16", "BF16" -> 2;
      default -> 4;
    };
  }

  /** Turns {@code /encoder/layer.0/output/dense/MatMul} into the name that PyTorch gave. */
  private static String layer(String node) {
    String path = node.startsWith("/") ? node.substring(1) : node;
    int last = path.lastIndexOf('/');
    boolean operator = last > 0 && Set.of("MatMul", "Gemm").contains(path.substring(last + 1));
    return operator ? path.substring(0, last).replace('/', '.') + ".weight" : node;
  }

  @Override
  public String kind() {
    return "ONNX";
  }

  @Override
  public List<Tensor> tensors() {
    return List.copyOf(tensors);
  }

  @Override
  public DenseMatrix dense(Tensor tensor) throws IOException {
    String node = nodes.get(tensor.name());
    return node == null ? file.dense(tensor.name()) : file.weight(node);
  }

  @Override
  public Raw raw(Tensor tensor) throws IOException {
    String node = nodes.get(tensor.name());
    float[] numbers = node == null ? file.floats(tensor.name()) : file.weight(node).toArray();
    return new Raw("F32", tensor.shape(), MemorySegment.ofArray(numbers));
  }

  @Override
  public void close() {
    file.close();
  }
}
