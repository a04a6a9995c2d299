package org.sparse4j.bench.network;

/** A network made ready for a number of samples; running it again and again allocates nothing. */
public interface Inference {

  /**
   * Fills the input with numbers that depend on a seed; for measuring.
   *
   * @param seed of the numbers
   */
  void fill(long seed);

  /** Computes the scores of what the input holds. */
  void run();

  /**
   * Returns a score.
   *
   * @param output class, from 0
   * @param sample sample, from 0
   * @return the score that the last run left
   */
  float score(int output, int sample);
}
