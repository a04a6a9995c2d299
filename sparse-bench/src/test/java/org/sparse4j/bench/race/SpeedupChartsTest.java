package org.sparse4j.bench.race;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;

class SpeedupChartsTest {
  @TempDir private Path folder;

  private static RaceRows race(String line, double own, double dense, double sparse) {
    return race(line, own, dense, sparse, 1);
  }

  private static RaceRows race(
      String line, double own, double dense, double sparse, double slowProbe) {
    RaceResult result =
        new RaceResult(
            List.of(
                Timing.of(Entry.of("fma-probe", "k", Role.PROBE, 1e6), 1, slowProbe, 1),
                Timing.of(Entry.of("sparse4j-vector", "k", Role.OWN, 1e6), own),
                Timing.of(Entry.of("onednn", "k", Role.DENSE, 1e6), dense),
                Timing.of(Entry.of("mkl", "k", Role.SPARSE, 1e6), sparse)),
            Map.of(),
            List.of(),
            false);
    return RaceRows.of(new Outcome(RaceSpec.parse(line), result, Map.of()));
  }

  @Test
  void chartsOverSparsityAndSamplesAreWellFormedSvg() throws Exception {
    List<Path> files =
        SpeedupCharts.write(
            List.of(
                race("spmm csr 768x768 8 0.5 1", 20, 10, 30),
                race("spmm csr 768x768 8 0.9 1", 5, 10, 8),
                race("spmm csr 768x768 128 0.9 1", 4, 16, 9),
                race("spmm block:4x4 768x768 8 0.9 1", 3, 10, 8),
                race("spmm csr 768x768 8 0.98 1", 1, 90, 8, 1.5),
                race("spmv csr 768x768 1 0.98 1", 1, 90, 8)),
            folder);
    assertEquals(
        List.of("spmm-768x768-n8.svg", "spmm-768x768-csr.svg"),
        files.stream().map(file -> file.getFileName().toString()).toList());
    for (Path file : files) {
      DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
      factory.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
      Document document = factory.newDocumentBuilder().parse(file.toFile());
      assertEquals("svg", document.getDocumentElement().getTagName());
    }
    String bySparsity = Files.readString(files.getFirst());
    for (String text :
        List.of(
            "spmm 768x768 n=8: speed-up over the best dense product",
            "<desc>sparsity (%): speed-up; ",
            "; sparse4j csr (from 70%) 50: 0.50 90: 2.00",
            "; sparse4j block:4x4 90: 3.33",
            "; best sparse opponent (from 83%) 50: 0.33 90: 1.25")) {
      assertTrue(bySparsity.contains(text), text);
    }
    String bySamples = Files.readString(files.getLast());
    assertTrue(bySamples.contains("samples n") && bySamples.contains("90% sparse"), bySamples);
  }

  @Test
  void crossoverIsWhereALineReachesOneForGood() {
    TreeMap<Double, Double> points = new TreeMap<>(Map.of(50.0, 0.5, 90.0, 2.0, 95.0, 8.0));
    assertEquals(70, SpeedupCharts.crossover(points).orElseThrow(), 1e-9);
    points.put(93.0, 0.5);
    assertEquals(93.5, SpeedupCharts.crossover(points).orElseThrow(), 1e-9);
    points.put(98.0, 0.9);
    assertTrue(SpeedupCharts.crossover(points).isEmpty(), "never for good");
    assertTrue(SpeedupCharts.crossover(new TreeMap<>(Map.of(50.0, 1.5))).isEmpty(), "from start");
    assertTrue(SpeedupCharts.crossover(new TreeMap<>()).isEmpty());
  }
}
