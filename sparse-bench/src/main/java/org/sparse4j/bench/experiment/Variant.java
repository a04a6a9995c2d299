package org.sparse4j.bench.experiment;

import java.util.Locale;

/**
 * One way of training that an experiment compares with others.
 *
 * @param method name of the method
 * @param setting how sparse, in short: {@code 98 %}, {@code 2:4}; empty for dense networks
 * @param recipe everything that decides the numbers besides data and seed, in words; a row of a
 *     file counts as done only if its recipe is equal
 * @param trial what is done
 */
record Variant(String method, String setting, String recipe, Trial trial) {

  /** Name and setting, as options and tables show them. */
  String label() {
    return label(method, setting);
  }

  static String label(String method, String setting) {
    return setting.isEmpty() ? method : method + " " + setting;
  }

  static String percent(double sparsity) {
    return String.format(Locale.ROOT, "%.0f %%", 100 * sparsity);
  }
}
