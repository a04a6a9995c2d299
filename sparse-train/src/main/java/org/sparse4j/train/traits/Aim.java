package org.sparse4j.train.traits;

/** What sparsity is meant to save. */
public enum Aim {
  /** Cost of inference. */
  PRUNING("pruning"),

  /** Cost of training, and of inference. */
  SPARSE_TRAINING("sparse training");

  private final String label;

  Aim(String label) {
    this.label = label;
  }

  /**
   * Returns the name used in reports.
   *
   * @return a word or two
   */
  public String label() {
    return label;
  }
}
