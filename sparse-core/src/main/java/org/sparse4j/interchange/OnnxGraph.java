package org.sparse4j.interchange;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a reader of weights needs of a ModelProto: tensors by name and the nodes that use them. */
final class OnnxGraph {

  private static final int GRAPH = 7;

  private final String where;
  private final Map<String, OnnxTensor> dense = new LinkedHashMap<>();
  private final Map<String, OnnxSparse> sparse = new LinkedHashMap<>();
  private final List<Node> nodes = new ArrayList<>();
  private boolean found;

  /** The parts of a NodeProto that say what it does to a weight. */
  record Node(
      String name,
      String operator,
      List<String> inputs,
      List<String> outputs,
      boolean transposesA,
      boolean transposesB,
      List<Long> permutation) {

    /** Returns true if the node transposes an input before it uses it. */
    boolean transposes(int input) {
      return operator.equals("Gemm") && (input == 0 ? transposesA : input == 1 && transposesB);
    }
  }

  private OnnxGraph(String where) {
    this.where = where;
  }

  static OnnxGraph read(String where, ProtobufReader model) throws IOException {
    OnnxGraph graph = new OnnxGraph(where);
    while (model.next()) {
      if (model.field() == GRAPH) {
        if (graph.found) {
          throw model.wrong("one graph", "a second one");
        }
        graph.found = true;
        graph.graph(model.message());
      }
    }
    if (!graph.found) {
      throw Broken.in(where, "an ONNX model with a graph", "no graph");
    }
    return graph;
  }

  Map<String, OnnxTensor> dense() {
    return dense;
  }

  Map<String, OnnxSparse> sparse() {
    return sparse;
  }

  List<Node> nodes() {
    return nodes;
  }

  private void graph(ProtobufReader fields) throws IOException {
    while (fields.next()) {
      switch (fields.field()) {
        case 1 -> node(fields.message());
        case 5 -> {
          OnnxTensor tensor = OnnxTensor.read(where, fields);
          requireFree(fields, tensor.name());
          dense.put(tensor.name(), tensor);
        }
        case 15 -> {
          OnnxSparse tensor = OnnxSparse.read(where, fields);
          requireFree(fields, tensor.name());
          sparse.put(tensor.name(), tensor);
        }
        default -> {}
      }
    }
  }

  private void requireFree(ProtobufReader fields, String name) throws IOException {
    if (name.isEmpty() || dense.containsKey(name) || sparse.containsKey(name)) {
      throw fields.wrong(
          "a name of its own for every initializer",
          name.isEmpty() ? "none" : Broken.quote(name) + " for the second time");
    }
  }

  private void node(ProtobufReader fields) throws IOException {
    String name = "";
    String operator = "";
    String domain = "";
    List<String> inputs = new ArrayList<>();
    List<String> outputs = new ArrayList<>();
    boolean transposesA = false;
    boolean transposesB = false;
    List<Long> permutation = new ArrayList<>();
    OnnxTensor value = null;
    while (fields.next()) {
      switch (fields.field()) {
        case 1 -> inputs.add(fields.text(OnnxTensor.LONGEST_TEXT));
        case 2 -> outputs.add(fields.text(OnnxTensor.LONGEST_TEXT));
        case 3 -> name = fields.text(OnnxTensor.LONGEST_TEXT);
        case 4 -> operator = fields.text(OnnxTensor.LONGEST_TEXT);
        case 7 -> domain = fields.text(OnnxTensor.LONGEST_TEXT);
        case 5 -> {
          Attribute attribute = attribute(fields.message());
          switch (attribute.name()) {
            case "transA" -> transposesA = attribute.integer() != 0;
            case "transB" -> transposesB = attribute.integer() != 0;
            case "perm" -> permutation = attribute.integers();
            default -> {}
          }
          if (attribute.name().equals("value")) {
            value = attribute.tensor();
          }
        }
        default -> {}
      }
    }
    if (name.isEmpty() && !outputs.isEmpty()) {
      name = outputs.getFirst();
    }
    // A constant of the graph is an initializer under the name of the node's output.
    if (operator.equals("Constant") && value != null && outputs.size() == 1) {
      dense.putIfAbsent(outputs.getFirst(), value);
    }
    // An operator of another domain only shares its name with the standard one.
    boolean standard = domain.isEmpty() || domain.equals("ai.onnx");
    nodes.add(
        new Node(
            name,
            standard ? operator : domain + "." + operator,
            List.copyOf(inputs),
            List.copyOf(outputs),
            transposesA,
            transposesB,
            List.copyOf(permutation)));
  }

  private record Attribute(
      String name, long integer, List<Long> integers, @Nullable OnnxTensor tensor) {}

  private Attribute attribute(ProtobufReader fields) throws IOException {
    String name = "";
    long integer = 0;
    List<Long> integers = new ArrayList<>();
    OnnxTensor tensor = null;
    while (fields.next()) {
      switch (fields.field()) {
        case 1 -> name = fields.text(OnnxTensor.LONGEST_TEXT);
        case 3 -> integer = fields.number();
        case 5 -> tensor = OnnxTensor.read(where, fields);
        case 8 -> fields.numbers(integers::add);
        default -> {}
      }
    }
    return new Attribute(name, integer, integers, tensor);
  }
}
