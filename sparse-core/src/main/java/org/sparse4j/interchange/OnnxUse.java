package org.sparse4j.interchange;

/**
 * Where a node of an ONNX graph takes an initializer.
 *
 * @param node name of the node; that of its first output if it has none
 * @param operator what the node computes, for example {@code MatMul}
 * @param input number of the input, from 0
 * @param transposed true if the node transposes it first ({@code transA} or {@code transB} of Gemm)
 */
public record OnnxUse(String node, String operator, int input, boolean transposed) {}
