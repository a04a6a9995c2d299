package org.sparse4j.train.traits;

/** What is sparse. */
public enum Subject {
  /** Weights. */
  WEIGHTS("weights"),

  /** Results of layers. */
  ACTIVATIONS("activations"),

  /** Inputs. */
  DATA("data");

  private final String label;

  Subject(String label) {
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
