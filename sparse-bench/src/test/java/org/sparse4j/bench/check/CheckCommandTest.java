package org.sparse4j.bench.check;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparse4j.bench.CommandRun;
import org.sparse4j.bench.console.ExitCode;
import org.sparse4j.format.DType;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.Values;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.Plan;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.Activation;
import org.sparse4j.kernels.operation.KernelInfo;
import org.sparse4j.kernels.operation.Operation;
import org.sparse4j.kernels.spi.FormatProvider;
import org.sparse4j.kernels.spi.PlanRequest;
import org.sparse4j.kernels.spi.PreparedKernel;
import org.sparse4j.testing.Formats;
import org.sparse4j.testing.Seed;

class CheckCommandTest {
  @TempDir private Path folder;

  /**
   * The products of our kernels, but for one element of the result where three threads share it.
   */
  private record OneLost(boolean onlyThreads) implements FormatProvider {
    @Override
    public String name() {
      return "one lost";
    }

    @Override
    public Optional<PreparedKernel> prepare(PlanRequest request) {
      if (request.operation() != Operation.SPMM) {
        return Optional.empty();
      }
      Plan plan =
          Kernels.scalar()
              .plan(Operation.SPMM, request.matrix())
              .epilogue(request.epilogue())
              .build();
      return Optional.of(
          new PreparedKernel.Product() {
            @Override
            public void refresh(Values values) {
              plan.refresh();
            }

            @Override
            public KernelInfo info(int n) {
              return plan.info(n);
            }

            @Override
            public void run(Workspace workspace, DenseMatrix x, DenseMatrix y) {
              plan.run(workspace, x, y);
              boolean loses = !onlyThreads || workspace.threads().count() > 1;
              if (loses && y.rows() > 0 && y.columns() > 0) {
                int row = y.rows() - 1;
                y.set(row, y.columns() - 1, y.get(row, y.columns() - 1) + 1);
              }
            }
          });
    }
  }

  @Test
  void fiveSecondsFindNothingWrong() {
    CommandRun run =
        CommandRun.of("check", "--minutes", "0.083", "--seed", Seed.or(1), "--no-progress");
    assertEquals(ExitCode.OK, run.exitCode(), run.err());
    assertTrue(run.out().contains(" kinds; all right"), run.out());
    assertTrue(run.out().startsWith(Kernels.best().toString()), run.out());
  }

  @Test
  void atLeastOneCaseRunsHoweverShortTheTime() {
    CommandRun run = CommandRun.of("check", "--minutes", "1e-9", "--seed", 5, "--no-progress");
    assertEquals(ExitCode.OK, run.exitCode(), run.err());
    assertTrue(run.out().contains(": 1 cases in "), run.out());
  }

  @Test
  void everyFormatIsChecked() {
    DenseMatrix dense = DenseMatrix.zeros(48, 64);
    Set<String> checked = new TreeSet<>();
    CheckFormat.ALL.forEach(format -> checked.add(format.make(dense, DType.F32).format()));
    Set<String> listed = new TreeSet<>();
    Formats.all().forEach(entry -> listed.add(entry.build(dense, 1).format()));
    assertEquals(listed, checked);
  }

  @Test
  void everyKindIsDrawn() {
    CheckRun run = new CheckRun(Kernels.scalar());
    Set<String> kinds = new TreeSet<>();
    for (long seed = 0; seed < 10_000; seed++) {
      kinds.add(run.draw(seed).kind());
    }
    int all =
        CheckFormat.ALL.size() * 15
            + DenseCase.Product.values().length
            + MaskCase.Rule.values().length
            + NoiseCase.Kind.values().length
            + 1
            + OperatorCase.Kind.values().length;
    assertEquals(all, kinds.size());
  }

  /** Kinds that are few beside the products, so that each is met. */
  @Test
  void masksSearchesAndOperatorsAreRight() {
    long first = Seed.or(1);
    CheckRun run = new CheckRun(Kernels.best());
    try (Teams teams = new Teams(Kernels.best())) {
      Map<String, Integer> met = new HashMap<>();
      for (long seed = first; seed < first + 20_000; seed++) {
        CheckCase drawn = run.draw(seed);
        boolean product = drawn instanceof SparseCase || drawn instanceof DenseCase;
        if (!product && met.merge(drawn.kind(), 1, Integer::sum) <= 6) {
          String text = "seed " + seed + ", " + drawn;
          assertDoesNotThrow(() -> drawn.run(teams), text);
        }
      }
      assertEquals(21, met.size(), met.toString());
    }
  }

  @Test
  void whatAPlanLosesInsideAnOperatorIsFound() {
    CheckRun run = new CheckRun(Kernels.scalar().with(new OneLost(false)));
    // An operator of a sum multiplies by plans, so it loses what they lose.
    try (Teams teams = new Teams(Kernels.scalar().with(new OneLost(false)))) {
      String wrong = "";
      for (long seed = 0; seed < 20_000 && wrong.isEmpty(); seed++) {
        CheckCase drawn = run.draw(seed);
        if (drawn.kind().equals("operator SUM")) {
          try {
            drawn.run(teams);
          } catch (Mismatch e) {
            wrong = String.valueOf(e.getMessage());
          }
        }
      }
      assertTrue(wrong.contains(" is right") || wrong.contains("threads got"), wrong);
    }
  }

  @Test
  void aSeedDrawsTheSameCaseAgain() {
    CheckRun run = new CheckRun(Kernels.scalar());
    assertEquals(run.draw(42).toString(), run.draw(42).toString());
  }

  @Test
  void oneWrongElementIsFoundAndRepeatedByItsSeed() {
    for (boolean onlyThreads : new boolean[] {false, true}) {
      CheckRun run = new CheckRun(Kernels.scalar().with(new OneLost(onlyThreads)));
      CheckRun.WrongCase wrong = run.run(1, 5_000, 60, nanos -> {}).failure().orElseThrow();
      assertTrue(wrong.text().startsWith("spmm "), wrong.text());
      String expected = onlyThreads ? " threads got " : " is right";
      assertTrue(
          wrong.message().contains(expected) || wrong.message().contains("was read there"),
          wrong.message());
      CheckRun.Result again = run.run(wrong.seed(), 1, 60, nanos -> {});
      assertEquals(Optional.of(wrong), again.failure());
    }
  }

  @Test
  void elementsAreComparedByKindAndBound() {
    Expected want = new Expected(1, 3);
    want.add(0, 0, 2, 3);
    want.add(0, 1, 2, Double.NaN);
    want.add(0, 2, 2, Double.POSITIVE_INFINITY);
    want.require(0, 0, 6, 1, Activation.IDENTITY, true);
    want.require(0, 0, Math.nextUp(6f), 1, Activation.IDENTITY, false);
    want.require(0, 0, 6f, 1, Activation.GELU, false);
    want.require(0, 1, Float.NaN, 1, Activation.IDENTITY, true);
    want.require(0, 2, Float.NaN, 1, Activation.IDENTITY, true);
    String message =
        assertThrows(
                Mismatch.class,
                () -> want.require(0, 0, Math.nextUp(6f), 1, Activation.IDENTITY, true))
            .getMessage();
    assertEquals("row 0, column 0: got 6.0000005, but 6.0 within 0.0 is right", message);
    assertThrows(Mismatch.class, () -> want.require(0, 1, 0, 1, Activation.IDENTITY, true));
    assertThrows(Mismatch.class, () -> want.require(0, 2, 7, 1, Activation.IDENTITY, true));
    assertThrows(
        Mismatch.class, () -> want.require(0, 0, Float.NaN, 1, Activation.IDENTITY, false));
  }

  @Test
  void resultsAreWrittenAsJson() throws IOException {
    Path json = folder.resolve("check.json");
    CommandRun run =
        CommandRun.of("check", "--cases", 2, "--seed", 5, "--json", json, "--no-progress");
    assertEquals(ExitCode.OK, run.exitCode(), run.err());
    JsonNode tree = new ObjectMapper().readTree(Files.readString(json));
    assertEquals(2, tree.get("cases").asInt());
    assertEquals(5, tree.get("seed").asInt());
    assertTrue(tree.get("failedSeed").isNull());
  }

  @Test
  void wrongOptionsAreRefused() {
    assertEquals(
        List.of(
            "sparse4j check: --minutes (0.0) must be above 0 and at most 10000; see sparse4j check"
                + " --help"),
        CommandRun.of("check", "--minutes", 0).errors());
    assertEquals(
        List.of("sparse4j check: --cases (0) must be at least 1; see sparse4j check --help"),
        CommandRun.of("check", "--cases", 0).errors());
  }
}
