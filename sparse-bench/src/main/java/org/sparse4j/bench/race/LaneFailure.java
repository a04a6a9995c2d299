package org.sparse4j.bench.race;

/** A contestant broke down; the race goes on without it. */
public final class LaneFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * A failure with its reason.
   *
   * @param message one line
   */
  public LaneFailure(String message) {
    super(message);
  }
}
