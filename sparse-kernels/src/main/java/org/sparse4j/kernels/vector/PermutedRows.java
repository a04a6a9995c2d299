package org.sparse4j.kernels.vector;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sparse4j.format.Bf16Values;
import org.sparse4j.format.CsrPattern;
import org.sparse4j.format.DType;
import org.sparse4j.format.Int8Values;
import org.sparse4j.format.Values;
import org.sparse4j.memory.Memory;

/**
 * Rows in the lanes of vectors, for one sample: entries find their element of x in registers.
 *
 * <p>Columns are cut into tiles of {@value #TILE}, whose elements of x fill four 512-bit registers,
 * and rows into blocks. Within a tile and block, rows are sorted by their number of entries there
 * and taken sixteen at a time, a group. Step q of a group is the q-th entry of each of its rows:
 * sixteen bytes with the places of their columns in the tile, and sixteen values. A group yields
 * sixteen sums of a tile; each row then adds up what its tiles gave.
 *
 * <p>Rows of a group are padded to the longest by repeating the row's last entry with the value
 * zero (4 to 9 % of the entries from 80 to 95 % sparsity). A group that lacks rows repeats its last
 * one, and nobody reads those sums. Rows without entries in a tile are in none of its groups.
 */
final class PermutedRows implements SingleLayout {

  /** Columns of a tile. */
  static final int TILE = 64;

  /** Rows of a group. */
  static final int LANES = 16;

  /** Tiles whose sums are kept before they are added up: 24 KiB with blocks of 384 rows. */
  static final int TILES_AT_ONCE = 16;

  /**
   * Entries of a row in a tile, on average, from which this is faster than rows one by one: a row
   * and tile costs as much as two such entries, and a group's entry a quarter of one.
   */
  private static final double WORTH = 2;

  /** Share of useful entries that is expected; fewer mean rows of very different lengths. */
  private static final double FILLED = 0.5;

  /** Rows in a block, about: the more, the fewer groups are longer than the one before. */
  private static final int BLOCK_ROWS = 384;

  private static final int MOST_ROWS = 512;

  final int rows;
  final int columns;
  final int tiles;

  /** First row of each block, and the number of rows. */
  final int[] blockStart;

  /** First step of each block, and the number of steps. */
  final int[] blockStep;

  /** First group of block b and tile t at {@code b * tiles + t}, and the number of groups. */
  final int[] groupStart;

  /** Steps of each group. */
  final int[] counts;

  /**
   * Where the sum of each row, chunk of tiles and tile is, in floats from the zeros that precede
   * all sums; 0 where the row has no entries.
   */
  final char[] places;

  /** Sixteen bytes a step: bits 0 to 4 of a column, and bit 5 as the sign. */
  final MemorySegment positions;

  /** Sixteen values a step. */
  final MemorySegment values;

  /** How values are kept. */
  final DType dtype;

  /** Sixteen scales a group if values are bytes. */
  final MemorySegment scales;

  /** The caller's group of each scale. */
  private final int[] scaleGroups;

  /** The caller's position of each value, -1 for padding. */
  private final int[] sources;

  private final Decoded decoded = new Decoded();

  private PermutedRows(Builder builder, RowStream a) {
    rows = builder.rows;
    columns = builder.columns;
    tiles = builder.tiles;
    blockStart = builder.blockStart;
    blockStep = builder.blockStep;
    groupStart = builder.groupStart;
    counts = Arrays.copyOf(builder.counts, builder.group);
    places = builder.places;
    sources = Arrays.copyOf(builder.sources, builder.step * LANES);
    positions = Memory.auto().allocate(sources.length);
    MemorySegment.copy(builder.bytes, 0, positions, ValueLayout.JAVA_BYTE, 0, sources.length);
    int[] groups = scaleGroups(a.scaleGroups());
    boolean kept = a.dtype != DType.I8 || PackedValues.known(groups);
    dtype = kept ? a.dtype : DType.F32;
    scaleGroups = dtype == DType.I8 ? groups : new int[0];
    values = Memory.auto().allocate((long) dtype.bytes() * sources.length);
    scales = Memory.auto().allocate(4L * scaleGroups.length);
  }

  /** The scale of each row of each group, -1 where a row has several; nothing if there are none. */
  private int[] scaleGroups(int[] groupOf) {
    int[] groups = new int[groupOf.length == 0 ? 0 : LANES * counts.length];
    int step = 0;
    for (int i = 0; i < groups.length; i += LANES) {
      int end = step + counts[i / LANES];
      for (int lane = 0; lane < LANES; lane++) {
        int group = -1;
        boolean several = false;
        for (int q = step; q < end; q++) {
          int source = sources[q * LANES + lane];
          int found = source < 0 ? group : groupOf[source];
          several |= group >= 0 && found != group;
          group = found;
        }
        // A lane of nothing but padding takes any scale: its codes are zero.
        groups[i + lane] = several ? -1 : Math.max(group, 0);
      }
      step = end;
    }
    return groups;
  }

  /**
   * Lays out rows.
   *
   * @param a any rows
   * @return the layout, or empty where the machine has no such registers, tiles hold too few
   *     entries of a row, or rows differ too much
   */
  static Optional<PermutedRows> of(RowStream a) {
    CsrPattern pattern = a.pattern;
    long tiles = (pattern.columns() + TILE - 1L) / TILE;
    if (!PermutedTiles.AVAILABLE
        || pattern.rows() < LANES
        || a.nnz() == 0
        || a.nnz() < WORTH * tiles * pattern.rows()) {
      return Optional.empty();
    }
    Builder builder = new Builder(a, (int) tiles);
    return a.nnz() < FILLED * LANES * builder.step
        ? Optional.empty()
        : Optional.of(new PermutedRows(builder, a));
  }

  @Override
  public String kernel() {
    return "csr-permuted-" + TILE + (dtype == DType.F32 ? "" : "-" + dtype);
  }

  @Override
  public int blocks() {
    return blockStart.length - 1;
  }

  @Override
  public long scratchBytes() {
    return PermutedTiles.SUMS + 4L * TILES_AT_ONCE * MOST_ROWS;
  }

  @Override
  public long bytes() {
    return (1L + dtype.bytes()) * sources.length
        + 4L * scaleGroups.length
        + 4L * (counts.length + groupStart.length)
        + 2L * places.length
        + 8L * blockStart.length;
  }

  @Override
  public void refresh(Values changed) {
    switch (dtype) {
      case BF16 -> {
        short[] halves = ((Bf16Values) changed).bits();
        for (int i = 0; i < sources.length; i++) {
          int source = sources[i];
          short value = source < 0 ? 0 : halves[source];
          values.set(ValueLayout.JAVA_SHORT, 2L * i, value);
        }
      }
      case I8 -> {
        Int8Values bytes = (Int8Values) changed;
        byte[] codes = bytes.codes();
        for (int i = 0; i < sources.length; i++) {
          int source = sources[i];
          byte value = source < 0 ? 0 : codes[source];
          values.set(ValueLayout.JAVA_BYTE, i, value);
        }
        float[] all = bytes.scales();
        for (int i = 0; i < scaleGroups.length; i++) {
          DenseMemory.set(scales.address() + 4L * i, all[scaleGroups[i]]);
        }
      }
      case F32 -> gather(decoded.of(changed));
    }
  }

  private void gather(float[] from) {
    long to = values.address();
    for (int i = 0; i < sources.length; i++) {
      int source = sources[i];
      DenseMemory.set(to + 4L * i, source < 0 ? 0 : from[source]);
    }
  }

  @Override
  public void multiply(int first, int end, long x, long y, long scratch) {
    PermutedTiles.multiply(this, first, end, x, y, scratch);
  }

  /** Arrays that grow. */
  private static final class Builder {
    final int rows;
    final int columns;
    final int tiles;
    final int[] blockStart;
    final int[] blockStep;
    final int[] groupStart;
    final char[] places;
    int[] counts = new int[64];
    byte[] bytes;
    int[] sources;
    int group;
    int step;

    private final int[] pointers;
    private final int[] indices;
    private final int @Nullable [] origin;

    /** First entry of each row in the current tile, and one past its last. */
    private final int[] next;

    private final int[] last;

    Builder(RowStream a, int tiles) {
      rows = a.pattern.rows();
      columns = a.pattern.columns();
      this.tiles = tiles;
      pointers = new int[rows + 1];
      a.pattern.rowPointers().get(pointers);
      indices = a.columnIndices();
      origin = a.sources;
      blockStart = blocks(rows, pointers);
      int blocks = blockStart.length - 1;
      blockStep = new int[blocks + 1];
      groupStart = new int[blocks * tiles + 1];
      places = new char[Math.multiplyExact(rows, tiles)];
      bytes = new byte[Math.addExact(indices.length + indices.length / 8, 1024)];
      sources = new int[bytes.length];
      next = Arrays.copyOf(pointers, rows);
      last = next.clone();
      for (int b = 0; b < blocks; b++) {
        blockStep[b] = step;
        int place = 0;
        for (int t = 0; t < tiles; t++) {
          place = t % TILES_AT_ONCE == 0 ? LANES : place;
          groupStart[b * tiles + t] = group;
          place = tile(b, t, place);
        }
      }
      blockStep[blocks] = step;
      groupStart[blocks * tiles] = group;
    }

    /** Cuts rows into blocks with about the same number of entries; an even number suits two. */
    private static int[] blocks(int rows, int[] pointers) {
      int pairs = Math.max(1, (rows + BLOCK_ROWS) / (2 * BLOCK_ROWS));
      int least = (rows + MOST_ROWS - LANES) / (MOST_ROWS - LANES);
      int blocks = rows < BLOCK_ROWS / 2 ? 1 : Math.max(2 * pairs, least);
      return RowBlocks.cut(pointers, blocks, LANES, MOST_ROWS - LANES);
    }

    private int tile(int b, int t, int place) {
      int first = blockStart[b];
      int count = blockStart[b + 1] - first;
      int chunk = t - t % TILES_AT_ONCE;
      int across = Math.min(TILES_AT_ONCE, tiles - chunk);
      long end = (t + 1L) * TILE;
      for (int i = first; i < first + count; i++) {
        int k = t == 0 ? pointers[i] : last[i];
        next[i] = k;
        while (k < pointers[i + 1] && indices[k] < end) {
          k++;
        }
        last[i] = k;
      }
      int[] sorted = RowBlocks.sorted(first, first + count, next, last);
      int empty = 0;
      while (empty < count && next[sorted[empty]] == last[sorted[empty]]) {
        empty++;
      }
      for (int g = empty; g < count; g += LANES) {
        group(sorted, g, Math.min(g + LANES, count), t);
        for (int s = g; s < Math.min(g + LANES, count); s++) {
          int at = first * tiles + chunk * count + (sorted[s] - first) * across + t - chunk;
          places[at] = (char) (place + s - g);
        }
        place += LANES;
      }
      return place;
    }

    private void group(int[] sorted, int from, int end, int t) {
      int steps = last[sorted[end - 1]] - next[sorted[end - 1]];
      int wanted = Math.multiplyExact(step + steps, LANES);
      if (wanted > bytes.length) {
        bytes = Arrays.copyOf(bytes, Math.addExact(wanted, wanted / 2));
        sources = Arrays.copyOf(sources, bytes.length);
      }
      for (int lane = 0; lane < LANES; lane++) {
        int row = sorted[Math.min(from + lane, end - 1)];
        boolean there = from + lane < end;
        for (int q = 0; q < steps; q++) {
          int entry = Math.min(next[row] + q, last[row] - 1);
          int at = (step + q) * LANES + lane;
          int column = indices[entry] - t * TILE;
          bytes[at] = (byte) ((column & 31) | ((column & 32) << 2));
          boolean padding = !there || next[row] + q >= last[row];
          sources[at] = padding ? -1 : RowStream.source(origin, entry);
        }
      }
      if (group == counts.length) {
        counts = Arrays.copyOf(counts, 2 * group);
      }
      counts[group++] = steps;
      step += steps;
    }
  }
}
