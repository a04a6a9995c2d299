package org.sparse4j.bench.peers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparse4j.bench.race.Contender;
import org.sparse4j.bench.race.LaneFailure;
import org.sparse4j.bench.race.Problem;
import org.sparse4j.bench.race.RaceSpec;
import org.sparse4j.bench.race.Role;
import org.sparse4j.bench.race.Site;
import org.sparse4j.bench.race.StepProblem;
import org.sparse4j.kernels.Kernels;

class ContendersTest {
  private static final Site HERE = new Site("", Path.of(""), 1);

  private static void check(List<Contender> contenders) {
    for (Contender contender : contenders) {
      assertEquals(Optional.empty(), contender.check().get(), contender.entry().name());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "spmm csr 33x17 9 0.5 1",
        "spmmTransposed csr 33x17 9 0.5 1",
        "sddmm csr 33x17 9 0.5 1",
        "spmv csr 33x17 1 0.5 1",
        "linear csr 33x17 9 0.5 1",
        "gemm dense 33x17 9 0 1",
        "gemmLeftTransposed dense 33x17 9 0 1",
        "gemmRightTransposed dense 33x17 9 0 1",
        "spmm csr 64x40 32 0.9 2",
        "spmm 2:4 33x17 9 0.5 1",
        "spmm 16:2:4 33x17 9 0.5 1",
        "spmmTransposed 8:2:20 33x60 9 0.9 1",
        "sddmm 2:4 33x17 9 0.5 1",
        "sddmm block:4x8 33x17 9 0.5 1",
        "spmmTransposed block:16x16 40x40 9 0.5 1",
        "linear block:16x1 33x17 9 0.5 1",
        "spmv bitmap 33x17 1 0.5 1",
        "spmm condensed 33x17 9 0.75 1",
        "sddmm 16:2:4 33x17 9 0.5 1",
        "spmv bitmap:bf16 33x17 1 0.5 1",
        "spmv bitmap:i8 33x17 1 0.5 1",
        "spmm csr:i8 33x17 9 0.5 1",
        "linear 16:2:4:bf16 33x17 9 0.5 1",
        "mask 2:4 33x17 1 0.5 1",
        "mask 2:4t 36x20 1 0.5 1",
        "spmm 2:4t 36x20 5 0.5 1"
      })
  void ourKernelsPassTheCheckOfTheRaces(String line) {
    try (Problem problem = new Problem(RaceSpec.parse(line))) {
      List<Contender> own =
          new OwnKernels().contenders(problem, new Site("", Path.of(""), problem.spec().threads()));
      assertFalse(own.isEmpty());
      check(own);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "spmm csr 33x17 9 0.5 1",
        "spmm 2:4 33x17 9 0.5 1",
        "spmmTransposed csr:i8 33x17 9 0.5 1",
        "gemm dense 33x17 9 0 1"
      })
  void ourRowsSayWhatTheyMoveAndWhetherTheyAreStrict(String line) {
    try (Problem problem = new Problem(RaceSpec.parse(line))) {
      List<Contender> own =
          new OwnKernels().contenders(problem, new Site("", Path.of(""), problem.spec().threads()));
      for (Contender contender : own) {
        assertTrue(contender.entry().bytes() > 4 * 33, line);
        assertTrue(contender.entry().bandwidth() > 1e8, line);
      }
      String kernel = own.getFirst().entry().kernel();
      boolean falls =
          Kernels.best().vectorBits() > 0
              && (kernel.startsWith("rows of ") || line.startsWith("spmmTransposed csr:i8"));
      assertEquals(falls, kernel.contains(", not strict: spmm"), kernel);
    }
  }

  @ParameterizedTest
  @CsvSource({"spmm csr 33x17 9 0.5 2, -one-thread", "spmv bitmap:bf16 33x17 1 0.5 1, -f32"})
  void ourBestKernelsComeFirstThenTheirVariant(String line, String suffix) {
    try (Problem problem = new Problem(RaceSpec.parse(line))) {
      List<String> names =
          new OwnKernels()
              .contenders(problem, new Site("", Path.of(""), problem.spec().threads())).stream()
                  .map(contender -> contender.entry().name())
                  .toList();
      assertEquals(names.getFirst() + suffix, names.get(1));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "spmm csr 33x17 9 0.5 1",
        "spmmTransposed csr 33x17 9 0.5 1",
        "spmv csr 33x17 1 0.5 1",
        "gemm dense 33x17 9 0 1"
      })
  void ejmlPassesTheCheckOfTheRaces(String line) {
    try (Problem problem = new Problem(RaceSpec.parse(line))) {
      List<Contender> contenders = new Ejml().contenders(problem, HERE);
      assertEquals(1, contenders.size());
      check(contenders);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "ojalgo, spmm csr 33x17 9 0.5 1",
    "ojalgo, spmmTransposed csr 33x17 9 0.5 1",
    "ojalgo, spmv csr 33x17 1 0.5 1",
    "smile, spmv csr 33x17 1 0.5 1",
    "systemds, spmm csr 33x17 9 0.5 1",
    "systemds, spmm csr 64x48 40 0.9 2",
    "systemds, spmv csr 33x17 1 0.5 1"
  })
  void javaLibrariesPassTheCheckOfTheRacesInTheTypeTheyName(String library, String line) {
    try (Problem problem = new Problem(RaceSpec.parse(line))) {
      List<Contender> contenders = java(library, problem);
      assertEquals(1, contenders.size());
      assertEquals(library, contenders.getFirst().entry().name());
      assertTrue(contenders.getFirst().entry().kernel().endsWith(", fp64"));
      assertEquals(Role.SPARSE, contenders.getFirst().entry().role());
      check(contenders);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "ojalgo, sddmm csr 33x17 9 0.5 1",
    "ojalgo, gemm dense 33x17 9 0 1",
    "smile, spmm csr 33x17 9 0.5 1",
    "systemds, spmmTransposed csr 33x17 9 0.5 1",
    "systemds, linear csr 33x17 9 0.5 1"
  })
  void javaLibrariesOfferNothingElse(String library, String line) {
    try (Problem problem = new Problem(RaceSpec.parse(line))) {
      assertEquals(List.of(), java(library, problem));
    }
  }

  private static List<Contender> java(String library, Problem problem) {
    Site site = new Site(library, Path.of(""), problem.spec().threads());
    return switch (library) {
      case "ojalgo" -> new OjAlgo().contenders(problem, site);
      case "smile" -> new Smile().contenders(problem, site);
      default -> new SystemDs().contenders(problem, site);
    };
  }

  @Test
  void productThatWouldTakeOjAlgoSecondsIsLeftOut() {
    try (Problem problem = new Problem(RaceSpec.parse("spmm csr 64x64 131073 0.5 1"))) {
      var failure = assertThrows(LaneFailure.class, () -> java("ojalgo", problem));
      assertEquals(
          "multiplications (268437504) must be at most 268435456, or a call takes seconds",
          failure.getMessage());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"spmm csr 13x7 2 0.5 1", "spmm csr 5x9 2 0 1", "spmm 2:4 8x8 2 0.5 1"})
  void columnsHoldTheWeightsInOrder(String line) {
    try (Problem problem = new Problem(RaceSpec.parse(line))) {
      Columns columns = Columns.of(problem);
      float[] weights = new float[problem.m() * problem.k()];
      for (int column = 0; column < problem.k(); column++) {
        int last = -1;
        for (int p = columns.columnPointers()[column];
            p < columns.columnPointers()[column + 1];
            p++) {
          int row = columns.rowIndices()[p];
          assertTrue(row > last, "column " + column + ", row " + row);
          last = row;
          weights[row * problem.k() + column] = columns.values()[p];
        }
      }
      assertEquals(problem.nnz(), columns.columnPointers()[problem.k()]);
      assertArrayEquals(problem.weights(), weights);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"spmm block:4x4 12x20 2 0.5 1", "spmm block:16x16 32x48 2 0.5 1"})
  void blocksHoldTheWeights(String line) {
    try (Problem problem = new Problem(RaceSpec.parse(line))) {
      Blocks blocks = Blocks.of(problem).orElseThrow();
      int side = blocks.side();
      float[] weights = new float[problem.m() * problem.k()];
      for (int row = 0; row < problem.m(); row++) {
        for (int block = blocks.rowPointers()[row / side];
            block < blocks.rowPointers()[row / side + 1];
            block++) {
          for (int j = 0; j < side; j++) {
            weights[row * problem.k() + blocks.columnIndices()[block] * side + j] =
                blocks.values()[(block * side + row % side) * side + j];
          }
        }
      }
      assertEquals(problem.nnz(), blocks.values().length);
      assertArrayEquals(problem.weights(), weights);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "spmm csr 16x16 2 0.5 1",
        "spmm block:16x1 16x16 2 0.5 1",
        "spmm block:4x4 16x18 2 0.5 1",
        "spmm block:4x4 18x16 2 0.5 1"
      })
  void onlySquareBlocksThatFillTheMatrixAreBlocks(String line) {
    try (Problem problem = new Problem(RaceSpec.parse(line))) {
      assertEquals(Optional.empty(), Blocks.of(problem));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "spmm csr 13x7 5 0.5 1",
        "spmmTransposed csr 13x7 5 0.5 1",
        "sddmm csr 13x7 5 0.5 1",
        "spmv csr 13x7 1 0.5 1",
        "linear csr 13x7 5 0.5 1",
        "gemm dense 13x7 5 0 1",
        "gemmLeftTransposed dense 13x7 5 0 1",
        "gemmRightTransposed dense 13x7 5 0 1"
      })
  void bothDenseFormsAskForTheProblemsProduct(String line) {
    try (Problem problem = new Problem(RaceSpec.parse(line))) {
      List<DenseForm> forms = DenseForm.of(problem);
      assertEquals(2, forms.size());
      for (DenseForm form : forms) {
        float[] c = multiply(form);
        assertEquals(
            Optional.empty(),
            problem.check((row, column) -> c[form.index(row, column)]),
            form.layout());
      }
    }
  }

  private static float[] multiply(DenseForm form) {
    float[] c = new float[form.rows() * form.columns()];
    for (int i = 0; i < form.rows(); i++) {
      for (int j = 0; j < form.columns(); j++) {
        float sum = 0;
        for (int p = 0; p < form.inner(); p++) {
          int a = form.transposeA() ? p * form.strideA() + i : i * form.strideA() + p;
          int b = form.transposeB() ? j * form.strideB() + p : p * form.strideB() + j;
          sum += form.a()[a] * form.b()[b];
        }
        c[i * form.columns() + j] = sum;
      }
    }
    return c;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void ourStepsDenseAndSparseAreTheReferenceSteps(int threads) {
    StepProblem problem =
        new StepProblem(RaceSpec.parse("trainingStep csr 40-30-20-10 32 0.7 " + threads));
    List<Contender> steps = new OwnKernels().steps(problem, new Site("", Path.of(""), threads));
    assertEquals(List.of("dense", "csr"), steps.stream().map(s -> s.entry().format()).toList());
    check(steps);
  }

  @Test
  void secondFormCarriesASuffix() {
    try (Problem problem = new Problem(RaceSpec.parse("linear csr 4x4 2 0.5 1"))) {
      List<DenseForm> forms = DenseForm.of(problem);
      assertEquals("onednn", forms.get(0).name("onednn", true));
      assertTrue(forms.get(0).batchMajor());
      assertEquals("onednn-feature-major", forms.get(1).name("onednn", false));
    }
  }

  @Test
  void missingLibraryIsNamedWithItsFolder(@TempDir Path empty) {
    try (Problem problem = new Problem(RaceSpec.parse("spmm csr 4x4 2 0.5 1"))) {
      var failure =
          assertThrows(
              LaneFailure.class,
              () -> new OneDnn().contenders(problem, new Site("onednn", empty, 1)));
      assertEquals("no file libdnnl.* in " + empty, failure.getMessage());
      failure =
          assertThrows(
              LaneFailure.class, () -> new Mkl().contenders(problem, new Site("mkl", empty, 1)));
      assertEquals("no file libmkl_rt.* in " + empty, failure.getMessage());
    }
  }

  @Test
  void mklIsNotLoadedForWhatItDoesNotOffer(@TempDir Path empty) {
    for (String line : List.of("sddmm csr 4x4 2 0.5 1", "gemm dense 4x4 2 0 1")) {
      try (Problem problem = new Problem(RaceSpec.parse(line))) {
        assertEquals(List.of(), new Mkl().contenders(problem, new Site("mkl", empty, 1)));
      }
    }
  }

  @Test
  void shimThatIsNoLibraryIsNamedWithItsFile(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("libshim.so"), "no library");
    try (Problem problem = new Problem(RaceSpec.parse("spmm csr 4x4 2 0.5 1"))) {
      var failure =
          assertThrows(
              LaneFailure.class, () -> new Shim().contenders(problem, new Site("x", file, 1)));
      assertTrue(failure.getMessage().startsWith("cannot load " + file), failure.getMessage());
    }
  }
}
