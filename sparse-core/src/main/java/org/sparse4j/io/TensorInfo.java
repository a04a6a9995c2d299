package org.sparse4j.io;

import java.util.List;

/**
 * What the header of a safetensors file says about one tensor.
 *
 * @param name name of the tensor
 * @param dtype element type as the format spells it, for example {@code F32}
 * @param shape sizes of the dimensions; empty for a scalar
 * @param offset position of the first byte in the file
 * @param bytes number of bytes; elements are packed and row-major
 */
public record TensorInfo(String name, String dtype, List<Long> shape, long offset, long bytes) {

  /** Keeps a copy of the shape. */
  public TensorInfo {
    shape = List.copyOf(shape);
  }

  /**
   * Returns the product of the shape.
   *
   * @return number of elements; 1 for a scalar
   */
  public long elements() {
    long product = 1;
    for (long size : shape) {
      product *= size;
    }
    return product;
  }

  /** Returns name, type, shape and byte range on one line. */
  @Override
  public String toString() {
    return name + " " + dtype + " " + shape + " at " + offset + " (" + bytes + " bytes)";
  }
}
