package org.sparse4j.kernels.structured;

import org.sparse4j.kernels.operation.DenseKernels;
import org.sparse4j.kernels.operation.GemmForm;
import org.sparse4j.kernels.operation.KernelInfo;

/** What operators do besides dense products: the cost of copies and sums, by the same provider. */
final class Costs {

  private final KernelInfo smallest;

  Costs(DenseKernels dense) {
    this.smallest = dense.gemmInfo(GemmForm.AB, 1, 1, 1);
  }

  KernelInfo call(String kernel, long flops, long bytes) {
    return new KernelInfo(smallest.provider(), kernel, smallest.vectorBits(), flops, bytes);
  }

  /** Rows of n float32 numbers, read and written. */
  KernelInfo copy(int rows, int n) {
    return call("copy-rows", 0, 8L * rows * n);
  }
}
