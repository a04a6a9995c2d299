package org.sparse4j.bench.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class TrainingPageTest {

  /** docs/results/training.md is what docs/results/training.json gives. */
  @Test
  void pageFollowsFromTheRows() throws IOException {
    Path here = Path.of("").toAbsolutePath();
    Path root = Files.isDirectory(here.resolve("docs")) ? here : here.resolveSibling("");
    Path results = root.resolve("docs/results");
    assertEquals(
        TrainingPage.text(ResultFile.open(results.resolve("training.json")).rows()),
        Files.readString(results.resolve("training.md")),
        "write it anew: sparse4j experiment --json docs/results/training.json --page"
            + " docs/results/training.md");
  }
}
