package org.sparse4j.bench.report;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;

/** Numbers as people read them. */
public final class Numbers {
  private Numbers() {}

  /**
   * A fraction in percent, rounded to two digits and to more where it would look like none or all:
   * 0.9 is 90 %, 0.975 is 97.5 %, 0.99999 is 99.999 %.
   *
   * @param fraction between 0 and 1; one that is not finite, as the error of a matrix that holds
   *     NaN is, gives a dash
   * @return the text
   */
  public static String percent(double fraction) {
    if (!Double.isFinite(fraction)) {
      return "-";
    }
    BigDecimal percent = BigDecimal.valueOf(fraction).movePointRight(2);
    BigDecimal rounded = percent.setScale(2, RoundingMode.HALF_UP);
    for (int digits = 3; digits <= percent.scale() && hidesTheRest(rounded, fraction); digits++) {
      rounded = percent.setScale(digits, RoundingMode.HALF_UP);
    }
    return plain(rounded) + " %";
  }

  private static boolean hidesTheRest(BigDecimal percent, double fraction) {
    return (percent.signum() == 0 && fraction != 0)
        || (percent.compareTo(BigDecimal.valueOf(100)) == 0 && fraction != 1);
  }

  /**
   * A fraction in percent with all its digits and without the percent sign, for names of files.
   *
   * @param fraction between 0 and 1
   * @return the text; equal texts mean equal fractions
   */
  public static String exactPercent(double fraction) {
    return plain(BigDecimal.valueOf(fraction).movePointRight(2));
  }

  private static String plain(BigDecimal number) {
    return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
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
