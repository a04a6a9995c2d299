package org.sparse4j.kernels.vector;

import java.util.Optional;
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
final class SingleSpmv implements PreparedKernel.SingleSample {

  private final SingleLayout layout;
  private final String label;
  private final int rows;
  private final int columns;
  private final int nnz;
  private final Activation activation;
  private final @Nullable DenseVector bias;

  private SingleSpmv(RowStream a, SingleLayout layout, Epilogue epilogue) {
    this.layout = layout;
    this.label = a.label;
    this.rows = a.pattern.rows();
    this.columns = a.pattern.columns();
    this.nnz = a.nnz();
    this.activation = epilogue.activation();
    this.bias = epilogue.bias().orElse(null);
  }

  /**
   * Lays out rows, in the lanes of vectors where that suits.
   *
   * @param a rows of A
   * @param epilogue f and b
   * @return a kernel without values
   */
  static SingleSpmv of(RowStream a, Epilogue epilogue) {
    SingleLayout permuted = PermutedRows.of(a).orElse(null);
    return new SingleSpmv(a, permuted == null ? new SingleQuads(a) : permuted, epilogue);
  }

  /**
   * Lays out rows in the lanes of vectors.
   *
   * @param a rows of A
   * @param epilogue f and b
   * @return a kernel without values, or empty where that does not suit
   */
  static Optional<PreparedKernel> permuted(RowStream a, Epilogue epilogue) {
    return PermutedRows.of(a).map(layout -> new SingleSpmv(a, layout, epilogue));
  }

  @Override
  public void refresh(Values values) {
    layout.refresh(values);
  }

  @Override
  public long packedBytes() {
    return layout.bytes();
  }

  @Override
  public KernelInfo info(int n) {
    return new KernelInfo(
        "vector",
        label + layout.kernel(),
        CsrTiles.vectorBits(),
        2L * nnz * n,
        4L * n * (rows + (long) columns) + layout.bytes());
  }

  @Override
  public void run(Workspace workspace, DenseVector x, DenseVector y) {
    DenseMatrix row = y.asRow();
    Threads threads = workspace.threads();
    int parts = CsrSpmm.parts(layout.blocks(), threads.count());
    long scratchBytes = (layout.scratchBytes() + 63) & -64;
    workspace.reserve(1, parts * scratchBytes);
    Call call = workspace.state(Call.class, Call::new);
    call.layout = layout;
    call.x = x.asRow().address();
    call.y = row.address();
    call.scratch = workspace.address(0);
    call.scratchBytes = scratchBytes;
    call.parts = parts;
    threads.run(parts, call);
    call.layout = null;
    long shift = bias == null ? 0 : bias.asRow().address();
    CsrEpilogue.vector(activation, shift, row.address(), y.length());
  }

  /** Arguments of the call that is running; kept in the workspace. */
  private static final class Call implements PartBody {
    private @Nullable SingleLayout layout;
    private long x;
    private long y;
    private long scratch;
    private long scratchBytes;
    private int parts;

    @Override
    public void run(int part) {
      SingleLayout a = layout;
      if (a != null) {
        int first = (int) ((long) a.blocks() * part / parts);
        int end = (int) ((long) a.blocks() * (part + 1) / parts);
        a.multiply(first, end, x, y, scratch + part * scratchBytes);
      }
    }
  }
}
