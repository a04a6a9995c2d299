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
 * @param vendor who made it
 * @param family the vendor's number for processors of one design; 0 if it is not known
 */
public record Processor(String description, Vendor vendor, int family) {

  /** Who made a processor, as far as kernels differ. */
  public enum Vendor {
    /** Intel. */
    INTEL,
    /** AMD. */
    AMD,
    /** Anybody else, or not known. */
    OTHER
  }

  /** Property that asks for tiles of CSR rows; its {@code auto} goes by the processor. */
  public static final String CSR_VALUES = "sparse4j.csr.values";

  /** AMD's family of Zen 5. */
  private static final int ZEN_5 = 26;

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
   * Tells whether this is AMD's Zen 5 or a later one. What goes by it was measured on a server's
   * (model 2), whose 512-bit vectors are not two of 256.
   *
   * @return false if that is not known
   */
  public boolean fromZen5() {
    return vendor == Vendor.AMD && family >= ZEN_5;
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
    Vendor vendor =
        switch (field(lines, "vendor_id").orElse("")) {
          case "GenuineIntel" -> Vendor.INTEL;
          case "AuthenticAMD" -> Vendor.AMD;
          default -> Vendor.OTHER;
        };
    int family =
        field(lines, "cpu family")
            .filter(number -> number.matches("\\d{1,9}"))
            .map(Integer::parseInt)
            .orElse(0);
    return new Processor(description, vendor, family);
  }

  private static Optional<String> field(List<String> lines, String name) {
    return lines.stream()
        .map(line -> line.split(":", 2))
        .filter(parts -> parts.length == 2 && parts[0].strip().equals(name))
        .map(parts -> parts[1].strip())
        .findFirst();
  }
}
