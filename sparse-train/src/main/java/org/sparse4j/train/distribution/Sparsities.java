package org.sparse4j.train.distribution;

/** The check that all distributions share. */
final class Sparsities {

  private Sparsities() {}

  static double checked(String distribution, double sparsity) {
    if (!(sparsity >= 0 && sparsity <= 1)) {
      throw new IllegalArgumentException(
          distribution + ": sparsity (" + sparsity + ") must be between 0 and 1");
    }
    return sparsity;
  }
}
