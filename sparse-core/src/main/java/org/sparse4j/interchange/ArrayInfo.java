package org.sparse4j.interchange;

import java.util.List;

/**
 * What a foreign file says about one of its arrays, before any number is read.
 *
 * @param name name of the array in the file
 * @param dtype element type: {@code F32}, {@code I64}, {@code BF16} and so on as safetensors spells
 *     them; a type that this library does not decode as the file spells it
 * @param shape sizes of the dimensions, the one that runs slowest first; empty for a scalar
 */
public record ArrayInfo(String name, String dtype, List<Long> shape) {

  /** Keeps a copy of the shape. */
  public ArrayInfo {
    shape = List.copyOf(shape);
  }

  /**
   * Returns the product of the shape.
   *
   * @return number of elements; 1 for a scalar
   * @throws ArithmeticException if a long does not hold it
   */
  public long elements() {
    long product = shape.contains(0L) ? 0 : 1;
    for (long size : shape) {
      product = product == 0 ? 0 : Math.multiplyExact(product, size);
    }
    return product;
  }

  /** Returns name, type and shape on one line. */
  @Override
  public String toString() {
    return name + " " + dtype + " " + shape;
  }
}
