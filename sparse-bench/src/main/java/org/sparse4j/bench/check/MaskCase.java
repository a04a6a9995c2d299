package org.sparse4j.bench.check;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.kernels.operation.MaskKernels;
import org.sparse4j.kernels.operation.Scoring;
import org.sparse4j.mask.BlockStructure;
import org.sparse4j.mask.ButterflyStructure;
import org.sparse4j.mask.ConstantFanIn;
import org.sparse4j.mask.GroupedNmStructure;
import org.sparse4j.mask.Mask;
import org.sparse4j.mask.NmStructure;
import org.sparse4j.mask.Structure;
import org.sparse4j.mask.TransposableNm;
import org.sparse4j.mask.Unstructured;
import org.sparse4j.mask.VnmStructure;

/** A mask: the kernels must set the bits that {@link Structure#keepLargest} gives. */
final class MaskCase extends CheckCase {
  private static final int[][] GROUPS = {
    {1, 2}, {1, 4}, {2, 4}, {3, 4}, {4, 8}, {1, 8}, {3, 16}, {2, 5}, {7, 20}
  };

  /** The rules. */
  enum Rule {
    UNSTRUCTURED,
    CONSTANT_FAN_IN,
    NM,
    VNM,
    GROUPED_NM,
    BLOCK,
    TRANSPOSABLE_NM,
    BUTTERFLY
  }

  private final Rule rule;
  private final Scoring scoring;
  private final Structure structure;

  MaskCase(SplittableRandom random, Rule rule) {
    super(random, 16, true);
    this.rule = rule;
    scoring = random.nextBoolean() ? Scoring.MAGNITUDE : Scoring.VALUE;
    structure = structure();
  }

  private Structure structure() {
    int[] group = GROUPS[random.nextInt(GROUPS.length)];
    return switch (rule) {
      case UNSTRUCTURED -> new Unstructured(random.nextInt(m * k + 1));
      case CONSTANT_FAN_IN -> new ConstantFanIn(random.nextInt(k + 1));
      case NM -> new NmStructure(group[0], group[1]);
      case VNM -> new VnmStructure(1 + random.nextInt(16), group[0], group[1]);
      case GROUPED_NM ->
          random.nextBoolean() ? new GroupedNmStructure(2, 4, 1) : new GroupedNmStructure(1, 4, 3);
      case BLOCK -> {
        int height = 1 + random.nextInt(8);
        int width = 1 + random.nextInt(8);
        int blocks = Math.ceilDiv(m, height) * Math.ceilDiv(k, width);
        yield new BlockStructure(height, width, random.nextInt(blocks + 1));
      }
      case TRANSPOSABLE_NM ->
          random.nextBoolean() ? new TransposableNm(2, 4) : new TransposableNm(1, 3);
      case BUTTERFLY -> new ButterflyStructure(8, 1 + random.nextInt(3), 4, random.nextInt(3));
    };
  }

  @Override
  String kind() {
    return "mask " + rule;
  }

  @Override
  public String toString() {
    return super.toString() + ", " + structure + " of " + scoring;
  }

  @Override
  void run(Teams teams) {
    DenseMatrix x = Operands.input(m, k, numbers, random);
    float[] plain = x.toArray();
    float[] scores = plain.clone();
    if (scoring == Scoring.MAGNITUDE) {
      for (int p = 0; p < scores.length; p++) {
        scores[p] = Math.abs(scores[p]);
      }
    }
    Mask want = structure.keepLargest(m, k, scores);
    structure.check(want);
    MaskKernels masks = teams.kernels.masks();
    int perRow = Math.ceilDiv(k, Long.SIZE);
    long[] words = new long[m * perRow];
    for (int team : counts()) {
      Arrays.fill(words, -1);
      masks.keepLargest(teams.workspace(team), structure, scoring, x, words);
      requireEqual(want, words, perRow, team + " thread(s)");
      Arrays.fill(words, -1);
      masks.keepLargest(teams.workspace(team), structure, scoring, m, k, plain, words);
      requireEqual(want, words, perRow, "an array, " + team + " thread(s)");
    }
  }

  private void requireEqual(Mask want, long[] words, int perRow, String how) {
    for (int i = 0; i < m; i++) {
      for (int w = 0; w < perRow; w++) {
        long right = want.words().get(i * perRow + w);
        long differ = right ^ words[i * perRow + w];
        if (differ != 0) {
          int bit = Long.numberOfTrailingZeros(differ);
          throw new Mismatch(
              "row "
                  + i
                  + ", column "
                  + (Long.SIZE * w + bit)
                  + ((right >>> bit & 1) == 1 ? " must be kept" : " must not be kept")
                  + " ("
                  + how
                  + ")");
        }
      }
    }
  }
}
