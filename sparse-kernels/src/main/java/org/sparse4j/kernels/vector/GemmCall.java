package org.sparse4j.kernels.vector;

import org.sparse4j.format.DenseMatrix;
import org.sparse4j.kernels.execution.PartBody;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.Activation;
import org.sparse4j.kernels.operation.Epilogue;
import org.sparse4j.kernels.operation.GemmForm;

/**
 * One dense product in flight: its arguments, and the parts that threads run.
 *
 * <p>B is cut into ranges of columns and these into ranges of rows, so that the packed panels of
 * one piece fit {@link #PANEL_MEMORY}; per piece, parts first pack panels, then add its products to
 * their rows of C. One object lives in each workspace.
 */
final class GemmCall implements PartBody {

  /**
   * Bytes of packed panels at a time: they stay in the outer caches (768x512, k = 3072: 0.97 of
   * oneDNN, 0.84 with 4 MiB), and A is read once for each range of columns.
   */
  private static final long PANEL_MEMORY = 2L << 20;

  /**
   * Rows of B at a time that are worth a trip of C from and to memory. Cutting columns only reads A
   * once for every panel if B is deep (4096x128, k = 11008, A^T B: 0.58 of oneDNN).
   */
  private static final int DEEP = 2 * GemmKernels.K_BLOCK;

  /** Operations below which a second thread costs more than it brings. */
  private static final double WORTH_A_PART = 1 << 19;

  /** Most columns for which dot products are faster than a half-empty vector. */
  private static final int DOT_COLUMNS = 8;

  /** Most rows for which dot products are faster than transposing B. */
  private static final int DOT_ROWS = 12;

  /** Fewest products summed for which adding up lanes at the end costs little. */
  private static final int DOT_DEPTH = 64;

  /** Which code computes a product. */
  enum Route {
    /** Dot products of rows of A with a few columns. */
    DOTS_OF_COLUMNS("few-columns-dots"),
    /** Dot products of a few rows with rows of B. */
    DOTS_OF_ROWS("few-rows-dots"),
    /** B is read once where it lies. */
    FEW_ROWS("few-rows"),
    /** A is read once where it lies. */
    FEW_COLUMNS("few-columns"),
    /** Blocks in the caches, B packed. */
    BLOCKS("blocks");

    private final String label;

    Route(String label) {
      this.label = label;
    }

    /** The name in {@code KernelInfo}. */
    String label() {
      return label;
    }
  }

  private GemmForm form = GemmForm.AB;
  private long a;
  private long aStride;
  private long b;
  private long bStride;
  private int bRows;
  private long c;
  private long cStride;
  private long bias;
  private Activation activation = Activation.IDENTITY;
  private int rows;
  private int columns;
  private int depth;
  private boolean add;

  private boolean packing;
  private int parts;
  private int firstPanel;
  private int panels;

  /** The present rows of B, and their number. */
  private int first;

  private int products;
  private long panelStride;
  private long panelMemory;
  private long taskMemory;

  /** Chooses the code for a product of a shape. */
  static Route route(GemmForm form, int rows, int depth, int columns) {
    if (form == GemmForm.AB && columns <= DOT_COLUMNS && depth >= DOT_DEPTH) {
      return Route.DOTS_OF_COLUMNS;
    }
    if (form == GemmForm.ABT && rows <= DOT_ROWS && depth >= DOT_DEPTH) {
      return Route.DOTS_OF_ROWS;
    }
    if (form == GemmForm.AB && rows <= GemmFewRows.MOST_ROWS) {
      return Route.FEW_ROWS;
    }
    return form == GemmForm.ATB && columns <= GemmFewRows.MOST_COLUMNS
        ? Route.FEW_COLUMNS
        : Route.BLOCKS;
  }

  /** Computes {@code C = f(op(A) op(B) + b)} or {@code C += op(A) op(B)}. */
  void run(
      Workspace workspace,
      GemmForm transposition,
      DenseMatrix left,
      DenseMatrix right,
      Epilogue epilogue,
      DenseMatrix result,
      boolean adding) {
    form = transposition;
    a = left.address();
    aStride = 4L * left.stride();
    b = right.address();
    bStride = 4L * right.stride();
    bRows = right.rows();
    c = result.address();
    cStride = 4L * result.stride();
    bias = epilogue.bias().isPresent() ? epilogue.bias().get().asRow().address() : 0;
    activation = epilogue.activation();
    rows = result.rows();
    columns = result.columns();
    depth = form == GemmForm.ATB ? left.rows() : left.columns();
    add = adding;
    if (rows == 0 || columns == 0) {
      return;
    }
    firstPanel = 0;
    switch (route(form, rows, depth, columns)) {
      case DOTS_OF_COLUMNS -> {
        workspace
            .state(LinearCall.class, LinearCall::new)
            .runFewColumns(workspace, left, right, result, add);
        finish(0, rows, 16);
      }
      case DOTS_OF_ROWS -> {
        workspace
            .state(LinearCall.class, LinearCall::new)
            .runFewRows(workspace, left, right, result, add);
        finish(0, rows, result.paddedColumns());
      }
      case FEW_ROWS -> {
        workspace
            .state(GemmFewRows.class, GemmFewRows::new)
            .run(workspace, left, right, result, add);
        finish(0, rows, result.paddedColumns());
      }
      case FEW_COLUMNS -> {
        workspace
            .state(GemmFewRows.class, GemmFewRows::new)
            .runTransposed(workspace, left, right, result, add);
        finish(0, rows, 16);
      }
      case BLOCKS -> runRanges(workspace);
    }
  }

  private void runRanges(Workspace workspace) {
    int width = (columns + 15) & -16;
    int all = (width + GemmKernels.PANEL - 1) / GemmKernels.PANEL;
    boolean inPlace = all == 1 && form != GemmForm.ABT && bStride == 4L * width;
    long most = PANEL_MEMORY / ((long) Math.clamp(depth, 1, DEEP) * GemmKernels.PANEL_BYTES);
    int atOnce = even(all, most, 1);
    long deepest = inPlace ? depth : PANEL_MEMORY / ((long) atOnce * GemmKernels.PANEL_BYTES);
    int depthAtOnce = even(depth, deepest, GemmKernels.K_BLOCK);
    long deep = (Math.min(depthAtOnce, depth) + GemmKernels.LANES - 1L) & -GemmKernels.LANES;
    panelStride = deep * GemmKernels.PANEL_BYTES;
    parts = parts(workspace.threads().count());
    long packed = inPlace ? 0 : atOnce * panelStride;
    workspace.reserve(1, packed + parts * GemmKernels.TASK_SCRATCH);
    taskMemory = workspace.address(0);
    panelMemory = inPlace ? b : taskMemory + parts * GemmKernels.TASK_SCRATCH;
    for (firstPanel = 0; firstPanel < all; firstPanel += atOnce) {
      panels = Math.min(atOnce, all - firstPanel);
      first = 0;
      do {
        products = Math.min(depthAtOnce, depth - first);
        if (!inPlace) {
          packing = true;
          workspace.threads().run(parts, this);
        }
        packing = false;
        workspace.threads().run(parts, this);
        first += products;
      } while (first < depth);
    }
  }

  /** Cuts a length into even pieces of at most so many, each a multiple of a unit. */
  private static int even(int length, long most, int unit) {
    long pieces = Math.max(1, (length + most - 1) / Math.max(1, most));
    long piece = Math.max(1, (length + pieces - 1) / pieces);
    return (int) ((piece + unit - 1) / unit * unit);
  }

  private int parts(int threads) {
    double operations = 2.0 * rows * columns * depth;
    int units = (rows + GemmKernels.ROW_UNIT - 1) / GemmKernels.ROW_UNIT;
    double most = Math.max(1, Math.min(units, operations / WORTH_A_PART));
    return (int) Math.min(threads, most);
  }

  @Override
  public void run(int part) {
    if (packing) {
      for (int p = part; p < panels; p += parts) {
        pack(
            firstPanel + p,
            panelMemory + p * panelStride,
            taskMemory + part * GemmKernels.TASK_SCRATCH);
      }
      return;
    }
    int units = (rows + GemmKernels.ROW_UNIT - 1) / GemmKernels.ROW_UNIT;
    int from = (int) ((long) units * part / parts) * GemmKernels.ROW_UNIT;
    int to = Math.min(rows, (int) ((long) units * (part + 1) / parts) * GemmKernels.ROW_UNIT);
    long scratch = taskMemory + part * GemmKernels.TASK_SCRATCH;
    int block = GemmKernels.rowBlock(form == GemmForm.ATB, products, aStride);
    for (int i = from; i < to; i += block) {
      rows(i, Math.min(to, i + block), scratch);
    }
  }

  private void pack(int panel, long target, long scratch) {
    int column = panel * GemmKernels.PANEL;
    int vectors = Math.min(2, (columns - column + GemmKernels.LANES - 1) / GemmKernels.LANES);
    if (GemmKernels.LANES < 16) {
      vectors = 2; // a row's padding fills the panel
    }
    if (form == GemmForm.ABT) {
      GemmKernels.packTransposed(
          b + column * bStride + 4L * first,
          bStride,
          bRows - column,
          products,
          vectors,
          target,
          scratch);
    } else {
      GemmKernels.packCopy(b + 4L * column + first * bStride, bStride, products, vectors, target);
    }
  }

  private void rows(int from, int to, long scratch) {
    int column = firstPanel * GemmKernels.PANEL;
    int width = Math.min(panels * GemmKernels.PANEL, ((columns + 15) & -16) - column);
    long y = c + 4L * column;
    boolean transposed = form == GemmForm.ATB;
    GemmKernels.rows(
        transposed,
        a + first * (transposed ? aStride : 4),
        aStride,
        panelMemory,
        panelStride,
        y,
        cStride,
        from,
        to,
        width,
        products,
        add || first > 0,
        scratch);
    if (first + products == depth) {
      finish(from, to, width);
    }
  }

  /** Applies the epilogue to rows of the present range of columns, and clears the padding. */
  private void finish(int from, int to, int width) {
    int column = firstPanel * GemmKernels.PANEL;
    long y = c + 4L * column;
    if (bias != 0 || activation != Activation.IDENTITY) {
      for (int i = from; i < to; i++) {
        float shift = bias == 0 ? 0 : DenseMemory.get(bias + 4L * i);
        long row = y + i * cStride;
        ElementwiseActivations.row(activation, row, shift, row, 4 * width);
      }
    }
    // Also without an epilogue: an infinity in A times the zeros in B's padding is NaN.
    if (columns % 16 != 0 && column + width >= columns) {
      ElementwiseKernels.clearPadding(c + from * cStride, cStride, to - from, columns);
    }
  }
}
