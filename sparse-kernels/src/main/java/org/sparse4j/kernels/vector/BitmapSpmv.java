package org.sparse4j.kernels.vector;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.sparse4j.format.Bf16Values;
import org.sparse4j.format.BitmapMatrix;
import org.sparse4j.format.DType;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.DenseVector;
import org.sparse4j.format.Int8Values;
import org.sparse4j.format.Values;
import org.sparse4j.kernels.execution.PartBody;
import org.sparse4j.kernels.execution.Threads;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.Activation;
import org.sparse4j.kernels.operation.Epilogue;
import org.sparse4j.kernels.operation.KernelInfo;
import org.sparse4j.kernels.spi.PreparedKernel;
import org.sparse4j.memory.Memory;

/**
 * {@code y = f(A x + b)} for a bitmap matrix and one sample, with values in the type they are
 * stored in: bits and packed values are all that is read of A.
 *
 * <p>Byte values are summed as codes and multiplied by their row's scale at the end: sums of codes
 * are up to 127 times larger than those of values and overflow that much sooner.
 */
final class BitmapSpmv implements PreparedKernel.SingleSample {

  /** Share of stored positions below which rows are faster read entry by entry. */
  private static final double DENSITY = 0.25;

  /** Words in a block of rows, the unit of parallel work, about: some microseconds. */
  private static final int BLOCK_WORDS = 1 << 9;

  /** Bytes that a load may read past the last value. */
  private static final int SLACK = 64;

  private final int rows;
  private final int columns;
  private final int nnz;
  private final int words;
  private final DType dtype;

  /** The number of every row's first value, and the number of values. */
  private final int[] starts;

  /** One a row if values are bytes. */
  private final float[] scales;

  private final MemorySegment bits;
  private final MemorySegment values;
  private final Decoded decoded = new Decoded();
  private final int rowsInBlock;
  private final Activation activation;
  private final @Nullable DenseVector bias;

  private BitmapSpmv(BitmapMatrix a, DType dtype, Epilogue epilogue) {
    this.dtype = dtype;
    rows = a.rows();
    columns = a.columns();
    nnz = (int) a.nnz();
    words = a.pattern().wordsPerRow();
    starts = new int[rows + 1];
    a.pattern().rowOffsets().get(starts);
    scales = new float[dtype == DType.I8 ? rows : 0];
    long[] copy = new long[Math.multiplyExact(rows, words)];
    a.pattern().words().get(copy);
    bits = Memory.auto().allocate(8L * copy.length);
    MemorySegment.copy(copy, 0, bits, ValueLayout.JAVA_LONG, 0, copy.length);
    values = Memory.auto().allocate((long) dtype.bytes() * nnz + SLACK);
    rowsInBlock = Math.max(1, BLOCK_WORDS / Math.max(1, words));
    activation = epilogue.activation();
    bias = epilogue.bias().orElse(null);
  }

  /** Tells whether a matrix is dense enough, and the machine able. */
  static boolean suits(BitmapMatrix a) {
    return BitmapRows.AVAILABLE && a.density() >= DENSITY;
  }

  /**
   * Makes the kernel; values stay bytes where each row has one scale, else they become float32.
   *
   * @param a a matrix that suits
   * @param epilogue f and b
   * @return a kernel without values
   */
  static BitmapSpmv of(BitmapMatrix a, Epilogue epilogue) {
    DType dtype =
        switch (a.values()) {
          case Bf16Values _ -> DType.BF16;
          case Int8Values codes when Arrays.equals(codes.starts(), a.pattern().valueGroups()) ->
              DType.I8;
          default -> DType.F32;
        };
    return new BitmapSpmv(a, dtype, epilogue);
  }

  @Override
  public void refresh(Values changed) {
    switch (dtype) {
      case BF16 ->
          MemorySegment.copy(
              ((Bf16Values) changed).bits(), 0, values, ValueLayout.JAVA_SHORT, 0, nnz);
      case I8 -> {
        Int8Values codes = (Int8Values) changed;
        MemorySegment.copy(codes.codes(), 0, values, ValueLayout.JAVA_BYTE, 0, nnz);
        System.arraycopy(codes.scales(), 0, scales, 0, rows);
      }
      case F32 ->
          MemorySegment.copy(decoded.of(changed), 0, values, ValueLayout.JAVA_FLOAT, 0, nnz);
    }
  }

  @Override
  public long packedBytes() {
    return bits.byteSize() + values.byteSize() + 4L * (starts.length + scales.length);
  }

  @Override
  public KernelInfo info(int n) {
    return new KernelInfo(
        "vector",
        "bitmap-expand-" + dtype,
        CsrTiles.vectorBits(),
        2L * nnz * n,
        4L * n * (rows + (long) columns) + packedBytes());
  }

  @Override
  public void run(Workspace workspace, DenseVector x, DenseVector y) {
    DenseMatrix row = y.asRow();
    if (rows == 0) {
      return;
    }
    workspace.reserve(1, 256L * words);
    Call call = workspace.state(Call.class, Call::new);
    call.bitmap = this;
    call.x = workspace.address(0);
    arrange(x.asRow().address(), call.x);
    call.y = row.address();
    Threads threads = workspace.threads();
    int blocks = (rows + rowsInBlock - 1) / rowsInBlock;
    call.parts = CsrSpmm.parts(blocks, threads.count());
    threads.run(call.parts, call);
    call.bitmap = null;
    long shift = bias == null ? 0 : bias.asRow().address();
    CsrEpilogue.vector(activation, shift, row.address(), y.length());
  }

  /** Copies x in the order of the expanded lanes, with zeros up to a multiple of 64. */
  private void arrange(long from, long to) {
    int period = dtype == DType.F32 ? 1 : dtype == DType.BF16 ? 2 : 4;
    int group = 16 * period;
    for (int first = 0; first < 64 * words; first += group) {
      for (int plane = 0; plane < period; plane++) {
        for (int lane = 0; lane < 16; lane++) {
          int column = first + lane * period + plane;
          float value = column < columns ? DenseMemory.get(from + 4L * column) : 0;
          DenseMemory.set(to + 4L * (first + 16 * plane + lane), value);
        }
      }
    }
  }

  private void rows(int first, int end, long x, long y) {
    long width = dtype.bytes();
    for (int i = first; i < end; i++) {
      long word = bits.address() + 8L * i * words;
      long value = values.address() + width * starts[i];
      float sum =
          switch (dtype) {
            case F32 -> BitmapRows.floats(word, words, value, x);
            case BF16 -> BitmapRows.halves(word, words, value, x);
            case I8 -> scales[i] * BitmapRows.codes(word, words, value, x);
          };
      DenseMemory.set(y + 4L * i, sum);
    }
  }

  /** Arguments of the call that is running; kept in the workspace. */
  private static final class Call implements PartBody {
    private @Nullable BitmapSpmv bitmap;
    private long x;
    private long y;
    private int parts;

    @Override
    public void run(int part) {
      BitmapSpmv a = bitmap;
      if (a != null) {
        int first = (int) ((long) a.rows * part / parts);
        int end = (int) ((long) a.rows * (part + 1) / parts);
        a.rows(first, end, x, y);
      }
    }
  }
}
