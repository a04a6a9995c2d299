package org.sparse4j.bench.rules;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Compiles every Java snippet of README.md and docs/, and runs those that follow a {@code run}
 * comment.
 *
 * <p>A snippet that declares no top-level type is the body of a method; its import lines are
 * hoisted.
 */
class DocumentSnippetsTest {

  private static final Pattern FENCE =
      Pattern.compile("(<!-- run -->\\s*)?```java\\R(.*?)```", Pattern.DOTALL);
  private static final Pattern TYPE =
      Pattern.compile(
          "^(public |final |abstract )*(class|record|interface|enum) ", Pattern.MULTILINE);
  private static final Pattern TYPE_NAME =
      Pattern.compile("(?:class|record|interface|enum) (\\w+)");

  @TempDir Path folder;

  private record Snippet(Path file, int number, boolean run, String text) {
    @Override
    public String toString() {
      return file.getFileName() + " #" + number;
    }
  }

  private static Path root() {
    Path root = Path.of("").toAbsolutePath();
    return Files.exists(root.resolve("docs")) ? root : root.getParent();
  }

  private static List<Snippet> snippets() throws IOException {
    List<Path> files = new ArrayList<>();
    files.add(root().resolve("README.md"));
    try (Stream<Path> docs = Files.walk(root().resolve("docs"))) {
      docs.filter(file -> file.toString().endsWith(".md")).sorted().forEach(files::add);
    }
    List<Snippet> snippets = new ArrayList<>();
    for (Path file : files) {
      Matcher fence = FENCE.matcher(Files.readString(file));
      for (int number = 1; fence.find(); number++) {
        snippets.add(new Snippet(file, number, fence.group(1) != null, fence.group(2)));
      }
    }
    return snippets;
  }

  @TestFactory
  Stream<DynamicTest> snippetsCompileAndRun() throws IOException {
    List<Snippet> snippets = snippets();
    assertTrue(snippets.size() >= 3, "found only " + snippets);
    return snippets.stream()
        .map(snippet -> DynamicTest.dynamicTest(snippet.toString(), () -> check(snippet)));
  }

  private void check(Snippet snippet) throws Exception {
    Path target =
        Files.createDirectories(
            folder.resolve(
                snippet.file().getFileName().toString().replace('.', '_') + snippet.number()));
    boolean whole = TYPE.matcher(snippet.text()).find();
    String name = whole ? typeName(snippet.text()) : "Snippet";
    Path source = target.resolve(name + ".java");
    Files.writeString(source, whole ? snippet.text() : wrapped(snippet.text()));
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    assertNotNull(compiler, "tests run on a JDK");
    StringWriter problems = new StringWriter();
    try (var manager = compiler.getStandardFileManager(null, null, null)) {
      List<String> options = List.of("-d", target.toString(), "-cp", classPath(), "-proc:none");
      boolean compiled =
          compiler
              .getTask(problems, manager, null, options, null, manager.getJavaFileObjects(source))
              .call();
      assertTrue(compiled, snippet + ":\n" + problems);
    }
    if (snippet.run()) {
      try (URLClassLoader loader =
          new URLClassLoader(new URL[] {target.toUri().toURL()}, getClass().getClassLoader())) {
        loader
            .loadClass(name)
            .getMethod("main", String[].class)
            .invoke(null, (Object) new String[0]);
      }
    }
  }

  private static String typeName(String text) {
    Matcher name = TYPE_NAME.matcher(text);
    assertTrue(name.find(), text);
    return name.group(1);
  }

  private static String wrapped(String text) {
    StringBuilder imports = new StringBuilder();
    StringBuilder body = new StringBuilder();
    for (String line : text.lines().toList()) {
      (line.startsWith("import ") ? imports : body).append(line).append('\n');
    }
    return imports
        + "public class Snippet {\n"
        + "  public static void main(String[] arguments) throws Exception {\n"
        + body
        + "  }\n}\n";
  }

  private static String classPath() {
    return Stream.of("java.class.path", "jdk.module.path", "surefire.test.class.path")
        .map(System::getProperty)
        .filter(path -> path != null && !path.isEmpty())
        .reduce((a, b) -> a + File.pathSeparator + b)
        .orElseThrow();
  }
}
