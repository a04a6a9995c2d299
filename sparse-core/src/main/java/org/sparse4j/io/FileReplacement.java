package org.sparse4j.io;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Writes a file so that it is there as a whole or, after a failure, as it was before; for writers
 * of file formats, those of your own among them.
 */
public final class FileReplacement {

  private static final AtomicLong COUNTER = new AtomicLong();

  private FileReplacement() {}

  /** Writes the contents. */
  @FunctionalInterface
  public interface Body {
    /**
     * Writes all of the new file.
     *
     * @param channel the temporary file, empty and at its start; not to be closed
     * @throws IOException if writing fails; the target stays as it is
     */
    void write(FileChannel channel) throws IOException;
  }

  /**
   * Writes to a temporary file in the target's folder, forces it to the device and moves it into
   * place, atomically where the file system can.
   *
   * <p>A symbolic link stays: what it points to is replaced.
   *
   * @param operation name of the operation for messages
   * @param target the file; replaced if it exists
   * @param body writes the contents
   * @throws IOException if anything fails; the temporary file is deleted, the target is untouched
   */
  public static void write(String operation, Path target, Body body) throws IOException {
    Path file = target.toAbsolutePath();
    // A link stays a link: what it points to is replaced.
    if (Files.exists(file)) {
      file = file.toRealPath();
    }
    Path folder = file.getParent();
    if (folder == null || Files.isDirectory(file)) {
      throw new IOException(operation + ": " + target + " is a folder, not a file");
    }
    if (!Files.isDirectory(folder)) {
      throw new IOException(
          operation + ": folder " + folder + " does not exist; cannot write " + target);
    }
    Path temporary = null;
    try {
      temporary = create(folder);
      try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
        body.write(channel);
        channel.force(true);
      }
      move(temporary, file);
    } catch (IOException e) {
      IOException clear =
          new IOException(
              operation
                  + ": cannot write "
                  + target
                  + "; "
                  + reason(e)
                  + (Files.exists(file) ? "; the existing file is unchanged" : ""),
              e);
      delete(temporary, clear);
      throw clear;
    } catch (RuntimeException | Error e) {
      delete(temporary, e);
      throw e;
    }
  }

  /** Creates an empty file under a name that is free, with the permissions of any new file. */
  private static Path create(Path folder) throws IOException {
    String start = ".sparse4j-" + ProcessHandle.current().pid() + "-";
    while (true) {
      try {
        return Files.createFile(folder.resolve(start + COUNTER.incrementAndGet() + ".tmp"));
      } catch (FileAlreadyExistsException e) {
        // Left behind by a process that was killed; the next number is tried.
      }
    }
  }

  private static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static String reason(IOException e) {
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message;
  }

  private static void delete(@Nullable Path file, Throwable cause) {
    if (file != null) {
      try {
        Files.deleteIfExists(file);
      } catch (IOException e) {
        cause.addSuppressed(e);
      }
    }
  }
}
