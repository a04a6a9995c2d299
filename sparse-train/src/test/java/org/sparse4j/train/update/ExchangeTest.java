package org.sparse4j.train.update;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.CsrPattern;
import org.sparse4j.format.FloatValues;
import org.sparse4j.format.Remap;
import org.sparse4j.mask.Mask;
import org.sparse4j.mask.Unstructured;
import org.sparse4j.train.layer.ArrayView;
import org.sparse4j.train.layer.LayerView;
import org.sparse4j.train.saliency.GradientMagnitude;
import org.sparse4j.train.saliency.Magnitude;
import org.sparse4j.train.saliency.RandomGrowth;
import org.sparse4j.train.saliency.TopK;
import org.sparse4j.train.schedule.Constant;
import org.sparse4j.train.schedule.Cosine;

class ExchangeTest {
  private static final UpdatePoint START = new UpdatePoint(0, 0, 100);

  /** The mask update oracle of RigL's own tests, with the absolute drop score. */
  @ParameterizedTest
  @CsvSource({"0, 01010110", ".25, 11000110", ".5, 10001110", ".75, 10101100", "1, 10101100"})
  void rigLReproducesTheReferenceMasks(double fraction, String mask) {
    float[] weights = {-9, 1, 4, -1, 5, 8, -2, 3};
    LayerView view = ArrayView.row("01010110", weights, weights);
    Remap remap = RigL.dropFraction(Constant.of(fraction)).update(view, START);
    assertEquals(mask, ArrayView.text(remap.to()));
  }

  /** The state reset oracle of RigL's own tests. */
  @Test
  void newlyActivePositionsStartWithoutState() {
    CsrPattern before = ArrayView.row("10101001", new float[8], new float[8]).pattern();
    CsrPattern after = CsrPattern.of(Mask.full(1, 8));
    assertArrayEquals(
        new float[] {-9, 0, 4, 0, 5, 0, 0, 3},
        Remap.between(before, after).apply(new float[] {-9, 4, 5, 3}));
  }

  /**
   * One row of 8, worked out by hand. Stored are columns 0, 2, 4, 6 with weights 3, -1, 2, -0.5;
   * half of them go: columns 2 and 6. Not kept are 1, 2, 3, 5, 6, 7 with gradients .1, -.9, .4, .3,
   * .2, -.4: column 2 comes back, and of the tie between 3 and 7 the lower one is grown.
   */
  @Test
  void aDroppedWeightThatIsGrownAgainKeepsItsValue() {
    float[] weights = {3, 0, -1, 0, 2, 0, -.5f, 0};
    float[] gradient = {9, .1f, -.9f, .4f, 9, .3f, .2f, -.4f};
    LayerView view = ArrayView.row("10101010", weights, gradient);
    Remap remap = RigL.dropFraction(Cosine.from(.5)).update(view, START);
    assertEquals("10111000", ArrayView.text(remap.to()));
    assertArrayEquals(new float[] {3, -1, 0, 2}, remap.apply(view.weights().array()));
    assertEquals(1, remap.dropped());
    assertEquals(1, remap.grown());
  }

  @Test
  void fractionIsTruncatedAndFallsToNothing() {
    LayerView view = ArrayView.row("1111100000", ones(10), ones(10));
    RigL rule = RigL.dropFraction(Cosine.from(.5));
    assertEquals(2, moved(rule, view, new UpdatePoint(0, 0, 100)));
    assertEquals(1, moved(rule, view, new UpdatePoint(50, 0, 100)));
    assertEquals(0, moved(rule, view, new UpdatePoint(100, 0, 100)));
  }

  private static int moved(LayerRule rule, LayerView view, UpdatePoint point) {
    // The first weights go and the last columns come, so that none is grown again.
    float[] rising = new float[view.weights().length()];
    for (int p = 0; p < rising.length; p++) {
      rising[p] = 1 + p;
    }
    float[] gradient = new float[view.pattern().columns()];
    for (int p = 0; p < gradient.length; p++) {
      gradient[p] = p;
    }
    CsrMatrix matrix = CsrMatrix.of(view.pattern(), FloatValues.wrap(rising));
    return rule.update(new ArrayView(matrix, gradient, 0), point).grown();
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13, 14, 15, 16})
  void agreesWithTheAlgorithmOnFullArrays(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int trial = 0; trial < 50; trial++) {
      int rows = random.nextInt(1, 12);
      int columns = random.nextInt(1, 40);
      int n = rows * columns;
      Mask mask = Mask.random(rows, columns, random.nextInt(0, n + 1), random.nextLong());
      float[] weights = new float[n];
      float[] gradient = new float[n];
      for (int p = 0; p < n; p++) {
        weights[p] = mask.get(p / columns, p % columns) ? random.nextInt(-4, 5) : 0;
        gradient[p] = random.nextInt(-4, 5);
      }
      double fraction = random.nextInt(0, 11) / 10.0;
      LayerView view = ArrayView.of(rows, columns, mask, weights, gradient, seed);
      Remap remap =
          Exchange.exchange(view, Magnitude.instance(), GradientMagnitude.instance(), fraction);
      assertEquals(
          reference(mask, weights, gradient, fraction),
          remap.to().mask(),
          "seed " + seed + ", trial " + trial);
      assertEquals(mask.count(), remap.to().nnz());
    }
  }

  /** Section by section as the reference code does it, with one number for every position. */
  private static Mask reference(Mask mask, float[] weights, float[] gradient, double fraction) {
    int rows = mask.rows();
    int columns = mask.columns();
    int stored = (int) mask.count();
    int pruned = (int) (stored * fraction);
    float[] drop = new float[weights.length];
    for (int p = 0; p < drop.length; p++) {
      // -1 below every magnitude: the reference adds noise, so a stored 0 beats a missing 0 here.
      drop[p] = mask.get(p / columns, p % columns) ? Math.abs(weights[p]) : -1;
    }
    Mask kept = new Unstructured(stored - pruned).keepLargest(rows, columns, drop);
    float[] grow = new float[gradient.length];
    for (int p = 0; p < grow.length; p++) {
      grow[p] = kept.get(p / columns, p % columns) ? -1 : Math.abs(gradient[p]);
    }
    return kept.or(new Unstructured(pruned).keepLargest(rows, columns, grow));
  }

  @Test
  void hundredRandomUpdatesKeepTheNumberOfWeights() {
    CsrMatrix matrix = matrix(Mask.random(30, 40, 240, 1), 1);
    Set rule = Set.dropFraction(Constant.of(.3));
    for (int update = 0; update < 100; update++) {
      Remap remap = rule.update(new ArrayView(matrix, new float[1200], update), START);
      assertEquals(240, remap.to().nnz());
      assertEquals(remap.dropped(), remap.grown());
      float[] carried = remap.apply(matrix.floatValues().array());
      for (int p = 0; p < carried.length; p++) {
        int source = remap.source(p);
        assertEquals(source < 0 ? 0 : matrix.values().get(source), carried[p]);
      }
      matrix = CsrMatrix.of(remap.to(), FloatValues.wrap(carried));
    }
  }

  private static CsrMatrix matrix(Mask mask, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[(int) mask.count()];
    for (int p = 0; p < values.length; p++) {
      values[p] = (float) random.nextGaussian();
    }
    return CsrMatrix.of(CsrPattern.of(mask), FloatValues.wrap(values));
  }

  @Test
  void rulesSayWhenTheyAct() {
    assertEquals(LayerRule.Timing.NEVER, StaticMask.instance().timing());
    assertEquals(LayerRule.Timing.AFTER_STEP, Set.dropFraction(Cosine.from(.3)).timing());
    assertEquals(LayerRule.Timing.INSTEAD_OF_STEP, RigL.dropFraction(Cosine.from(.3)).timing());
  }

  @Test
  void staticMaskMovesNothing() {
    LayerView view = ArrayView.row("0110", new float[4], new float[4]);
    assertEquals(
        Remap.between(view.pattern(), view.pattern()), StaticMask.instance().update(view, START));
  }

  @Test
  void rejectsFractionsOutsideZeroToOne() {
    LayerView view = ArrayView.row("0110", new float[4], new float[4]);
    Throwable thrown =
        assertThrows(
            IllegalArgumentException.class,
            () -> Exchange.exchange(view, Magnitude.instance(), RandomGrowth.instance(), 1.25));
    assertEquals(
        "exchange: fraction (1.25) must be between 0 and 1; the layer is w (1x4)",
        thrown.getMessage());
  }

  @Test
  void saysWhenAGrowthFindsTooLittle() {
    LayerView view = ArrayView.row("0110", new float[4], new float[4]);
    Throwable thrown =
        assertThrows(
            IllegalStateException.class,
            () -> Exchange.exchange(view, Magnitude.instance(), (layer, kept, k) -> TopK.of(k), 1));
    assertEquals(
        " found 0 positions to grow, 2 were dropped; the layer is w (1x4)",
        thrown.getMessage().substring(thrown.getMessage().indexOf(" found")));
  }

  private static float[] ones(int n) {
    float[] ones = new float[n];
    Arrays.fill(ones, 1);
    return ones;
  }
}
