package org.sparse4j.structured;

import java.util.Arrays;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.mask.Mask;

/** Makes the arrays of a {@link SpqrMatrix}, one group of columns after the other. */
final class SpqrEncoder {

  private static final String NAME = "SpqrMatrix";
  private static final double LEAST_SCALE = 1e-9;

  final int rows;
  final int columns;
  final SpqrSettings settings;
  final int groups;
  final PackedCodes codes;
  final PackedCodes scales;
  final PackedCodes zeros;
  final short[] seconds;
  final int[] rowPointers;
  char[] outlierColumns = new char[0];
  short[] outlierValues = new short[0];
  int outliers;

  private final double[][] weights;
  private final Mask.Builder apart;

  /** For each row and group, its scale and zero before and after their own quantisation. */
  private final double[][] fittedScales;

  private final double[][] fittedZeros;

  SpqrEncoder(DenseMatrix dense, SpqrSettings settings) {
    this.rows = dense.rows();
    this.columns = dense.columns();
    this.settings = settings;
    if (columns > 65_535) {
      throw new IllegalArgumentException(
          NAME
              + ": columns ("
              + columns
              + ") must be at most 65535; indices of outliers are 16-bit");
    }
    this.weights = ComputedMatrix.finiteRows(NAME + ".encode", dense);
    this.groups = ComputedMatrix.ceilDivide(columns, settings.group());
    this.codes = new PackedCodes(settings.bits(), (long) rows * columns);
    this.scales = new PackedCodes(settings.scaleBits(), (long) rows * groups);
    this.zeros = new PackedCodes(settings.zeroBits(), (long) rows * groups);
    int runs = ComputedMatrix.ceilDivide(rows, settings.secondGroup());
    this.seconds = new short[ComputedMatrix.arrayLength(NAME, "second level", 4L * runs * groups)];
    this.rowPointers = new int[rows + 1];
    this.apart = Mask.builder(rows, columns);
    this.fittedScales = new double[groups][rows];
    this.fittedZeros = new double[groups][rows];
  }

  static double second(short[] seconds, int at, int code) {
    return Float.float16ToFloat(seconds[at])
        * ((double) code - Float.float16ToFloat(seconds[at + 1]));
  }

  SpqrEncoder withOutliers(Mask outlierMask) {
    boolean[] out = new boolean[settings.group()];
    for (int g = 0; g < groups; g++) {
      int start = g * settings.group();
      int length = Math.min(settings.group(), columns - start);
      for (int i = 0; i < rows; i++) {
        for (int k = 0; k < length; k++) {
          out[k] = outlierMask.get(i, start + k);
        }
        fit(i, g, start, length, out);
      }
      quantiseSecond(g);
    }
    for (int i = 0; i < rows; i++) {
      for (int j = outlierMask.next(i, 0); j >= 0; j = outlierMask.next(i, j + 1)) {
        apart.keep(i, j);
      }
    }
    return encode();
  }

  SpqrEncoder withThreshold(double relative, float[] importance) {
    double[] factors = new double[columns];
    double most = 0;
    for (int j = 0; j < columns; j++) {
      factors[j] = importance.length == 0 ? 1 : importance[j];
      most += factors[j] * variance(j) / columns;
    }
    // Infinity times no variance is no threshold, not NaN.
    most = Double.isInfinite(relative) ? relative : relative * most;
    boolean[] out = new boolean[settings.group()];
    for (int g = 0; g < groups; g++) {
      int start = g * settings.group();
      int length = Math.min(settings.group(), columns - start);
      for (int i = 0; i < rows; i++) {
        findUnfit(i, start, length, factors, most, out);
        fit(i, g, start, length, out);
      }
      quantiseSecond(g);
    }
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        double error = weights[i][j] - decoded(i, j / settings.group(), code(i, j, weights[i][j]));
        if (factors[j] * error * error > most) {
          apart.keep(i, j);
        }
      }
    }
    return encode();
  }

  private double variance(int column) {
    double mean = 0;
    for (int i = 0; i < rows; i++) {
      mean += weights[i][column] / rows;
    }
    double sum = 0;
    for (int i = 0; i < rows; i++) {
      sum += (weights[i][column] - mean) * (weights[i][column] - mean);
    }
    return rows < 2 ? 0 : sum / (rows - 1);
  }

  /** Marks the members without which the others fit better by more than the threshold. */
  private void findUnfit(
      int row, int start, int length, double[] factors, double most, boolean[] out) {
    Arrays.fill(out, false);
    double baseline = error(row, start, length, factors, -1);
    // With a baseline below the threshold no gain can reach it.
    for (int k = 0; baseline > most && k < length; k++) {
      out[k] = baseline - error(row, start, length, factors, k) > most;
    }
  }

  /** The squared error of a group fitted to all members but one. */
  private double error(int row, int start, int length, double[] factors, int without) {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (int k = 0; k < length; k++) {
      if (k != without) {
        low = Math.min(low, weights[row][start + k]);
        high = Math.max(high, weights[row][start + k]);
      }
    }
    if (!(high > low)) {
      return 0;
    }
    int top = (1 << settings.bits()) - 1;
    double s = Math.max((high - low) / top, LEAST_SCALE);
    double z = -low / s;
    double sum = 0;
    for (int k = 0; k < length; k++) {
      if (k != without) {
        double w = weights[row][start + k];
        double code = Math.clamp(Math.rint(w / s + z), 0.0, top);
        double error = s * (code - z) - w;
        sum += factors[start + k] * error * error;
      }
    }
    return sum;
  }

  /** Fits scale and zero to the members that are not out; a replacement by their mean is inside. */
  private void fit(int row, int group, int start, int length, boolean[] out) {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (int k = 0; k < length; k++) {
      if (!out[k]) {
        low = Math.min(low, weights[row][start + k]);
        high = Math.max(high, weights[row][start + k]);
      }
    }
    if (low > high) {
      low = 0;
      high = 0;
    }
    if (low == high) {
      low = Math.min(low, 0);
      high = Math.max(high, 0);
    }
    double s = Math.max((high - low) / ((1 << settings.bits()) - 1), LEAST_SCALE);
    fittedScales[group][row] = s;
    fittedZeros[group][row] = -low / s;
  }

  private void quantiseSecond(int group) {
    for (int from = 0; from < rows; from += settings.secondGroup()) {
      int to = Math.min(rows, from + settings.secondGroup());
      int at = 4 * (from / settings.secondGroup() * groups + group);
      quantise(fittedScales[group], from, to, settings.scaleBits(), at, scales, group);
      quantise(fittedZeros[group], from, to, settings.zeroBits(), at + 2, zeros, group);
    }
  }

  private void quantise(
      double[] numbers, int from, int to, int bits, int at, PackedCodes target, int group) {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (int i = from; i < to; i++) {
      low = Math.min(low, numbers[i]);
      high = Math.max(high, numbers[i]);
    }
    int top = (1 << bits) - 1;
    double s = (high - low) / top;
    double z = -low / s;
    if (!(s > 0) || !fits(s) || !fits(z)) {
      // Nearly equal numbers: the range from 0 holds them all at one end.
      low = Math.min(low, 0);
      high = Math.max(high, 0);
      s = (high - low) / top;
      z = s > 0 ? -low / s : 0;
    }
    seconds[at] = half("scale of group " + group, s);
    seconds[at + 1] = half("zero of group " + group, z);
    for (int i = from; i < to; i++) {
      int best = nearest(numbers[i], top, at);
      target.set((long) i * groups + group, best);
      numbers[i] = second(seconds, at, best);
    }
  }

  private int nearest(double number, int top, int at) {
    int best = 0;
    for (int code = 1; code <= top; code++) {
      if (Math.abs(second(seconds, at, code) - number)
          < Math.abs(second(seconds, at, best) - number)) {
        best = code;
      }
    }
    return best;
  }

  private static boolean fits(double number) {
    return Float.isFinite(Float.float16ToFloat(Float.floatToFloat16((float) number)));
  }

  private static short half(String what, double number) {
    if (!fits(number)) {
      throw new IllegalArgumentException(
          NAME + ": " + what + " (" + (float) number + ") does not fit into a float16");
    }
    return Float.floatToFloat16((float) number);
  }

  private double decoded(int row, int group, int code) {
    return fittedScales[group][row] * (code - fittedZeros[group][row]);
  }

  /** The code whose value is nearest; the lower of two that are equally near. */
  private int code(int row, int column, double weight) {
    int group = column / settings.group();
    int best = 0;
    for (int code = 1; code < 1 << settings.bits(); code++) {
      if (Math.abs(decoded(row, group, code) - weight)
          < Math.abs(decoded(row, group, best) - weight)) {
        best = code;
      }
    }
    return best;
  }

  private SpqrEncoder encode() {
    Mask out = apart.build();
    int count = Math.toIntExact(out.count());
    outlierColumns = new char[count];
    outlierValues = new short[count];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        boolean outlier = out.get(i, j);
        int code = code(i, j, outlier ? 0 : weights[i][j]);
        codes.set((long) i * columns + j, code);
        if (outlier) {
          outlierColumns[outliers] = (char) j;
          double rest = weights[i][j] - decoded(i, j / settings.group(), code);
          outlierValues[outliers++] = half("outlier (" + i + ", " + j + ")", rest);
        }
      }
      rowPointers[i + 1] = outliers;
    }
    return this;
  }
}
