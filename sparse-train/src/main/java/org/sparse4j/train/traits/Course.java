package org.sparse4j.train.traits;

/** How density goes from the first step to the last. */
public enum Course {
  /** Dense all the way. */
  DENSE("dense"),

  /** Dense at first, sparse in the end. */
  DENSE_TO_SPARSE("dense to sparse"),

  /** Sparse all the way. */
  SPARSE_TO_SPARSE("sparse to sparse"),

  /** Sparse at first, dense in the end. */
  SPARSE_TO_DENSE("sparse to dense");

  private final String label;

  Course(String label) {
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
