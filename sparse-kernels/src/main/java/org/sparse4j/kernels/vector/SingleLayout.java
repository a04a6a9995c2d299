package org.sparse4j.kernels.vector;

import org.sparse4j.format.Values;

/** A matrix laid out for products with one sample, in blocks of rows. */
interface SingleLayout {

  /** Returns the kernel's name. */
  String kernel();

  /** Returns the number of blocks, the unit of parallel work. */
  int blocks();

  /** Returns the bytes of scratch that each part of a call wants. */
  long scratchBytes();

  /** Returns the bytes that a product reads. */
  long bytes();

  /**
   * Copies values into kernel order.
   *
   * @param changed values in the order of the caller's pattern
   */
  void refresh(Values changed);

  /**
   * Computes the rows of some blocks of {@code y = A x}.
   *
   * @param first first block
   * @param end end of the blocks
   * @param x address of x, padded with zeros to a multiple of 16
   * @param y address of y
   * @param scratch address of scratch, at a 64-byte boundary
   */
  void multiply(int first, int end, long x, long y, long scratch);
}
