package org.sparse4j.bench.race;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Where and with what a race ran, in words. */
public final class Machine {
  private Machine() {}

  /**
   * Processor, cores, operating system.
   *
   * @return the words
   */
  public static String description() {
    return "%s, %d cores, %s %s %s"
        .formatted(
            processor(),
            Runtime.getRuntime().availableProcessors(),
            System.getProperty("os.name"),
            System.getProperty("os.version"),
            System.getProperty("os.arch"));
  }

  private static String processor() {
    Path file = Path.of("/proc/cpuinfo");
    if (Files.isReadable(file)) {
      try {
        return processor(Files.readAllLines(file));
      } catch (IOException failure) {
        return "unknown processor";
      }
    }
    return "unknown processor";
  }

  /**
   * Model, family and stepping from the lines of {@code /proc/cpuinfo}: names of virtual machines
   * say little alone.
   */
  static String processor(List<String> lines) {
    Optional<String> name = field(lines, "model name");
    Optional<String> family = field(lines, "cpu family");
    Optional<String> model = field(lines, "model");
    return name.orElse("unknown processor")
        + (family.isPresent() && model.isPresent()
            ? " (family " + family.get() + ", model " + model.get() + ")"
            : "");
  }

  private static Optional<String> field(List<String> lines, String key) {
    return lines.stream()
        .filter(line ->
            line.indexOf(':') > 0 && line.substring(0, line.indexOf(':')).strip().equals(key))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst();
  }

  /**
   * Version and vendor of the Java run time.
   *
   * @return the words
   */
  public static String jdk() {
    return Runtime.version()
        + ", "
        + System.getProperty("java.vm.name")
        + ", "
        + System.getProperty("java.vendor");
  }

  /**
   * The commit of the working copy the application was built in.
   *
   * @param folder a folder inside the working copy
   * @return its short name, or {@code unknown}
   */
  public static String commit(Path folder) {
    String given = System.getProperty("sparse4j.commit", "");
    if (!given.isEmpty()) {
      return given;
    }
    try {
      Process git =
          new ProcessBuilder("git", "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*")
              .directory(folder.toFile())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String text = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      boolean ended = git.waitFor(10, TimeUnit.SECONDS);
      return ended && git.exitValue() == 0 && !text.isEmpty() ? text : "unknown";
    } catch (IOException failure) {
      return "unknown";
    } catch (InterruptedException failure) {
      Thread.currentThread().interrupt();
      return "unknown";
    }
  }
}
