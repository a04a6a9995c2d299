package org.sparse4j.kernels.masks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.execution.WorkerTeam;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.MaskKernels;
import org.sparse4j.kernels.operation.Scoring;
import org.sparse4j.mask.ConstantFanIn;
import org.sparse4j.mask.Mask;
import org.sparse4j.mask.NmStructure;
import org.sparse4j.mask.Structure;
import org.sparse4j.mask.TransposableNm;
import org.sparse4j.mask.Unstructured;
import org.sparse4j.mask.VnmStructure;
import org.sparse4j.testing.ScoreCases;
import org.sparse4j.testing.Seed;
import org.sparse4j.testing.SortedRules;

/** Masks of both providers against rules that sort. */
@Tag("kernels")
class MaskKernelsTest {

  private static final int[][] SHAPES = {
    {0, 0}, {0, 5}, {5, 0}, {1, 1}, {1, 3}, {3, 4}, {4, 5}, {5, 7}, {8, 8}, {7, 9}, {3, 15},
    {4, 16}, {9, 17}, {8, 31}, {12, 32}, {5, 33}, {4, 63}, {8, 64}, {6, 65}, {4, 131}, {3, 257}
  };

  private final Workspace workspace = Workspace.create();
  private final List<Kernels> providers = List.of(Kernels.best(), Kernels.scalar());

  private static List<Structure> rules(int size, int columns) {
    return List.of(
        new Unstructured(0),
        new Unstructured(size / 10),
        new Unstructured(size / 2),
        new Unstructured(size),
        new ConstantFanIn(columns / 3),
        new NmStructure(1, 2),
        new NmStructure(2, 2),
        new NmStructure(1, 4),
        new NmStructure(2, 4),
        new NmStructure(3, 4),
        new NmStructure(4, 4),
        new NmStructure(2, 5),
        new NmStructure(4, 8),
        new NmStructure(3, 16),
        new NmStructure(4, 32),
        new VnmStructure(1, 2, 4),
        new VnmStructure(4, 2, 8),
        new VnmStructure(3, 7, 40),
        new TransposableNm(2, 4),
        new TransposableNm(1, 3));
  }

  @ParameterizedTest
  @EnumSource(ScoreCases.class)
  void masksAreThoseOfSorting(ScoreCases kind) {
    Random random = new Random(Seed.or(7));
    for (int[] shape : SHAPES) {
      int rows = shape[0];
      int columns = shape[1];
      float[] x = kind.scores(rows * columns, random);
      for (Scoring scoring : Scoring.values()) {
        float[] scores = x.clone();
        for (int p = 0; p < x.length && scoring == Scoring.MAGNITUDE; p++) {
          scores[p] = Math.abs(x[p]);
        }
        for (Structure rule : rules(x.length, columns)) {
          Mask wanted = SortedRules.keepLargest(rule, rows, columns, scores);
          for (Kernels kernels : providers) {
            String what =
                rule + " " + kind + " " + scoring + " " + rows + "x" + columns + ", " + kernels;
            DenseMatrix matrix = DenseMatrix.copyOf(rows, columns, x);
            assertEquals(wanted, kernels.masks().mask(workspace, rule, scoring, matrix), what);
            long[] words = new long[rows * wanted.wordsPerRow()];
            Arrays.fill(words, -1);
            float[] input = x.clone();
            kernels.masks().keepLargest(workspace, rule, scoring, rows, columns, input, words);
            assertEquals(wanted, Mask.copyOf(rows, columns, words), what + " of an array");
            assertArrayEquals(bits(x), bits(input), what);
          }
        }
      }
    }
  }

  /** Sums that float32 cannot tell apart, and sums that a few bits of it can. */
  @Test
  void nearlyEqualTilesAreDecidedAsTheRuleDoes() {
    Random random = new Random(Seed.or(17));
    Structure rule = new TransposableNm(2, 4);
    int columns = 64 * 5 + 24;
    for (int bits = 0; bits < 24; bits++) {
      float[] x = new float[12 * columns];
      for (int p = 0; p < x.length; p++) {
        float whole = 1 + random.nextInt(3);
        x[p] = whole * (1 + random.nextInt(4) * 0x1p-23f * (1 << bits));
        x[p] *= (float) Math.pow(2, p / 4 % 3 * 50 - 50);
      }
      DenseMatrix matrix = DenseMatrix.copyOf(12, columns, x);
      Mask wanted = SortedRules.keepLargest(rule, 12, columns, x);
      for (Scoring scoring : Scoring.values()) {
        assertEquals(wanted, Kernels.best().masks().mask(workspace, rule, scoring, matrix));
      }
    }
  }

  private static int[] bits(float[] x) {
    int[] bits = new int[x.length];
    for (int p = 0; p < x.length; p++) {
      bits[p] = Float.floatToRawIntBits(x[p]);
    }
    return bits;
  }

  @Test
  void largeMasksAreTheSameOnSeveralThreads() {
    int rows = 203;
    int columns = 277;
    Random random = new Random(Seed.or(8));
    float[] x = ScoreCases.NORMAL.scores(rows * columns, random);
    for (int p = 0; p < x.length; p += 7) {
      x[p] = p % 3;
    }
    DenseMatrix matrix = DenseMatrix.copyOf(rows, columns, x);
    try (WorkerTeam team = WorkerTeam.of(3)) {
      Workspace parallel = Workspace.on(team);
      for (Structure rule : rules(x.length, columns)) {
        Mask wanted = SortedRules.keepLargest(rule, rows, columns, x);
        Mask got = Kernels.best().masks().mask(parallel, rule, Scoring.VALUE, matrix);
        assertEquals(wanted, got, rule.toString());
      }
    }
  }

  @Test
  void softThresholdTakesTheSecondSmallestFromTheOthers() {
    float[][] x = {{.5f, -2, 1, .25f}, {3, -.1f, .2f, -1}, {1, 1, -1, 2}, {0, 0, .5f, -.5f}};
    float[][] wanted = {{0, -1.5f, .5f, 0}, {2.8f, 0, 0, -.8f}, {0, 0, 0, 1}, {0, 0, .5f, -.5f}};
    for (Kernels kernels : providers) {
      MaskKernels masks = kernels.masks();
      DenseMatrix y = DenseMatrix.zeros(4, 4);
      masks.softThreshold(workspace, 1, DenseMatrix.copyOf(x), y);
      for (int i = 0; i < 4; i++) {
        float[] row = new float[4];
        y.getRow(i, row, 0);
        assertArrayEquals(wanted[i], row, 1e-6f, kernels.toString());
      }
      assertEquals(
          1.217949, masks.softThresholdScale(DenseMatrix.copyOf(x)), 1e-6, kernels.toString());
    }
  }

  @ParameterizedTest
  @EnumSource(ScoreCases.class)
  void softThresholdsAreEqualForAllProviders(ScoreCases kind) {
    Random random = new Random(Seed.or(9));
    for (int[] shape : SHAPES) {
      float[] x = kind.scores(shape[0] * shape[1], random);
      DenseMatrix matrix = DenseMatrix.copyOf(shape[0], shape[1], x);
      DenseMatrix one = DenseMatrix.zeros(shape[0], shape[1]);
      Kernels.scalar().masks().softThreshold(workspace, 1.3f, matrix, one);
      requireSoft(matrix, one, 1.3f);
      // In place, and on a matrix whose padding a kernel might spoil.
      Kernels.best().masks().softThreshold(workspace, 1.3f, matrix, matrix);
      assertArrayEquals(kinds(one.toArray()), kinds(matrix.toArray()));
      DenseMatrix again = DenseMatrix.copyOf(shape[0], shape[1], matrix.toArray());
      assertEquals(
          Kernels.best().dense().sum(workspace, again),
          Kernels.best().dense().sum(workspace, matrix));
    }
  }

  /** Written from the formula: sort the four magnitudes, take the second. */
  private static void requireSoft(DenseMatrix x, DenseMatrix y, float scale) {
    for (int i = 0; i < x.rows(); i++) {
      for (int j = 0; j < x.columns(); j++) {
        float[] group = new float[4];
        for (int t = 0; t < 4; t++) {
          int column = j / 4 * 4 + t;
          group[t] = column < x.columns() ? Math.abs(x.get(i, column)) : 0;
        }
        Arrays.sort(group);
        float difference = Math.abs(x.get(i, j)) - group[1];
        float wanted = difference <= 0 ? 0 : Math.signum(x.get(i, j)) * difference * scale;
        assertEquals(wanted + 0f, y.get(i, j) + 0f);
      }
    }
  }

  private static int[] kinds(float[] x) {
    int[] bits = new int[x.length];
    for (int p = 0; p < x.length; p++) {
      bits[p] = Float.floatToIntBits(x[p]);
    }
    return bits;
  }

  @Test
  void scaleOfNothingIsOne() {
    assertEquals(1, Kernels.best().masks().softThresholdScale(DenseMatrix.zeros(3, 8)));
    assertEquals(1, Kernels.best().masks().softThresholdScale(DenseMatrix.zeros(0, 0)));
  }

  @Test
  void atLeastListsWhatIsNotBelow() {
    float[] row = new float[37];
    row[0] = -3;
    row[15] = 2;
    row[16] = 1.9f;
    row[17] = Float.NaN;
    row[36] = Float.NEGATIVE_INFINITY;
    DenseMatrix x = DenseMatrix.copyOf(2, 37, Arrays.copyOf(row, 74));
    for (Kernels kernels : providers) {
      int[] columns = new int[37];
      int count = kernels.masks().atLeast(x, 0, 2, columns);
      assertArrayEquals(new int[] {0, 15, 17, 36}, Arrays.copyOf(columns, count));
      assertEquals(0, kernels.masks().atLeast(x, 1, 2, columns));
      assertEquals(37, kernels.masks().atLeast(x, 1, Float.NEGATIVE_INFINITY, columns));
    }
  }

  @Test
  void operandsAreChecked() {
    MaskKernels masks = Kernels.best().masks();
    Structure rule = new NmStructure(2, 4);
    DenseMatrix x = DenseMatrix.zeros(3, 70);
    requireMessage(
        "keepLargest: number of words (5) must equal rows * ceil(columns / 64) (6); X is 3x70",
        () -> masks.keepLargest(workspace, rule, Scoring.VALUE, x, new long[5]));
    requireMessage(
        "keepLargest: number of scores (4) must equal rows * columns; X is 3x2",
        () -> masks.keepLargest(workspace, rule, Scoring.VALUE, 3, 2, new float[4], new long[3]));
    requireMessage(
        "Unstructured: count (211) must be at most rows * columns (210); the matrix is 3x70",
        () -> masks.mask(workspace, new Unstructured(211), Scoring.VALUE, x));
    requireMessage(
        "softThreshold: scale (0.0) must be finite and positive",
        () -> masks.softThreshold(workspace, 0, x, x));
    requireMessage(
        "softThreshold: shape of X (3x70) must equal shape of Y (3x69)",
        () -> masks.softThreshold(workspace, 1, x, DenseMatrix.zeros(3, 69)));
    DenseMatrix tall = DenseMatrix.zeros(5, 8);
    requireMessage(
        "softThreshold: Y must not overlap X; Y is 4x8, X is 4x8",
        () -> masks.softThreshold(workspace, 1, tall.rows(0, 4), tall.rows(1, 5)));
    requireMessage(
        "atLeast: length of columns (69) must be at least columns of X (70)",
        () -> masks.atLeast(x, 0, 1, new int[69]));
  }

  private static void requireMessage(String message, Runnable call) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, call::run).getMessage());
  }

  /** A narrow edge after a wide one, with one workspace. */
  @Test
  void noBitIsSetBeyondTheColumns() {
    TransposableNm rule = new TransposableNm(2, 4);
    Random random = new Random(Seed.or(9));
    for (Kernels kernels : providers) {
      for (int columns : new int[] {60, 16, 28, 4, 124, 68}) {
        float[] scores = new float[4 * columns];
        for (int p = 0; p < scores.length; p++) {
          scores[p] = random.nextFloat();
        }
        DenseMatrix x = DenseMatrix.copyOf(4, columns, scores);
        Mask mask = kernels.masks().mask(workspace, rule, Scoring.VALUE, x);
        assertEquals(rule.keepLargest(4, columns, scores), mask, kernels + ", " + columns);
      }
    }
  }

  /** Each of the 90 masks of a tile wins once, by little and by much, of scores of both signs. */
  @Test
  void everyTransposableMaskIsFound() {
    int[] rows = {3, 5, 6, 9, 10, 12};
    List<Integer> masks = new ArrayList<>();
    for (int p = 0; p < 1296; p++) {
      int a = rows[p / 216];
      int b = rows[p / 36 % 6];
      int c = rows[p / 6 % 6];
      int d = rows[p % 6];
      if ((a ^ b ^ c ^ d) == 0 && (a | b | c | d) == 15 && (a & b & c & d) == 0) {
        masks.add(a | b << 4 | c << 8 | d << 12);
      }
    }
    assertEquals(90, masks.size());
    for (float[] pair : new float[][] {{2, 1}, {1, 0}, {-1, -2}, {1, -1}, {9000, 8999}}) {
      float[] x = new float[4 * 360];
      for (int t = 0; t < 90; t++) {
        for (int e = 0; e < 16; e++) {
          x[e / 4 * 360 + 4 * t + e % 4] = pair[1 - (masks.get(t) >> e & 1)];
        }
      }
      for (Kernels kernels : providers) {
        Mask found =
            kernels
                .masks()
                .mask(
                    workspace,
                    new TransposableNm(2, 4),
                    Scoring.VALUE,
                    DenseMatrix.copyOf(4, 360, x));
        for (int e = 0; e < 16 * 90; e++) {
          int row = e / 360;
          int column = e % 360;
          boolean kept = (masks.get(column / 4) >> (4 * row + column % 4) & 1) != 0;
          assertEquals(kept, found.get(row, column), kernels + " " + row + ", " + column);
        }
      }
    }
  }
}
