package org.sparse4j.kernels.planner;

import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.DenseVector;
import org.sparse4j.format.DenseView;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.KernelInfo;

/** A product made ready in one format; safe to share but for {@link #refresh}. */
sealed interface Product permits SparseProduct, DenseProduct {

  /** Name of the dense product in tables and files. */
  String DENSE = "dense";

  String format();

  KernelInfo info(int n);

  /** What tells kernels apart: formats with equal layouts run the same code on the same data. */
  String layout();

  void run(Workspace workspace, DenseMatrix x, DenseMatrix y);

  void run(Workspace workspace, DenseView x, DenseMatrix y);

  void run(Workspace workspace, DenseVector x, DenseVector y);

  /** Copies the matrix's numbers anew. */
  void refresh();
}
