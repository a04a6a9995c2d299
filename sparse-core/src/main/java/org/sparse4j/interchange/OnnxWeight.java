package org.sparse4j.interchange;

/**
 * The weight of a linear layer in an ONNX graph: what a MatMul or Gemm node multiplies activations
 * with.
 *
 * @param node name of the node, which tells the layer where the tensor's own name does not
 * @param initializer name of the tensor
 * @param outputs features that come out
 * @param inputs features that go in
 * @param transposed true if the tensor is stored as inputs x outputs; {@link OnnxFile#weight}
 *     returns outputs x inputs either way
 */
public record OnnxWeight(
    String node, String initializer, int outputs, int inputs, boolean transposed) {}
