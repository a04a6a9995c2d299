package org.sparse4j.train.traits;

/** When positions are chosen, measured by the training of the weights. */
public enum Moment {
  /** By chance, or by looking at first weights. */
  BEFORE("before training"),

  /** While weights train. */
  DURING("during training"),

  /** In a trained model. */
  AFTER("after training");

  private final String label;

  Moment(String label) {
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
