package org.sparse4j.bench.race;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Shims in C against the header that users build theirs with; skipped where there is no compiler.
 */
class ShimTest {
  private static final Path HEADER_FOLDER = headerFolder();

  private static final String SHIM =
      """
      #include "sparse4j_shim.h"
      #include <stdlib.h>
      #include <string.h>

      typedef struct { int32_t rows, columns, samples; const int32_t *p, *j; const float *v; } shim;

      int32_t sparse4j_shim_version(void) { return VERSION; }
      const char *sparse4j_shim_name(void) { return "loops in C"; }
      int32_t sparse4j_shim_vector_bits(void) { return BITS; }

      void *sparse4j_shim_create(int32_t rows, int32_t columns, const int32_t *p, const int32_t *j,
          const float *v, int32_t samples, int32_t threads) {
        if (threads > 1) return NULL;
        shim *s = malloc(sizeof *s);
        *s = (shim) {rows, columns, samples, p, j, v};
        return s;
      }

      int32_t sparse4j_shim_spmm(void *m, const float *x, float *y) {
        shim *s = m;
        memset(y, 0, sizeof(float) * s->rows * s->samples);
        for (int32_t i = 0; i < s->rows; i++)
          for (int32_t e = s->p[i]; e < s->p[i + 1]; e++)
            for (int32_t n = 0; n < s->samples; n++)
              y[i * s->samples + n] += s->v[e] * x[s->j[e] * s->samples + n] * FACTOR;
        return 0;
      }

      int32_t sparse4j_shim_spmv(void *m, const float *x, float *y) {
        return sparse4j_shim_spmm(m, x, y) + STATUS;
      }

      void sparse4j_shim_free(void *m) { free(m); }
      """;

  @TempDir private Path temporary;

  private static Path headerFolder() {
    Path here = Path.of("").toAbsolutePath();
    Path module = here.endsWith("sparse-bench") ? here : here.resolve("sparse-bench");
    return module.resolve("peers").resolve("shims");
  }

  /** A shim in which every product is offered but the transposed one. */
  private Path shim(Map<String, String> differences) throws IOException, InterruptedException {
    Map<String, String> macros = new LinkedHashMap<>();
    macros.put("VERSION", "SPARSE4J_SHIM_VERSION");
    macros.put("BITS", "0");
    macros.put("FACTOR", "1");
    macros.put("STATUS", "0");
    macros.putAll(differences);
    Path source = Files.writeString(temporary.resolve("shim.c"), SHIM);
    Path library = temporary.resolve("libshim.so");
    List<String> command = new ArrayList<>(List.of("cc", "-shared", "-fPIC", "-o"));
    command.addAll(List.of(library.toString(), "-I" + HEADER_FOLDER, source.toString()));
    macros.forEach((name, value) -> command.add("-D" + name + "=" + value));
    Process compiler;
    try {
      compiler = new ProcessBuilder(command).inheritIO().start();
    } catch (IOException noCompiler) {
      assumeTrue(false, "no C compiler: " + noCompiler.getMessage());
      return library;
    }
    assertTrue(compiler.waitFor(60, TimeUnit.SECONDS));
    assertEquals(0, compiler.exitValue());
    return library;
  }

  private List<String> prepare(Path library, String race, Map<String, String> skipped)
      throws IOException {
    RaceSpec spec = RaceSpec.parse(race);
    Map<String, String> environment =
        WorkerKind.SHIM.environment(System.getenv(), spec.threads(), temporary);
    environment.put("SPARSE4J_VECTOR_BITS", "128");
    try (WorkerProcess process =
        WorkerProcess.start(
            "loops",
            WorkerKind.SHIM.command("loops", library, spec.threads(), temporary),
            environment,
            60)) {
      List<String> kernels = new ArrayList<>();
      for (Lane lane : process.prepare(spec, Participants.all(), skipped)) {
        assertEquals("loops", lane.entry().name());
        assertEquals(Role.SPARSE, lane.entry().role());
        assertTrue(lane.seconds(3) > 0);
        kernels.add(lane.entry().kernel());
      }
      return kernels;
    }
  }

  @ParameterizedTest
  @CsvSource({
    "spmm csr 33x17 9 0.5 1, 1",
    "spmv csr 33x17 1 0.5 1, 1",
    "spmmTransposed csr 33x17 9 0.5 1, 0",
    "linear csr 33x17 9 0.5 1, 0"
  })
  void shimRacesInTheProductsItHas(String race, int contestants) throws Exception {
    Map<String, String> skipped = new LinkedHashMap<>();
    List<String> kernels = prepare(shim(Map.of()), race, skipped);
    assertEquals(contestants == 1 ? List.of("loops in C") : List.of(), kernels);
    assertEquals(Map.of(), skipped);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          VERSION | 2   | spmm csr 8x8 4 0.5 1 | sparse4j_shim_version (2) must be 1
          BITS    | 256 | spmm csr 8x8 4 0.5 1 | built for vectors of 256 bits; this race keeps to 128 bits
          FACTOR  | 2   | spmm csr 8x8 4 0.5 1 | wrong result: row
          STATUS  | 7   | spmv csr 8x8 1 0.5 1 | java.lang.IllegalStateException: sparse4j_shim_spmv: status 7
          STATUS  | 0   | spmm csr 8x8 4 0.5 2 | sparse4j_shim_create: refuses 8x8 with 32 weights, n=4, threads=2
          """)
  void shimThatCannotTakePartSaysWhy(String macro, String value, String race, String reason)
      throws Exception {
    Map<String, String> skipped = new LinkedHashMap<>();
    assertEquals(List.of(), prepare(shim(Map.of(macro, value)), race, skipped));
    assertEquals(List.of("loops"), List.copyOf(skipped.keySet()));
    assertTrue(skipped.get("loops").startsWith(reason), skipped.toString());
  }

  @Test
  void libraryWithoutTheInterfaceIsNamed() throws Exception {
    Path library = temporary.resolve("libempty.so");
    Path source = Files.writeString(temporary.resolve("empty.c"), "int empty;");
    try {
      new ProcessBuilder("cc", "-shared", "-fPIC", "-o", library.toString(), source.toString())
          .inheritIO()
          .start()
          .waitFor();
    } catch (IOException noCompiler) {
      assumeTrue(false, "no C compiler: " + noCompiler.getMessage());
    }
    Map<String, String> skipped = new LinkedHashMap<>();
    assertEquals(List.of(), prepare(library, "spmm csr 8x8 4 0.5 1", skipped));
    assertEquals(Map.of("loops", "no function sparse4j_shim_version in libempty.so"), skipped);
  }
}
