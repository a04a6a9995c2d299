package org.sparse4j.bench.peers;

/** Operands for libraries that have fp64 only. */
final class Doubles {
  private Doubles() {}

  /** The same numbers with more bits. */
  static double[] of(float[] numbers) {
    double[] result = new double[numbers.length];
    for (int i = 0; i < numbers.length; i++) {
      result[i] = numbers[i];
    }
    return result;
  }
}
