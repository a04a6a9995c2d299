package org.sparse4j.bench.console;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sparse4j.train.TrainingException;

/**
 * What the user sees of an exception: one line and an exit code.
 *
 * @param message one line, without the command's name
 * @param exitCode one of {@link ExitCode}
 */
public record ErrorLine(String message, int exitCode) {

  /**
   * Puts an exception into words.
   *
   * @param thrown what a command threw
   * @return the line and the code
   */
  public static ErrorLine of(Throwable thrown) {
    return switch (thrown) {
      case Failure failure -> new ErrorLine(oneLine(failure.getMessage()), failure.exitCode());
      case UncheckedIOException unchecked when unchecked.getCause() != null ->
          of(unchecked.getCause());
      case IOException failure -> new ErrorLine(reason(failure), ExitCode.INPUT);
      case IllegalArgumentException failure when failure.getMessage() != null ->
          new ErrorLine(oneLine(failure.getMessage()), ExitCode.FAILED);
      case IllegalStateException failure when failure.getMessage() != null ->
          new ErrorLine(oneLine(failure.getMessage()), ExitCode.FAILED);
      case TrainingException failure ->
          new ErrorLine(oneLine(failure.getMessage()), ExitCode.FAILED);
      case OutOfMemoryError failure ->
          new ErrorLine(
              "out of memory: "
                  + oneLine(failure.getMessage())
                  + "; SPARSE4J_OPTS=-Xmx4g gives more",
              ExitCode.FAILED);
      default ->
          new ErrorLine(
              "internal error: "
                  + thrown.getClass().getSimpleName()
                  + ": "
                  + oneLine(thrown.getMessage())
                  + "; --verbose shows where",
              ExitCode.FAILED);
    };
  }

  /**
   * Says what is wrong with a file, in words where the JDK gives only a path.
   *
   * @param failure an exception of the file system or of a reader
   * @return one line
   */
  public static String reason(IOException failure) {
    String message = oneLine(failure.getMessage());
    if (isFull(failure)) {
      return "disk full"
          + (failure instanceof FileSystemException system && system.getFile() != null
              ? ": " + system.getFile()
              : "");
    }
    return switch (failure) {
      case NoSuchFileException missing -> "no such file or folder: " + missing.getFile();
      case AccessDeniedException denied -> "permission denied: " + denied.getFile();
      case NotDirectoryException file -> "not a folder: " + file.getFile();
      case FileAlreadyExistsException file -> "exists already: " + file.getFile();
      default -> message;
    };
  }

  /** The JDK passes on the system's words, in which a full disk has no type of its own. */
  private static boolean isFull(IOException failure) {
    String message = oneLine(failure.getMessage()).toLowerCase(Locale.ROOT);
    return message.contains("no space left on device")
        || message.contains("not enough space on the disk")
        || message.contains("disk quota exceeded");
  }

  private static String oneLine(@Nullable String message) {
    return Optional.ofNullable(message).orElse("no message").strip().replaceAll("\\s*\\R\\s*", " ");
  }
}
