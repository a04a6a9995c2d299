package org.sparse4j.kernels.processor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The processor as Linux describes it; where there is no such description nothing is known of it.
 *
 * @param description name, family and model: the name of a virtual machine's processor says little
 *     alone; {@code "unknown processor"} if there is none
 * @param intel whether the vendor is known to be Intel
 */
public record Processor(String description, boolean intel) {

  private static final String UNKNOWN = "unknown processor";

  /** The file is read once: nothing of it changes while a JVM runs. */
  private static final class Once {
    static final Processor THIS = read(Path.of("/proc/cpuinfo"));
  }

  /**
   * Returns the processor of this machine.
   *
   * @return the same object each time
   */
  public static Processor current() {
    return Once.THIS;
  }

  /**
   * Reads a description.
   *
   * @param file a file like {@code /proc/cpuinfo}
   * @return the processor, unknown if the file cannot be read
   */
  static Processor read(Path file) {
    try {
      return Files.isReadable(file) ? of(Files.readAllLines(file)) : of(List.of());
    } catch (IOException e) {
      return of(List.of());
    }
  }

  /**
   * Reads the first processor of a description.
   *
   * @param lines names and values with a colon between; other lines do not matter
   * @return the processor
   */
  static Processor of(List<String> lines) {
    String description =
        field(lines, "model name").orElse(UNKNOWN)
            + field(lines, "cpu family").map(family -> ", family " + family).orElse("")
            + field(lines, "model").map(model -> ", model " + model).orElse("");
    return new Processor(
        description, field(lines, "vendor_id").filter("GenuineIntel"::equals).isPresent());
  }

  private static Optional<String> field(List<String> lines, String name) {
    return lines.stream()
        .map(line -> line.split(":", 2))
        .filter(parts -> parts.length == 2 && parts[0].strip().equals(name))
        .map(parts -> parts[1].strip())
        .findFirst();
  }
}
