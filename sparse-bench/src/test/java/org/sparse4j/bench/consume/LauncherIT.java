package org.sparse4j.bench.consume;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The built application: it runs on the Java beside it, from anywhere, and without opponents. */
class LauncherIT {
  private static final Path HOME = Path.of("target", "sparse4j").toAbsolutePath();
  private static final Path LAUNCHER = HOME.resolve("bin").resolve("sparse4j");

  @TempDir private Path folder;

  @Test
  void runsOnItsOwnJavaWithTheIncubatorModule() throws Exception {
    String settings = start(LAUNCHER, "-XshowSettings:properties -version");
    assertTrue(settings.contains("java.home = " + HOME + "\n"), settings);
    assertTrue(settings.contains("incubator modules: jdk.incubator.vector"), settings);
  }

  @Test
  void startsThroughALinkFromAnyFolder() throws Exception {
    Path first = Files.createSymbolicLink(folder.resolve("first"), LAUNCHER);
    Path second = Files.createSymbolicLink(folder.resolve("second"), first.getFileName());
    String settings = start(second, "-XshowSettings:properties -version");
    assertTrue(settings.contains("java.home = " + HOME + "\n"), settings);
  }

  @Test
  void opponentsAreNotOnItsClassPath() throws IOException {
    List<String> opponents = List.of("openblas", "dnnl", "javacpp", "nd4j", "pytorch", "ejml");
    try (Stream<Path> jars = Files.list(HOME.resolve("lib").resolve("app"))) {
      List<String> names = jars.map(jar -> jar.getFileName().toString()).sorted().toList();
      assertTrue(names.stream().anyMatch(name -> name.startsWith("sparse4j-bench")), "empty");
      assertEquals(
          List.of(),
          names.stream().filter(name -> opponents.stream().anyMatch(name::contains)).toList());
    }
  }

  /** Starts the launcher in a folder of its own and returns what it prints. */
  private String start(Path launcher, String options) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(launcher.toString())
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("output").toFile());
    builder.environment().put("SPARSE4J_OPTS", options);
    builder.environment().remove("JAVA_HOME");
    int exit = builder.start().waitFor();
    String output = Files.readString(folder.resolve("output"));
    assertEquals(0, exit, output);
    return output;
  }
}
