package org.sparse4j.bench.console;

/** The numbers that {@code sparse4j} ends with. */
public final class ExitCode {
  /** All went well. */
  public static final int OK = 0;

  /** The job failed; the message says why. */
  public static final int FAILED = 1;

  /** Unknown option, missing or wrong value. */
  public static final int USAGE = 2;

  /** An input file is missing, unreadable, damaged or does not fit. */
  public static final int INPUT = 3;

  /** A result could not be written: full disk, no permission, not a folder. */
  public static final int OUTPUT = 4;

  private ExitCode() {}
}
