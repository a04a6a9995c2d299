package org.sparse4j.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.sparse4j.kernels.execution.WorkerTeam;
import org.sparse4j.train.data.Dataset;
import org.sparse4j.train.distribution.Uniform;
import org.sparse4j.train.initial.Grasp;
import org.sparse4j.train.initial.RandomMasks;
import org.sparse4j.train.initial.Snip;
import org.sparse4j.train.initial.SynFlow;
import org.sparse4j.train.layer.Sequential;

/** What every training method must do: learn, not depend on threads, and resume exactly. */
@Tag("kernels")
class MethodsTest {
  private static final Dataset TRAIN = Examples.samples(200, 1);
  private static final Dataset TEST = Examples.samples(100, 2);

  @TempDir Path folder;

  private static Sparsifier.Builder uniform(double sparsity) {
    return Sparsifier.builder().distribution(Uniform.sparsity(sparsity)).seed(5);
  }

  /** Every method on the shared task of 6 epochs of 12 batches. */
  private static Map<String, Supplier<Trainer>> methods(Sequential model) {
    Map<String, Supplier<Trainer>> methods = new LinkedHashMap<>();
    methods.put("SNIP", () -> with(model, uniform(.8).firstMasks(Snip.batches(2))));
    methods.put(
        "SNIP redrawn", () -> with(model, uniform(.8).firstMasks(Snip.batches(2)).redraw()));
    methods.put("GraSP", () -> with(model, uniform(.7).firstMasks(Grasp.samplesPerClass(5))));
    methods.put("SynFlow", () -> with(model, uniform(.8).firstMasks(SynFlow.rounds(10))));
    methods.put("Bernoulli", () -> with(model, uniform(.8).firstMasks(RandomMasks.bernoulli())));
    methods.put(
        "constant fan-in", () -> with(model, uniform(.8).firstMasks(RandomMasks.constantFanIn())));
    return methods;
  }

  private static Trainer with(Sequential model, Sparsifier.Builder sparsifier) {
    return Examples.trainer(model, Examples.rule("static")).sparsifier(sparsifier.build());
  }

  private static Trainer trainer(String method, Sequential model) {
    return methods(model).get(method).get();
  }

  static Stream<Arguments> places() {
    List<Arguments> places = new ArrayList<>();
    for (String method : methods(Examples.model()).keySet()) {
      for (int batches : new int[] {1, 29, 60}) {
        places.add(Arguments.of(method, batches));
      }
    }
    return places.stream();
  }

  static Stream<String> names() {
    return methods(Examples.model()).keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("places")
  void resumedRunEqualsAnUninterruptedOne(String method, int batches) throws IOException {
    Sequential whole = Examples.model();
    Training straight = trainer(method, whole).prepare(TRAIN, TEST);
    Report expected = straight.run();
    Path path = folder.resolve("checkpoint");
    TrainingListener stop =
        new TrainingListener() {
          @Override
          public void stepped(Training training, StepReport step) {
            if (step.batch() + 1 == batches) {
              try {
                training.save(path);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
              training.cancel();
            }
          }
        };
    trainer(method, Examples.model()).listener(stop).fit(TRAIN, TEST);
    Sequential resumed = Examples.model();
    Training second = trainer(method, resumed).resume(path, TRAIN, TEST);
    Report report = second.run();
    assertEquals(Examples.bits(whole.parameters()), Examples.bits(resumed.parameters()));
    assertEquals(expected.layers(), report.layers());
    assertEquals(expected.updates(), report.updates());
    Path one = folder.resolve("one");
    Path two = folder.resolve("two");
    straight.save(one);
    second.save(two);
    assertEquals(CheckpointTest.contents(one), CheckpointTest.contents(two));
  }

  @ParameterizedTest
  @MethodSource("names")
  void resultsDoNotDependOnThreads(String method) {
    Sequential one = Examples.model();
    Report alone = trainer(method, one).fit(TRAIN, TEST);
    assertTrue(
        alone.epochs().getLast().loss() < .8 * alone.epochs().getFirst().loss(),
        "loss " + alone.epochs());
    for (int threads : new int[] {2, 4}) {
      try (WorkerTeam team = WorkerTeam.of(threads)) {
        Sequential more = Examples.model();
        trainer(method, more).threads(team).fit(TRAIN, TEST);
        assertEquals(Examples.bits(one.parameters()), Examples.bits(more.parameters()));
      }
    }
  }
}
