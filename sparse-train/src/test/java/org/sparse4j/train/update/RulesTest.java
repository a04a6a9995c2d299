package org.sparse4j.train.update;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sparse4j.format.CsrPattern;
import org.sparse4j.mask.Mask;
import org.sparse4j.train.initial.RandomMasks;
import org.sparse4j.train.initial.Snip;
import org.sparse4j.train.layer.ArrayView;
import org.sparse4j.train.layer.LayerView;
import org.sparse4j.train.layer.NetworkView;
import org.sparse4j.train.layer.RuleState;
import org.sparse4j.train.random.Streams;
import org.sparse4j.train.saliency.Exploration;
import org.sparse4j.train.saliency.Scope;
import org.sparse4j.train.schedule.Constant;
import org.sparse4j.train.schedule.Phases;
import org.sparse4j.train.schedule.Polynomial;
import org.sparse4j.train.schedule.Stairs;

/** Small cases worked out by hand, and the oracles of the papers' code. */
class RulesTest {
  private static final UpdatePoint START = new UpdatePoint(0, 0, 100);
  private static final UpdatePoint END = new UpdatePoint(100, 0, 100);

  private static String text(CsrPattern pattern) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < pattern.rows(); i++) {
      for (int j = 0; j < pattern.columns(); j++) {
        text.append(pattern.indexOf(i, j) < 0 ? '0' : '1');
      }
      text.append(i == pattern.rows() - 1 ? "" : " / ");
    }
    return text.toString();
  }

  private static List<String> texts(List<Change> changes) {
    return changes.stream().map(change -> text(change.remap().to())).toList();
  }

  private static ArrayView view(int rows, int columns, float[] weights, float[] gradient) {
    Mask mask = Mask.of(rows, columns, (i, j) -> weights[i * columns + j] != 0);
    return ArrayView.of(rows, columns, mask, weights, gradient, 0);
  }

  private static ArrayView row(float... weights) {
    return view(1, weights.length, weights, new float[weights.length]);
  }

  // Gradual magnitude pruning

  @Test
  void gradualPruningDropsTheSmallestOfEachLayerOrOfAll() {
    GradualMagnitude rule = GradualMagnitude.schedule(Polynomial.cubicTo(.5));
    NetworkView network = NetworkView.of(row(4, -3, 2, 1), row(-8, 7, 6, 5));
    assertEquals(List.of("1111", "1111"), texts(rule.update(network, START)));
    assertEquals(List.of("1100", "1100"), texts(rule.update(network, END)));
    assertEquals(List.of("0000", "1111"), texts(rule.within(Scope.network()).update(network, END)));
    assertEquals(
        List.of("1000", "1110"),
        texts(rule.within(Scope.network().leaving(.25)).update(network, END)));
    assertEquals(
        List.of("1100", "1100"),
        texts(rule.within(Scope.networkStandardised()).update(network, END)));
  }

  @Test
  void gradualPruningNeverGrows() {
    GradualMagnitude rule = GradualMagnitude.schedule(Polynomial.cubicTo(.5));
    NetworkView network = NetworkView.of(row(4, 0, 0, 0));
    assertEquals(List.of("1000"), texts(rule.update(network, START)));
    assertEquals(List.of("1000"), texts(rule.update(network, END)));
  }

  /** The first pruning leaves 3 and 1 weights, the second 2 in all, wherever they are. */
  @Test
  void pruningTheNetworkCountsAllLayersTogether() {
    GradualMagnitude rule =
        GradualMagnitude.schedule(Polynomial.cubicTo(.75)).within(Scope.network());
    NetworkView second = NetworkView.of(row(4, 3, 2, 0), row(0, 0, 0, 1));
    assertEquals(List.of("1100", "0000"), texts(rule.update(second, END)));
    NetworkView other = NetworkView.of(row(9, 8, 7, 6), row(1, 0, 0, 0));
    AcDc phases = AcDc.of(Phases.of(new long[] {5}, new long[0]), .5);
    assertEquals(List.of("1111", "0000"), texts(phases.update(other, new UpdatePoint(5, 5, 5))));
  }

  @Test
  void rememberedWeightsComeBackWhenOthersFallBelowThem() {
    GradualMagnitude rule = GradualMagnitude.schedule(Polynomial.cubicTo(.5)).remembering();
    ArrayView dense = row(4, -3, 2, 1);
    Change first = rule.update(NetworkView.of(dense), END).getFirst();
    assertEquals("1100", text(first.remap().to()));
    float[] kept = dense.state().floats("dropped weights", 4);
    assertArrayEquals(new float[] {0, 0, 2, 1}, kept);
    // Meanwhile the second weight fell to 1.5: below the remembered 2, which comes back.
    ArrayView later = row(4, -1.5f, 0, 0);
    later.state().put("dropped weights", kept);
    Change second = rule.update(NetworkView.of(later), END).getFirst();
    assertEquals("1010", text(second.remap().to()));
    assertArrayEquals(new float[] {2}, second.grownWeights().orElseThrow());
    assertEquals(-1.5f, kept[1]);
  }

  // Sparse momentum

  @Test
  void sparseMomentumSharesOutAsTheReferenceCode() {
    double[] shares = SparseMomentum.shares(new double[] {.02, .01, .01});
    long[] stored = {100, 200, 50};
    long[] positions = {1000, 2000, 60};
    long[] dropped = SparseMomentum.dropped(shares, stored, positions, .5);
    assertArrayEquals(new long[] {50, 100, 25}, dropped);
    double[] wanted = SparseMomentum.wanted(shares, stored, positions, dropped, 0);
    // Requests 88, 44, 44; the third is held at .99 (10 + 25), and its excess of 9.35 is shared
    // out.
    assertEquals(34.65, wanted[2], 1e-9);
    assertEquals(88 + 9.35 / 2, wanted[0], 1e-9);
    assertEquals(44 + 9.35 / 2, wanted[1], 1e-9);
    assertArrayEquals(new double[] {.5, .5}, SparseMomentum.shares(new double[] {0, 0}));
  }

  /** A layer with sparsity .1 and more than its share of momentum drops a tenth, not half. */
  @Test
  void sparseMomentumSparesLayersThatAreAlmostDense() {
    assertArrayEquals(
        new long[] {9, 50},
        SparseMomentum.dropped(
            new double[] {.6, .4}, new long[] {90, 100}, new long[] {100, 1000}, .5));
    assertArrayEquals(
        new long[] {45, 50},
        SparseMomentum.dropped(
            new double[] {.4, .6}, new long[] {90, 100}, new long[] {100, 1000}, .5));
  }

  @Test
  void sparseMomentumGrowsWhereMomentumIsLargeAndKeepsIt() {
    // Momentum of what is not stored: two batches of gradient g give g + .5 g.
    float[] gradient = {9, 9, 9, 2, -4, 6};
    ArrayView layer =
        view(1, 6, new float[] {5, -1, 3, 0, 0, 0}, gradient).slot("velocity", 1, 2, 3);
    SparseMomentum rule = SparseMomentum.sgd(Constant.of(.34), .5);
    NetworkView network = NetworkView.of(layer);
    rule.observe(network, START);
    rule.observe(network, START);
    Change change = rule.update(network, START).getFirst();
    // ceil(.34 * 3) = 2 of three go: -1 and 3. Two come: 9 (from 6) and 6 (from -4); velocity 2 and
    // 3
    // of the dropped ones loses.
    assertEquals("100011", text(change.remap().to()));
    assertArrayEquals(new float[] {-6, 9}, change.grownState().get("velocity"));
    assertEquals(0, network.state().numbers("controller", 4)[0]);
  }

  @Test
  void sparseMomentumOfAdamIsTheMomentOverTheRoot() {
    float[] gradient = {0, 3, -2, 1};
    ArrayView layer =
        view(1, 4, new float[] {5, 0, 0, 0}, gradient).slot("first", 1).slot("second", 1);
    SparseMomentum rule = SparseMomentum.adam(Constant.of(1), .5, .75);
    NetworkView network = NetworkView.of(layer);
    rule.observe(network, START);
    Change change = rule.update(network, START).getFirst();
    // m / sqrt(v) is 1 for all: .5 g / sqrt(.25 g^2); ties go to the lower position.
    assertEquals("1000", text(change.remap().to()));
    assertArrayEquals(new float[] {0, 1.5f, -1, .5f}, tail(layer.state().floats("dense first", 4)));
    assertArrayEquals(
        new float[] {0, 2.25f, 1, .25f}, tail(layer.state().floats("dense second", 4)));
  }

  private static float[] tail(float[] values) {
    float[] result = values.clone();
    result[0] = 0;
    return result;
  }

  @Test
  void sparseMomentumHoldsTheTotalNearItsStart() {
    int rows = 20;
    int columns = 30;
    SparseMomentum rule = SparseMomentum.sgd(Constant.of(.3), .9);
    CsrPattern first = CsrPattern.of(Mask.random(rows, columns, 60, 1));
    CsrPattern second = CsrPattern.of(Mask.random(rows, columns, 60, 2));
    var states = List.of(row(1).state(), row(1).state());
    var network = NetworkView.of();
    for (int update = 0; update < 50; update++) {
      List<CsrPattern> patterns = List.of(first, second);
      var views = new LayerView[2];
      for (int l = 0; l < 2; l++) {
        views[l] = random(patterns.get(l), 10 * update + l, l + 1, states.get(l));
      }
      network = new NetworkView(List.of(views), network.state());
      rule.observe(network, START);
      List<Change> changes = rule.update(network, START);
      first = changes.get(0).remap().to();
      second = changes.get(1).remap().to();
      assertTrue(Math.abs(first.nnz() + second.nnz() - 120) <= 4);
    }
    assertTrue(second.nnz() > first.nnz(), "the layer with twice the momentum grows");
  }

  private static ArrayView random(CsrPattern pattern, long seed, float scale, RuleState state) {
    int n = pattern.rows() * pattern.columns();
    float[] weights = new float[n];
    float[] gradient = new float[n];
    for (int p = 0; p < n; p++) {
      weights[p] = (float) Streams.normal(seed, p);
      gradient[p] = scale * (float) Streams.normal(seed + 7, p);
    }
    Mask mask = Mask.of(pattern.rows(), pattern.columns(), (i, j) -> pattern.indexOf(i, j) >= 0);
    ArrayView view = ArrayView.of(pattern.rows(), pattern.columns(), mask, weights, gradient, seed);
    state.allFloats().forEach(view.state()::put);
    float[] velocity = new float[(int) pattern.nnz()];
    Arrays.fill(velocity, scale);
    view.slot("velocity", velocity);
    return view;
  }

  // DST-EE

  @Test
  void explorationScoresThePublishedExample() {
    Exploration growth = Exploration.at(new float[] {3, 0, 1}, 1e-3, 1e-3, 200);
    assertEquals(.501766, growth.score(0, .5f), 1e-6);
    assertEquals(5.698317, growth.score(1, .4f), 1e-6);
    assertEquals(.105293, growth.score(2, -.1f), 1e-6);
  }

  @Test
  void explorationPrefersWhatWasNeverStored() {
    float[] gradient = {.9f, .8f, .1f, .2f, 0, .3f};
    float[] weights = {5, -1, 0, 0, 3, 2};
    UpdatePoint late = new UpdatePoint(50, 0, 100);
    ArrayView greedy = view(1, 6, weights, gradient);
    assertEquals(
        "110011",
        text(DstEe.of(Constant.of(.25), 0, 1).update(greedy, late).to()),
        "RigL: the dropped position has the largest gradient");
    ArrayView curious = view(1, 6, weights, gradient);
    assertEquals("100111", text(DstEe.of(Constant.of(.25), 1, 1).update(curious, late).to()));
    assertArrayEquals(new float[] {1, 1, 0, 0, 1, 1}, curious.state().floats("rounds stored", 6));
    assertEquals(
        "Exploration: coefficient (1.0) must not be negative and epsilon (0.0) must be above 0",
        assertThrows(IllegalArgumentException.class, () -> DstEe.of(Constant.of(.3), 1, 0))
            .getMessage());
  }

  // SRigL

  private static ArrayView srigl() {
    float[] weights = {
      .9f, -.8f, .7f, 0, 0, 0, //
      0, .6f, 0, -.5f, .4f, 0, //
      0, 0, .55f, 0, .2f, -.1f, //
      1.1f, 0, 0, .05f, 0, -1.2f
    };
    float[] gradient = {
      .01f, .02f, .03f, .5f, .04f, .05f, //
      .06f, .01f, .45f, .02f, .03f, .07f, //
      .02f, .01f, .03f, .02f, .01f, .01f, //
      .01f, .4f, .35f, .02f, .08f, .01f
    };
    return view(4, 6, weights, gradient);
  }

  @ParameterizedTest
  @CsvSource({
    ".3, 1, 111000 / 011100 / 101100 / 110001",
    ".7, 1, 111100 / 011110 / 000000 / 111001",
    ".95, 1, 111100 / 011110 / 000000 / 111001",
    ".7, 3, 111100 / 011110 / 000000 / 111001",
    "2, 1, 111100 / 011110 / 000000 / 111001",
    "0, 1, 111000 / 011100 / 101100 / 110001"
  })
  void sriglEqualsTheOracle(double gamma, int batches, String expected) {
    // The second of two layers is the last one, in which no neuron is ablated.
    NetworkView network = NetworkView.of(srigl(), srigl());
    Srigl rule = Srigl.dropFraction(Constant.of(1.0 / 3)).gamma(gamma).averaging(batches);
    for (int b = 0; b < (batches == 1 ? 0 : batches); b++) {
      rule.observe(network, START);
    }
    List<Change> changes = rule.update(network, START);
    assertEquals(expected, text(changes.get(0).remap().to()));
    assertEquals("111000 / 011100 / 101100 / 110001", text(changes.get(1).remap().to()));
    assertEquals(batches == 1 ? 0 : batches, rule.lookback());
    assertEquals(0, network.layers().getFirst().state().bytes());
  }

  /** A threshold nobody reaches is lowered until B div F + 1 = 3 neurons survive. */
  @Test
  void sriglLowersItsThresholdUntilNeuronsCanHoldTheBudget() {
    Srigl rule =
        Srigl.dropFraction(Constant.of(1.0 / 3)).gamma(100).withoutAblation("no such layer");
    Change change = rule.update(NetworkView.of(srigl()), START).getFirst();
    assertEquals("111100 / 011110 / 000000 / 111001", text(change.remap().to()));
  }

  /** A budget of 14 for 4 neurons is 3 each; with 3 active neurons it is 4 each. */
  @Test
  void sriglKeepsTheBudgetOfTheDistribution() {
    ArrayView layer = srigl();
    layer.state().put(RandomMasks.BUDGET, new double[] {17});
    Srigl rule = Srigl.dropFraction(Constant.of(1.0 / 3)).gamma(.7).withoutAblation("none");
    Change change = rule.update(NetworkView.of(layer), START).getFirst();
    assertEquals(15, change.remap().to().nnz());
  }

  // SNIPER

  @Test
  void sniperGrowsByItsFirstScoresWithFirstWeights() {
    ArrayView layer = row(7, 0, 0, 0);
    layer.state().put(Snip.SCORES, new float[] {9, 1, 3, 2});
    layer.state().put(Snip.WEIGHTS, new float[] {.1f, .2f, .3f, .4f});
    Sniper rule = Sniper.of(Stairs.of(Map.of(0L, .75, 5L, .25, 9L, 0.)), Scope.network());
    Change half = rule.update(NetworkView.of(layer), new UpdatePoint(5, 5, 9)).getFirst();
    assertEquals("1011", text(half.remap().to()));
    assertArrayEquals(new float[] {.3f, .4f}, half.grownWeights().orElseThrow());
    Change dense = rule.update(NetworkView.of(layer), new UpdatePoint(9, 5, 9)).getFirst();
    assertEquals("1111", text(dense.remap().to()));
    assertEquals(
        "Sniper: w (1x2) has no first.scores; choose the first masks by"
            + " Snip.batches(n).remembered()",
        assertThrows(
                IllegalStateException.class, () -> rule.update(NetworkView.of(row(1, 2)), START))
            .getMessage());
  }

  // AC/DC

  @Test
  void acDcPrunesTheNetworkAndGivesAllPositionsBack() {
    AcDc rule = AcDc.of(Phases.of(new long[] {5}, new long[] {9}), .5);
    NetworkView network = NetworkView.of(row(4, -3, 2, 1), row(-8, 7, 6, 5));
    UpdatePoint sparse = new UpdatePoint(5, 5, 9);
    assertEquals(List.of("0000", "1111"), texts(rule.update(network, sparse)));
    assertEquals(
        List.of("1100", "1100"), texts(rule.within(Scope.layer()).update(network, sparse)));
    assertEquals(false, rule.resetsOptimizer(sparse));
    UpdatePoint dense = new UpdatePoint(9, 5, 9);
    Change change = rule.update(NetworkView.of(row(4, 0, 0, 1)), dense).getFirst();
    assertEquals("1111", text(change.remap().to()));
    assertTrue(change.grownWeights().isEmpty(), "restored weights are 0");
    assertEquals(true, rule.resetsOptimizer(dense));
    assertEquals(false, rule.keepingMomentum().resetsOptimizer(dense));
    assertEquals(
        "AcDc: sparsity (2.0) must be between 0 and 1",
        assertThrows(
                IllegalArgumentException.class,
                () -> AcDc.of(Phases.of(new long[0], new long[0]), 2))
            .getMessage());
  }

  // Movement pruning

  @Test
  void movementKeepsWhatMovesAwayFromZeroAndRemembersTheRest() {
    // Scores after one batch: - g w = -3, 2, 6, -1.
    float[] gradient = {1, 1, -3, .5f};
    ArrayView layer = view(1, 4, new float[] {3, -2, 2, 2}, gradient);
    Movement rule = Movement.schedule(Polynomial.cubicTo(.5));
    rule.observe(NetworkView.of(layer), START);
    Change first = rule.update(NetworkView.of(layer), END).getFirst();
    assertEquals("0110", text(first.remap().to()));
    assertArrayEquals(new float[] {3, 0, 0, 2}, layer.state().floats("dropped weights", 4));
    // A batch that moves the first, dropped weight by - (-4) 3 = 12: its score is 9.
    ArrayView later = view(1, 4, new float[] {0, -2, 2, 0}, new float[] {-4, 0, 0, 0});
    layer.state().allFloats().forEach(later.state()::put);
    rule.observe(NetworkView.of(later), START);
    Change second = rule.update(NetworkView.of(later), END).getFirst();
    assertEquals("1010", text(second.remap().to()));
    assertArrayEquals(new float[] {3}, second.grownWeights().orElseThrow());
    assertEquals(Integer.MAX_VALUE, rule.lookback());
  }

  // Blocks

  @Test
  void blocksStayByWeightAndJoinByGradient() {
    float[] weights = {
      3, 0, 1, 0, 9, //
      0, 0, 0, 0, 0, //
      0, 0, 2, 2, 0
    };
    float[] gradient = {
      0, 0, 0, 0, 0, //
      0, 0, 5, 0, 0, //
      1, 0, 0, 0, 0
    };
    // Blocks of 2 x 2, three across, two down, the last column and row cut off. Weight norms 3, 1,
    // 9 / 0, 2.8, 0; gradient norms 0, 5, 0 / 1, 0, 0. Half of 6 blocks are 3.
    BlockPruneAndGrow rule = BlockPruneAndGrow.of(new Polynomial(.5, .5, 1, 0), 2, 2);
    Mask all = Mask.full(3, 5);
    ArrayView layer = ArrayView.of(3, 5, all, weights, gradient, 0);
    assertEquals("11001 / 11001 / 00110", text(rule.update(layer, END).to()), "end: no growth");
    BlockPruneAndGrow rising = BlockPruneAndGrow.of(Polynomial.linearTo(.5), 2, 2);
    assertEquals(
        "11001 / 11001 / 00110",
        text(rising.update(layer, new UpdatePoint(8, 0, 10, true)).to()),
        "the last update goes to the end of the schedule");
    // The three of largest gradient are 5, 1 and, tied at 0, the first block.
    assertEquals("11111 / 11111 / 11110", text(rule.update(layer, START).to()));
    assertEquals(
        "BlockPruneAndGrow: block (0x2) must be at least 1x1",
        assertThrows(
                IllegalArgumentException.class,
                () -> BlockPruneAndGrow.of(Polynomial.cubicTo(.5), 0, 2))
            .getMessage());
  }
}
