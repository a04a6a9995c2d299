package org.sparse4j.kernels.vector;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.FloatValues;
import org.sparse4j.format.Values;
import org.sparse4j.kernels.execution.PartBody;
import org.sparse4j.kernels.execution.Threads;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.KernelInfo;
import org.sparse4j.kernels.spi.PreparedKernel;

/** {@code s_ij = sum_t G_it X_jt} at stored positions, row by row. */
final class CsrSddmm implements PreparedKernel.Sampled {

  private final CsrQuads quads;
  private final int rows;
  private final int columns;
  private final int nnz;
  private final String label;

  /** Offsets of the rows and the caller's number of each position; null if in order of rows. */
  private final int @Nullable [] sources;

  private final int[] rowPointers;

  CsrSddmm(RowStream a, int batch) {
    quads = CsrQuads.positions(a, batch);
    rows = a.pattern.rows();
    columns = a.pattern.columns();
    nnz = a.nnz();
    label = a.label;
    sources = a.sources;
    rowPointers = new int[sources == null ? 0 : rows + 1];
    if (sources != null) {
      a.pattern.rowPointers().get(rowPointers);
    }
  }

  @Override
  public long packedBytes() {
    return quads.bytes() + (sources == null ? 0 : 4L * sources.length);
  }

  @Override
  public void refresh(Values values) {
    // No values are read.
  }

  @Override
  public KernelInfo info(int n) {
    return new KernelInfo(
        "vector",
        label + "csr-sampled-quads-" + quads.tileColumns,
        CsrTiles.vectorBits(),
        2L * nnz * n,
        4L * n * (rows + (long) columns) + packedBytes() + 4L * nnz);
  }

  @Override
  public void run(Workspace workspace, DenseMatrix g, DenseMatrix x, FloatValues sampled) {
    float[] out = sampled.array();
    if (g.columns() == 0) {
      Arrays.fill(out, 0);
      return;
    }
    Threads threads = workspace.threads();
    int parts = CsrSpmm.parts(quads.blocks, threads.count());
    long sumBytes = (SddmmTiles.sumBytes(quads) + 63) & -64;
    workspace.reserve(1, sumBytes + parts * SddmmTiles.SCRATCH);
    Call call = workspace.state(Call.class, Call::new);
    call.quads = quads;
    call.x = x.address();
    call.xStride = 4L * x.stride();
    call.g = g.address();
    call.gStride = 4L * g.stride();
    call.width = x.paddedColumns();
    call.sums = workspace.address(0);
    call.scratch = call.sums + sumBytes;
    call.out = out;
    call.rowPointers = rowPointers;
    call.sources = sources;
    call.rows = sources == null ? out : call.ordered(nnz);
    call.parts = parts;
    threads.run(parts, call);
    call.quads = null;
    call.out = null;
    call.rows = null;
    call.sources = null;
  }

  /** Arguments of the call that is running; kept in the workspace. */
  private static final class Call implements PartBody {
    private @Nullable CsrQuads quads;
    private long x;
    private long xStride;
    private long g;
    private long gStride;
    private int width;
    private long scratch;
    private long sums;
    private float @Nullable [] out;
    private float @Nullable [] rows;
    private int @Nullable [] sources;
    private int[] rowPointers = {};

    /** Grows to the largest request. */
    private float[] ordered = {};

    private int parts;

    @Override
    public void run(int part) {
      CsrQuads a = quads;
      float[] to = rows;
      if (a == null || to == null) {
        return;
      }
      int first = (int) ((long) a.blocks * part / parts);
      int end = (int) ((long) a.blocks * (part + 1) / parts);
      long own = scratch + part * SddmmTiles.SCRATCH;
      SddmmTiles.sample(a, first, end, x, xStride, g, gStride, width, own, sums);
      SddmmTiles.place(a, first, end, sums, to);
      if (sources != null && out != null) {
        int from = rowPointers[a.blockStart[first]];
        scatter(to, from, rowPointers[a.blockStart[end]], sources, out);
      }
    }

    private float[] ordered(int length) {
      if (ordered.length < length) {
        ordered = new float[length];
      }
      return ordered;
    }

    private static void scatter(float[] from, int k, int end, int[] sources, float[] to) {
      for (; k < end; k++) {
        to[sources[k]] = from[k];
      }
    }
  }
}
