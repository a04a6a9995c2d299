package org.sparse4j.bench.weights;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** ONNX models of a few bytes: the fields of the protobuf definition that weights need. */
public final class OnnxBytes {
  private final ByteArrayOutputStream graph = new ByteArrayOutputStream();

  /** Adds a float initializer. */
  public OnnxBytes tensor(String name, int[] dims, float... numbers) {
    ByteArrayOutputStream tensor = new ByteArrayOutputStream();
    for (int dim : dims) {
      number(tensor, 1, dim);
    }
    number(tensor, 2, 1);
    bytes(tensor, 8, name.getBytes(StandardCharsets.UTF_8));
    ByteBuffer raw = ByteBuffer.allocate(4 * numbers.length).order(ByteOrder.LITTLE_ENDIAN);
    raw.asFloatBuffer().put(numbers);
    bytes(tensor, 9, raw.array());
    bytes(graph, 5, tensor.toByteArray());
    return this;
  }

  /** Adds a node. */
  public OnnxBytes node(String name, String operator, String... inputs) {
    ByteArrayOutputStream node = new ByteArrayOutputStream();
    for (String input : inputs) {
      bytes(node, 1, input.getBytes(StandardCharsets.UTF_8));
    }
    bytes(node, 2, (name + ":0").getBytes(StandardCharsets.UTF_8));
    bytes(node, 3, name.getBytes(StandardCharsets.UTF_8));
    bytes(node, 4, operator.getBytes(StandardCharsets.UTF_8));
    bytes(graph, 1, node.toByteArray());
    return this;
  }

  /** Returns the model. */
  public byte[] model() {
    ByteArrayOutputStream model = new ByteArrayOutputStream();
    number(model, 1, 8);
    bytes(model, 7, graph.toByteArray());
    return model.toByteArray();
  }

  private static void number(ByteArrayOutputStream out, int field, long value) {
    varint(out, (long) field << 3);
    varint(out, value);
  }

  private static void bytes(ByteArrayOutputStream out, int field, byte[] value) {
    varint(out, ((long) field << 3) | 2);
    varint(out, value.length);
    out.writeBytes(value);
  }

  private static void varint(ByteArrayOutputStream out, long value) {
    long rest = value;
    while (rest >= 0x80) {
      out.write((int) (rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    out.write((int) rest);
  }
}
