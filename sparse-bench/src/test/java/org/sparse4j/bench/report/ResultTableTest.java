package org.sparse4j.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResultTableTest {
  private static final JobResult JOB = SampleJob.of("some images", 2_000);

  @Test
  void everyFigureStandsBesideDense() {
    assertEquals(
        List.of("dense", "0 %", "86.05 %", "3.62 ms", "41.0 us", "1.29 ms", "1041 KiB", "1041 KiB"),
        ResultTable.cells(JOB, JOB.dense()));
    assertEquals(
        List.of(
            "RigL",
            "95 %",
            "83.55 % (-2.50)",
            "290 us (12.5x)",
            "3.28 us (12.5x)",
            "103 us (12.5x)",
            "104 KiB (10.0x)",
            "52.1 KiB (20.0x)"),
        ResultTable.cells(JOB, JOB.runs().getLast()));
  }

  @Test
  void wordsSayWhatTheTestImagesResolve() {
    Resolution resolution = new Resolution(JOB);
    assertEquals(.00775, resolution.standardError(), 1e-5);
    String text = String.join(" ", resolution.sentences());
    assertTrue(text.contains("2,000 test images"), text);
    assertTrue(text.contains("standard error of 0.8 points"), text);
    assertTrue(text.contains("below about 1.9 points"), text);
    assertTrue(text.contains("cannot rank static, SET and RigL"), text);
    assertTrue(text.contains("RigL at 95 % (-2.50)"), text);
  }

  @Test
  void changesOfMasksAreAccountedFor() {
    // 18 changes of 9,000 - 579.2 microseconds beside 40 * 62 steps of 579.2.
    String text = ResultTable.maskUpdates(JOB);
    assertTrue(text.contains("RigL at 90 % 10.6 %"), text);
    assertTrue(text.contains("SET at 90 % 0.7 %"), text);
    assertTrue(!text.contains("static"), text);
  }

  @Test
  void moreTestImagesResolveSmallerDifferences() {
    Resolution resolution = new Resolution(SampleJob.of("many images", 10_000));
    assertEquals(.00346, resolution.standardError(), 1e-5);
    assertEquals(2, resolution.sentences().size());
  }

  @Test
  void jsonHoldsTheFiguresUnrounded() throws Exception {
    JsonNode job = new ObjectMapper().readTree(JobJson.text(JOB));
    assertEquals(7, job.get("runs").size());
    JsonNode last = job.get("runs").get(6);
    assertEquals("rigl-95", last.get("key").asText());
    assertEquals(1671, last.get("testCorrect").asInt());
    assertEquals(1671 / 2000.0, last.get("testAccuracy").asDouble());
    assertEquals(12.5, last.get("besideDense").get("step").asDouble(), 1e-9);
    assertEquals(40, last.get("epochs").size());
    assertEquals(9055, last.get("layers").get(0).get("stored").asLong());
  }

  @Test
  void numbersHaveThreeDigitsAndAUnit() {
    assertEquals("999 us", Numbers.time(999.4));
    assertEquals("1.00 ms", Numbers.time(1_000));
    assertEquals("12.3 ms", Numbers.time(12_345));
    assertEquals("1023 B", Numbers.bytes(1_023));
    assertEquals("1.00 KiB", Numbers.bytes(1_024));
    assertEquals("9.77 MiB", Numbers.bytes(10_240_000));
    assertEquals("97.5 %", Numbers.percent(.975));
    assertEquals("90 %", Numbers.percent(.9));
    assertEquals("0 %", Numbers.percent(0));
    assertEquals("100 %", Numbers.percent(1));
    assertEquals("33.33 %", Numbers.percent(1 / 3.));
    assertEquals("99.995 %", Numbers.percent(.99995), "not all");
    assertEquals("0.0000001 %", Numbers.percent(1e-9), "not none");
    assertEquals("90", Numbers.exactPercent(.9));
    assertEquals("99.99999", Numbers.exactPercent(.9999999));
    assertEquals("0.00001", Numbers.exactPercent(1e-7));
  }
}
