package org.sparse4j.bench.race;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RowTest {
  private static final RaceSpec SPEC = RaceSpec.parse("spmm csr 768x768 128 0.9 1");

  private static RaceResult result(Timing... timings) {
    return new RaceResult(List.of(timings), Map.of(), List.of(), false);
  }

  private static Timing timing(String name, Role role, double flops, double... seconds) {
    return Timing.of(new Entry(name, "k", role, "", -1, flops, 0), seconds);
  }

  @Test
  void fieldsHaveTheirNamesAndOrder() {
    Row row = Row.of(SPEC, result(timing("onednn", Role.DENSE, 1e6, 1e-3))).getFirst();
    List<String> names = new ArrayList<>();
    row.toJson().fieldNames().forEachRemaining(names::add);
    assertEquals(
        List.of(
            "operation",
            "format",
            "shape",
            "n",
            "sparsity",
            "dtype",
            "contender",
            "kernel",
            "vectorBits",
            "threads",
            "rounds",
            "timeMicros",
            "timeLow",
            "timeHigh",
            "gflops",
            "probeGflops",
            "ratioToBestDense",
            "ratioToBestSparse",
            "peakFraction",
            "readGigabytes",
            "bytes",
            "flops",
            "rooflineMicros"),
        names);
  }

  @Test
  void ratiosAreTimesOfTheBestOpponentOverOwnTime() {
    List<Row> rows =
        Row.of(
            SPEC,
            result(
                timing("fma-probe", Role.PROBE, 200e3, 1e-6),
                timing("sparse4j-vector", Role.OWN, 20e6, 200e-6, 190e-6, 250e-6),
                timing("slow", Role.DENSE, 151e6, 1600e-6),
                timing("fast", Role.DENSE, 151e6, 800e-6),
                timing("sparse", Role.SPARSE, 20e6, 500e-6)));
    Row own = rows.get(1);
    assertEquals(200.0, own.timeMicros());
    assertEquals(190.0, own.timeLow());
    assertEquals(250.0, own.timeHigh());
    assertEquals(4.0, own.ratioToBestDense());
    assertEquals(2.5, own.ratioToBestSparse());
    assertEquals(100.0, own.gflops());
    assertEquals(200.0, own.probeGflops());
    assertEquals(0.5, own.peakFraction());
    assertEquals(0.5, rows.get(2).ratioToBestDense());
    assertEquals(1.0, rows.get(3).ratioToBestDense());
    assertEquals(1.6, rows.get(4).ratioToBestDense());
    assertEquals(1.0, rows.get(4).ratioToBestSparse());
    assertNull(rows.get(0).ratioToBestDense());
    assertEquals(1.0, rows.get(0).peakFraction());
  }

  @Test
  void twoThreadsHaveTwiceThePeak() {
    Row row =
        Row.of(
                RaceSpec.parse("spmm csr 768x768 128 0.9 2"),
                result(
                    timing("a", Role.OWN, 20e6, 100e-6),
                    timing("fma-probe", Role.PROBE, 200e3, 1e-6)))
            .getFirst();
    assertEquals(0.5, row.peakFraction());
  }

  @Test
  void theRooflineTakesTheLongerOfFlopsAndBytes() {
    Entry moves = new Entry("a", "", Role.OWN, "", -1, 20e6, 512, 1_000_000, 50e9);
    Entry computes = new Entry("b", "", Role.OWN, "", -1, 20e6, 512, 10_000_000, 50e9);
    List<Row> rows =
        Row.of(
            SPEC,
            result(
                Timing.of(moves, new double[] {200e-6}),
                Timing.of(computes, new double[] {200e-6}),
                timing("fma-probe", Role.PROBE, 200e3, 1e-6)));
    // 20e6 operations at 200 GFLOP/s take 100 us; 1 and 10 MB at 50 GB/s 20 and 200 us.
    assertEquals(100.0, rows.get(0).rooflineMicros());
    assertEquals(200.0, rows.get(1).rooflineMicros());
    assertEquals(0.5, rows.get(0).ofRoofline());
    assertEquals(1e6, rows.get(0).bytes());
    assertEquals(20e6, rows.get(0).flops());
    assertNull(rows.get(2).rooflineMicros());
    assertEquals(rows.get(0), Row.read(rows.get(0).toJson(), SPEC));
  }

  @Test
  void missingNumbersAreNull() {
    ObjectNode row = Row.of(SPEC, result(timing("a", Role.OWN, 1e6, 1e-3))).getFirst().toJson();
    for (String name :
        List.of(
            "vectorBits",
            "probeGflops",
            "ratioToBestDense",
            "ratioToBestSparse",
            "peakFraction",
            "readGigabytes")) {
      assertTrue(row.get(name).isNull(), name);
    }
  }

  @Test
  void rowSaysThatThereWasNoProbe() {
    Row row = Row.of(SPEC, result(timing("a", Role.OWN, 1e6, 1e-3))).getLast();
    assertEquals("fma-probe", row.contender());
    assertEquals(
        "no probe: jdk.incubator.vector is not available; start Java with --add-modules"
            + " jdk.incubator.vector",
        row.kernel());
    assertNull(row.timeMicros());
    assertEquals(0, row.rounds());
  }

  @Test
  void oneThreadAmongSeveralHasThePeakOfOne() {
    Row row =
        Row.of(
                RaceSpec.parse("spmm csr 768x768 128 0.9 2"),
                result(
                    timing("sparse4j-vector-one-thread", Role.OWN, 20e6, 100e-6),
                    timing("fma-probe", Role.PROBE, 200e3, 1e-6)))
            .getFirst();
    assertEquals(1, row.threads());
    assertEquals(1.0, row.peakFraction());
  }

  @Test
  void narrowWeightsAreOurs() {
    List<Row> rows =
        Row.of(
            RaceSpec.parse("spmv bitmap:i8 768x768 1 0.5 1"),
            result(
                timing("sparse4j-vector", Role.OWN, 1e6, 1e-6),
                timing("sparse4j-vector-f32", Role.OWN, 1e6, 1e-6),
                timing("onednn", Role.DENSE, 1e6, 1e-6)));
    assertEquals(List.of("i8", "f32", "f32"), rows.stream().limit(3).map(Row::dtype).toList());
  }

  @Test
  void maskIsJudgedByTheWeightsItReads() {
    Row row =
        Row.of(
                RaceSpec.parse("mask 2:4 1000x250 1 0.5 1"),
                result(timing("sparse4j-vector", Role.OWN, 0, 50e-6)))
            .getFirst();
    assertEquals(20.0, row.readGigabytes());
    assertNull(row.peakFraction());
  }

  @Test
  void entryMayReplaceFormatAndSparsity() {
    Entry entry = new Entry("nd4j", "k", Role.DENSE, "dense", 0, 1e6, 0);
    Row row = Row.of(SPEC, result(Timing.of(entry, 1e-3))).getFirst();
    assertEquals("dense", row.format());
    assertEquals(0, row.sparsity());
    assertEquals("csr", Row.of(SPEC, result(timing("a", Role.OWN, 1, 1))).getFirst().format());
  }
}
