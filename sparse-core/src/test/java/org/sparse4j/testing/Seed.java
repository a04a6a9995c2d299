package org.sparse4j.testing;

/** The seed of a random test; {@code -Dsparse4j.test.seed=...} replays one that failed. */
public final class Seed {

  private Seed() {}

  /** Returns the seed to replay, or the usual one. */
  public static long or(long usual) {
    return Long.getLong("sparse4j.test.seed", usual);
  }
}
