package org.sparse4j.bench.console;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProgressTest {
  @Test
  void logsGetALineATenthAndALineAPart() {
    StringWriter text = new StringWriter();
    try (Progress progress = Progress.start(new PrintWriter(text), true, "train", 100)) {
      for (int done = 1; done <= 25; done++) {
        progress.at(done, "step " + done);
      }
      progress.say("dense: done");
    }
    assertEquals(
        List.of(" 10 %  step 10", " 20 %  step 20", "dense: done"),
        text.toString().lines().toList());
  }

  @Test
  void nothingIsSaidWhenNothingIsWanted() {
    StringWriter text = new StringWriter();
    try (Progress progress = Progress.start(new PrintWriter(text), false, "train", 10)) {
      progress.at(10, "end");
      progress.say("dense: done");
    }
    assertEquals("", text.toString());
  }
}
