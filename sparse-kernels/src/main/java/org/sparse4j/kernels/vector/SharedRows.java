package org.sparse4j.kernels.vector;

import java.util.Arrays;
import java.util.Optional;
import org.sparse4j.format.CsrPattern;
import org.sparse4j.format.DType;
import org.sparse4j.format.Values;
import org.sparse4j.kernels.operation.KernelInfo;

/**
 * A matrix whose neighbouring rows store the same columns, in tiles of such rows: V:N:M, blocks,
 * and whatever else has rows of that kind.
 *
 * <p>A tile is up to {@link #height} rows with one list of columns; step k is a column and a value
 * for each of the rows, side by side. A tile that lacks rows repeats its last one.
 */
final class SharedRows {

  /** Columns that can be read past the last step. */
  private static final int SLACK = 1;

  /** Share of useful values from which sharing pays. */
  private static final double WORTH = 0.7;

  /**
   * The same for one sample: half-empty lanes read as many bytes as entries with their columns, and
   * multiply four times as fast in cache.
   */
  private static final double WORTH_LANES = 0.48;

  /** Column numbers keep to 24 bits, so that addresses are seen not to overflow. */
  private static final int MOST_COLUMNS = 1 << 24;

  /** Steps in a block of tiles, about: some microseconds of work. */
  private static final int BLOCK_STEPS = 1 << 10;

  private static final int MOST_BLOCKS = 64;

  /** What a layout is for. */
  private enum Use {
    /** Sampled products, which have no values. */
    SAMPLES,
    /** Rows in lanes, for one sample or a few; bytes need a scale for each row. */
    LANES,
    /** Several samples. */
    SEVERAL
  }

  final int rows;
  final int columns;
  final int nnz;
  final String label;

  /** Rows of a tile: 8 or 4 for several samples, the lanes of a vector for one or a few. */
  final int height;

  final int tiles;

  /** First row of each tile, and the number of rows. */
  final int[] tileRow;

  /** First step of each tile, and the number of steps. */
  final int[] tileStep;

  /** The column of each step. */
  final int[] steps;

  /** Values, {@link #height} for each step; none in a layout for samples. */
  final float[] values;

  /** The caller's position of each value. */
  final int[] sources;

  /** Whether the values of every step lie side by side in the caller's order, none repeated. */
  final boolean consecutive;

  /** First tile of each block, the unit of parallel work, and the number of tiles. */
  final int[] blockTile;

  final int blocks;

  private final PackedValues packed;

  private boolean scaledBySteps;

  private SharedRows(RowStream a, int height, int[] tileRow, boolean repeat, Use use) {
    CsrPattern pattern = a.pattern;
    this.rows = pattern.rows();
    this.columns = pattern.columns();
    this.nnz = a.nnz();
    this.label = a.label;
    this.height = height;
    this.tileRow = tileRow;
    tiles = tileRow.length - 1;
    tileStep = new int[tiles + 1];
    for (int t = 0; t < tiles; t++) {
      int row = tileRow[t];
      tileStep[t + 1] = tileStep[t] + pattern.rowStart(row + 1) - pattern.rowStart(row);
    }
    steps = new int[tileStep[tiles] + SLACK];
    sources = new int[Math.multiplyExact(height, tileStep[tiles])];
    int[] zeros = new int[repeat ? 0 : sources.length];
    int zero = 0;
    int[] indices = a.columnIndices();
    for (int t = 0; t < tiles; t++) {
      for (int k = tileStep[t]; k < tileStep[t + 1]; k++) {
        int at = k - tileStep[t];
        steps[k] = indices[pattern.rowStart(tileRow[t]) + at];
        for (int r = 0; r < height; r++) {
          boolean missing = tileRow[t] + r >= tileRow[t + 1];
          int row = missing ? tileRow[t + 1] - 1 : tileRow[t] + r;
          sources[k * height + r] = RowStream.source(a.sources, pattern.rowStart(row) + at);
          if (missing && !repeat) {
            zeros[zero++] = k * height + r;
          }
        }
      }
    }
    consecutive = consecutive(sources, height);
    zeros = Arrays.copyOf(zeros, zero);
    packed = use == Use.SAMPLES ? new PackedValues(new int[0], zeros) : packed(a, zeros, use);
    values = packed.numbers;
    blocks = Math.clamp(tileStep[tiles] / BLOCK_STEPS, 1, Math.clamp(tiles, 1, MOST_BLOCKS));
    blockTile = new int[blocks + 1];
    int tile = 0;
    for (int b = 1; b < blocks; b++) {
      long wanted = (long) tileStep[tiles] * b / blocks;
      while (tile < tiles && tileStep[tile] < wanted) {
        tile++;
      }
      blockTile[b] = tile;
    }
    blockTile[blocks] = tiles;
  }

  /** Values as they are stored, where the scales of bytes follow tile rows or steps. */
  private PackedValues packed(RowStream a, int[] zeros, Use use) {
    if (a.dtype == DType.I8 && SharedLanes.HEIGHT >= 8) {
      int[] groupOf = a.scaleGroups();
      int[] rowGroups = new int[tiles * height];
      for (int i = 0; i < rowGroups.length; i++) {
        int tile = i / height;
        rowGroups[i] =
            PackedValues.common(
                groupOf,
                sources,
                tileStep[tile] * height + i % height,
                tileStep[tile + 1] * height,
                height);
      }
      if (PackedValues.known(rowGroups)) {
        return new PackedValues(sources, zeros, DType.I8, rowGroups);
      }
      int[] stepGroups = new int[tileStep[tiles]];
      for (int k = 0; k < stepGroups.length; k++) {
        stepGroups[k] = PackedValues.common(groupOf, sources, k * height, (k + 1) * height, 1);
      }
      scaledBySteps = use == Use.SEVERAL && PackedValues.known(stepGroups);
      if (scaledBySteps) {
        return new PackedValues(sources, zeros, DType.I8, stepGroups);
      }
    }
    return a.dtype == DType.BF16
        ? new PackedValues(sources, zeros, DType.BF16, new int[0])
        : new PackedValues(sources, zeros);
  }

  /** Tells whether {@link #values} are empty, and pieces are to be widened. */
  boolean narrow() {
    return packed.narrow();
  }

  /** The values as they are kept. */
  PackedValues packed() {
    return packed;
  }

  /** Whether bytes have a scale for each step instead of one for each row of a tile. */
  boolean scaledBySteps() {
    return scaledBySteps;
  }

  /** Floats that hold the widened values of some steps of a tile. */
  int pieceLength() {
    int most = 0;
    for (int t = 0; t < tiles && narrow(); t++) {
      most = Math.max(most, tileStep[t + 1] - tileStep[t]);
    }
    return narrow() ? Math.addExact(Math.multiplyExact(most, height), PackedValues.SLACK) : 0;
  }

  /**
   * Widens the values of some steps of a tile.
   *
   * @param t tile
   * @param k first step
   * @param end end of the steps
   * @param to receives {@link #height} values a step, from index 0 on
   */
  void widen(int t, int k, int end, float[] to) {
    int at = k * height;
    int count = (end - k) * height;
    if (packed.dtype == DType.BF16) {
      Widening.halves(packed.halves, at, count, to);
    } else if (scaledBySteps) {
      Widening.steps(packed.codes, at, end - k, height, packed.scales, k, to);
    } else {
      Widening.codes(packed.codes, at, count, packed.scales, t * height, height, to, 0);
    }
  }

  private static boolean consecutive(int[] sources, int height) {
    boolean all = true;
    for (int k = 0; k < sources.length; k++) {
      all &= k % height == 0 || sources[k] == sources[k - 1] + 1;
    }
    return all;
  }

  /**
   * Lays out rows for several samples, if enough neighbours share their columns.
   *
   * @param a any rows
   * @param repeat whether a missing row has the values of the last one; else zeros
   * @return the layout, or empty where rows are better read one by one
   */
  static Optional<SharedRows> of(RowStream a, boolean repeat) {
    return SharedTiles.TALLEST == 4
        ? of(a, repeat, Use.SEVERAL, WORTH, 4)
        : of(a, repeat, Use.SEVERAL, WORTH, 8, 4);
  }

  /**
   * Lays out rows for one sample, if enough neighbours share their columns.
   *
   * @param a any rows
   * @return the layout, or empty where rows are better read one by one
   */
  static Optional<SharedRows> lanes(RowStream a) {
    return of(a, true, Use.LANES, WORTH_LANES, SharedLanes.HEIGHT);
  }

  /**
   * Lays out rows for a few samples, if enough neighbours share their columns.
   *
   * @param a any rows
   * @return the layout, or empty where there is a better one
   */
  static Optional<SharedRows> few(RowStream a) {
    return of(a, true, Use.LANES, WORTH, SharedLanes.HEIGHT);
  }

  /**
   * Lays out positions for samples, if enough neighbouring rows share their columns.
   *
   * @param a any rows
   * @return the layout without values, or empty where rows are better read one by one
   */
  static Optional<SharedRows> samples(RowStream a) {
    return of(a, true, Use.SAMPLES, WORTH, SharedLanes.HEIGHT);
  }

  private static Optional<SharedRows> of(
      RowStream a, boolean repeat, Use use, double worth, int... heights) {
    if (a.nnz() == 0 || a.pattern.columns() > MOST_COLUMNS) {
      return Optional.empty();
    }
    boolean[] same = same(a);
    for (int height : heights) {
      int[] tileRow = cut(same, height);
      long filled = 0;
      for (int t = 0; t + 1 < tileRow.length; t++) {
        int row = tileRow[t];
        filled += (long) height * (a.pattern.rowStart(row + 1) - a.pattern.rowStart(row));
      }
      if (a.nnz() >= worth * filled) {
        return Optional.of(new SharedRows(a, height, tileRow, repeat, use));
      }
    }
    return Optional.empty();
  }

  /** Tells for each row whether it has the columns of the row before. */
  private static boolean[] same(RowStream a) {
    int[] indices = a.columnIndices();
    boolean[] same = new boolean[a.pattern.rows()];
    for (int i = 1; i < same.length; i++) {
      int before = a.pattern.rowStart(i - 1);
      int start = a.pattern.rowStart(i);
      same[i] = Arrays.equals(indices, before, start, indices, start, a.pattern.rowStart(i + 1));
    }
    return same;
  }

  private static int[] cut(boolean[] same, int height) {
    int[] tileRow = new int[same.length + 1];
    int tiles = 0;
    for (int i = 0; i < same.length; i++) {
      if (!same[i] || i - tileRow[tiles - 1] == height) {
        tileRow[tiles++] = i;
      }
    }
    tileRow[tiles] = same.length;
    return Arrays.copyOf(tileRow, tiles + 1);
  }

  void refresh(Values changed) {
    packed.refresh(changed);
  }

  /**
   * Returns the bytes of the layout.
   *
   * @return bytes of all arrays that a product reads
   */
  long bytes() {
    // Without values, the places of the samples are read instead.
    boolean valued = narrow() || values.length == sources.length;
    long valueBytes = valued ? packed.bytes() : 4L * sources.length;
    return 4L * steps.length + valueBytes + 8L * tileRow.length;
  }

  /**
   * Tells what a product with these rows costs.
   *
   * @param kernel its name, without that of the rows
   * @param n columns of the dense operands
   * @param bytes what is read or written beside these
   * @return flops and bytes of a call
   */
  KernelInfo info(String kernel, int n, long bytes) {
    return new KernelInfo(
        "vector",
        label + kernel,
        CsrTiles.vectorBits(),
        2L * nnz * n,
        4L * n * (rows + (long) columns) + bytes);
  }
}
