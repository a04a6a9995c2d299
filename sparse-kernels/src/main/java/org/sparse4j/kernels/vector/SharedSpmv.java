package org.sparse4j.kernels.vector;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.DenseVector;
import org.sparse4j.format.Values;
import org.sparse4j.kernels.execution.PartBody;
import org.sparse4j.kernels.execution.Threads;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.Activation;
import org.sparse4j.kernels.operation.Epilogue;
import org.sparse4j.kernels.operation.KernelInfo;
import org.sparse4j.kernels.spi.PreparedKernel;
import org.sparse4j.memory.Memory;

/** {@code y = f(A x + b)} for one sample where neighbouring rows of A share their columns. */
final class SharedSpmv implements PreparedKernel.SingleSample {

  private final SharedRows shared;

  /** Values are loaded as vectors here, and those of the heap would split cache lines. */
  private final MemorySegment values;

  /** The scales of bytes. */
  private final MemorySegment scales;

  private final Activation activation;
  private final @Nullable DenseVector bias;

  /**
   * Keeps a layout.
   *
   * @param shared rows in tiles of {@link SharedLanes#HEIGHT}; missing rows repeat the last one
   * @param epilogue f and b
   */
  SharedSpmv(SharedRows shared, Epilogue epilogue) {
    this.shared = shared;
    PackedValues packed = shared.packed();
    this.values = Memory.auto().allocate((long) packed.dtype.bytes() * shared.sources.length);
    this.scales = Memory.auto().allocate(4L * packed.scales.length);
    this.activation = epilogue.activation();
    this.bias = epilogue.bias().orElse(null);
  }

  @Override
  public void refresh(Values changed) {
    shared.refresh(changed);
    PackedValues packed = shared.packed();
    int length = shared.sources.length;
    switch (packed.dtype) {
      case F32 -> MemorySegment.copy(packed.numbers, 0, values, ValueLayout.JAVA_FLOAT, 0, length);
      case BF16 -> MemorySegment.copy(packed.halves, 0, values, ValueLayout.JAVA_SHORT, 0, length);
      case I8 -> {
        MemorySegment.copy(packed.codes, 0, values, ValueLayout.JAVA_BYTE, 0, length);
        int count = packed.scales.length;
        MemorySegment.copy(packed.scales, 0, scales, ValueLayout.JAVA_FLOAT, 0, count);
      }
    }
  }

  @Override
  public long packedBytes() {
    return shared.bytes();
  }

  @Override
  public KernelInfo info(int n) {
    return new KernelInfo(
        "vector",
        shared.label + "shared-rows-lanes-" + shared.height + shared.packed().suffix(),
        CsrTiles.vectorBits(),
        2L * shared.nnz * n,
        4L * n * (shared.rows + (long) shared.columns) + shared.bytes());
  }

  @Override
  public void run(Workspace workspace, DenseVector x, DenseVector y) {
    DenseMatrix row = y.asRow();
    Threads threads = workspace.threads();
    int parts = CsrSpmm.parts(shared.blocks, threads.count());
    workspace.reserve(1, 64L * parts);
    Call call = workspace.state(Call.class, Call::new);
    call.shared = shared;
    call.values = values.address();
    call.scales = scales.address();
    call.x = x.asRow().address();
    call.y = row.address();
    call.scratch = workspace.address(0);
    call.parts = parts;
    threads.run(parts, call);
    call.shared = null;
    long shift = bias == null ? 0 : bias.asRow().address();
    CsrEpilogue.vector(activation, shift, row.address(), y.length());
  }

  /** Arguments of the call that is running; kept in the workspace. */
  private static final class Call implements PartBody {
    private @Nullable SharedRows shared;
    private long values;
    private long scales;
    private long x;
    private long y;
    private long scratch;
    private int parts;

    @Override
    public void run(int part) {
      SharedRows a = shared;
      if (a != null) {
        int first = a.blockTile[(int) ((long) a.blocks * part / parts)];
        int end = a.blockTile[(int) ((long) a.blocks * (part + 1) / parts)];
        SharedLanes.multiply(a, values, scales, first, end, x, y, scratch + 64L * part);
      }
    }
  }
}
