package org.sparse4j.bench.race;

import java.util.List;
import java.util.regex.Pattern;

/**
 * One race: what is computed, on what.
 *
 * @param operation operation
 * @param format storage of the weights in our contestants, see {@link RaceFormat}
 * @param shape rows and columns of the weights ({@code 768x768}), for a training step the widths of
 *     its layers ({@code 784-300-100-10})
 * @param n samples in a batch
 * @param sparsity share of weights left out, in [0, 1)
 * @param threads threads every contestant may use
 */
public record RaceSpec(
    RaceOperation operation, String format, String shape, int n, double sparsity, int threads) {

  private static final Pattern MATRIX = Pattern.compile("[1-9]\\d{0,5}x[1-9]\\d{0,5}");
  private static final Pattern LAYERS = Pattern.compile("[1-9]\\d{0,4}(-[1-9]\\d{0,4})+");
  private static final int MOST_SAMPLES = 1 << 20;
  private static final int MOST_THREADS = 1024;

  /** Checks every part. */
  public RaceSpec {
    boolean isStep = operation == RaceOperation.TRAINING_STEP;
    if (!(isStep ? LAYERS : MATRIX).matcher(shape).matches()) {
      throw broken(
          operation,
          "shape (" + shape + ") must look like " + (isStep ? "784-300-100-10" : "768x768"));
    }
    double fixed;
    try {
      fixed = RaceFormat.of(format).fixedSparsity();
    } catch (IllegalArgumentException failure) {
      throw new IllegalArgumentException(operation.word() + ": " + failure.getMessage(), failure);
    }
    if (n < 1 || n > MOST_SAMPLES) {
      throw broken(operation, "n (" + n + ") must be between 1 and " + MOST_SAMPLES);
    }
    if (operation == RaceOperation.SPMV && n != 1) {
      throw broken(operation, "n (" + n + ") must be 1 for a vector");
    }
    if (!(sparsity >= 0 && sparsity < 1)) {
      throw broken(operation, "sparsity (" + sparsity + ") must be at least 0 and below 1");
    }
    if (fixed > 0 && Math.abs(sparsity - fixed) > 1e-6) {
      throw broken(operation, "sparsity (" + sparsity + ") of " + format + " must be " + fixed);
    }
    if (operation.isDense() && (sparsity != 0 || !format.equals("dense"))) {
      throw broken(
          operation, "sparsity (" + sparsity + ") must be 0 and format (" + format + ") dense");
    }
    if (operation == RaceOperation.MASK && (!(fixed > 0) || n != 1)) {
      throw broken(operation, "format (" + format + ") must be N:M or V:N:M and n (" + n + ") 1");
    }
    if (threads < 1 || threads > MOST_THREADS) {
      throw broken(operation, "threads (" + threads + ") must be between 1 and " + MOST_THREADS);
    }
  }

  private static IllegalArgumentException broken(RaceOperation operation, String rule) {
    return new IllegalArgumentException(operation.word() + ": " + rule);
  }

  /**
   * Reads what {@link #line} writes.
   *
   * @param line six words: operation, format, shape, n, sparsity, threads
   * @return the race
   * @throws IllegalArgumentException if a word is missing or out of range
   */
  public static RaceSpec parse(String line) {
    List<String> words = List.of(line.strip().split("\\s+"));
    if (words.size() != 6) {
      throw new IllegalArgumentException(
          "race: words (%d) must be 6: operation format shape n sparsity threads; the line is '%s'"
              .formatted(words.size(), line.strip()));
    }
    try {
      return new RaceSpec(
          RaceOperation.of(words.get(0)),
          words.get(1),
          words.get(2),
          Integer.parseInt(words.get(3)),
          Double.parseDouble(words.get(4)),
          Integer.parseInt(words.get(5)));
    } catch (NumberFormatException failure) {
      throw new IllegalArgumentException(
          "race: n (%s), sparsity (%s) and threads (%s) must be numbers; the line is '%s'"
              .formatted(words.get(3), words.get(4), words.get(5), line.strip()),
          failure);
    }
  }

  /**
   * The race in six words.
   *
   * @return operation, format, shape, n, sparsity and threads
   */
  public String line() {
    return "%s %s %s %d %s %d".formatted(operation.word(), format, shape, n, sparsity, threads);
  }

  /**
   * The race as people read it.
   *
   * @return for example {@code spmm csr 768x768 n=128 90% 1 thread}
   */
  public String label() {
    return "%s %s %s n=%d %s%% %d thread%s"
        .formatted(
            operation.word(),
            format,
            shape,
            n,
            Figures.plain(sparsity * 100),
            threads,
            threads == 1 ? "" : "s");
  }

  /**
   * Rows of the weights.
   *
   * @return m
   */
  public int rows() {
    return Integer.parseInt(shape.substring(0, shape.indexOf('x')));
  }

  /**
   * Columns of the weights.
   *
   * @return k
   */
  public int columns() {
    return Integer.parseInt(shape.substring(shape.indexOf('x') + 1));
  }

  /**
   * Bytes of weights that one call reads, where that is what the operation is judged by.
   *
   * @return {@code 4 m k} for a mask, else 0
   */
  double bytesRead() {
    return operation == RaceOperation.MASK ? 4.0 * rows() * columns() : 0;
  }

  /**
   * The same race with another number of threads.
   *
   * @param count threads
   * @return the race
   */
  public RaceSpec withThreads(int count) {
    return new RaceSpec(operation, format, shape, n, sparsity, count);
  }

  /**
   * The same race on weights of another shape.
   *
   * @param other rows and columns
   * @return the race
   */
  public RaceSpec withShape(String other) {
    return new RaceSpec(operation, format, other, n, sparsity, threads);
  }
}
