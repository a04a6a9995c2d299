package org.sparse4j.bench.check;

import java.util.SplittableRandom;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.GroupSampling;
import org.sparse4j.kernels.operation.MaskKernels;

/** Soft thresholds and sampling: every provider and number of threads must give the same bits. */
final class NoiseCase extends CheckCase {
  private static final int[][] GROUPS = {{2, 4}, {1, 4}, {2, 8}, {3, 8}, {4, 8}, {2, 5}, {8, 16}};

  /** What is done to the numbers. */
  enum Kind {
    SOFT_THRESHOLD,
    MINIMUM_VARIANCE,
    TWO_DRAWS
  }

  private final Kind kind;
  private final GroupSampling sampling;
  private final long seed;
  private final float scale;

  NoiseCase(SplittableRandom random, Kind kind) {
    super(random, 0, true);
    this.kind = kind;
    int[] group = GROUPS[random.nextInt(GROUPS.length)];
    sampling =
        kind == Kind.TWO_DRAWS
            ? new GroupSampling(GroupSampling.Method.TWO_DRAWS, 2, group[1])
            : GroupSampling.minimumVariance(group[0], group[1]);
    seed = random.nextLong();
    scale = (float) random.nextDouble(0.5, 2);
  }

  @Override
  String kind() {
    return "noise " + kind;
  }

  @Override
  public String toString() {
    return super.toString() + (kind == Kind.SOFT_THRESHOLD ? "" : ", " + sampling);
  }

  @Override
  void run(Teams teams) {
    DenseMatrix x = Operands.input(m, k, numbers, random);
    Operands.Result want = new Operands.Result(m, k);
    compute(Kernels.scalar().masks(), Workspace.create(), x, want.matrix());
    for (int team : counts()) {
      Operands.Result got = new Operands.Result(m, k);
      compute(teams.kernels.masks(), teams.workspace(team), x, got.matrix());
      Operands.requireEqual(want.matrix(), "the scalar kernels", got.matrix(), team + " thread(s)");
      got.requireGuards();
    }
    compute(teams.kernels.masks(), teams.workspace(1), x, x);
    Operands.requireEqual(want.matrix(), "the scalar kernels", x, "a result in place of its input");
  }

  private void compute(MaskKernels masks, Workspace workspace, DenseMatrix x, DenseMatrix y) {
    if (kind == Kind.SOFT_THRESHOLD) {
      masks.softThreshold(workspace, scale, x, y);
    } else {
      masks.sample(workspace, sampling, seed, x, y);
    }
  }
}
