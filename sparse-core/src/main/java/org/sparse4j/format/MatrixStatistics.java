package org.sparse4j.format;

import java.util.Locale;
import java.util.Optional;
import org.sparse4j.mask.Mask;

/**
 * What a compressed matrix holds, in numbers: made in one walk, for logs and reports.
 *
 * @param format short name of the format
 * @param rows number of rows
 * @param columns number of columns
 * @param stored numbers that describe the matrix, explicit zeros included
 * @param zeros stored numbers that are 0.0f or -0.0f
 * @param notFinite stored numbers that are NaN or infinite
 * @param smallest the smallest finite number, NaN if there is none
 * @param largest the largest finite number, NaN if there is none
 * @param meanMagnitude mean of the finite numbers' magnitudes, summed in double; NaN if there is
 *     none
 * @param bytes bytes that positions and numbers take in memory
 * @param occupancy where the numbers are; empty for a matrix without stored positions
 */
public record MatrixStatistics(
    String format,
    int rows,
    int columns,
    long stored,
    long zeros,
    long notFinite,
    float smallest,
    float largest,
    double meanMagnitude,
    long bytes,
    Optional<Occupancy> occupancy) {

  /**
   * How stored positions spread over rows and columns.
   *
   * @param least positions of the emptiest row; 0 without rows
   * @param mean positions of a row on average; 0 without rows
   * @param most positions of the fullest row; 0 without rows
   * @param emptyRows rows that store nothing
   * @param emptyColumns columns that store nothing
   */
  public record Occupancy(int least, double mean, int most, int emptyRows, int emptyColumns) {

    private static Occupancy of(Mask mask) {
      int least = mask.rows() == 0 ? 0 : Integer.MAX_VALUE;
      int most = 0;
      int emptyRows = 0;
      for (int i = 0; i < mask.rows(); i++) {
        int count = mask.countRow(i);
        least = Math.min(least, count);
        most = Math.max(most, count);
        emptyRows += count == 0 ? 1 : 0;
      }
      boolean[] used = new boolean[mask.columns()];
      for (int i = 0; i < mask.rows(); i++) {
        for (int j = mask.next(i, 0); j >= 0; j = mask.next(i, j + 1)) {
          used[j] = true;
        }
      }
      int emptyColumns = 0;
      for (boolean column : used) {
        emptyColumns += column ? 0 : 1;
      }
      double mean = mask.rows() == 0 ? 0 : (double) mask.count() / mask.rows();
      return new Occupancy(least, mean, most, emptyRows, emptyColumns);
    }
  }

  /**
   * Walks a matrix; O(numbers), and O(rows * columns / 64) for a {@link SparseMatrix}.
   *
   * @param matrix the matrix; not kept
   * @return its statistics
   */
  public static MatrixStatistics of(CompressedMatrix matrix) {
    long zeros = 0;
    long notFinite = 0;
    long finite = 0;
    double magnitudes = 0;
    float smallest = Float.POSITIVE_INFINITY;
    float largest = Float.NEGATIVE_INFINITY;
    for (Values values : matrix.parameters()) {
      for (float number : values.toFloats()) {
        if (Float.isFinite(number)) {
          finite++;
          zeros += number == 0 ? 1 : 0;
          magnitudes += Math.abs(number);
          smallest = Math.min(smallest, number);
          largest = Math.max(largest, number);
        } else {
          notFinite++;
        }
      }
    }
    return new MatrixStatistics(
        matrix.format(),
        matrix.rows(),
        matrix.columns(),
        matrix.parameterCount(),
        zeros,
        notFinite,
        finite == 0 ? Float.NaN : smallest,
        finite == 0 ? Float.NaN : largest,
        magnitudes / finite,
        matrix.bytes(),
        matrix instanceof SparseMatrix sparse
            ? Optional.of(Occupancy.of(sparse.mask()))
            : Optional.empty());
  }

  /**
   * Returns the bytes of the dense float32 form, without padding.
   *
   * @return {@code 4 * rows * columns}, or {@link Long#MAX_VALUE} where that is more
   */
  public long denseBytes() {
    long positions = (long) rows * columns;
    return positions > Long.MAX_VALUE / Float.BYTES ? Long.MAX_VALUE : Float.BYTES * positions;
  }

  /**
   * Returns the share of the stored numbers that are 0.
   *
   * @return {@code zeros / stored}; 0 if nothing is stored
   */
  public double zeroShare() {
    return stored == 0 ? 0 : (double) zeros / stored;
  }

  /** Returns all of it in one line. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    text.append(rows).append('x').append(columns).append(' ').append(format).append(": ");
    text.append(stored).append(" stored").append(percent(stored, (long) rows * columns));
    text.append(", ").append(zeros).append(" of them 0").append(percent(zeros, stored));
    if (notFinite > 0) {
      text.append(", ").append(notFinite).append(" not finite");
    }
    if (!Float.isNaN(smallest)) {
      text.append(
          String.format(
              Locale.ROOT,
              "; from %.4g to %.4g, mean magnitude %.4g",
              smallest,
              largest,
              meanMagnitude));
    }
    occupancy.ifPresent(o ->
        text.append(
            String.format(
                Locale.ROOT,
                "; rows hold %d to %d, mean %.1f; %d rows and %d columns are empty",
                o.least(),
                o.most(),
                o.mean(),
                o.emptyRows(),
                o.emptyColumns())));
    return text.append("; ")
        .append(bytes)
        .append(" bytes")
        .append(percent(bytes, denseBytes()).replace(")", " of dense)"))
        .toString();
  }

  private static String percent(long part, long whole) {
    return whole == 0 ? "" : String.format(Locale.ROOT, " (%.1f %%)", 100.0 * part / whole);
  }
}
