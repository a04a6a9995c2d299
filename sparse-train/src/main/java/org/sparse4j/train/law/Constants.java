package org.sparse4j.train.law;

import java.util.Arrays;

/** What the laws check and convert alike. */
final class Constants {

  private Constants() {}

  static void requireNotNegative(String law, double... constants) {
    for (double constant : constants) {
      if (!(constant >= 0) || constant == Double.POSITIVE_INFINITY) {
        throw new IllegalArgumentException(
            law + ": constants " + Arrays.toString(constants) + " must be finite and at least 0");
      }
    }
  }

  static void requirePositive(String law, String name, double value) {
    if (!(value > 0) || value == Double.POSITIVE_INFINITY) {
      throw new IllegalArgumentException(
          law + ": " + name + " (" + value + ") must be finite and above 0");
    }
  }

  static void requireEnough(String law, int runs, int least) {
    if (runs < least) {
      throw new IllegalArgumentException(
          law + ": number of runs (" + runs + ") must be at least " + least);
    }
  }

  static double geometricMean(double[] values) {
    return Math.exp(Arrays.stream(values).map(Math::log).average().orElse(0));
  }

  static double[] logarithms(double... values) {
    return Arrays.stream(values).map(Math::log).toArray();
  }

  static double[] exponentials(double[] logarithms) {
    double[] values = new double[logarithms.length];
    for (int v = 0; v < values.length; v++) {
      values[v] = Math.exp(logarithms[v]);
    }
    return values;
  }
}
