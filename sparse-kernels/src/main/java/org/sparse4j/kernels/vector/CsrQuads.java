package org.sparse4j.kernels.vector;

import java.nio.IntBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.sparse4j.format.CsrPattern;
import org.sparse4j.format.DType;
import org.sparse4j.format.Values;

/**
 * A sparse matrix in the order in which the register tiles of {@link CsrTiles} and the SDDMM tiles
 * read it.
 *
 * <p>Columns are cut into tiles, so that the rows of X that a tile touches stay in L1, and rows
 * into blocks, the unit of parallel work. Within a tile and block, rows are sorted by their number
 * of entries, and four neighbours in that order make a slice. Step q of a slice is one word with
 * the columns of the q-th entry of each of the four rows, 16 bits each and relative to the tile,
 * and four values.
 *
 * <p>Rows of a slice are padded to the longest by repeating the row's last entry with the value
 * zero (1 % of the entries in practice): a NaN or an infinity there has reached the row's sum
 * anyway, though an infinite sum may become NaN. A slice that lacks rows repeats its last row with
 * all its values, which then is computed and stored twice. Rows without entries in a tile are left
 * out, except in the first tile, where a slice without steps initialises Y.
 *
 * <p>Positions are immutable. Values are written by {@link #refresh} only.
 */
final class CsrQuads {

  /** Words that can be read past the last step of any tile and block. */
  private static final int SLACK = 4;

  /**
   * Rows in a block, about, and half as many as in a block of a large matrix: few enough to share
   * among threads, enough to sort well. An even number of blocks suits two threads.
   */
  private static final int BLOCK_ROWS = 96;

  private static final int MOST_ROWS = 1 << 10;

  /** Entries of a row in a tile that make the trip of its Y row from and to L2 worth while. */
  private static final double ENTRIES = 22;

  /** The same for lanes, that is on Zen 5, whose trips are shorter. */
  private static final double LANE_ENTRIES = 15;

  private static final double SAMPLED_ENTRIES = 19;

  /** Bytes of X in a tile that leave room in a first-level cache of 32 KiB. */
  private static final int TILE_BYTES = 28 * 1024;

  private static final int SAMPLED_BYTES = 40 * 1024;

  /** Bytes of X in the widest tile of a very sparse matrix, which stays in the second level. */
  private static final int SECOND_LEVEL_BYTES = 512 * 1024;

  private static final int MOST_COLUMNS = 1 << 16;

  /** Words of a piece of narrow values, about: widened, 4 KiB that stay in L1. */
  private static final int PIECE = 256;

  final int tiles;

  /** Columns of every tile but the last. */
  final int tileColumns;

  final int blocks;

  /** First row of each block, and the number of rows. */
  final int[] blockStart;

  /** First slice of tile t and block b at {@code t * blocks + b}, and the number of slices. */
  final int[] sliceStart;

  /** First word, likewise. */
  final int[] wordStart;

  /** Steps of each slice. */
  final int[] counts;

  /** Four rows of each slice, 16 bits each, relative to the block. */
  final long[] rows;

  /** Four columns of each step, 16 bits each, relative to the tile. */
  final long[] words;

  /** Four values of each step, if values are float32 and not in pairs. */
  final float[] values;

  /**
   * For each row of each slice the position of its first entry in the tile and their number, which
   * is 0 for a repeated row; shorter rows come first. Only if the matrix was made for its
   * positions.
   */
  final int[] entries;

  private final PackedValues packed;

  /** Where tiles of many samples broadcast values from. */
  final QuadValues broadcast;

  /** Whether values are float32 and kept in pairs. */
  final boolean paired;

  /** Words that hold any piece of slices, and slack. */
  final int pieceSteps;

  private CsrQuads(
      Builder builder,
      boolean withValues,
      QuadValues broadcast,
      boolean inPairs,
      DType dtype,
      int[] groupOf) {
    this.broadcast = broadcast;
    tiles = builder.tiles;
    tileColumns = builder.tileColumns;
    blocks = builder.blocks;
    blockStart = builder.blockStart;
    sliceStart = builder.sliceStart;
    wordStart = builder.wordStart;
    counts = Arrays.copyOf(builder.counts, builder.slice);
    rows = Arrays.copyOf(builder.rows, builder.slice);
    words = Arrays.copyOf(builder.words, builder.word + SLACK);
    int[] sources = Arrays.copyOf(builder.sources, withValues ? 4 * builder.word : 0);
    int[] padding = Arrays.copyOf(builder.padding, withValues ? builder.paddings : 0);
    int[] groups = dtype == DType.I8 ? scaleGroups(groupOf, sources) : new int[0];
    boolean narrow = dtype != DType.F32 && PackedValues.known(groups);
    if (narrow) {
      packed = new PackedValues(sources, padding, dtype, groups);
    } else if (inPairs) {
      packed = PackedValues.inPairs(sources, padding);
    } else {
      packed = new PackedValues(sources, padding);
    }
    values = packed.numbers;
    paired = inPairs && !narrow;
    pieceSteps = PIECE + Arrays.stream(counts).max().orElse(0) + 4 * SLACK;
    entries = Arrays.copyOf(builder.entries, withValues ? 0 : 8 * builder.slice);
  }

  /**
   * Lays out positions without values.
   *
   * @param a positions of A
   * @param batch columns of X that calls usually have
   * @return positions in kernel order
   */
  static CsrQuads positions(RowStream a, int batch) {
    double entries = SAMPLED_ENTRIES / Math.max(a.pattern.density(), 1e-9);
    int rowBytes = Math.min(4 * 64, 4 * Math.max(16, batch));
    int tileColumns = tileColumns(a.pattern.columns(), entries, rowBytes, SAMPLED_BYTES);
    Builder builder = new Builder(a.pattern, a.sources, tileColumns);
    return new CsrQuads(builder, false, QuadValues.MEMORY, false, DType.F32, new int[0]);
  }

  /**
   * Lays out rows for one sample, which has no tiles but of as many columns as 16 bits can tell.
   *
   * @param a positions of A
   * @return positions in kernel order; values are zero until refreshed
   */
  static CsrQuads single(RowStream a) {
    int tileColumns = Math.clamp(a.pattern.columns(), 1, MOST_COLUMNS);
    Builder builder = new Builder(a.pattern, a.sources, tileColumns);
    return new CsrQuads(builder, true, QuadValues.MEMORY, false, a.dtype, a.scaleGroups());
  }

  /**
   * Lays out rows for many samples, with values as they are stored: bytes where the entries of
   * every row share a scale, else decoded.
   *
   * @param a positions of A
   * @param batch columns of X that calls usually have
   * @param broadcast where tiles take values from
   * @return positions in kernel order; values are zero until refreshed
   */
  static CsrQuads many(RowStream a, int batch, QuadValues broadcast) {
    double trip = broadcast == QuadValues.LANES ? LANE_ENTRIES : ENTRIES;
    double entries = trip / Math.max(a.pattern.density(), 1e-9);
    int rowBytes =
        batch <= CsrTiles8.COLUMNS
            ? CsrTiles8.ROW
            : Math.min(CsrTiles.panel(broadcast), 4 * (batch + 15 & -16));
    int tileColumns = tileColumns(a.pattern.columns(), entries, rowBytes, TILE_BYTES);
    Builder builder = new Builder(a.pattern, a.sources, tileColumns);
    boolean few = CsrTiles8.AVAILABLE && batch <= CsrTiles8.COLUMNS;
    boolean inPairs = broadcast == QuadValues.REGISTERS && !few;
    return new CsrQuads(builder, true, broadcast, inPairs, a.dtype, a.scaleGroups());
  }

  /** The group of each of the four rows of every slice. */
  private int[] scaleGroups(int[] groupOf, int[] sources) {
    int[] groups = new int[4 * counts.length];
    int word = 0;
    for (int s = 0; s < counts.length; s++) {
      int end = word + counts[s];
      for (int r = 0; r < 4; r++) {
        groups[4 * s + r] = PackedValues.common(groupOf, sources, 4 * word + r, 4 * end, 4);
      }
      word = end;
    }
    return groups;
  }

  /** Tells whether values are kept narrower than float32, and pieces are to be widened. */
  boolean narrow() {
    return packed.narrow();
  }

  /** The values of each step in two words, if they are {@link #paired}. */
  long[] pairs() {
    return packed.pairs;
  }

  /** The values as they are kept. */
  PackedValues packed() {
    return packed;
  }

  /** What a kernel's name ends in. */
  String suffix() {
    return packed.suffix();
  }

  /** Returns the end of the slices from s on that make a piece. */
  int pieceEnd(int s, int end) {
    int words = 0;
    while (s < end && words < PIECE) {
      words += counts[s++];
    }
    return s;
  }

  /**
   * Copies a piece with its values as float32 in pairs.
   *
   * @param s first slice
   * @param end end of the slices
   * @param word first word
   * @param to receives columns and values
   * @return the end of the words
   */
  int takePairs(int s, int end, int word, QuadPiece to) {
    int k = word;
    for (int t = s; t < end; t++) {
      int steps = counts[t];
      if (packed.dtype == DType.I8) {
        int at = 2 * (k - word);
        Widening.codes(packed.codes, 4 * k, 4 * steps, packed.scales, 4 * t, to.pairs, at);
      }
      k += steps;
    }
    if (packed.dtype == DType.BF16) {
      Widening.halves(packed.halves, 4 * word, 4 * (k - word), to.pairs);
    } else if (packed.dtype == DType.F32) {
      Widening.pairs(packed.numbers, 4 * word, 4 * (k - word), to.pairs);
    }
    System.arraycopy(words, word, to.words, 0, k - word);
    return k;
  }

  /**
   * Copies a piece with its values as float32 one by one.
   *
   * @param s first slice
   * @param end end of the slices
   * @param word first word
   * @param to receives columns and values
   * @return the end of the words
   */
  int takeValues(int s, int end, int word, QuadPiece to) {
    int k = word;
    for (int t = s; t < end; t++) {
      int steps = counts[t];
      if (packed.dtype == DType.I8) {
        int at = 4 * (k - word);
        Widening.codes(packed.codes, 4 * k, 4 * steps, packed.scales, 4 * t, 4, to.values, at);
      }
      k += steps;
    }
    if (packed.dtype == DType.BF16) {
      Widening.halves(packed.halves, 4 * word, 4 * (k - word), to.values);
    } else if (packed.dtype == DType.F32) {
      Widening.numbers(packed.pairs, 2 * word, 2 * (k - word), to.values);
    }
    System.arraycopy(words, word, to.words, 0, k - word);
    return k;
  }

  private static int[] copy(IntBuffer buffer) {
    int[] array = new int[buffer.remaining()];
    buffer.get(array);
    return array;
  }

  /**
   * Copies values into kernel order.
   *
   * @param changed values in the order of the caller's pattern
   */
  void refresh(Values changed) {
    packed.refresh(changed);
  }

  /**
   * Returns the bytes of the layout.
   *
   * @return bytes of all arrays that a product reads
   */
  long bytes() {
    return 8L * words.length + packed.bytes() + 12L * counts.length + 4L * entries.length;
  }

  /** Columns in a tile: about as many as wanted, but X in it neither smaller nor larger than. */
  private static int tileColumns(int columns, double wanted, int rowBytes, int smallest) {
    double most =
        Math.clamp(wanted, (double) smallest / rowBytes, (double) SECOND_LEVEL_BYTES / rowBytes);
    long tiles = Math.max(1, Math.round(columns / most));
    return (int) Math.min(MOST_COLUMNS, Math.max(1, (columns + tiles - 1) / tiles));
  }

  /** Cuts rows into blocks of multiples of four rows, below 2^16 each. */
  private static int[] blocks(int rows, int[] pointers) {
    int blocks =
        rows < BLOCK_ROWS / 4 ? 1 : 2 * Math.max(1, (rows + BLOCK_ROWS) / (2 * BLOCK_ROWS));
    if (blocks > 8) {
      blocks = Math.max(8, (blocks / 2 + 1) & -2);
    }
    return RowBlocks.cut(pointers, blocks, 4, MOST_ROWS);
  }

  /** Arrays that grow. */
  private static final class Builder {
    final int tiles;
    final int tileColumns;
    final int blocks;
    final int[] blockStart;
    final int[] sliceStart;
    final int[] wordStart;
    int[] counts;
    long[] rows;
    int[] entries;
    long[] words;
    int[] sources;
    int[] padding = new int[64];
    int slice;
    int word;
    int paddings;

    private final int[] pointers;
    private final int[] columns;
    private final int[] origin;
    private final boolean moved;

    /** Next entry of each row, and one past its last entry in the current tile. */
    private final int[] next;

    private final int[] last;

    Builder(CsrPattern pattern, int @Nullable [] origin, int tileColumns) {
      this.pointers = copy(pattern.rowPointers());
      this.columns = copy(pattern.columnIndices());
      this.moved = origin != null;
      this.origin = origin == null ? new int[0] : origin;
      int m = pattern.rows();
      this.tileColumns = tileColumns;
      tiles = Math.max(1, (pattern.columns() + tileColumns - 1) / tileColumns);
      blockStart = blocks(m, pointers);
      blocks = blockStart.length - 1;
      sliceStart = new int[tiles * blocks + 1];
      wordStart = new int[tiles * blocks + 1];
      counts = new int[m / 4 * tiles + blocks + 16];
      rows = new long[counts.length];
      entries = new int[8 * counts.length];
      words =
          new long[columns.length / 4 + columns.length / 64 + (SLACK + 4) * tiles * blocks + 16];
      sources = new int[4 * words.length];
      next = Arrays.copyOf(pointers, m);
      last = next.clone();
      for (int t = 0; t < tiles; t++) {
        tile(t);
      }
      sliceStart[tiles * blocks] = slice;
      wordStart[tiles * blocks] = word;
    }

    private void tile(int t) {
      long end = (t + 1L) * tileColumns;
      for (int i = 0; i < next.length; i++) {
        int k = next[i];
        while (k < pointers[i + 1] && columns[k] < end) {
          k++;
        }
        last[i] = k;
      }
      for (int b = 0; b < blocks; b++) {
        sliceStart[t * blocks + b] = slice;
        wordStart[t * blocks + b] = word;
        block(t, b);
      }
      System.arraycopy(last, 0, next, 0, next.length);
    }

    private void block(int t, int b) {
      int[] sorted = RowBlocks.sorted(blockStart[b], blockStart[b + 1], next, last);
      int from = 0;
      while (from < sorted.length && count(sorted[from]) == 0) {
        from++;
      }
      if (t == 0) {
        for (int i = 0; i < from; i += 4) {
          slice(t, b, sorted, i, Math.min(i + 4, from));
        }
      }
      for (int i = from; i < sorted.length; i += 4) {
        slice(t, b, sorted, i, Math.min(i + 4, sorted.length));
      }
    }

    private int count(int row) {
      return last[row] - next[row];
    }

    private void slice(int t, int b, int[] sorted, int from, int end) {
      if (slice == counts.length) {
        counts = Arrays.copyOf(counts, counts.length * 3 / 2);
        rows = Arrays.copyOf(rows, counts.length);
        entries = Arrays.copyOf(entries, 8 * counts.length);
      }
      int steps = count(sorted[end - 1]);
      reserveWords(steps);
      long four = 0;
      for (int r = 0; r < 4; r++) {
        int row = sorted[Math.min(from + r, end - 1)];
        four |= (long) (row - blockStart[b]) << (16 * r);
        entries[8 * slice + 2 * r] = next[row];
        entries[8 * slice + 2 * r + 1] = from + r < end ? count(row) : 0;
        for (int q = 0; q < steps; q++) {
          int entry = Math.min(next[row] + q, last[row] - 1);
          int place = 4 * (word + q) + r;
          words[word + q] |= (long) (columns[entry] - t * tileColumns) << (16 * r);
          sources[place] = moved ? origin[entry] : entry;
          if (q >= count(row)) {
            pad(place);
          }
        }
      }
      counts[slice] = steps;
      rows[slice] = four;
      slice++;
      word += steps;
    }

    private void pad(int place) {
      if (paddings == padding.length) {
        padding = Arrays.copyOf(padding, 2 * paddings);
      }
      padding[paddings++] = place;
    }

    private void reserveWords(int more) {
      if (word + more + 2 * SLACK > words.length) {
        words = Arrays.copyOf(words, (word + more + 2 * SLACK) * 3 / 2);
        sources = Arrays.copyOf(sources, 4 * words.length);
      }
    }
  }
}
