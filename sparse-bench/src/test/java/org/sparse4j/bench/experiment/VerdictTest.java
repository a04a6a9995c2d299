package org.sparse4j.bench.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.sparse4j.train.flops.RunFlops;
import org.sparse4j.train.layer.ActivationLayer;

class VerdictTest {

  private static Row row(String method, long seed, double test, double flips) {
    return new Row(
        new Row.Key("images", method, "", seed, "noise", "recipe; of; three; parts"),
        Metric.ACCURACY,
        new Outcome(
            test,
            99,
            100,
            .5,
            10,
            2,
            new RunFlops(20, 40, 60),
            new Memory(25, 100, 100, 100, 300, 50, 60),
            Map.of("flips", flips),
            new Curve(List.of(1.0), List.of(.5), List.of(80.0), List.of(.01))),
        Optional.empty(),
        new Row.Site("sparse4j experiment images --only 'x' --seeds 1", "day", "m", "j", "k"));
  }

  private static List<Row> rows(double... differences) {
    List<Row> rows = new ArrayList<>();
    for (int s = 0; s < differences.length; s++) {
      rows.add(row("new", s, 80 + s + differences[s], .25));
      rows.add(row("old", s, 80 + s, .5));
    }
    return rows;
  }

  @Test
  void meansHaveIntervalsByStudentsT() {
    Sample sample = Sample.of(1, 2, 3);
    assertEquals(2, sample.mean());
    assertEquals(1, sample.deviation(), 1e-12);
    // t(0.975, 2) / sqrt(3)
    assertEquals(2.4843, sample.halfWidth(), 1e-4);
    assertTrue(Double.isNaN(Sample.of(5).halfWidth()));
    assertEquals(0, Sample.of(5).deviation());
  }

  @Test
  void anOrderNeedsItsWholeInterval() {
    Claim order = Claim.order("new", "old", "someone");
    assertEquals(Verdict.State.HOLDS, Verdict.of(order, rows(1, 1.1, 1.2), 1).state());
    assertEquals(Verdict.State.FAILS, Verdict.of(order, rows(-1, -1.1, -1.2), 1).state());
    assertEquals(Verdict.State.OPEN, Verdict.of(order, rows(1, .1, .4), 1).state());
    assertEquals(Verdict.State.OPEN, Verdict.of(order, rows(1), 1).state());
    assertEquals(Verdict.State.MISSING, Verdict.of(order, List.of(), 1).state());
    // Of bits per character fewer are better; of other figures more.
    assertEquals(Verdict.State.HOLDS, Verdict.of(order, rows(-1, -1.1, -1.2), -1).state());
    Claim coverage = Claim.order("old", "new", "flips", "someone");
    assertEquals(Verdict.State.HOLDS, Verdict.of(coverage, rows(1, 1, 1), -1).state());
  }

  @Test
  void onlySeedsOfBothSidesArePaired() {
    List<Row> rows = new ArrayList<>(rows(1, 2));
    rows.add(row("new", 7, 1000, .25));
    Verdict verdict = Verdict.of(Claim.difference("new", "old", Claim.VALUE, 1, 2), rows, 1);
    assertEquals(2, verdict.sample().count());
    assertEquals(1.5, verdict.sample().mean(), 1e-12);
    assertEquals(Verdict.State.HOLDS, verdict.state());
    assertEquals("+1.50 [-4.85, +7.85]", verdict.number(2));
  }

  @Test
  void boundsAreKeptByTheMean() {
    Claim difference = Claim.difference("new", "old", Claim.VALUE, 1, Double.POSITIVE_INFINITY);
    assertEquals(Verdict.State.HOLDS, Verdict.of(difference, rows(1, 1), 1).state());
    assertEquals(Verdict.State.FAILS, Verdict.of(difference, rows(1, .9), 1).state());
    Claim ratio = Claim.ratio("new", "old", "flips", 0, .5);
    assertEquals(Verdict.State.HOLDS, Verdict.of(ratio, rows(1, 1), 1).state());
    Claim alone = Claim.of("old", Claim.TRAIN, 99.5, Double.POSITIVE_INFINITY);
    assertEquals(Verdict.State.FAILS, Verdict.of(alone, rows(1), 1).state());
  }

  /** The one with the best mean is meant, of those that were run, not the best of every seed. */
  @Test
  void theBestOfSomeIsNamed() {
    List<Row> rows = new ArrayList<>();
    double[][] values = {{3, 1}, {2, 1.5}, {1, 2}};
    for (int m = 0; m < values.length; m++) {
      for (int seed = 0; seed < 2; seed++) {
        rows.add(row(m == 2 ? "dense" : "m" + m, seed, values[m][seed], .5));
      }
    }
    List<String> among = List.of("m0", "not run", "m1");
    Claim claim = Claim.bestRatio("best", among, "dense", 0, 1.4);
    Verdict low = Verdict.of(claim, rows, -1);
    assertEquals("best (m1)", low.claim().left());
    assertEquals((2 / 1.0 + 1.5 / 2) / 2, low.sample().mean(), 1e-12);
    assertEquals(Verdict.State.HOLDS, low.state());
    Verdict high = Verdict.of(claim, rows, 1);
    assertEquals("best (m0)", high.claim().left());
    assertEquals(Verdict.State.FAILS, high.state());
    assertEquals(Verdict.State.MISSING, Verdict.of(claim, List.of(), 1).state());
    assertEquals(Verdict.State.MISSING, Verdict.of(claim, rows.subList(0, 4), 1).state());
  }

  @Test
  void aTrainedNetworkIsComparedWithAPrunedOne() {
    List<Row> rows = new ArrayList<>();
    for (int seed = 0; seed < 3; seed++) {
      rows.add(row("trained", seed, 2.1 + .01 * seed, .25));
      Row dense = row("dense", seed, 2 + .01 * seed, .5);
      Outcome out = dense.outcome();
      rows.add(
          new Row(
              dense.key(),
              Metric.BITS,
              new Outcome(
                  out.value(),
                  out.train(),
                  out.positions(),
                  out.coverage(),
                  out.steps(),
                  out.updates(),
                  out.flops(),
                  out.memory(),
                  Map.of(TextVariants.JUMP, .3 + .001 * seed),
                  out.curve()),
              Optional.empty(),
              dense.site()));
    }
    Verdict verdict = Verdict.of(Claim.beatsPruned("trained", "dense", "someone"), rows, -1);
    assertEquals(-.201, verdict.sample().mean(), 1e-12);
    assertEquals(Verdict.State.HOLDS, verdict.state());
  }

  @Test
  void rowsAreReadAsTheyWereWritten() {
    Row row = row("new", 3, 100.0 / 3, 1e-5).timed(new Row.StepTime(12.5, 50, "machine", "day"));
    var node = JsonNodeFactory.instance.objectNode();
    row.write(node);
    assertEquals(row, Row.read(node));
    assertEquals(.75, row.sparsity());
  }

  @Test
  void rowsOfAnOlderRecipeGiveWay() {
    Trial trial = (notes, seed) -> ActivationLayer.relu();
    Experiment experiment =
        new Experiment(
            "none",
            "Why?",
            Experiment.Source.IMAGES,
            "old",
            List.of(new Variant("new", "", "recipe; of; three; parts", trial)),
            List.of());
    List<Row> rows = new ArrayList<>();
    for (String recipe : List.of("recipe; of; three; parts", "older; of; three; parts")) {
      for (String method : List.of("new", "old")) {
        Row row = row(method, 1, recipe.startsWith("older") ? 70 : 80, .5);
        Row.Key key = new Row.Key("none", method, "", 1, "noise", recipe);
        rows.add(new Row(key, row.metric(), row.outcome(), Optional.empty(), row.site()));
      }
    }
    String section = TrainingPage.section(experiment, "noise", rows);
    assertTrue(section.contains("| new | 0.750 | 1 | 80.00 | "), section);
    assertTrue(section.contains("| old | 0.750 | 1 | 75.00 ± 7.07 | "), section);
  }

  @Test
  void sectionsSayWhatDidNotHold() {
    Experiment experiment =
        new Experiment(
            "images",
            "Why?",
            Experiment.Source.IMAGES,
            "old",
            List.of(),
            List.of(
                Claim.order("new", "old", "someone"),
                Claim.difference("new", "old", Claim.VALUE, -.5, Double.POSITIVE_INFINITY)));
    String section = TrainingPage.section(experiment, "noise", rows(-1, -1.1, -1.2));
    assertTrue(
        section.contains(
            "- new better than old (someone) **did not hold**, the opposite is seen: -1.10 [-1.35,"
                + " -0.85], 3 seeds.\n"),
        section);
    assertTrue(section.contains("| new - old, test | -1.10 | at least -0.5 | **no** |\n"), section);
    assertTrue(
        section.contains(
            "| new | 0.750 | 0, 1, 2 | 79.90 ± 0.90 | -1.10 [-1.35, -0.85] | 99.00 ± 0.00 | 0.500 |"
                + " 1.000 | 300 B | 1.00 | 50 B | 60 B |  |\n"),
        section);
    assertTrue(section.contains("`sparse4j experiment images --seeds 0,1,2`; day; m, j, k."));
  }
}
