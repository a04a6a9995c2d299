package org.sparse4j.train.update;

import org.sparse4j.format.CsrPattern;
import org.sparse4j.format.Remap;
import org.sparse4j.mask.Mask;
import org.sparse4j.mask.Scores;
import org.sparse4j.mask.Selection;
import org.sparse4j.train.layer.LayerView;
import org.sparse4j.train.saliency.GradientRows;
import org.sparse4j.train.schedule.SparsitySchedule;
import org.sparse4j.train.traits.Granularity;

/**
 * Prunes and grows whole blocks of weights: at every update the blocks with the largest weights
 * stay, and as many with the largest gradients join them; after Okanovic, Deshmukh, Kwasniewski and
 * others, BLaST: high performance inference and pretraining using block sparse transformers, 2025
 * (arXiv 2507.03117). The paper's text was not at hand: the algorithm is a reconstruction.
 *
 * <p>With B blocks, sparsity s of the schedule and {@code k = round((1 - s) B)}: set A has the k
 * blocks of largest weight norm, set G the k blocks of largest gradient norm, and stored are the
 * blocks of both, k to 2 k of them; what {@code MaskUpdate} reports is what is stored. Grown blocks
 * start at 0, and so does their optimizer state. The last update of a training prunes to the
 * schedule's sparsity at the end, whatever step it comes at, and grows nothing: training ends with
 * exactly k blocks unless it stops before that update. Blocks at the lower and right edge may be
 * cut off.
 */
public final class BlockPruneAndGrow implements LayerRule {

  private final SparsitySchedule schedule;
  private final int rows;
  private final int columns;

  private BlockPruneAndGrow(SparsitySchedule schedule, int rows, int columns) {
    this.schedule = schedule;
    this.rows = rows;
    this.columns = columns;
  }

  /**
   * Names the sparsity over time and the size of the blocks.
   *
   * @param schedule fraction of blocks to drop, usually {@code Polynomial.cubicTo(0.9)}
   * @param rows rows of a block, at least 1
   * @param columns columns of a block, at least 1
   * @return the rule
   * @throws IllegalArgumentException if a size is below 1
   */
  public static BlockPruneAndGrow of(SparsitySchedule schedule, int rows, int columns) {
    if (rows < 1 || columns < 1) {
      throw new IllegalArgumentException(
          "BlockPruneAndGrow: block (" + rows + "x" + columns + ") must be at least 1x1");
    }
    return new BlockPruneAndGrow(schedule, rows, columns);
  }

  @Override
  public Granularity granularity() {
    return Granularity.BLOCK;
  }

  @Override
  public Timing timing() {
    return Timing.AFTER_STEP;
  }

  @Override
  public Remap update(LayerView layer, UpdatePoint point) {
    CsrPattern from = layer.pattern();
    int across = Math.ceilDiv(from.columns(), columns);
    int blocks = Math.multiplyExact(Math.ceilDiv(from.rows(), rows), across);
    long step = point.isLast() ? Math.max(point.step(), point.end()) : point.step();
    double sparsity = schedule.at(step, point.begin(), point.end());
    int k = (int) Math.round((1 - sparsity) * blocks);
    double[] weightSquares = new double[blocks];
    float[] weights = layer.weights().array();
    from.forEach((p, i, j) ->
        weightSquares[i / rows * across + j / columns] += (double) weights[p] * weights[p]);
    boolean[] kept = new boolean[blocks];
    take(weightSquares, k, kept);
    if (!point.isLast()) {
      double[] gradientSquares = new double[blocks];
      GradientRows.forEach(
          layer,
          (i, row) -> {
            for (int j = 0; j < row.length; j++) {
              gradientSquares[i / rows * across + j / columns] += (double) row[j] * row[j];
            }
          });
      take(gradientSquares, k, kept);
    }
    Mask mask =
        Mask.of(from.rows(), from.columns(), (i, j) -> kept[i / rows * across + j / columns]);
    return Remap.between(from, CsrPattern.of(mask));
  }

  private static void take(double[] squares, int k, boolean[] kept) {
    long[] keys = new long[squares.length];
    for (int b = 0; b < keys.length; b++) {
      keys[b] = Scores.descendingKey((float) Math.sqrt(squares[b]), b);
    }
    Selection.smallest(keys, 0, keys.length, k);
    for (int b = 0; b < k; b++) {
      kept[(int) keys[b]] = true;
    }
  }

  /** Returns the settings. */
  @Override
  public String toString() {
    return "block prune and grow, " + rows + "x" + columns + ", " + schedule;
  }
}
