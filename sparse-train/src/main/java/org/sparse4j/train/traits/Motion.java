package org.sparse4j.train.traits;

/** Whether positions change while weights train. */
public enum Motion {
  /** They stay. */
  STATIC("static"),

  /** They change. */
  DYNAMIC("dynamic");

  private final String label;

  Motion(String label) {
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
