package org.sparse4j.testing;

import java.util.Arrays;
import org.sparse4j.mask.ConstantFanIn;
import org.sparse4j.mask.Mask;
import org.sparse4j.mask.NmStructure;
import org.sparse4j.mask.Scores;
import org.sparse4j.mask.Structure;
import org.sparse4j.mask.TransposableNm;
import org.sparse4j.mask.Unstructured;
import org.sparse4j.mask.VnmStructure;

/**
 * The rules as they read: every choice sorts all it chooses from. What selects faster must give
 * exactly these masks.
 */
public final class SortedRules {

  private SortedRules() {}

  /** The mask of a rule, for the kinds that have a reference here. */
  public static Mask keepLargest(Structure rule, int rows, int columns, float[] scores) {
    return switch (rule) {
      case Unstructured all -> unstructured(all.count(), rows, columns, scores);
      case ConstantFanIn fanIn ->
          groups(fanIn.count(), Math.max(1, columns), rows, columns, scores);
      case NmStructure nm -> groups(nm.n(), nm.m(), rows, columns, scores);
      case VnmStructure vnm -> blocks(vnm, rows, columns, scores);
      case TransposableNm nm when nm.n() == 2 && nm.m() == 4 -> tiles(nm, rows, columns, scores);
      default -> rule.keepLargest(rows, columns, scores);
    };
  }

  private static Mask unstructured(long count, int rows, int columns, float[] scores) {
    long[] keys = new long[scores.length];
    for (int p = 0; p < keys.length; p++) {
      keys[p] = Scores.descendingKey(scores[p], p);
    }
    Arrays.sort(keys);
    Mask.Builder mask = Mask.builder(rows, columns);
    for (int p = 0; p < count; p++) {
      mask.keep((int) keys[p] / columns, (int) keys[p] % columns);
    }
    return mask.build();
  }

  private static Mask groups(int n, int m, int rows, int columns, float[] scores) {
    Mask.Builder mask = Mask.builder(rows, columns);
    for (int i = 0; i < rows; i++) {
      for (int start = 0; start < columns; start += m) {
        int size = Math.min(m, columns - start);
        long[] keys = new long[size];
        for (int t = 0; t < size; t++) {
          keys[t] = Scores.descendingKey(scores[i * columns + start + t], start + t);
        }
        Arrays.sort(keys);
        for (int t = 0; t < Math.min(n, size); t++) {
          mask.keep(i, (int) keys[t]);
        }
      }
    }
    return mask.build();
  }

  private static Mask blocks(VnmStructure rule, int rows, int columns, float[] scores) {
    Mask.Builder mask = Mask.builder(rows, columns);
    for (int top = 0; top < rows; top += rule.v()) {
      int bottom = Math.min(rows, top + rule.v());
      for (int start = 0; start < columns; start += rule.m()) {
        int size = Math.min(rule.m(), columns - start);
        double[] sums = new double[size];
        for (int i = top; i < bottom; i++) {
          for (int t = 0; t < size; t++) {
            sums[t] += scores[i * columns + start + t];
          }
        }
        Integer[] order = new Integer[size];
        Arrays.setAll(order, t -> t);
        // Stable, so ties stay in the order of their columns; compare puts NaN above infinity.
        Arrays.sort(order, (a, b) -> Double.compare(sums[b] + 0d, sums[a] + 0d));
        for (int t = 0; t < Math.min(rule.n(), size); t++) {
          for (int i = top; i < bottom; i++) {
            mask.keep(i, start + order[t]);
          }
        }
      }
    }
    return mask.build();
  }

  /** All masks of 16 bits that keep two of every row and column, in the order of the rule. */
  private static Mask tiles(TransposableNm rule, int rows, int columns, float[] scores) {
    Mask.Builder mask = Mask.builder(rows, columns);
    for (int top = 0; top < rows; top += 4) {
      for (int start = 0; start < columns; start += 4) {
        int height = Math.min(4, rows - top);
        int width = Math.min(4, columns - start);
        float[] tile = new float[height * width];
        boolean finite = true;
        for (int p = 0; p < tile.length; p++) {
          tile[p] = scores[(top + p / width) * columns + start + p % width];
          finite &= Float.isFinite(tile[p]);
        }
        Mask best =
            finite && tile.length == 16 ? bestTile(tile) : rule.keepLargest(height, width, tile);
        for (int p = 0; p < tile.length; p++) {
          if (best.get(p / width, p % width)) {
            mask.keep(top + p / width, start + p % width);
          }
        }
      }
    }
    return mask.build();
  }

  private static Mask bestTile(float[] tile) {
    int best = 0;
    double bestSum = Double.NEGATIVE_INFINITY;
    // Position p is bit 15 - p: numbers in ascending order are the order of the rule.
    for (int bits = 0; bits < 1 << 16; bits++) {
      if (!twoEach(bits)) {
        continue;
      }
      double[] rows = new double[4];
      for (int p = 0; p < 16; p++) {
        rows[p / 4] += ((bits >>> (15 - p)) & 1) != 0 ? tile[p] : 0;
      }
      double sum = rows[0] + rows[1] + rows[2] + rows[3];
      if (sum > bestSum) {
        best = bits;
        bestSum = sum;
      }
    }
    int found = best;
    return Mask.of(4, 4, (i, j) -> ((found >>> (15 - 4 * i - j)) & 1) != 0);
  }

  private static boolean twoEach(int bits) {
    for (int k = 0; k < 4; k++) {
      if (Integer.bitCount((bits >>> (4 * k)) & 15) != 2
          || Integer.bitCount((bits >>> k) & 0x1111) != 2) {
        return false;
      }
    }
    return true;
  }
}
