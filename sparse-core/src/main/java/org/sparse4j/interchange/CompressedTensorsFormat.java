package org.sparse4j.interchange;

/** The two sparse layouts of compressed-tensors checkpoints. */
public enum CompressedTensorsFormat {
  /** A bit an element and the values of set bits: {@code sparse-bitmask}, any sparsity. */
  SPARSE_BITMASK("sparse-bitmask"),
  /** A bit an element and two values in every four: {@code sparse-24-bitmask}. */
  SPARSE_24_BITMASK("sparse-24-bitmask");

  private final String spelling;

  CompressedTensorsFormat(String spelling) {
    this.spelling = spelling;
  }

  /** Returns the name that {@code config.json} uses. */
  @Override
  public String toString() {
    return spelling;
  }
}
