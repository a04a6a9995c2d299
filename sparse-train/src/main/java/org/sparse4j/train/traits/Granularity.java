package org.sparse4j.train.traits;

/** What is kept or dropped as a whole. */
public enum Granularity {
  /** Single weights. */
  UNSTRUCTURED("unstructured"),

  /** Equally many weights of every row. */
  FAN_IN("constant fan-in"),

  /** N of every M weights along a row. */
  N_M("N:M"),

  /** Blocks of weights. */
  BLOCK("blocks"),

  /** Neurons, filters or heads. */
  NEURON("neurons");

  private final String label;

  Granularity(String label) {
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
