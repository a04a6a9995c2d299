package org.sparse4j.bench.report;

import java.util.Locale;

/** Numbers as people read them. */
public final class Numbers {
  private Numbers() {}

  /**
   * A fraction in percent, with as many digits as it has: 0.9 is 90 %, 0.975 is 97.5 %.
   *
   * @param fraction between 0 and 1
   * @return the text
   */
  public static String percent(double fraction) {
    String text = String.format(Locale.ROOT, "%.2f", 100 * fraction);
    return text.replaceFirst("\\.?0+$", "") + " %";
  }

  /**
   * An accuracy in percent with two digits.
   *
   * @param fraction between 0 and 1
   * @return the text
   */
  public static String accuracy(double fraction) {
    return String.format(Locale.ROOT, "%.2f %%", 100 * fraction);
  }

  /**
   * A difference of accuracies in points, with a sign.
   *
   * @param fraction difference, between -1 and 1
   * @return the text
   */
  public static String points(double fraction) {
    return String.format(Locale.ROOT, "%+.2f", 100 * fraction);
  }

  /**
   * A time with a unit that suits it and three digits.
   *
   * @param micros microseconds
   * @return the text
   */
  public static String time(double micros) {
    return micros < 1000 ? digits(micros) + " us" : digits(micros / 1000) + " ms";
  }

  /**
   * A number of bytes with a unit that suits it.
   *
   * @param bytes the number
   * @return the text
   */
  public static String bytes(long bytes) {
    if (bytes < 1024) {
      return bytes + " B";
    }
    double kibi = bytes / 1024.0;
    return kibi < 10_000 ? digits(kibi) + " KiB" : digits(kibi / 1024) + " MiB";
  }

  /**
   * How many times smaller a number is than a base.
   *
   * @param base the number of the dense network
   * @param value the number beside it
   * @return the text, for example {@code 3.4x}
   */
  public static String times(double base, double value) {
    return value == 0 ? "-" : digits(base / value) + "x";
  }

  /** Three digits where there are some behind the point, else the whole number. */
  private static String digits(double value) {
    double size = Math.abs(value);
    return String.format(
        Locale.ROOT, size >= 99.95 ? "%.0f" : size >= 9.995 ? "%.1f" : "%.2f", value);
  }
}
