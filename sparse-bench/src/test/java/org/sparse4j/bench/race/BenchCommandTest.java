package org.sparse4j.bench.race;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sparse4j.bench.console.ExitCode;
import org.sparse4j.bench.console.Failure;
import picocli.CommandLine;

class BenchCommandTest {
  @TempDir private Path temporary;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private CommandLine command() {
    return new CommandLine(new BenchCommand())
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err));
  }

  private int run(String... arguments) {
    return command().execute(arguments);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --rounds 4        | --rounds (4) must be between 5 and 1000
          --rounds 0        | --rounds (0) must be between 5 and 1000
          --rounds 1001     | --rounds (1001) must be between 5 and 1000
          --rounds many     | Invalid value for option '--rounds': 'many' is not an int
          --threads 0       | --threads (0) must be between 1 and
          --threads 99999   | --threads (99999) must be between 1 and
          --filter spam     | --filter (spam) matches none of
          --shape 768*768   | --shape: spmm: shape (768*768) must look like 768x768
          --peers no/such   | --peers (no/such) must be a folder
          --quick --grid    | --quick, --contract, --grid and --training exclude each other
          --shim eigen      | Value for option option '--shim' (NAME=FILE) should be in KEY=VALUE format but was eigen
          --shim ei=no.so   | --shim: ei (no.so) must be a file
          --shim Ei=a.so    | --shim: name (Ei) must be a lower-case word such as eigen
          --shim mkl=a.so   | --shim: name (mkl) must be a lower-case word such as eigen, and not the name of
          -- -f 1           | options after -- (-f 1) need --jmh
          """)
  void rejects(String arguments, String message) {
    assertEquals(2, run(arguments.split(" ", -1)));
    assertTrue(err.toString().startsWith(message), err.toString());
    assertEquals("", out.toString());
  }

  @ParameterizedTest
  @CsvSource({
    "--json, no/such/file, cannot write no/such/file: no such folder: ",
    "--markdown, ., cannot write .: it is a folder"
  })
  void fileThatCannotBeWrittenIsNoticedBeforeTheRaces(String option, String file, String message) {
    List<Exception> thrown = new ArrayList<>();
    command()
        .setExecutionExceptionHandler((failure, line, parsed) -> {
          thrown.add(failure);
          return 4;
        })
        .execute("--quick", option, file);
    Failure failure = assertInstanceOf(Failure.class, thrown.getFirst());
    assertTrue(failure.getMessage().startsWith(message), failure.getMessage());
    assertEquals(ExitCode.OUTPUT, failure.exitCode());
  }

  @Test
  void reportOfAnotherMachineIsNotGoneOnWith() {
    Path report = temporary.resolve("earlier.json");
    Outcome outcome =
        new Outcome(
            RaceSpec.parse("spmm csr 8x8 4 0.9 1"),
            new RaceResult(List.of(), Map.of(), List.of(), false),
            Map.of());
    new BenchReport(
            "another",
            "jdk",
            "0",
            "sparse4j bench",
            List.of(RaceRows.of(outcome)),
            Optional.empty())
        .writeJson(report);
    List<Exception> thrown = new ArrayList<>();
    command()
        .setExecutionExceptionHandler((failure, line, parsed) -> {
          thrown.add(failure);
          return 3;
        })
        .execute("--quick", "--resume", report.toString());
    Failure failure = assertInstanceOf(Failure.class, thrown.getFirst());
    assertEquals(
        "--resume ("
            + report
            + "): its machine (another) must be the machine here ("
            + Machine.description()
            + ")",
        failure.getMessage());
  }

  @Test
  void contractIsNotResumed() {
    assertEquals(2, run("--contract", "--resume", "x.json"));
    assertTrue(
        err.toString().startsWith("--resume goes on with races, a contract runs in one go"),
        err.toString());
  }

  @Test
  void gridAndContractAreListed() {
    assertEquals(0, run("--grid", "--list", "--filter", "spmm csr 4096x4096 n=32"));
    assertEquals(6, out.toString().lines().count());
    assertEquals(0, run("--contract", "--list", "--filter", "mask 2:4t"));
    assertTrue(out.toString().contains("mask 2:4t 768x768 n=1 50% 1 thread"), out.toString());
  }

  @Test
  void listsRacesWithoutRunningThem() {
    assertEquals(
        0, run("--quick", "--list", "--filter", "SPMM csr 90% n=128 1", "--shape", "768x768"));
    assertEquals("spmm csr 768x768 n=128 90% 1 thread", out.toString().strip());
  }

  @Test
  void shapeOutsideTheListTakesTheFirstShapesPlace() {
    assertEquals(
        0, run("--quick", "--list", "--filter", "spmv csr 95%", "--shape", "100x60,3072x768"));
    assertEquals(
        List.of("spmv csr 100x60 n=1 95% 1 thread", "spmv csr 3072x768 n=1 95% 1 thread"),
        out.toString().lines().toList());
  }

  @Test
  void runsARaceAndLeavesOneFileOfEachKind() throws IOException {
    Path json = temporary.resolve("rows.json");
    Path page = temporary.resolve("rows.md");
    Path peers = Files.createDirectory(temporary.resolve("peers"));
    Path text = Files.writeString(temporary.resolve("text.so"), "no library");
    int status =
        run(
            "--quick",
            "--rounds",
            "5",
            "--filter",
            "spmm n=8 95%",
            "--shape",
            "40x24",
            "--peers",
            peers.toString(),
            "--shim",
            "eigen=" + text,
            "--charts",
            temporary.resolve("charts").toString(),
            "--json",
            json.toString(),
            "--markdown",
            page.toString());
    assertEquals(0, status, err.toString());
    List<String> absent =
        List.of(
            "onednn",
            "openblas",
            "ejml",
            "nd4j",
            "pytorch",
            "mkl",
            "ojalgo",
            "smile",
            "systemds",
            "libtorch");
    for (String name : absent) {
      assertTrue(
          err.toString().contains("bench: " + name + " skipped: no folder "), err.toString());
    }
    assertTrue(
        err.toString().contains("bench: eigen skipped: cannot load " + text), err.toString());
    assertTrue(out.toString().contains("charts: a chart needs two races"), out.toString());
    JsonNode file = new ObjectMapper().readTree(json.toFile());
    for (String name : List.of("machine", "jdk", "commit")) {
      assertFalse(file.path(name).asText().isEmpty(), name);
    }
    assertEquals(
        "sparse4j bench --quick --rounds 5 --filter spmm n=8 95% --shape 40x24",
        file.path("command").asText(), "says nothing of this machine's folders");
    assertTrue(file.path("rows").size() >= 2, file.toString());
    JsonNode own = file.path("rows").path(1);
    assertEquals("spmm", own.path("operation").asText());
    assertEquals("40x24", own.path("shape").asText());
    assertEquals(5, own.path("rounds").asInt());
    assertTrue(own.path("ratioToBestDense").isNull());
    assertEquals(absent.size() + 1, file.path("skipped").size());
    assertTrue(Files.readString(page).contains("## spmm csr 40x24 n=8 95% 1 thread"));
    try (Stream<Path> files = Files.list(temporary)) {
      assertEquals(5, files.count(), "no temporary files left");
    }
  }
}
