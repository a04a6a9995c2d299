package org.sparse4j.bench.experiment;

/**
 * Some numbers of one kind.
 *
 * @param count how many
 * @param mean their mean; NaN if there are none
 * @param deviation their standard deviation; 0 if there is only one
 */
record Sample(int count, double mean, double deviation) {

  /** No numbers. */
  static final Sample NONE = new Sample(0, Double.NaN, 0);

  /** Quantiles 0.975 of Student's t for 1 to 10 degrees of freedom. */
  private static final double[] T = {
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228
  };

  static Sample of(double... numbers) {
    double sum = 0;
    for (double number : numbers) {
      sum += number;
    }
    double mean = sum / numbers.length;
    double squares = 0;
    for (double number : numbers) {
      squares += (number - mean) * (number - mean);
    }
    double deviation = numbers.length < 2 ? 0 : Math.sqrt(squares / (numbers.length - 1));
    return new Sample(numbers.length, mean, deviation);
  }

  /** Half the width of the 95 % interval of the mean; NaN for fewer than two numbers. */
  double halfWidth() {
    if (count < 2) {
      return Double.NaN;
    }
    // Between the last listed quantile and the normal one, the former: a little too wide.
    double quantile = T[Math.min(count - 1, T.length) - 1];
    return quantile * deviation / Math.sqrt(count);
  }
}
