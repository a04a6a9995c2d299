package org.sparse4j.interchange;

import java.util.List;

/**
 * A tensor that an ONNX model carries, and who uses it.
 *
 * @param info name, element type and shape
 * @param sparse true if only some positions are stored (a {@code sparse_initializer})
 * @param uses the nodes of the main graph that take it, in the order of the graph
 */
public record OnnxInitializer(ArrayInfo info, boolean sparse, List<OnnxUse> uses) {

  /** Keeps a copy of the uses. */
  public OnnxInitializer {
    uses = List.copyOf(uses);
  }
}
