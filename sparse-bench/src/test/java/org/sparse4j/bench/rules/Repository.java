package org.sparse4j.bench.rules;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The files of this clone, as the rules about them see it. */
final class Repository {
  static final Path ROOT = root();
  static final List<String> LIBRARIES = List.of("sparse-core", "sparse-kernels", "sparse-train");
  static final List<String> MODULES =
      List.of("sparse-core", "sparse-kernels", "sparse-train", "sparse-bench");

  private Repository() {}

  private static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.isRegularFile(folder.resolve("sparse-core/pom.xml"))) {
      folder = folder.getParent();
      if (folder == null) {
        throw new IllegalStateException("no clone above " + Path.of("").toAbsolutePath());
      }
    }
    return folder;
  }

  /** All Java files of the four modules, tests included. */
  static List<Path> javaFiles() {
    return MODULES.stream().flatMap(module -> files(module + "/src", ".java").stream()).toList();
  }

  /** The files under a folder of the clone whose names end so; none if there is no such folder. */
  static List<Path> files(String folder, String ending) {
    Path start = ROOT.resolve(folder);
    if (!Files.isDirectory(start)) {
      return List.of();
    }
    try (Stream<Path> walk = Files.walk(start)) {
      return walk.filter(file -> file.toString().endsWith(ending)).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String text(String file) {
    return text(ROOT.resolve(file));
  }
}
