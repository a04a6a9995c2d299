package org.sparse4j.bench.peers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import org.sparse4j.bench.race.Site;
import org.sparse4j.bench.race.StepProblem;

class ContendersTest {
  private static final Site HERE = new Site(Path.of(""), 1);

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
          new OwnKernels().contenders(problem, new Site(Path.of(""), problem.spec().threads()));
      assertFalse(own.isEmpty());
      check(own);
    }
  }

  @ParameterizedTest
  @CsvSource({"spmm csr 33x17 9 0.5 2, -one-thread", "spmv bitmap:bf16 33x17 1 0.5 1, -f32"})
  void ourBestKernelsComeFirstThenTheirVariant(String line, String suffix) {
    try (Problem problem = new Problem(RaceSpec.parse(line))) {
      List<String> names =
          new OwnKernels()
              .contenders(problem, new Site(Path.of(""), problem.spec().threads())).stream()
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
    List<Contender> steps = new OwnKernels().steps(problem, new Site(Path.of(""), threads));
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
              LaneFailure.class, () -> new OneDnn().contenders(problem, new Site(empty, 1)));
      assertEquals("no file libdnnl.* in " + empty, failure.getMessage());
    }
  }
}
