package org.sparse4j.bench.race;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RaceSpecTest {
  @Test
  void lineIsReadBack() {
    for (String line :
        List.of(
            "spmm csr 768x3072 128 0.9 1",
            "gemmLeftTransposed dense 4096x4096 512 0.0 2",
            "trainingStep csr 784-300-100-10 128 0.95 2")) {
      assertEquals(line, RaceSpec.parse(line).line());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          spmm csr 768*768 8 0.9 1       | spmm: shape (768*768) must look like 768x768
          spmm csr 0x8 8 0.9 1           | spmm: shape (0x8) must look like 768x768
          spmm csr 9999999x8 8 0.9 1     | spmm: shape (9999999x8) must look like 768x768
          spmm coo 8x8 8 0.9 1           | spmm: format (coo) must be one of dense, csr, bitmap, condensed, block:16x16, 2:4, 16:2:20 or such, perhaps with :bf16 or :i8 behind it
          spmm 5:4 8x8 8 0.9 1           | spmm: NmStructure: n (5) must be between 1 and m (4)
          spmm 2:4 8x8 8 0.9 1           | spmm: sparsity (0.9) of 2:4 must be 0.5
          spmm csr 8x8 0 0.9 1           | spmm: n (0) must be between 1 and 1048576
          spmm csr 8x8 8 1.0 1           | spmm: sparsity (1.0) must be at least 0 and below 1
          spmm csr 8x8 8 NaN 1           | spmm: sparsity (NaN) must be at least 0 and below 1
          spmm csr 8x8 8 0.9 0           | spmm: threads (0) must be between 1 and 1024
          spmv csr 8x8 8 0.9 1           | spmv: n (8) must be 1 for a vector
          gemm dense 8x8 8 0.9 1         | gemm: sparsity (0.9) must be 0 and format (dense) dense
          gemm csr 8x8 8 0 1             | gemm: sparsity (0.0) must be 0 and format (csr) dense
          gemm dense:i8 8x8 8 0 1        | gemm: format (dense:i8) must be dense without a type
          mask csr 8x8 1 0.5 1           | mask: format (csr) must be N:M or V:N:M and n (1) 1
          mask 2:4 8x8 2 0.5 1           | mask: format (2:4) must be N:M or V:N:M and n (2) 1
          trainingStep csr 8x8 8 0.9 1   | trainingStep: shape (8x8) must look like 784-300-100-10
          spmm csr 8x8 8                 | race: words (4) must be 6: operation format shape n sparsity threads; the line is 'spmm csr 8x8 8'
          spmm csr 8x8 many 0.9 1        | race: n (many), sparsity (0.9) and threads (1) must be numbers; the line is 'spmm csr 8x8 many 0.9 1'
          spam csr 8x8 8 0.9 1           | race: operation (spam) must be one of spmm, spmmTransposed, sddmm, spmv, linear, gemm, gemmLeftTransposed, gemmRightTransposed, mask, trainingStep
          """)
  void rejects(String line, String message) {
    var failure = assertThrows(IllegalArgumentException.class, () -> RaceSpec.parse(line));
    assertEquals(message, failure.getMessage());
  }

  @Test
  void quickListIsAboutSixtyRacesAndHoldsTheContract() {
    List<RaceSpec> quick = RaceList.bundled(List.of("quick"));
    assertTrue(quick.size() >= 50 && quick.size() <= 70, quick.size() + " races");
    assertEquals(quick.size(), new HashSet<>(quick).size());
    for (String shape : List.of("768x768", "3072x768")) {
      for (String sparsity : List.of("0.8", "0.9", "0.95", "0.98")) {
        for (String operation : List.of("spmm", "spmmTransposed", "sddmm")) {
          String line = operation + " csr " + shape + " 128 " + sparsity + " 1";
          assertTrue(quick.contains(RaceSpec.parse(line)), line);
        }
        String line = "spmv csr " + shape + " 1 " + sparsity + " 1";
        assertTrue(quick.contains(RaceSpec.parse(line)), line);
      }
      assertTrue(quick.contains(RaceSpec.parse("linear csr " + shape + " 128 0.9 1")), shape);
      assertTrue(quick.contains(RaceSpec.parse("gemm dense " + shape + " 128 0 1")), shape);
      assertTrue(quick.contains(RaceSpec.parse("spmm csr " + shape + " 8 0.9 1")), shape);
      assertTrue(quick.contains(RaceSpec.parse("spmm csr " + shape + " 32 0.9 1")), shape);
    }
    for (String line :
        List.of("spmm 16:2:20 768x768 128 0.9 1", "spmm block:16x16 768x768 128 0.9 1")) {
      assertTrue(quick.contains(RaceSpec.parse(line)), line);
    }
    assertTrue(quick.stream().anyMatch(race -> race.threads() == 2));
  }

  @Test
  void wholeListIsValid() {
    assertTrue(RaceList.bundled(List.of("quick", "full")).size() > 100);
    assertEquals(
        List.of("784-300-100-10 1", "784-1024-1024-10 1", "784-300-100-10 2", "784-1024-1024-10 2"),
        RaceList.bundled(List.of("training")).stream()
            .map(race -> race.shape() + " " + race.threads())
            .toList());
    List<RaceSpec> grid = RaceList.bundled(List.of("grid"));
    assertEquals(grid.size(), new HashSet<>(grid).size(), "each once");
    assertTrue(grid.size() > 1500, grid.size() + " races");
  }

  @Test
  void listLineStandsForEveryCombination() {
    String text = "# nothing\n\nq spmm csr 8x8,4x4 1,2 0.5,0.9 1 # end\nr spmv csr 8x8 1 0.5 1\n";
    List<RaceSpec> races = RaceList.parse(text, List.of("q"));
    assertEquals(8, races.size());
    assertEquals("spmm csr 8x8 1 0.5 1", races.getFirst().line());
    assertEquals("spmm csr 4x4 2 0.9 1", races.getLast().line());
    assertEquals(9, RaceList.parse(text, List.of("q", "r")).size());
  }

  @Test
  void listRejectsALineOfTheWrongLength() {
    var failure =
        assertThrows(
            IllegalArgumentException.class, () -> RaceList.parse("\nq spmm csr", List.of("q")));
    assertEquals(
        "races, line 2: words (3) must be 7: set operation formats shapes ns sparsities threads",
        failure.getMessage());
  }
}
