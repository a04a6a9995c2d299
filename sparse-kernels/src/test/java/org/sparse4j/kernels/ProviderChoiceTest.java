package org.sparse4j.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.sparse4j.format.CsrMatrix;

/** The choice is made once per JVM, so each case starts a JVM of its own. */
class ProviderChoiceTest {

  private static final String MISSING =
      "jdk.incubator.vector is not available; start Java with --add-modules jdk.incubator.vector"
          + " --enable-native-access=ALL-UNNAMED";

  private String run(String... options) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(options));
    command.add("-cp");
    command.add(
        Stream.of(KernelsProbe.class, Kernels.class, CsrMatrix.class, Logger.class)
            .map(type -> location(type).toString())
            .collect(Collectors.joining(File.pathSeparator)));
    command.add(KernelsProbe.class.getName());
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), output);
    return output;
  }

  private static Path location(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (java.net.URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void takesVectorWhereTheModuleIs() throws Exception {
    String output =
        run("--add-modules", "jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED");
    assertTrue(output.contains("chosen vector\nchosen vector\nscalar works: scalar"), output);
  }

  @Test
  void takesScalarWithoutTheModule() throws Exception {
    assertTrue(run().contains("chosen scalar\nchosen scalar\nscalar works: scalar"));
  }

  @Test
  void takesScalarWhenAsked() throws Exception {
    String output =
        run(
            "--add-modules",
            "jdk.incubator.vector",
            "--enable-native-access=ALL-UNNAMED",
            "-Dsparse4j.kernels=scalar");
    assertTrue(output.contains("chosen scalar"), output);
  }

  @Test
  void strictVectorFailsWithTheReasonEveryTime() throws Exception {
    String line =
        "failed Sparse4J kernels: -Dsparse4j.kernels=vector cannot be honoured: " + MISSING;
    String output = run("-Dsparse4j.kernels=vector");
    assertTrue(output.contains(line + "\n" + line + "\nscalar works: scalar"), output);
  }

  @Test
  void strictFailsWithTheReasonUnlessScalarWasAskedFor() throws Exception {
    String output = run("-Dsparse4j.strict=true");
    assertTrue(
        output.contains(
            "failed Sparse4J kernels: -Dsparse4j.strict=true cannot be honoured: " + MISSING),
        output);
    assertTrue(
        run("-Dsparse4j.strict=true", "-Dsparse4j.kernels=scalar").contains("chosen scalar"));
    assertTrue(
        run("-Dsparse4j.strict=maybe")
            .contains(
                "failed Sparse4J kernels: -Dsparse4j.strict must be true or false, got maybe"));
  }

  @Test
  void namesTheFlagWhereNativeAccessIsDenied() throws Exception {
    String output =
        run(
            "--add-modules",
            "jdk.incubator.vector",
            "--illegal-native-access=deny",
            "-Dsparse4j.kernels=vector");
    assertTrue(output.contains("--enable-native-access=ALL-UNNAMED"), output);
    assertTrue(output.contains("failed Sparse4J kernels"), output);
  }

  @Test
  void rejectsUnknownNames() throws Exception {
    String output = run("-Dsparse4j.kernels=fast");
    assertTrue(
        output.contains(
            "failed Sparse4J kernels: -Dsparse4j.kernels must be auto, vector or scalar, got fast"),
        output);
  }

  @Test
  void interpretedJvmTakesScalar() throws Exception {
    String output =
        run("-Xint", "--add-modules", "jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED");
    assertTrue(output.contains("chosen scalar"), output);
  }
}
