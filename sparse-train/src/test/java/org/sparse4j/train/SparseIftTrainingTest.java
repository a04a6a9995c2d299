package org.sparse4j.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparse4j.kernels.execution.Threads;
import org.sparse4j.kernels.operation.Activation;
import org.sparse4j.train.data.Dataset;
import org.sparse4j.train.distribution.Uniform;
import org.sparse4j.train.layer.ActivationLayer;
import org.sparse4j.train.layer.Layer;
import org.sparse4j.train.layer.Linear;
import org.sparse4j.train.layer.Sequential;
import org.sparse4j.train.layer.SparseIft;
import org.sparse4j.train.schedule.Cosine;
import org.sparse4j.train.schedule.Every;
import org.sparse4j.train.update.RigL;

/** Transformed networks train with RigL at the cost of the dense one, and resume exactly. */
class SparseIftTrainingTest {
  private static final Dataset TRAIN = Examples.samples(200, 1);

  @TempDir Path folder;

  private static Sequential model(String member) {
    SparseIft ift = new SparseIft(.75);
    Layer hidden =
        switch (member) {
          case "parallel" -> ift.parallel(Examples.FEATURES, 20);
          case "factorised" -> ift.factorised(Examples.FEATURES, 20);
          default -> ift.doped(Examples.FEATURES, 20);
        };
    return member.equals("wide")
        ? ift.wideChain(Activation.RELU, Examples.FEATURES, 20, Examples.CLASSES)
        : Sequential.of(hidden, ActivationLayer.relu(), Linear.of(20, Examples.CLASSES));
  }

  private static Trainer trainer(String member, Sequential model) {
    Sparsifier.Builder sparsifier =
        Sparsifier.builder()
            .distribution(Uniform.sparsity(.75))
            .updates(Every.steps(6).until(.75))
            .rule(RigL.dropFraction(Cosine.from(.3)))
            .seed(5);
    if (member.equals("wide")) {
      double[] sparsities =
          new SparseIft(.75).wideSparsities(Examples.FEATURES, 20, Examples.CLASSES);
      sparsifier.sparsity("0.weight", sparsities[0]).sparsity("2.weight", sparsities[1]);
    }
    return Examples.trainer(model, Examples.rule("static")).sparsifier(sparsifier.build());
  }

  @ParameterizedTest
  @ValueSource(strings = {"wide", "parallel", "factorised", "doped"})
  void trainsAndResumes(String member) throws IOException {
    Sequential whole = model(member);
    Report report = trainer(member, whole).fit(TRAIN);
    assertTrue(report.epochs().getLast().loss() < .5 * report.epochs().getFirst().loss());
    assertTrue(report.updates() > 3);
    // RigL's dense gradients come on top of the operations of the dense network.
    double dense = 6.0 * TRAIN.size() / 16 * 16 * 3 * 2 * (24 * 20 + 20 * 4);
    double cost = report.flops().total() / dense;
    assertTrue(cost > .9 && cost < 1.25, "cost " + cost);
    Path path = folder.resolve("checkpoint");
    trainer(member, model(member)).listener(new SaveAndStop(path, 31)).fit(TRAIN);
    Sequential resumed = model(member);
    trainer(member, resumed).resume(path, TRAIN).run();
    assertEquals(Examples.bits(whole.parameters()), Examples.bits(resumed.parameters()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"wide", "parallel", "factorised", "doped"})
  void resultsDoNotDependOnThreads(String member) {
    Sequential one = model(member);
    trainer(member, one).epochs(2).fit(TRAIN);
    for (int threads : new int[] {2, 4}) {
      try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
        Sequential more = model(member);
        trainer(member, more).epochs(2).threads(Threads.of(pool, threads)).fit(TRAIN);
        assertEquals(Examples.bits(one.parameters()), Examples.bits(more.parameters()));
      }
    }
  }
}
