package org.sparse4j.kernels.vector;

import static org.sparse4j.kernels.vector.DenseMemory.ADDRESS;
import static org.sparse4j.kernels.vector.DenseMemory.ALL;
import static org.sparse4j.kernels.vector.DenseMemory.ORDER;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The blocked dense product {@code C = op(A) op(B)} or {@code C += op(A) op(B)}, by raw addresses.
 *
 * <p>Blocks of {@link #K_BLOCK} products keep a panel of B (two vectors wide, 32 KiB at 512 bits)
 * in L1 while {@link #ROW_BLOCK} rows of A pass by; A is read where it lies, because copying it
 * costs more than it gains for n up to a few hundred. An element is summed in the order of k
 * whatever tile computes it, so results do not depend on how rows are divided among tasks.
 *
 * <p>Strides are in bytes. B is either used in place or packed first ({@link #packCopy}, {@link
 * #packTransposed}) into panels {@code [k][two vectors]}, one after the other.
 */
final class GemmKernels {

  private static final VectorSpecies<Float> F = DenseSpecies.floats();
  private static final boolean MANY_REGISTERS = DenseSpecies.manyRegisters();

  /** Floats in a vector. */
  static final int LANES = F.length();

  /** Columns of a panel of B. */
  static final int PANEL = 2 * LANES;

  /** Bytes of a row of a packed panel. */
  static final int PANEL_BYTES = 4 * PANEL;

  /** Products summed between two visits of C. */
  static final int K_BLOCK = 256;

  /**
   * The same where A is stored k x m: every product then takes a cache line of A of its own, and
   * 256 of them and the panel do not fit into L1 together (784x128, k = 300: 0.91 and 0.97 of
   * oneDNN). A narrow tile is done with a product in 4 cycles instead of 12, too soon to look up
   * the page of a row, of which 64 are at hand (768x128, k = 768 at 256 bits: 100 GFLOP/s, with 128
   * products 84).
   */
  static final int TRANSPOSED_K_BLOCK = MANY_REGISTERS ? 128 : 64;

  /** Rows of C between two visits of a panel: a multiple of every tile's rows. */
  static final int ROW_BLOCK = 96;

  /** Row ranges of tasks start at multiples of this. */
  static final int ROW_UNIT = 12;

  private static final int ROWS = MANY_REGISTERS ? GemmTiles32.ROWS : GemmTiles16.ROWS;

  /** Bytes from a product to the next. */
  private static final int STEP = 4;

  private static final int STRIP_STRIDE = 4 * K_BLOCK;

  private static final int STRIP_MEMORY = ROW_UNIT * (STRIP_STRIDE + PANEL_BYTES);

  /**
   * Products summed at a time by the first panel of a large transposed A. A tile reads 24 bytes of
   * each of so many rows, and the next tile the 24 bytes behind them: so few rows are ascending
   * streams that prefetchers follow, 128 are not. The other panels find the block in L2.
   */
  private static final int STREAMED_K = MANY_REGISTERS ? 16 : 32;

  /** Bytes of a transposed A from which it is read like that, and its columns in a block. */
  private static final int STREAMED_MEMORY = 1 << 20;

  private static final int STREAMED_ROW_BLOCK = 4 * ROW_BLOCK;

  /** Bytes from row to row of a transposed block of A: an odd number of cache lines. */
  private static final int BLOCK_STRIDE = 4 * (ROW_BLOCK + 16);

  /** Fewest columns of C for which transposing blocks of A pays. */
  private static final int TURNED_WIDTH = 64;

  /**
   * Whether blocks of an A stored m x k are transposed first, so that the tile of {@code A^T B}
   * serves, which has one address of A instead of four: 768x768, n = 128 at 256 bits takes 1770 us,
   * without 1890. At 128 bits both run alike.
   */
  private static final boolean TURNS = !MANY_REGISTERS && LANES == 8;

  /**
   * Bytes of scratch a task needs: a strip of left-over rows of A, their tile of C, and a
   * transposed block of A.
   */
  static final long TASK_SCRATCH =
      STRIP_MEMORY + (TURNS ? (long) TRANSPOSED_K_BLOCK * BLOCK_STRIDE : 0);

  private GemmKernels() {}

  /**
   * Computes rows of C for one range of columns.
   *
   * @param transposed whether A is stored k x m
   * @param a address of A's first element
   * @param aStride bytes from row to row
   * @param b address of the first panel
   * @param panelStride bytes from a panel to the next
   * @param c address of the range's first element in row 0
   * @param cStride bytes from row to row
   * @param from first row of C
   * @param to row after the last
   * @param width columns of the range, a multiple of 16
   * @param depth number of products summed
   * @param add whether to add to C
   * @param scratch {@link #TASK_SCRATCH} bytes of the task's own
   */
  static void rows(
      boolean transposed,
      long a,
      long aStride,
      long b,
      long panelStride,
      long c,
      long cStride,
      int from,
      int to,
      int width,
      int depth,
      boolean add,
      long scratch) {
    long aRow = transposed ? 4 : aStride;
    long aColumn = transposed ? aStride : 4;
    boolean streamed = transposed && streamed(depth, aStride);
    boolean turned = TURNS && !transposed && width >= TURNED_WIDTH;
    boolean byColumns = transposed || turned;
    int k = 0;
    do {
      int ks = Math.min(byColumns ? TRANSPOSED_K_BLOCK : K_BLOCK, depth - k);
      long aBlock = a + from * aRow + k * aColumn;
      long aBlockStride = aStride;
      if (turned) {
        turn(aBlock, aStride, to - from, ks, scratch + STRIP_MEMORY, scratch);
        aBlock = scratch + STRIP_MEMORY;
        aBlockStride = BLOCK_STRIDE;
      }
      long cBlock = c + from * cStride;
      boolean addBlock = add || k > 0;
      int wide = width / PANEL;
      if (wide > 0) {
        wideColumns(
            byColumns,
            aBlock,
            aBlockStride,
            b + (long) k * PANEL_BYTES,
            panelStride,
            cBlock,
            cStride,
            to - from,
            wide,
            ks,
            streamed ? STREAMED_K : ks,
            addBlock,
            scratch);
      }
      if (wide * PANEL < width) {
        int step = streamed && wide == 0 ? STREAMED_K : ks;
        int q = 0;
        do {
          narrowColumn(
              byColumns,
              aBlock + q * aBlockStride,
              aBlockStride,
              b + wide * panelStride + (long) (k + q) * (PANEL_BYTES / 2),
              cBlock + (long) wide * PANEL_BYTES,
              cStride,
              to - from,
              Math.min(step, ks - q),
              addBlock || q > 0,
              scratch);
          q += step;
        } while (q < ks);
      }
      k += ks;
    } while (k < depth);
  }

  private static boolean streamed(int depth, long aStride) {
    return depth * aStride > STREAMED_MEMORY;
  }

  /** Returns the rows of C that {@link #rows} should be given at a time. */
  static int rowBlock(boolean transposed, int depth, long aStride) {
    return transposed && streamed(depth, aStride) ? STREAMED_ROW_BLOCK : ROW_BLOCK;
  }

  /** Transposes rows of A into {@code ks} rows of a block, one a product. */
  private static void turn(long a, long aStride, int rows, int ks, long block, long corner) {
    for (int i = 0; i < rows; i += LANES) {
      int there = Math.min(LANES, rows - i);
      for (int k = 0; k < ks; k += LANES) {
        long x = a + i * aStride + 4L * k;
        long y = block + (long) k * BLOCK_STRIDE + 4L * i;
        if (there < LANES) {
          copyBlock(x, aStride, there, corner);
          DenseTranspose.block(corner, 4L * LANES, y, BLOCK_STRIDE);
        } else {
          DenseTranspose.block(x, aStride, y, BLOCK_STRIDE);
        }
      }
    }
  }

  private static void wideColumns(
      boolean transposed,
      long a,
      long aStride,
      long b,
      long panelStride,
      long c,
      long cStride,
      int rows,
      int panels,
      int ks,
      int firstStep,
      boolean add,
      long scratch) {
    int whole = rows / ROWS * ROWS;
    int rest = rows - whole;
    if (rest > 0) {
      strip(
          transposed,
          transposed ? a + 4L * whole : a + whole * aStride,
          aStride,
          rest,
          ks,
          scratch);
    }
    long tile = scratch + ROW_UNIT * STRIP_STRIDE;
    for (int j = 0; j < panels; j++, b += panelStride, c += PANEL_BYTES) {
      int step = j == 0 ? firstStep : ks;
      int k = 0;
      do {
        // More than one step only if transposed.
        long x = a + k * aStride;
        long panel = b + (long) k * PANEL_BYTES;
        int bytes = 4 * Math.min(step, ks - k);
        for (int i = 0; i < whole; i += ROWS) {
          wide(transposed, x, aStride, bytes, panel, c + i * cStride, cStride, add || k > 0);
          x += transposed ? 4L * ROWS : ROWS * aStride;
        }
        k += step;
      } while (k < ks);
      if (rest > 0) {
        long y = c + whole * cStride;
        if (add) {
          copyRows(y, cStride, tile, PANEL_BYTES, rest, PANEL_BYTES);
        }
        wide(false, scratch, STRIP_STRIDE, 4 * ks, b, tile, PANEL_BYTES, add);
        copyRows(tile, PANEL_BYTES, y, cStride, rest, PANEL_BYTES);
      }
    }
  }

  /** The last column of vectors, if their number is odd (512 bits only). */
  private static void narrowColumn(
      boolean transposed,
      long a,
      long aStride,
      long b,
      long c,
      long cStride,
      int rows,
      int ks,
      boolean add,
      long scratch) {
    int whole = rows / GemmTiles32.NARROW_ROWS * GemmTiles32.NARROW_ROWS;
    for (int i = 0; i < whole; i += GemmTiles32.NARROW_ROWS) {
      long y = c + i * cStride;
      if (transposed) {
        GemmTiles32.narrowTransposed(a + 4L * i, aStride, 4 * ks, b, y, cStride, add);
      } else {
        GemmTiles32.narrow(a + i * aStride, aStride, 4 * ks, b, y, cStride, add);
      }
    }
    int rest = rows - whole;
    if (rest > 0) {
      long tile = scratch + ROW_UNIT * STRIP_STRIDE;
      long y = c + whole * cStride;
      strip(
          transposed,
          transposed ? a + 4L * whole : a + whole * aStride,
          aStride,
          rest,
          ks,
          scratch);
      if (add) {
        copyRows(y, cStride, tile, PANEL_BYTES, rest, PANEL_BYTES / 2);
      }
      GemmTiles32.narrow(scratch, STRIP_STRIDE, 4 * ks, b, tile, PANEL_BYTES, add);
      copyRows(tile, PANEL_BYTES, y, cStride, rest, PANEL_BYTES / 2);
    }
  }

  private static void wide(
      boolean transposed,
      long a,
      long aStride,
      int kBytes,
      long b,
      long c,
      long cStride,
      boolean add) {
    if (MANY_REGISTERS) {
      if (transposed) {
        GemmTiles32.wideTransposed(a, aStride, kBytes, b, c, cStride, add);
      } else {
        GemmTiles32.wide(a, aStride, kBytes, b, c, cStride, add);
      }
    } else if (transposed) {
      GemmTiles16.wideTransposed(a, aStride, kBytes, b, c, cStride, add, STEP);
    } else {
      GemmTiles16.wide(a, aStride, kBytes, b, c, cStride, add, STEP);
    }
  }

  /**
   * Copies fewer rows of A than a tile has into a strip, so that one tile serves every number of
   * rows and nothing outside A is read; what the strip held before is multiplied too, and thrown
   * away.
   */
  private static void strip(
      boolean transposed, long a, long aStride, int rows, int ks, long strip) {
    if (!transposed) {
      copyRows(a, aStride, strip, STRIP_STRIDE, rows, 4L * ks);
      return;
    }
    for (int k = 0; k < ks; k++) {
      for (int i = 0; i < rows; i++) {
        DenseMemory.set(
            strip + (long) i * STRIP_STRIDE + 4L * k, DenseMemory.get(a + k * aStride + 4L * i));
      }
    }
  }

  private static void copyRows(long x, long xStride, long y, long yStride, int rows, long bytes) {
    for (int i = 0; i < rows; i++) {
      MemorySegment.copy(ALL, x + i * xStride, ALL, y + i * yStride, bytes);
    }
  }

  /**
   * Packs one panel of a B stored k x n.
   *
   * @param b address of the panel's first column
   * @param bStride bytes from row to row
   * @param depth rows of B
   * @param vectors vectors of the panel, 1 or 2
   * @param panel receives {@code depth} rows of that many vectors
   */
  static void packCopy(long b, long bStride, int depth, int vectors, long panel) {
    if (vectors == 2) {
      packTwo(b, bStride, depth, panel);
    } else {
      packOne(b, bStride, depth, panel);
    }
  }

  private static void packTwo(long b, long bStride, int depth, long panel) {
    for (int k = 0; k < depth; k++) {
      long x = b & ADDRESS;
      long y = panel & ADDRESS;
      FloatVector.fromMemorySegment(F, ALL, x, ORDER).intoMemorySegment(ALL, y, ORDER);
      FloatVector.fromMemorySegment(F, ALL, x + 4L * LANES, ORDER)
          .intoMemorySegment(ALL, y + 4L * LANES, ORDER);
      b += bStride;
      panel += PANEL_BYTES;
    }
  }

  private static void packOne(long b, long bStride, int depth, long panel) {
    for (int k = 0; k < depth; k++) {
      FloatVector.fromMemorySegment(F, ALL, b & ADDRESS, ORDER)
          .intoMemorySegment(ALL, panel & ADDRESS, ORDER);
      b += bStride;
      panel += 4L * LANES;
    }
  }

  /**
   * Packs one panel of a B stored n x k, transposing it.
   *
   * @param b address of the panel's first row
   * @param bStride bytes from row to row
   * @param rows rows of B from the panel's first one on; missing ones count as zero
   * @param depth columns of B; whole blocks are read, that is padding too
   * @param vectors vectors of the panel, 1 or 2
   * @param panel receives {@code depth} rows of that many vectors, rounded up to whole blocks
   * @param strip one block of scratch
   */
  static void packTransposed(
      long b, long bStride, int rows, int depth, int vectors, long panel, long strip) {
    long yStride = 4L * LANES * vectors;
    for (int v = 0; v < vectors; v++) {
      int there = Math.max(0, Math.min(LANES, rows - v * LANES));
      long x = b + (long) v * LANES * bStride;
      long y = panel + 4L * LANES * v;
      for (int k = 0; k < depth; k += LANES) {
        long at = x + 4L * k;
        if (there < LANES) {
          copyBlock(at, bStride, there, strip);
          DenseTranspose.block(strip, 4L * LANES, y + k * yStride, yStride);
        } else {
          DenseTranspose.block(at, bStride, y + k * yStride, yStride);
        }
      }
    }
  }

  /** Copies fewer than {@link #LANES} rows of one vector into a block whose other rows are zero. */
  static void copyBlock(long x, long xStride, int rows, long block) {
    clear(block);
    copyRows(x, xStride, block, 4L * LANES, rows, 4L * LANES);
  }

  private static void clear(long strip) {
    FloatVector zero = FloatVector.zero(F);
    for (int i = 0; i < LANES; i++) {
      zero.intoMemorySegment(ALL, strip & ADDRESS, ORDER);
      strip += 4L * LANES;
    }
  }
}
