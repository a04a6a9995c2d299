package org.sparse4j.format;

/** The element types of stored values, named as safetensors names them. */
public enum DType {
  /** IEEE 754 binary32. */
  F32(4),
  /** The upper half of binary32: 8 bits of exponent, 7 of fraction. */
  BF16(2),
  /** A signed byte, times a scale that a group of values shares. */
  I8(1);

  private final int bytes;

  DType(int bytes) {
    this.bytes = bytes;
  }

  /**
   * Returns the size of one element.
   *
   * @return bytes
   */
  public int bytes() {
    return bytes;
  }
}
