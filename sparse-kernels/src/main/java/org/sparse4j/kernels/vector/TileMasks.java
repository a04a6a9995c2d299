package org.sparse4j.kernels.vector;

import static org.sparse4j.kernels.vector.DenseMemory.ADDRESS;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.sparse4j.mask.TransposableNm;

/**
 * The best of the 90 transposable 2:4 masks of 4 x 4 tiles, a tile in each lane.
 *
 * <p>{@link TileChoices} decides nearly all tiles in float32. Where its best two are too close, or
 * numbers are not finite, sums are taken here as the rule takes them. A row has six choices, so a
 * tile has 24 sums of two; 36 sums of the first two rows are made once, then each mask takes two
 * additions and a comparison. Sums are in double and in the rule's order, so that the first of
 * equal masks is the rule's.
 */
final class TileMasks {

  private static final VectorSpecies<Double> D =
      VectorSpecies.of(double.class, DenseSpecies.floats().vectorShape());
  private static final int TILES = D.length();

  /** The choices of a row in the rule's order, bit c for column c. */
  private static final int[] ROWS = {0b1100, 0b1010, 0b0110, 0b1001, 0b0101, 0b0011};

  private static final int[] BITS = new int[90];
  private static final int[] UPPER = new int[90];
  private static final int[] THIRD = new int[90];
  private static final int[] FOURTH = new int[90];

  static {
    int mask = 0;
    for (int p = 0; p < 1296; p++) {
      int a = ROWS[p / 216];
      int b = ROWS[p / 36 % 6];
      int c = ROWS[p / 6 % 6];
      int d = ROWS[p % 6];
      // Every column is kept by an even number of rows, not by none and not by all.
      if ((a ^ b ^ c ^ d) == 0 && (a | b | c | d) == 15 && (a & b & c & d) == 0) {
        BITS[mask] = a | b << 4 | c << 8 | d << 12;
        UPPER[mask] = p / 36 * TILES;
        THIRD[mask] = (12 + p / 6 % 6) * TILES;
        FOURTH[mask++] = (18 + p % 6) * TILES;
      }
    }
  }

  private final double[] scores = new double[16 * TILES];
  private final double[] sums = new double[24 * TILES];
  private final double[] upper = new double[36 * TILES];
  private final double[] best = new double[TILES];
  private final TileChoices choices = new TileChoices();

  /** Two tiles at a time boxed every vector, and would gain little over the rule. */
  static boolean serves() {
    return TILES >= 4;
  }

  /** Sets the words of four rows, or fewer at the lower edge; the words are zero before. */
  void band(
      boolean magnitudes,
      long address,
      long bytes,
      int height,
      int columns,
      long[] words,
      int at,
      int perRow) {
    int whole = height == 4 ? columns / 4 * 4 : 0;
    int full = whole / TileChoices.COLUMNS * TileChoices.COLUMNS;
    int j = 0;
    while (j < full) {
      int steps = Math.min(TileChoices.STEPS, (full - j) / TileChoices.COLUMNS);
      steps(magnitudes, address + 4L * j, bytes, steps, TileChoices.TILES, j, words, at, perRow);
      j += steps * TileChoices.COLUMNS;
    }
    if (j < whole) {
      long edge = choices.copyEdge(address + 4L * j, bytes, whole - j);
      steps(magnitudes, edge, 4L * TileChoices.COLUMNS, 1, (whole - j) / 4, j, words, at, perRow);
    }
    for (j = whole; j < columns; j += 4) {
      ask(magnitudes, address, bytes, height, j, j, Math.min(4, columns - j), words, at, perRow);
    }
  }

  /** Some tiles side by side: the quick choice where it is sure, the rule's sums where not. */
  private void steps(
      boolean magnitudes,
      long address,
      long bytes,
      int steps,
      int tiles,
      int column,
      long[] words,
      int at,
      int perRow) {
    long unsure =
        choices.choose(
            magnitudes, address, bytes, steps, tiles, words, at + (column >> 6), perRow, column);
    while (unsure != 0) {
      int first = Long.numberOfTrailingZeros(unsure);
      long near = (unsure >>> first) & ((1L << TILES) - 1);
      int count = 64 - Long.numberOfLeadingZeros(near);
      exact(magnitudes, address + 16L * first, bytes, count, column + 4 * first, words, at, perRow);
      unsure &= ~(near << first);
    }
  }

  private void exact(
      boolean magnitudes,
      long address,
      long bytes,
      int tiles,
      int column,
      long[] words,
      int at,
      int perRow) {
    int special = gather(magnitudes, address, bytes, tiles);
    addPairs(scores, sums);
    addRows(sums, upper);
    choose(sums, upper, best);
    for (int t = 0; t < tiles; t++) {
      if ((special >>> t & 1) == 0) {
        set(BITS[(int) best[t]], 4, column + 4 * t, words, at, perRow);
      } else {
        ask(magnitudes, address, bytes, 4, 4 * t, column + 4 * t, 4, words, at, perRow);
      }
    }
  }

  /** Brings score p of tile t to {@code scores[p * TILES + t]}; returns which are not finite. */
  private int gather(boolean magnitudes, long address, long bytes, int tiles) {
    int special = 0;
    for (int r = 0; r < 4; r++) {
      long row = address + r * bytes;
      for (int k = 0; k < 4 * tiles; k++) {
        float score = DenseMemory.get((row + 4L * k) & ADDRESS);
        special |= Float.isFinite(score) ? 0 : 1 << (k >> 2);
        scores[(4 * r + (k & 3)) * TILES + (k >> 2)] = magnitudes ? Math.abs(score) : score;
      }
    }
    return special;
  }

  private static void addPairs(double[] scores, double[] sums) {
    for (int r = 0; r < 4; r++) {
      int from = 4 * r * TILES;
      int to = 6 * r * TILES;
      DoubleVector a = DoubleVector.fromArray(D, scores, from);
      DoubleVector b = DoubleVector.fromArray(D, scores, from + TILES);
      DoubleVector c = DoubleVector.fromArray(D, scores, from + 2 * TILES);
      DoubleVector d = DoubleVector.fromArray(D, scores, from + 3 * TILES);
      c.add(d).intoArray(sums, to);
      b.add(d).intoArray(sums, to + TILES);
      b.add(c).intoArray(sums, to + 2 * TILES);
      a.add(d).intoArray(sums, to + 3 * TILES);
      a.add(c).intoArray(sums, to + 4 * TILES);
      a.add(b).intoArray(sums, to + 5 * TILES);
    }
  }

  private static void addRows(double[] sums, double[] upper) {
    for (int a = 0; a < 6; a++) {
      DoubleVector first = DoubleVector.fromArray(D, sums, a * TILES);
      for (int b = 0; b < 6; b++) {
        first
            .add(DoubleVector.fromArray(D, sums, (6 + b) * TILES))
            .intoArray(upper, (6 * a + b) * TILES);
      }
    }
  }

  /** Two chains, the lower and the upper half of the masks, hide the latency of comparisons. */
  private static void choose(double[] sums, double[] upper, double[] best) {
    DoubleVector most = DoubleVector.broadcast(D, Double.NEGATIVE_INFINITY);
    DoubleVector mostLater = most;
    DoubleVector id = DoubleVector.zero(D);
    DoubleVector idLater = id;
    for (int t = 0; t < 45; t++) {
      DoubleVector sum =
          DoubleVector.fromArray(D, upper, UPPER[t])
              .add(DoubleVector.fromArray(D, sums, THIRD[t]))
              .add(DoubleVector.fromArray(D, sums, FOURTH[t]));
      DoubleVector later =
          DoubleVector.fromArray(D, upper, UPPER[t + 45])
              .add(DoubleVector.fromArray(D, sums, THIRD[t + 45]))
              .add(DoubleVector.fromArray(D, sums, FOURTH[t + 45]));
      VectorMask<Double> larger = sum.compare(VectorOperators.GT, most);
      VectorMask<Double> largerLater = later.compare(VectorOperators.GT, mostLater);
      most = most.blend(sum, larger);
      mostLater = mostLater.blend(later, largerLater);
      id = id.blend(t, larger);
      idLater = idLater.blend(t + 45, largerLater);
    }
    id.blend(idLater, mostLater.compare(VectorOperators.GT, most)).intoArray(best, 0);
  }

  private static void set(int bits, int height, int column, long[] words, int at, int perRow) {
    for (int r = 0; r < height; r++) {
      words[at + r * perRow + (column >> 6)] |= (bits >>> (4 * r) & 15L) << column;
    }
  }

  /** A tile at an edge, or with scores that have no sum: the rule itself. */
  private static void ask(
      boolean magnitudes,
      long address,
      long bytes,
      int height,
      int from,
      int column,
      int width,
      long[] words,
      int at,
      int perRow) {
    float[] tile = new float[height * width];
    for (int p = 0; p < tile.length; p++) {
      float score = DenseMemory.get(address + p / width * bytes + 4L * (from + p % width));
      tile[p] = magnitudes ? Math.abs(score) : score;
    }
    var kept = new TransposableNm(2, 4).keepLargest(height, width, tile).words();
    for (int r = 0; r < height; r++) {
      words[at + r * perRow + (column >> 6)] |= kept.get(r) << column;
    }
  }
}
