package org.sparse4j.bench.race;

/** What a contestant is compared as. */
public enum Role {
  /** Measures the machine, not a library. */
  PROBE,
  /** A product that ignores zeros: the best of these is the dense base line. */
  DENSE,
  /** Somebody else's sparse product: the best of these is the sparse base line. */
  SPARSE,
  /** Ours; never a base line. */
  OWN;

  /** Whether it is somebody else's product. */
  boolean isOpponent() {
    return this == DENSE || this == SPARSE;
  }
}
