package org.sparse4j.bench.race;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Numbers as tables and files show them. */
final class Figures {
  private Figures() {}

  /** Rounded to significant digits, or null if there is no number. */
  static @Nullable Double rounded(double value, int digits) {
    return Double.isFinite(value)
        ? new BigDecimal(value).round(new MathContext(digits, RoundingMode.HALF_UP)).doubleValue()
        : null;
  }

  /** Without trailing zeros: 90, 99.5. */
  static String plain(double value) {
    return new BigDecimal(value)
        .round(new MathContext(6, RoundingMode.HALF_UP))
        .stripTrailingZeros()
        .toPlainString();
  }

  /** Three significant digits, a dash if there is no number. */
  static String brief(@Nullable Double value) {
    if (value == null) {
      return "-";
    }
    double size = Math.abs(value);
    return String.format(Locale.ROOT, size >= 100 ? "%.0f" : size >= 10 ? "%.1f" : "%.2f", value);
  }

  /** A share as a percentage, a dash if there is no number. */
  static String percent(@Nullable Double value) {
    return value == null ? "-" : String.format(Locale.ROOT, "%.0f%%", value * 100);
  }
}
