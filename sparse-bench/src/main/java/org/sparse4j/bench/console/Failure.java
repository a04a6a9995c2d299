package org.sparse4j.bench.console;

import org.jspecify.annotations.Nullable;

/** Ends a command with one line for the user and an exit code. */
public final class Failure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int exitCode;

  private Failure(int exitCode, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
  }

  /**
   * An input does not serve.
   *
   * @param message one line: rule, file, what was expected and found
   * @return the failure
   */
  public static Failure input(String message) {
    return new Failure(ExitCode.INPUT, message, null);
  }

  /**
   * An input does not serve.
   *
   * @param message one line
   * @param cause where it showed
   * @return the failure
   */
  public static Failure input(String message, Throwable cause) {
    return new Failure(ExitCode.INPUT, message, cause);
  }

  /**
   * A result cannot be written.
   *
   * @param message one line: file and reason
   * @param cause where it showed
   * @return the failure
   */
  public static Failure output(String message, @Nullable Throwable cause) {
    return new Failure(ExitCode.OUTPUT, message, cause);
  }

  /**
   * Returns what the command ends with.
   *
   * @return one of {@link ExitCode}
   */
  public int exitCode() {
    return exitCode;
  }
}
