package org.sparse4j.kernels.vector;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.GroupSampling;
import org.sparse4j.kernels.operation.KernelInfo;
import org.sparse4j.kernels.operation.MaskKernels;
import org.sparse4j.kernels.operation.Scoring;
import org.sparse4j.kernels.scalar.ScalarMaskKernels;
import org.sparse4j.mask.NmStructure;
import org.sparse4j.mask.Structure;
import org.sparse4j.mask.TransposableNm;
import org.sparse4j.mask.Unstructured;
import org.sparse4j.mask.VnmStructure;

/** Masks with the Vector API; what has no kernel here is left to the rule. */
final class VectorMaskKernels implements MaskKernels {

  private final MaskKernels scalar = new ScalarMaskKernels();

  private static MaskCall call(Workspace workspace) {
    return workspace.state(MaskCall.class, MaskCall::new);
  }

  @Override
  public void keepLargest(
      Workspace workspace, Structure rule, Scoring scoring, DenseMatrix x, long[] words) {
    int rows = x.rows();
    int columns = x.columns();
    if (!serves(rule, (long) rows * columns)) {
      scalar.keepLargest(workspace, rule, scoring, x, words);
      return;
    }
    keep(workspace, rule, scoring, x.address(), 4L * x.stride(), rows, columns, words);
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
    if (!serves(rule, x.length)) {
      scalar.keepLargest(workspace, rule, scoring, rows, columns, x, words);
      return;
    }
    // Kernels read whole registers from aligned rows; the copy costs less than a second set of
    // them.
    long bytes = 64L * Math.ceilDiv(columns, 16);
    workspace.reserve(1, Math.max(64, rows * bytes));
    MemorySegment copy = workspace.scratch(0);
    for (int i = 0; i < rows; i++) {
      MemorySegment.copy(x, i * columns, copy, ValueLayout.JAVA_FLOAT, i * bytes, columns);
    }
    keep(workspace, rule, scoring, copy.address(), bytes, rows, columns, words);
  }

  private static boolean serves(Structure rule, long size) {
    return size > 0
        && switch (rule) {
          case NmStructure nm -> NmMasks.serves(nm.m());
          case VnmStructure vnm -> true;
          case TransposableNm nm -> nm.n() == 2 && nm.m() == 4 && TileMasks.serves();
          // A count that does not fit is for the rule to complain about.
          case Unstructured all -> all.count() <= size && size <= Integer.MAX_VALUE;
          default -> false;
        };
  }

  @Override
  public KernelInfo keepLargestInfo(Structure rule, int rows, int columns) {
    if (!serves(rule, (long) rows * columns)) {
      return scalar.keepLargestInfo(rule, rows, columns);
    }
    String kernel =
        switch (rule) {
          case NmStructure _ -> "mask-nm";
          case VnmStructure _ -> "mask-vnm";
          case TransposableNm _ -> "mask-tiles-4x4";
          default -> "mask-top";
        };
    return ScalarMaskKernels.maskInfo("vector", kernel, bits(), rows, columns);
  }

  @Override
  public KernelInfo softThresholdInfo(int rows, int columns) {
    return ScalarMaskKernels.mapInfo("vector", "soft-threshold", bits(), 2, rows, columns);
  }

  @Override
  public KernelInfo sampleInfo(GroupSampling sampling, int rows, int columns) {
    return MaskCall.inPairs(sampling)
        ? ScalarMaskKernels.mapInfo("vector", "sample-pairs", bits(), 1, rows, columns)
        : scalar.sampleInfo(sampling, rows, columns);
  }

  private static int bits() {
    return DenseSpecies.floats().vectorBitSize();
  }

  private static void keep(
      Workspace workspace,
      Structure rule,
      Scoring scoring,
      long address,
      long bytes,
      int rows,
      int columns,
      long[] words) {
    MaskCall call = call(workspace);
    call.scores(scoring == Scoring.MAGNITUDE, address, bytes, rows, columns);
    switch (rule) {
      case NmStructure nm -> call.keep(workspace, MaskCall.Kind.NM, 1, nm.n(), nm.m(), words);
      case VnmStructure vnm ->
          call.keep(workspace, MaskCall.Kind.VNM, vnm.v(), vnm.n(), vnm.m(), words);
      case TransposableNm nm -> call.keep(workspace, MaskCall.Kind.TILES, 4, nm.n(), nm.m(), words);
      case Unstructured all when all.count() == 0 -> Arrays.fill(words, 0);
      case Unstructured all -> call.keepTop((int) all.count(), words);
      default -> throw new IllegalArgumentException("keepLargest: no kernel for " + rule);
    }
  }

  @Override
  public void softThreshold(Workspace workspace, float scale, DenseMatrix x, DenseMatrix y) {
    call(workspace).soften(workspace, scale, x, y);
  }

  @Override
  public double softThresholdScale(DenseMatrix x) {
    return scalar.softThresholdScale(x);
  }

  @Override
  public void sample(
      Workspace workspace, GroupSampling sampling, long seed, DenseMatrix x, DenseMatrix y) {
    call(workspace).sample(workspace, sampling, seed, x, y);
  }

  @Override
  public int atLeast(DenseMatrix x, int row, float bound, int[] columns) {
    return TopMasks.atLeast(x.address() + 4L * row * x.stride(), x.columns(), bound, columns);
  }
}
