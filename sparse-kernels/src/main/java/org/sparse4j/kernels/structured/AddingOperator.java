package org.sparse4j.kernels.structured;

import java.util.List;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.KernelInfo;

/** A part of a sum that adds to the output of others instead of filling a matrix of its own. */
interface AddingOperator {

  /** {@code Y += factor A X}, or {@code Y += factor A^T X}. */
  void add(Workspace workspace, boolean transposed, float factor, DenseMatrix x, DenseMatrix y);

  /** What {@link #add} of A itself runs. */
  List<KernelInfo> addCalls(float factor, int n);
}
