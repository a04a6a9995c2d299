package org.sparse4j.bench.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.sparse4j.bench.data.ImageData;
import org.sparse4j.train.TrainingListener;

class ReferenceSuiteTest {

  /** End to end: real images, six networks of 40 epochs, every bound of the fast suite. */
  @Test
  void methodsCompareAsInTheReferenceRuns() throws Exception {
    ImageData images = ImageData.bundled();
    ReferenceSuite suite =
        ReferenceSuite.fast(
            ReferenceCommand.dataset(images.train(), images.classes()),
            ReferenceCommand.dataset(images.test(), images.classes()),
            List.of(11L),
            new TrainingListener() {},
            run -> {});
    List<ReferenceCheck> missed =
        suite.fastChecks().stream().filter(check -> !check.holds()).toList();
    assertEquals(List.of(), missed, suite.runs().toString());
    for (ReferenceRun run : suite.runs()) {
      assertEquals(1 - run.sparsity(), run.density(), 1e-4, run.toString());
    }
  }

  @Test
  void checkKeepsItsBound() {
    assertTrue(ReferenceCheck.atLeast("gain", .3, .3).holds());
    assertFalse(ReferenceCheck.atLeast("gain", .29, .3).holds());
    assertTrue(ReferenceCheck.atMost("gap", 1.1, 1.1).holds());
    assertFalse(ReferenceCheck.atMost("gap", 1.11, 1.1).holds());
    assertFalse(ReferenceCheck.atMost("gap", Double.NaN, 1.1).holds());
  }

  @Test
  void reportNamesRunsAndMissedChecks() throws Exception {
    ReferenceRun run =
        new ReferenceRun(
            ReferenceMethod.RIGL, true, .98, 7, 91.234, 83.5, .02, .095, 2417, 63, 812.5, 3.25);
    ReferenceReport report =
        new ReferenceReport(
            Map.of("suite", "fast"),
            List.of(run),
            List.of(
                ReferenceCheck.atLeast("RigL", 91.234, 88),
                ReferenceCheck.atMost("|RigL - SET|", .8, .7)));
    String markdown = report.markdown();
    assertTrue(markdown.contains("* suite: fast\n"), markdown);
    assertTrue(
        markdown.contains("| RigL | 98 % uniform | 7 | 91.23 | 83.50 | 0.095 | 2417 | 63 |\n"),
        markdown);
    assertTrue(markdown.contains("| RigL | 91.23 | at least 88.00 | yes |\n"), markdown);
    assertTrue(
        markdown.contains("| \\|RigL - SET\\| | 0.80 | at most 0.70 | **no** |\n"), markdown);
    JsonNode json = new ObjectMapper().readTree(report.json());
    assertEquals("fast", json.get("suite").asText());
    assertEquals(91.234, json.get("runs").get(0).get("trainAccuracy").asDouble());
    assertEquals("uniform", json.get("runs").get(0).get("distribution").asText());
    assertEquals(.7, json.get("checks").get(1).get("atMost").asDouble());
    assertFalse(json.get("checks").get(1).get("holds").asBoolean());
  }
}
