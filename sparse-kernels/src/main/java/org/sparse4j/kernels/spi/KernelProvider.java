package org.sparse4j.kernels.spi;

import org.sparse4j.kernels.operation.DenseKernels;
import org.sparse4j.kernels.operation.MaskKernels;

/** A complete set of kernels: every operation of our own formats, dense operations and masks. */
public interface KernelProvider extends FormatProvider {

  /**
   * Returns the width of the vector registers in use.
   *
   * @return bits, 0 for plain Java
   */
  int vectorBits();

  /**
   * Returns the dense operations, unchecked.
   *
   * @return one object for all callers
   */
  DenseKernels dense();

  /**
   * Returns what measures the machine's ceilings.
   *
   * @return one object for all callers
   */
  SpeedProbe probe();

  /**
   * Returns the kernels for masks, unchecked.
   *
   * @return one object for all callers
   */
  MaskKernels masks();
}
