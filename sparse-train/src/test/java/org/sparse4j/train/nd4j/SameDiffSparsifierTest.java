package org.sparse4j.train.nd4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.sparse4j.train.nd4j.Nd4jExamples.CLASSES;
import static org.sparse4j.train.nd4j.Nd4jExamples.FEATURES;
import static org.sparse4j.train.nd4j.Nd4jExamples.data;
import static org.sparse4j.train.nd4j.Nd4jExamples.normal;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.TrainingConfig;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.mask.Mask;
import org.sparse4j.train.schedule.Constant;
import org.sparse4j.train.schedule.CosineBetween;
import org.sparse4j.train.schedule.Every;
import org.sparse4j.train.schedule.Polynomial;
import org.sparse4j.train.update.DstEe;
import org.sparse4j.train.update.GradualMagnitude;
import org.sparse4j.train.update.RigL;
import org.sparse4j.train.update.Set;
import org.sparse4j.train.update.SparseMomentum;
import org.sparse4j.train.update.StaticMask;
import org.sparse4j.train.update.UpdateRule;

class SameDiffSparsifierTest {
  private static final int HIDDEN = 24;
  private static final int STEPS = 40;

  @TempDir Path folder;

  private static SameDiff network(double density) {
    SameDiff graph = SameDiff.create();
    SDVariable x = graph.placeHolder("x", DataType.FLOAT, -1, FEATURES);
    SDVariable labels = graph.placeHolder("labels", DataType.FLOAT, -1, CLASSES);
    SDVariable first = graph.var("first", normal(2, .4, FEATURES, HIDDEN));
    SDVariable bias = graph.var("bias", Nd4j.zeros(DataType.FLOAT, HIDDEN));
    SDVariable last = graph.var("last", normal(3, .3, HIDDEN, CLASSES));
    int kept = (int) (density * FEATURES * HIDDEN);
    SDVariable sparse = SameDiffSparsifier.mask(first, Mask.random(FEATURES, HIDDEN, kept, 5));
    SDVariable rest = SameDiffSparsifier.mask(last, Mask.full(HIDDEN, CLASSES));
    SDVariable hidden = graph.nn().relu(x.mmul(sparse).add(bias), 0);
    graph.loss().softmaxCrossEntropy("loss", labels, hidden.mmul("logits", rest), null);
    graph.setLossVariables("loss");
    graph.setTrainingConfig(
        TrainingConfig.builder()
            .updater(new Adam(.02))
            .dataSetFeatureMapping("x")
            .dataSetLabelMapping("labels")
            .build());
    return graph;
  }

  private static double loss(SameDiff graph) {
    DataSet data = data();
    return graph
        .output(Map.of("x", data.getFeatures(), "labels", data.getLabels()), "loss")
        .get("loss")
        .getDouble(0);
  }

  private static UpdateRule rule(String name) {
    return switch (name) {
      case "RigL" -> RigL.dropFraction(new Constant(.3));
      case "SET" -> Set.dropFraction(new Constant(.3));
      case "gradual" -> GradualMagnitude.schedule(Polynomial.cubicTo(.8));
      default -> StaticMask.instance();
    };
  }

  private static SameDiffSparsifier listener(String name) {
    return SameDiffSparsifier.of(rule(name), Every.steps(4).until(.75), STEPS, 7);
  }

  private static void train(SameDiff graph, SameDiffSparsifier sparsifier, int steps) {
    DataSet data = data();
    for (int step = 0; step < steps; step++) {
      graph.fit(data, sparsifier);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"RigL", "SET", "gradual", "static"})
  void trainsToAHeldSparsity(String name) {
    SameDiff graph = network(name.equals("gradual") ? 1 : .2);
    double before = loss(graph);
    Mask start = SameDiffSparsifier.maskOf(graph, "first");
    train(graph, listener(name), STEPS);
    assertTrue(loss(graph) < .6 * before, loss(graph) + " of " + before);
    CsrMatrix weights = SameDiffSparsifier.weightsOf(graph, "first");
    int expected = name.equals("gradual") ? 384 - 307 : 76;
    assertEquals(expected, weights.nnz());
    Mask end = SameDiffSparsifier.maskOf(graph, "first");
    if (name.equals("static")) {
      assertEquals(start, end);
    } else {
      assertNotEquals(start, end);
      assertEquals(8, SameDiffSparsifier.updatesOf(graph, "first"));
    }
    // What is dropped stays 0: the graph masks the gradient.
    INDArray array = graph.getVariable("first").getArr();
    for (int i = 0; i < FEATURES; i++) {
      for (int j = 0; j < HIDDEN; j++) {
        if (!end.get(i, j)) {
          assertEquals(0, Math.abs(array.getFloat(i, j)), name + " " + i + ", " + j);
        }
      }
    }
  }

  /** Saved with SameDiff's own files in the middle, loaded, gone on with: the same numbers. */
  @ParameterizedTest
  @ValueSource(strings = {"RigL", "SET", "gradual"})
  void resumesFromItsOwnFiles(String name) {
    double density = name.equals("gradual") ? 1 : .2;
    SameDiff whole = network(density);
    train(whole, listener(name), 30);
    SameDiff first = network(density);
    train(first, listener(name), 13);
    File file = folder.resolve("graph.fb").toFile();
    first.save(file, true);
    SameDiff second = SameDiff.load(file, true);
    train(second, listener(name), 17);
    assertEquals(
        SameDiffSparsifier.maskOf(whole, "first"), SameDiffSparsifier.maskOf(second, "first"));
    assertEquals(
        SameDiffSparsifier.weightsOf(whole, "first"),
        SameDiffSparsifier.weightsOf(second, "first"));
    assertEquals(
        SameDiffSparsifier.updatesOf(whole, "last"), SameDiffSparsifier.updatesOf(second, "last"));
  }

  /** RigL grows where the gradient of the product is largest, which the graph does not mask. */
  @Test
  void growsWhereTheDenseGradientIsLargest() {
    SameDiff graph = network(.2);
    DataSet data = data();
    Mask before = SameDiffSparsifier.maskOf(graph, "first");
    INDArray gradient =
        graph
            .calculateGradients(
                Map.of("x", data.getFeatures(), "labels", data.getLabels()),
                List.of("first.masked"))
            .get("first.masked")
            .dup();
    train(graph, SameDiffSparsifier.of(rule("RigL"), Every.steps(1).untilStep(1), 1, 7), 1);
    Mask after = SameDiffSparsifier.maskOf(graph, "first");
    double smallestGrown = Double.POSITIVE_INFINITY;
    double largestLeft = 0;
    int grown = 0;
    for (int i = 0; i < FEATURES; i++) {
      for (int j = 0; j < HIDDEN; j++) {
        double size = Math.abs(gradient.getFloat(i, j));
        if (after.get(i, j) && !before.get(i, j)) {
          smallestGrown = Math.min(smallestGrown, size);
          grown++;
          assertEquals(0, Math.abs(graph.getVariable("first").getArr().getFloat(i, j)));
        } else if (!after.get(i, j) && !before.get(i, j)) {
          largestLeft = Math.max(largestLeft, size);
        }
      }
    }
    assertTrue(grown > 10, "grown " + grown);
    assertTrue(smallestGrown >= largestLeft, smallestGrown + " and " + largestLeft);
  }

  @Test
  void rejectsWhatItCannotDo() {
    SameDiff graph = network(.2);
    assertMessage(
        "SameDiffSparsifier: the graph has no masked variable bias",
        () -> SameDiffSparsifier.maskOf(graph, "bias"));
    assertMessage(
        "SameDiffSparsifier.mask: bias must be a trained variable of two dimensions and type FLOAT;"
            + " it is VARIABLE [24]",
        () -> SameDiffSparsifier.mask(graph.getVariable("bias"), Mask.full(1, HIDDEN)));
    assertMessage(
        "SameDiffSparsifier.mask: shape of the mask (2x2) must be that of last (24x3)",
        () -> SameDiffSparsifier.mask(graph.getVariable("last"), Mask.full(2, 2)));
    assertTrue(
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    SameDiffSparsifier.of(
                        SparseMomentum.sgd(new CosineBetween(.5, .1), .9), Every.steps(1), 10, 1))
            .getMessage()
            .endsWith("observes batches between updates, which is not there"));
    SameDiffSparsifier curious =
        SameDiffSparsifier.of(DstEe.of(new Constant(.3), .01, 1), Every.steps(1), 10, 1);
    assertThrows(IllegalStateException.class, () -> train(graph, curious, 1));
  }

  private static void assertMessage(String expected, Runnable call) {
    assertEquals(expected, assertThrows(IllegalArgumentException.class, call::run).getMessage());
  }
}
