package org.sparse4j.bench.console;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Files that a command leaves behind: written beside their place and moved there when complete, so
 * that a full disk never leaves half a file under a good name.
 */
public final class Output {
  private static final AtomicLong COUNTER = new AtomicLong();

  private Output() {}

  /** Writes one file. */
  @FunctionalInterface
  public interface Writer {
    /**
     * Writes the whole file.
     *
     * @param file where to
     * @throws IOException if that fails
     */
    void write(Path file) throws IOException;
  }

  /**
   * Makes a folder, with those above it, and checks that files can be made in it.
   *
   * @param folder the folder
   * @return the folder
   * @throws Failure if it is a file, cannot be made or cannot be written to
   */
  public static Path folder(Path folder) {
    requireName(folder);
    if (Files.exists(folder) && !Files.isDirectory(folder)) {
      throw Failure.output("cannot write to " + folder + ": not a folder", null);
    }
    try {
      Files.createDirectories(folder);
      // Asking the file system is no proof: a read-only mount or a network share may still refuse.
      Files.delete(temporaryBeside(folder.resolve("result")));
    } catch (IOException failure) {
      throw failed(folder, failure);
    }
    return folder;
  }

  /**
   * Checks, before work begins, that a file can be written later.
   *
   * @param file the file
   * @return the file
   * @throws Failure if it is a folder or its folder is missing or cannot be written to
   */
  public static Path checked(Path file) {
    requireName(file);
    Path parent = file.toAbsolutePath().normalize().getParent();
    if (Files.isDirectory(file) || parent == null) {
      throw Failure.output("cannot write " + file + ": it is a folder", null);
    }
    if (!Files.isDirectory(parent)) {
      throw Failure.output("cannot write " + file + ": no such folder: " + parent, null);
    }
    if (!Files.isWritable(Files.exists(file) ? file : parent)) {
      throw Failure.output("cannot write " + file + ": permission denied", null);
    }
    return file;
  }

  /**
   * Writes a file completely or not at all.
   *
   * @param file the file; replaced if it exists
   * @param writer receives another path in the same folder
   * @throws Failure if writing fails; an older file is then untouched
   */
  public static void write(Path file, Writer writer) {
    try {
      if (Files.exists(file) && !Files.isRegularFile(file)) {
        // A device or a pipe: moving a file over it would replace it.
        writer.write(file);
        return;
      }
      Path temporary = temporaryBeside(file.toAbsolutePath().normalize());
      try {
        writer.write(temporary);
        move(temporary, file);
      } finally {
        Files.deleteIfExists(temporary);
      }
    } catch (IOException failure) {
      throw failed(file, failure);
    }
  }

  /**
   * Writes a text as UTF-8, completely or not at all.
   *
   * @param file the file; replaced if it exists
   * @param text its contents
   * @throws Failure if writing fails
   */
  public static void write(Path file, String text) {
    write(file, target -> Files.writeString(target, text, StandardCharsets.UTF_8));
  }

  private static void requireName(Path path) {
    if (path.toString().isEmpty()) {
      throw Failure.output("cannot write a file without a name", null);
    }
  }

  /**
   * Makes an empty file under a free name. Not by {@code createTempFile}, whose files only their
   * owner may read: this one becomes the result.
   */
  private static Path temporaryBeside(Path file) throws IOException {
    String start = ".sparse4j-" + ProcessHandle.current().pid() + "-";
    while (true) {
      try {
        return Files.createFile(file.resolveSibling(start + COUNTER.incrementAndGet() + ".tmp"));
      } catch (FileAlreadyExistsException e) {
        // Left behind by a process that was killed; the next number is tried.
      }
    }
  }

  private static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static Failure failed(Path path, IOException failure) {
    return Failure.output("cannot write " + path + ": " + ErrorLine.reason(failure), failure);
  }
}
