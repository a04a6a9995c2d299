package org.sparse4j.bench.consume;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A user's program against the built jars: on the class path and as a module of its own, with and
 * without the incubator module. JSpecify's annotations are there to compile with, not to run with.
 */
class ConsumptionIT {
  private static final String VERSION = System.getProperty("sparse4j.test.version");
  private static final List<String> LIBRARIES = List.of("core", "kernels", "train");

  private static final String CORE =
      """
      package user;

      import org.sparse4j.format.CsrMatrix;
      import org.sparse4j.format.DenseMatrix;

      public final class Program {
        public static void main(String[] arguments) {
          CsrMatrix a = CsrMatrix.fromDense(DenseMatrix.copyOf(new float[][] {{1, 0}, {0, 2}}));
          System.out.println("nnz " + a.nnz());
        }
      }
      """;

  private static final String KERNELS =
      """
      package user;

      import org.sparse4j.format.CsrMatrix;
      import org.sparse4j.format.DenseMatrix;
      import org.sparse4j.kernels.Kernels;

      public final class Program {
        public static void main(String[] arguments) {
          CsrMatrix a = CsrMatrix.fromDense(DenseMatrix.copyOf(new float[][] {{1, 0}, {0, 2}}));
          DenseMatrix x = DenseMatrix.copyOf(new float[][] {{3}, {4}});
          DenseMatrix y = DenseMatrix.zeros(2, 1);
          Kernels.best().spmm(a, x, y);
          System.out.println(Kernels.best().provider() + " " + y.get(0, 0) + " " + y.get(1, 0));
        }
      }
      """;

  /** Requires nothing but org.sparse4j.train, and uses types of all three libraries. */
  private static final String TRAIN = KERNELS;

  enum Consumer {
    CLASS_PATH,
    MODULE_PATH
  }

  @TempDir private Path folder;

  static Stream<Arguments> setups() {
    return LIBRARIES.stream()
        .flatMap(library ->
            Stream.of(Consumer.values())
                .flatMap(consumer ->
                    Stream.of(true, false).map(vector -> Arguments.of(library, consumer, vector))));
  }

  @ParameterizedTest(name = "{0}, {1}, incubator module: {2}")
  @MethodSource("setups")
  void aUsersProgramRuns(String library, Consumer consumer, boolean vector) throws Exception {
    String path = String.join(File.pathSeparator, jars(library));
    Path classes = compile(library, consumer, path + File.pathSeparator + dependency("jspecify"));
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    if (vector) {
      command.addAll(List.of("--add-modules", "jdk.incubator.vector"));
    }
    String classesAndJars = classes + File.pathSeparator + path;
    if (consumer == Consumer.CLASS_PATH) {
      command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp", classesAndJars));
      command.add("user.Program");
    } else {
      command.add("--enable-native-access=org.sparse4j.core,org.sparse4j.kernels");
      command.addAll(List.of("-p", classesAndJars, "-m", "user.program/user.Program"));
    }
    String expected =
        library.equals("core") ? "nnz 2" : (vector ? "vector" : "scalar") + " 3.0 8.0";
    assertEquals(List.of(expected), run(command));
  }

  private Path compile(String library, Consumer consumer, String path) throws IOException {
    String program =
        switch (library) {
          case "core" -> CORE;
          case "kernels" -> KERNELS;
          default -> TRAIN;
        };
    Path source = folder.resolve("source");
    Files.createDirectories(source.resolve("user"));
    List<Path> files = new ArrayList<>();
    files.add(Files.writeString(source.resolve("user/Program.java"), program));
    String pathOption = "-cp";
    if (consumer == Consumer.MODULE_PATH) {
      String descriptor = "module user.program { requires org.sparse4j." + library + "; }";
      files.add(Files.writeString(source.resolve("module-info.java"), descriptor));
      pathOption = "-p";
    }
    Path classes = folder.resolve("classes");
    List<String> arguments = new ArrayList<>(List.of("--release", "25"));
    arguments.addAll(List.of("-d", classes.toString(), pathOption, path));
    files.forEach(file -> arguments.add(file.toString()));
    StringWriter messages = new StringWriter();
    PrintWriter writer = new PrintWriter(messages);
    ToolProvider compiler = ToolProvider.findFirst("javac").orElseThrow();
    assertEquals(
        0, compiler.run(writer, writer, arguments.toArray(String[]::new)), messages::toString);
    return classes;
  }

  /** What the command prints to standard output; its errors are shown if it fails. */
  private List<String> run(List<String> command) throws Exception {
    Path output = folder.resolve("output");
    Path errors = folder.resolve("errors");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(output.toFile())
            .redirectError(errors.toFile())
            .start();
    assertEquals(0, process.waitFor(), () -> command + "\n" + text(output) + text(errors));
    return Files.readAllLines(output);
  }

  /** The library, what it depends on of ours, and SLF4J's API. */
  private static List<String> jars(String library) {
    List<String> jars = new ArrayList<>();
    for (String name : LIBRARIES.subList(0, LIBRARIES.indexOf(library) + 1)) {
      Path jar =
          Path.of("..", "sparse-" + name, "target", "sparse4j-" + name + "-" + VERSION + ".jar");
      assertTrue(Files.isRegularFile(jar), () -> jar + " is built in the phase package");
      jars.add(jar.toAbsolutePath().normalize().toString());
    }
    jars.add(dependency("slf4j-api"));
    return jars;
  }

  /** A jar of another project, from where this test runs. */
  private static String dependency(String name) {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
        .filter(entry -> Path.of(entry).getFileName().toString().startsWith(name + "-"))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + name + " on the class path"));
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
