package org.sparse4j.bench.race;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BenchReportTest {
  private static BenchReport report() {
    Entry own = new Entry("sparse4j-vector", "csr-row", Role.OWN, "", -1, 20e6, 512);
    Entry dense = Entry.of("onednn", "dnnl_sgemm", Role.DENSE, 151e6);
    Entry probe = Entry.of("fma-probe", "chains", Role.PROBE, 200e3);
    RaceResult result =
        new RaceResult(
            List.of(
                Timing.of(probe, 1.0e-6, 1.2e-6, 1.0e-6),
                Timing.of(dense, 800e-6),
                Timing.of(own, 200e-6)),
            Map.of(),
            List.of(),
            true);
    RaceSpec spec = RaceSpec.parse("spmm csr 768x768 128 0.9 1");
    return new BenchReport(
        "machine",
        "jdk",
        "0123",
        "sparse4j bench",
        List.of(RaceRows.of(new Outcome(spec, result, Map.of("ejml", "no folder x")))),
        Optional.empty());
  }

  @Test
  void fileHoldsMachineJdkCommitAndRowsAndHidesNothing() {
    JsonNode file = report().toJson();
    List<String> names = new ArrayList<>();
    file.fieldNames().forEachRemaining(names::add);
    assertEquals(
        List.of("machine", "jdk", "commit", "command", "rows", "remarks", "skipped", "races"),
        names);
    assertEquals(3, file.path("rows").size());
    assertEquals("no folder x", file.path("skipped").path("ejml").asText());
    JsonNode remark = file.path("remarks").path(0);
    assertTrue(remark.path("void").asBoolean());
    assertEquals("void: the probe moved by 20%, limit 10%", remark.path("remark").asText());
    assertEquals("768x768", remark.path("shape").asText());
    JsonNode race = file.path("races").path(0);
    assertEquals("spmm csr 768x768 128 0.9 1", race.path("race").asText());
    assertEquals(3, race.path("rows").asInt());
  }

  @Test
  void pageMarksVoidRacesAndKeepsTheirRows() {
    String page = Tables.markdown(report());
    assertTrue(page.contains("## spmm csr 768x768 n=128 90% 1 thread\n\n**void: "), page);
    assertTrue(
        page.contains(
            "| sparse4j-vector | csr-row | 512 | 200 | 200 | 200 | 100 | 50% | - | 4.00x | - |"),
        page);
    assertTrue(page.contains("Skipped: ejml, no folder x"), page);
  }

  @Test
  void tableIsSortedByTimeWithTheProbeLast() {
    List<String> lines = Tables.text(report().races().getFirst()).lines().toList();
    assertTrue(lines.get(3).strip().startsWith("sparse4j-vector"), lines.toString());
    assertTrue(lines.get(4).strip().startsWith("onednn"), lines.toString());
    assertTrue(lines.get(5).strip().startsWith("fma-probe"), lines.toString());
    assertEquals("void: the probe moved by 20%, limit 10%", lines.get(6).strip());
  }

  @Test
  void processorIsReadFromTheKernelsList() {
    assertEquals(
        "AMD EPYC (family 26, model 2)",
        Machine.processor(
            List.of(
                "processor\t: 0", "cpu family\t: 26", "model\t\t: 2", "model name\t: AMD EPYC")));
    assertEquals("unknown processor", Machine.processor(List.of()));
  }

  @Test
  void commitIsUnknownOutsideAWorkingCopy() {
    assertEquals("unknown", Machine.commit(Path.of("/")));
  }
}
