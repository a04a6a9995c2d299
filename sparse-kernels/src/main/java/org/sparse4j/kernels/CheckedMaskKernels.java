package org.sparse4j.kernels;

import java.lang.ref.Reference;
import java.util.Objects;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.GroupSampling;
import org.sparse4j.kernels.operation.KernelInfo;
import org.sparse4j.kernels.operation.MaskKernels;
import org.sparse4j.kernels.operation.Scoring;
import org.sparse4j.mask.Structure;

/** Checks operands, then calls a provider's kernels, and keeps memory reachable meanwhile. */
final class CheckedMaskKernels implements MaskKernels {

  private final MaskKernels unchecked;

  CheckedMaskKernels(MaskKernels unchecked) {
    this.unchecked = unchecked;
  }

  @Override
  public void keepLargest(
      Workspace workspace, Structure rule, Scoring scoring, DenseMatrix x, long[] words) {
    x.requireAlive("keepLargest");
    requireWords(x.rows(), x.columns(), words);
    try {
      unchecked.keepLargest(workspace, rule, scoring, x, words);
    } finally {
      Reference.reachabilityFence(x);
      Reference.reachabilityFence(workspace);
    }
  }

  @Override
  public void keepLargest(
      Workspace workspace,
      Structure rule,
      Scoring scoring,
      int rows,
      int columns,
      float[] x,
      long[] words) {
    if (rows < 0 || columns < 0 || x.length != (long) rows * columns) {
      throw new IllegalArgumentException(
          "keepLargest: number of scores ("
              + x.length
              + ") must equal rows * columns; X is "
              + rows
              + "x"
              + columns);
    }
    requireWords(rows, columns, words);
    try {
      unchecked.keepLargest(workspace, rule, scoring, rows, columns, x, words);
    } finally {
      Reference.reachabilityFence(workspace);
    }
  }

  @Override
  public KernelInfo keepLargestInfo(Structure rule, int rows, int columns) {
    Operands.requireSizes("keepLargestInfo", rows, columns);
    return unchecked.keepLargestInfo(rule, rows, columns);
  }

  @Override
  public KernelInfo softThresholdInfo(int rows, int columns) {
    Operands.requireSizes("softThresholdInfo", rows, columns);
    return unchecked.softThresholdInfo(rows, columns);
  }

  @Override
  public KernelInfo sampleInfo(GroupSampling sampling, int rows, int columns) {
    Operands.requireSizes("sampleInfo", rows, columns);
    return unchecked.sampleInfo(sampling, rows, columns);
  }

  private static void requireWords(int rows, int columns, long[] words) {
    long wanted = (long) rows * Math.ceilDiv(columns, 64);
    if (words.length != wanted) {
      throw new IllegalArgumentException(
          "keepLargest: number of words ("
              + words.length
              + ") must equal rows * ceil(columns / 64) ("
              + wanted
              + "); X is "
              + rows
              + "x"
              + columns);
    }
  }

  @Override
  public void softThreshold(Workspace workspace, float scale, DenseMatrix x, DenseMatrix y) {
    if (!(scale > 0 && scale < Float.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "softThreshold: scale (" + scale + ") must be finite and positive");
    }
    requireOperands("softThreshold", x, y);
    try {
      unchecked.softThreshold(workspace, scale, x, y);
    } finally {
      Reference.reachabilityFence(x);
      Reference.reachabilityFence(y);
    }
  }

  @Override
  public double softThresholdScale(DenseMatrix x) {
    x.requireAlive("softThresholdScale");
    return unchecked.softThresholdScale(x);
  }

  @Override
  public void sample(
      Workspace workspace, GroupSampling sampling, long seed, DenseMatrix x, DenseMatrix y) {
    requireOperands("sample", x, y);
    unchecked.sample(workspace, sampling, seed, x, y);
  }

  private static void requireOperands(String operation, DenseMatrix x, DenseMatrix y) {
    if (x.rows() != y.rows() || x.columns() != y.columns()) {
      throw new IllegalArgumentException(
          operation
              + ": shape of X ("
              + Operands.describe(x)
              + ") must equal shape of Y ("
              + Operands.describe(y)
              + ")");
    }
    x.requireAlive(operation);
    y.requireAlive(operation);
    if (y.address() != x.address() || y.stride() != x.stride()) {
      Operands.requireApart(operation, "Y", y, "X", x);
    }
  }

  @Override
  public int atLeast(DenseMatrix x, int row, float bound, int[] columns) {
    Objects.checkIndex(row, x.rows());
    x.requireAlive("atLeast");
    if (columns.length < x.columns()) {
      throw new IllegalArgumentException(
          "atLeast: length of columns ("
              + columns.length
              + ") must be at least columns of X ("
              + x.columns()
              + ")");
    }
    try {
      return unchecked.atLeast(x, row, bound, columns);
    } finally {
      Reference.reachabilityFence(x);
    }
  }
}
