package org.sparse4j.bench.race;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class StepProblemTest {
  private static final RaceSpec SPEC = RaceSpec.parse("trainingStep csr 784-300-100-10 128 0.95 1");

  private static int kept(StepProblem problem, int layer) {
    int kept = 0;
    for (boolean position : problem.mask(layer)) {
      kept += position ? 1 : 0;
    }
    return kept;
  }

  @Test
  void densitiesFollowErdosRenyi() {
    StepProblem problem = new StepProblem(SPEC);
    assertEquals(.0385, kept(problem, 0) / 235_200.0, .0001);
    assertEquals(.1113, kept(problem, 1) / 30_000.0, .0001);
    assertEquals(.9185, kept(problem, 2) / 1_000.0, .001);
    assertEquals(13_310, kept(problem, 0) + kept(problem, 1) + kept(problem, 2), 2);
  }

  @Test
  void fullLayersAreCappedAndTheOthersTakeTheRest() {
    StepProblem problem =
        new StepProblem(RaceSpec.parse("trainingStep csr 784-300-100-10 8 0.9 1"));
    assertEquals(1_000, kept(problem, 2));
    assertEquals(26_620, kept(problem, 0) + kept(problem, 1) + kept(problem, 2), 2);
  }

  @Test
  void flopsLeaveOutTheFirstLayersInputGradient() {
    StepProblem problem = new StepProblem(SPEC);
    assertEquals(2.0 * 128 * (2 * 235_200 + 3 * 31_000), problem.flops(false));
  }

  @Test
  void weightsThatDoNotMoveAreWrong() {
    StepProblem problem = new StepProblem(RaceSpec.parse("trainingStep dense 6-5-4 8 0 1"));
    Entry entry = Entry.of("a", "", Role.OWN, 1);
    Contender still =
        problem.contender(entry, false, () -> {}, (layer, at) -> problem.weights(layer)[at]);
    String wrong = still.check().get().orElseThrow();
    assertTrue(wrong.startsWith("wrong result: after 3 steps weight 0 of layer 0 is "), wrong);
  }

  @Test
  void referenceDescends() {
    // With one layer the label's weights grow by rate * (1 - p) * x and the others shrink by rate *
    // p * x.
    StepProblem problem = new StepProblem(RaceSpec.parse("trainingStep dense 3-2 1 0 1"));
    double[][] before = {new double[6]};
    for (int i = 0; i < 6; i++) {
      before[0][i] = problem.weights(0)[i];
    }
    double[][] after = new ReferenceSteps(problem, false).run(1);
    int label = problem.labels()[0];
    for (int i = 0; i < 3; i++) {
      assertTrue(after[0][label * 3 + i] > before[0][label * 3 + i]);
      assertTrue(after[0][(1 - label) * 3 + i] < before[0][(1 - label) * 3 + i]);
    }
  }

  @Test
  void contestantWithTheRightWeightsPasses() {
    StepProblem problem = new StepProblem(RaceSpec.parse("trainingStep csr 6-5-4 8 0.5 1"));
    double[][] right = new ReferenceSteps(problem, true).run(StepProblem.CHECKED_STEPS);
    Contender contender =
        problem.contender(
            Entry.of("a", "", Role.OWN, 1),
            true,
            () -> {},
            (layer, at) -> (float) right[layer][at]);
    assertEquals(Optional.empty(), contender.check().get());
  }
}
