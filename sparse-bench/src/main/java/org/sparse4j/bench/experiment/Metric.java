package org.sparse4j.bench.experiment;

import org.sparse4j.train.Evaluation;

/** What a trained network is judged by. */
enum Metric {
  /** Percent of the samples that are classified right. */
  ACCURACY("accuracy, %", 2, true),

  /** Mean loss of a character in bits. */
  BITS("bits per character", 4, false);

  private final String words;
  private final int digits;
  private final boolean highIsGood;

  Metric(String words, int digits, boolean highIsGood) {
    this.words = words;
    this.digits = digits;
    this.highIsGood = highIsGood;
  }

  double of(Evaluation result) {
    return highIsGood ? 100 * result.accuracy() : result.loss() / Math.log(2);
  }

  /** Digits behind the point that a page shows. */
  int digits() {
    return digits;
  }

  /** 1 if a higher number is better, -1 if a lower one is. */
  int sign() {
    return highIsGood ? 1 : -1;
  }

  @Override
  public String toString() {
    return words;
  }
}
