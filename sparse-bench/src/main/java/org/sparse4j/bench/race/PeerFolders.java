package org.sparse4j.bench.race;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * The opponents' folders: one for each library, with its jars or its native libraries.
 *
 * <p>Native libraries inside jars are unpacked once, into {@code native} beside the jars or, where
 * that cannot be written, into the user's cache folder.
 */
final class PeerFolders {
  private final Path base;
  private final Path cache;

  /**
   * Opponents below a folder.
   *
   * @param base folder that holds one folder for each opponent; need not exist
   * @param cache where to unpack if {@code base} is read-only
   */
  PeerFolders(Path base, Path cache) {
    this.base = base;
    this.cache = cache;
  }

  /** The user's cache folder for this program. */
  static Path userCache() {
    String xdg = System.getenv("XDG_CACHE_HOME");
    Path root =
        xdg == null || xdg.isBlank()
            ? Path.of(System.getProperty("user.home"), ".cache")
            : Path.of(xdg);
    return root.resolve("sparse4j").resolve("peers");
  }

  /** The folder of the opponents beside an application whose own jars lie in {@code lib/app}. */
  static Path besideApplication() {
    String given = System.getProperty("sparse4j.peers", "");
    if (!given.isEmpty()) {
      return Path.of(given);
    }
    return applicationHome()
        .map(home -> home.resolve("lib").resolve("peers"))
        .orElse(Path.of("lib", "peers"));
  }

  /** The folder of the installed application, which its launcher names, if it runs from one. */
  static Optional<Path> applicationHome() {
    return Optional.ofNullable(System.getProperty("sparse4j.home")).map(Path::of);
  }

  Path base() {
    return base;
  }

  /** Why an opponent cannot take part, or empty if its files are there. */
  Optional<String> absence(String name) {
    Path folder = base.resolve(name);
    if (!Files.isDirectory(folder)) {
      return Optional.of("no folder " + folder + "; build with -Ppeers to get the opponents");
    }
    return files(folder).isEmpty()
        ? Optional.of("no files in " + folder + "; build with -Ppeers to get the opponents")
        : Optional.empty();
  }

  /** The jars of an opponent, in alphabetical order. */
  List<Path> jars(String name) {
    return files(base.resolve(name)).stream()
        .filter(file -> file.toString().endsWith(".jar"))
        .toList();
  }

  private static List<Path> files(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.filter(Files::isRegularFile).sorted().toList();
    } catch (IOException failure) {
      return List.of();
    }
  }

  /** A folder an opponent may write to: beside its jars, or in the cache. */
  Path writable(String name) throws IOException {
    Path beside = base.resolve(name).resolve("native");
    if (Files.isWritable(beside)
        || (!Files.exists(beside) && Files.isWritable(base.resolve(name)))) {
      return Files.createDirectories(beside);
    }
    return Files.createDirectories(cache.resolve(name));
  }

  /**
   * The folder with an opponent's native libraries, unpacked if need be.
   *
   * @param name opponent
   * @return folder of library files; its own folder if it has none
   * @throws IOException if unpacking fails
   */
  Path natives(String name) throws IOException {
    Path folder = base.resolve(name);
    if (files(folder).stream().anyMatch(file -> isLibrary(file.getFileName().toString()))) {
      return folder;
    }
    Path result = folder;
    for (Path jar : jars(name)) {
      try (ZipFile zip = new ZipFile(jar.toFile())) {
        List<ZipEntry> libraries = new ArrayList<>();
        zip.stream()
            .filter(entry -> !entry.isDirectory() && isLibrary(plainName(entry)))
            .forEach(libraries::add);
        if (!libraries.isEmpty()) {
          result = writable(name);
          unpack(zip, libraries, result);
        }
      }
    }
    return result;
  }

  private static void unpack(ZipFile zip, List<ZipEntry> libraries, Path target)
      throws IOException {
    for (ZipEntry entry : libraries) {
      Path file = target.resolve(plainName(entry));
      if (Files.exists(file) && Files.size(file) == entry.getSize()) {
        continue;
      }
      Path temporary = Files.createTempFile(target, "unpack", ".tmp");
      try (InputStream stream = zip.getInputStream(entry)) {
        Files.copy(stream, temporary, StandardCopyOption.REPLACE_EXISTING);
        move(temporary, file);
      } finally {
        Files.deleteIfExists(temporary);
      }
    }
  }

  private static void move(Path temporary, Path file) throws IOException {
    try {
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException failure) {
      Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static String plainName(ZipEntry entry) {
    String path = entry.getName();
    return path.substring(path.lastIndexOf('/') + 1);
  }

  private static boolean isLibrary(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    boolean glue =
        lower.startsWith("libjni")
            || lower.startsWith("jni"); // bindings for another way of calling
    return !glue
        && (lower.matches(".*\\.so(\\.\\d+)*")
            || lower.matches(".*\\.dylib")
            || lower.endsWith(".dll"));
  }
}
