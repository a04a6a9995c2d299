package org.sparse4j.kernels.vector;

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

/** {@code y = f(A x + b)} for rows and one sample. */
final class CsrSpmv implements PreparedKernel.SingleSample {

  private final CsrRows rows;
  private final String label;
  private final Activation activation;
  private final @Nullable DenseVector bias;

  CsrSpmv(RowStream a, Epilogue epilogue) {
    this.rows = new CsrRows(a);
    this.label = a.label;
    this.activation = epilogue.activation();
    this.bias = epilogue.bias().orElse(null);
  }

  @Override
  public void refresh(Values values) {
    rows.refresh(values);
  }

  @Override
  public long packedBytes() {
    return rows.bytes();
  }

  @Override
  public KernelInfo info(int n) {
    return new KernelInfo(
        "vector",
        label + "csr-rows",
        CsrTiles.vectorBits(),
        2L * rows.values.length * n,
        4L * n * (rows.rows + (long) rows.columns) + rows.bytes());
  }

  @Override
  public void run(Workspace workspace, DenseVector x, DenseVector y) {
    DenseMatrix row = y.asRow();
    Call call = workspace.state(Call.class, Call::new);
    call.rows = rows;
    call.x = x.asRow().address();
    call.y = row.address();
    Threads threads = workspace.threads();
    call.parts = CsrSpmm.parts(rows.blocks, threads.count());
    threads.run(call.parts, call);
    call.rows = null;
    long shift = bias == null ? 0 : bias.asRow().address();
    CsrEpilogue.vector(activation, shift, row.address(), y.length());
  }

  /** Arguments of the call that is running; kept in the workspace. */
  private static final class Call implements PartBody {
    private @Nullable CsrRows rows;
    private long x;
    private long y;
    private int parts;

    @Override
    public void run(int part) {
      CsrRows a = rows;
      if (a != null) {
        int first = a.blockStart[(int) ((long) a.blocks * part / parts)];
        int end = a.blockStart[(int) ((long) a.blocks * (part + 1) / parts)];
        SpmvRows.multiply(a, first, end, x, y);
      }
    }
  }
}
