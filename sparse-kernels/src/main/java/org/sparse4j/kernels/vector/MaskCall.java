package org.sparse4j.kernels.vector;

import java.util.Arrays;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.kernels.execution.PartBody;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.GroupSampling;
import org.sparse4j.kernels.scalar.GroupSampler;
import org.sparse4j.mask.Selection;

/** A mask in the making, or numbers being thresholded or sampled; parts are ranges of bands. */
final class MaskCall implements PartBody {

  /** What is done to a band. */
  enum Kind {
    /** N:M, a row at a time. */
    NM,
    /** V:N:M, v rows at a time. */
    VNM,
    /** Transposable 2:4, four rows at a time. */
    TILES,
    /** The 2:4 soft threshold. */
    SOFT,
    /** Sampling by the scalar sampler, which works on matrices. */
    SAMPLE,
    /** Sampling two of four with the least variance. */
    PAIRS
  }

  /** Floats below which a second thread costs more than it brings. */
  private static final long WORTH_A_PART = 1 << 14;

  private static final long[] NONE = {};
  private static final DenseMatrix EMPTY = DenseMatrix.zeros(0, 0);

  /** Scratch of one part. */
  private static final class Scratch {
    private final TileMasks tiles = new TileMasks();
    private final GroupSampler sampler = new GroupSampler();
    private final PairSampling pairs = new PairSampling();
    private double[] sums = new double[0];
    private long[] kept = NONE;
  }

  private final TopMasks top = new TopMasks();
  private Scratch[] scratch = new Scratch[0];
  private Kind kind = Kind.NM;
  private int n;
  private int m;
  private boolean magnitudes;
  private long x;
  private long bytes;
  private int rows;
  private int columns;
  private int height;
  private int parts;
  private long[] words = NONE;
  private long y;
  private long outputBytes;
  private float scale;
  private long seed;
  private GroupSampling sampling = GroupSampling.minimumVariance(2, 4);
  private DenseMatrix from = EMPTY;
  private DenseMatrix to = EMPTY;

  /** Says where the scores are. */
  MaskCall scores(boolean byMagnitude, long address, long stride, int rowCount, int columnCount) {
    magnitudes = byMagnitude;
    x = address;
    bytes = stride;
    rows = rowCount;
    columns = columnCount;
    return this;
  }

  void keepTop(int count, long[] target) {
    top.keep(count, magnitudes ? 0 : -1, x, bytes, rows, columns, target);
  }

  void keep(Workspace workspace, Kind what, int v, int kept, int group, long[] target) {
    kind = what;
    n = kept;
    m = group;
    words = target;
    run(workspace, v);
    words = NONE;
  }

  void soften(Workspace workspace, float factor, DenseMatrix input, DenseMatrix output) {
    scores(true, input.address(), 4L * input.stride(), input.rows(), input.columns());
    kind = Kind.SOFT;
    scale = factor;
    y = output.address();
    outputBytes = 4L * output.stride();
    run(workspace, 1);
  }

  void sample(
      Workspace workspace, GroupSampling rule, long start, DenseMatrix input, DenseMatrix output) {
    scores(true, input.address(), 4L * input.stride(), input.rows(), input.columns());
    kind = inPairs(rule) ? Kind.PAIRS : Kind.SAMPLE;
    sampling = rule;
    seed = start;
    y = output.address();
    outputBytes = 4L * output.stride();
    from = input;
    to = output;
    run(workspace, 1);
    from = EMPTY;
    to = EMPTY;
  }

  private void run(Workspace workspace, int rowsOfBand) {
    height = rowsOfBand;
    int bands = Math.ceilDiv(rows, height);
    long most = Math.max(1, Math.min(bands, (long) rows * columns / WORTH_A_PART));
    parts = (int) Math.min(workspace.threads().count(), most);
    if (scratch.length < parts) {
      int before = scratch.length;
      scratch = Arrays.copyOf(scratch, parts);
      for (int part = before; part < parts; part++) {
        scratch[part] = new Scratch();
      }
    }
    workspace.threads().run(parts, this);
  }

  @Override
  public void run(int part) {
    int bands = Math.ceilDiv(rows, height);
    int first = (int) ((long) bands * part / parts) * height;
    int end = (int) Math.min(rows, (long) bands * (part + 1) / parts * height);
    switch (kind) {
      case NM -> nm(first, end);
      case VNM -> vnm(scratch[part], first, end);
      case TILES -> tiles(scratch[part].tiles, first, end);
      case SOFT -> soft(first, end);
      case PAIRS -> pairs(scratch[part].pairs, first, end);
      case SAMPLE -> scratch[part].sampler.sample(sampling, seed, from, first, end, to);
    }
  }

  /** Tells whether a way of sampling has a kernel of its own. */
  static boolean inPairs(GroupSampling rule) {
    return rule.method() == GroupSampling.Method.MINIMUM_VARIANCE
        && rule.n() == 2
        && rule.m() == 4
        && PairSampling.serves();
  }

  private void pairs(PairSampling pairs, int first, int end) {
    long perRow = Math.ceilDiv(columns, 4);
    for (int i = first; i < end; i++) {
      pairs.row(seed, i * perRow, x + i * bytes, columns, y + i * outputBytes);
    }
  }

  private void nm(int first, int end) {
    int perRow = Math.ceilDiv(columns, 64);
    for (int i = first; i < end; i++) {
      NmMasks.row(n, m, magnitudes ? 0 : -1, x + i * bytes, columns, words, i * perRow);
    }
  }

  private void vnm(Scratch own, int first, int end) {
    int perRow = Math.ceilDiv(columns, 64);
    int width = 4 * Math.ceilDiv(columns, 16) * 16;
    if (own.sums.length < width / 4) {
      own.sums = new double[width / 4];
      own.kept = new long[perRow];
    }
    for (int start = first; start < end; start += Math.min(height, end - start)) {
      int last = start + Math.min(height, end - start);
      Arrays.fill(own.sums, 0);
      Arrays.fill(own.kept, 0);
      for (int i = start; i < last; i++) {
        SoftThresholds.addRow(x + i * bytes, width, magnitudes ? Integer.MAX_VALUE : -1, own.sums);
      }
      for (int j = 0; j < columns; j += Math.min(m, columns - j)) {
        int size = Math.min(m, columns - j);
        Selection.largest(own.sums, j, j + size, Math.min(n, size), own.kept);
      }
      for (int i = start; i < last; i++) {
        System.arraycopy(own.kept, 0, words, i * perRow, perRow);
      }
    }
  }

  private void tiles(TileMasks masks, int first, int end) {
    int perRow = Math.ceilDiv(columns, 64);
    for (int i = first; i < end; i += 4) {
      // All of them at once would go through the caches twice.
      Arrays.fill(words, i * perRow, Math.min(i + 4, end) * perRow, 0);
      masks.band(
          magnitudes,
          x + i * bytes,
          bytes,
          Math.min(4, end - i),
          columns,
          words,
          i * perRow,
          perRow);
    }
  }

  private void soft(int first, int end) {
    int width = 4 * Math.ceilDiv(columns, 16) * 16;
    for (int i = first; i < end; i++) {
      SoftThresholds.row(scale, x + i * bytes, y + i * outputBytes, width);
    }
  }
}
