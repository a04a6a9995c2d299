package org.sparse4j.structured;

import java.nio.CharBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.sparse4j.format.CompressedMatrix;
import org.sparse4j.format.CsrPattern;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.Values;
import org.sparse4j.mask.Mask;

/**
 * A dense matrix in 3 or 4 bits a weight with few outliers apart (Dettmers et al., SpQR: A
 * Sparse-Quantized Representation for Near-Lossless LLM Weight Compression, 2023, arXiv
 * 2306.03078): {@code w = s (q - z) + v}, where q is the weight's code, s and z are shared by a
 * group of columns of one row and are themselves codes of 3 bits with 16-bit constants for a run of
 * rows, and v is the 16-bit correction of an outlier, 0 elsewhere.
 *
 * <p>Immutable, without trainable parameters. Outliers are stored by row, as additions to the
 * decoded base. 16-bit numbers are float16, so weights should lie between about 1e-3 and 6e4 in
 * size; what a float16 cannot hold is an error. Deviations from the authors' code: the code of a
 * weight is the one whose value is nearest after scale and zero were rounded; a group of equal
 * numbers is fitted on the range from 0 to that number (their code fits -1 to 1, far from most
 * groups); columns are not permuted.
 */
public final class SpqrMatrix implements CompressedMatrix {

  private static final String NAME = "SpqrMatrix";

  private final int rows;
  private final int columns;
  private final SpqrSettings settings;
  private final int groups;
  private final PackedCodes codes;
  private final PackedCodes scales;
  private final PackedCodes zeros;

  /** Four float16 a run of rows and group of columns: scale and zero of scales, then of zeros. */
  private final short[] seconds;

  private final int[] rowPointers;
  private final char[] outlierColumns;
  private final short[] outlierValues;

  private SpqrMatrix(SpqrEncoder encoder) {
    this.rows = encoder.rows;
    this.columns = encoder.columns;
    this.settings = encoder.settings;
    this.groups = encoder.groups;
    this.codes = encoder.codes;
    this.scales = encoder.scales;
    this.zeros = encoder.zeros;
    this.seconds = encoder.seconds;
    this.rowPointers = encoder.rowPointers;
    this.outlierColumns = Arrays.copyOf(encoder.outlierColumns, encoder.outliers);
    this.outlierValues = Arrays.copyOf(encoder.outlierValues, encoder.outliers);
  }

  private SpqrMatrix(
      int rows,
      int columns,
      SpqrSettings settings,
      PackedCodes codes,
      PackedCodes scales,
      PackedCodes zeros,
      short[] seconds,
      int[] rowPointers,
      char[] outlierColumns,
      short[] outlierValues) {
    this.rows = rows;
    this.columns = columns;
    this.settings = settings;
    this.groups = ComputedMatrix.ceilDivide(columns, settings.group());
    this.codes = codes;
    this.scales = scales;
    this.zeros = zeros;
    this.seconds = seconds;
    this.rowPointers = rowPointers;
    this.outlierColumns = outlierColumns;
    this.outlierValues = outlierValues;
  }

  /**
   * Copies and checks the arrays of an encoded matrix, for readers of files.
   *
   * @param rows number of rows
   * @param columns number of columns, at most 65535
   * @param settings sizes
   * @param codes of the weights, row by row, packed as {@link #codes()} returns them; not kept
   * @param scales codes of the scales, a row and group; not kept
   * @param zeros codes of the zeros, a row and group; not kept
   * @param seconds four finite float16 a run of rows and group; not kept
   * @param rowPointers {@code rows + 1} offsets of the rows' outliers; not kept
   * @param outlierColumns columns of outliers, strictly ascending inside a row; not kept
   * @param outlierValues one finite float16 an outlier; not kept
   * @return a new matrix
   * @throws IllegalArgumentException naming the first rule that is broken
   */
  public static SpqrMatrix copyOf(
      int rows,
      int columns,
      SpqrSettings settings,
      long[] codes,
      long[] scales,
      long[] zeros,
      short[] seconds,
      int[] rowPointers,
      char[] outlierColumns,
      short[] outlierValues) {
    ComputedMatrix.requireShape(NAME, rows, columns);
    if (columns > 65_535) {
      throw new IllegalArgumentException(
          NAME
              + ": columns ("
              + columns
              + ") must be at most 65535; indices of outliers are 16-bit");
    }
    int groups = ComputedMatrix.ceilDivide(columns, settings.group());
    long runs = ComputedMatrix.ceilDivide(rows, settings.secondGroup());
    requireHalves("seconds", seconds, 4 * runs * groups);
    requireHalves("outlierValues", outlierValues, outlierColumns.length);
    int[] indices = new int[outlierColumns.length];
    for (int k = 0; k < indices.length; k++) {
      indices[k] = outlierColumns[k];
    }
    CsrPattern.check(rows, columns, rowPointers, indices);
    return new SpqrMatrix(
        rows,
        columns,
        settings,
        new PackedCodes("codes", settings.bits(), (long) rows * columns, codes),
        new PackedCodes("scales", settings.scaleBits(), (long) rows * groups, scales),
        new PackedCodes("zeros", settings.zeroBits(), (long) rows * groups, zeros),
        seconds.clone(),
        rowPointers.clone(),
        outlierColumns.clone(),
        outlierValues.clone());
  }

  private static void requireHalves(String name, short[] halves, long length) {
    if (halves.length != length) {
      throw new IllegalArgumentException(
          NAME + ": length of " + name + " (" + halves.length + ") must be " + length);
    }
    for (int k = 0; k < halves.length; k++) {
      if (!Float.isFinite(Float.float16ToFloat(halves[k]))) {
        throw new IllegalArgumentException(
            NAME
                + ": "
                + name
                + "["
                + k
                + "] must be finite, it is "
                + Float.float16ToFloat(halves[k]));
      }
    }
  }

  /**
   * Returns the codes of the weights.
   *
   * @return code {@code row * columns + column} in bits {@code bits * that} and on of the words,
   *     low bits first, across word borders; read-only
   */
  public LongBuffer codes() {
    return codes.words();
  }

  /**
   * Returns the codes of the scales.
   *
   * @return code {@code row * groups + group}, packed like the weights; read-only
   */
  public LongBuffer scales() {
    return scales.words();
  }

  /**
   * Returns the codes of the zeros.
   *
   * @return code {@code row * groups + group}, packed like the weights; read-only
   */
  public LongBuffer zeros() {
    return zeros.words();
  }

  /**
   * Returns the constants by which scales and zeros are decoded.
   *
   * @return four float16 a run of rows and group: scale and zero of the scales, then of the zeros;
   *     read-only
   */
  public ShortBuffer seconds() {
    return ShortBuffer.wrap(seconds).asReadOnlyBuffer();
  }

  /**
   * Returns where the outliers of each row begin.
   *
   * @return {@code rows + 1} offsets, read-only
   */
  public IntBuffer rowPointers() {
    return IntBuffer.wrap(rowPointers).asReadOnlyBuffer();
  }

  /**
   * Returns the columns of the outliers.
   *
   * @return columns, row by row, read-only
   */
  public CharBuffer outlierColumns() {
    return CharBuffer.wrap(outlierColumns).asReadOnlyBuffer();
  }

  /**
   * Returns what is added to the decoded base at the outliers.
   *
   * @return one float16 an outlier, read-only
   */
  public ShortBuffer outlierValues() {
    return ShortBuffer.wrap(outlierValues).asReadOnlyBuffer();
  }

  /**
   * Encodes a matrix by rounding to nearest, with given outliers.
   *
   * @param dense the weights; not kept
   * @param settings sizes
   * @param outliers positions kept apart, which no group is fitted to
   * @return a new matrix
   * @throws IllegalArgumentException if shapes differ, there are more than 65535 columns, an
   *     element is not finite, or a number does not fit into a float16
   */
  public static SpqrMatrix encode(DenseMatrix dense, SpqrSettings settings, Mask outliers) {
    if (dense.rows() != outliers.rows() || dense.columns() != outliers.columns()) {
      throw new IllegalArgumentException(
          NAME
              + ": shape of the mask ("
              + outliers.rows()
              + "x"
              + outliers.columns()
              + ") must equal the shape of the matrix ("
              + dense.rows()
              + "x"
              + dense.columns()
              + ")");
    }
    return new SpqrMatrix(new SpqrEncoder(dense, settings).withOutliers(outliers));
  }

  /**
   * Encodes a matrix by rounding to nearest and keeps apart what rounds badly: with {@code e =
   * importance_j (w - w')^2}, a weight is an outlier where e exceeds {@code threshold * mean_j
   * (importance_j * Var(column j))}, the variance with divisor rows - 1. Groups are fitted without
   * the members whose absence lowers the group's error by more than that.
   *
   * @param dense the weights; not kept
   * @param settings sizes
   * @param importance factor of a squared error in each column, for example the diagonal of the
   *     Hessian; none for 1 everywhere
   * @param threshold relative, published 0.2; larger means fewer outliers, infinity none
   * @return a new matrix
   * @throws IllegalArgumentException if lengths differ, there are more than 65535 columns, an
   *     element is not finite, or a number does not fit into a float16
   */
  public static SpqrMatrix encode(
      DenseMatrix dense, SpqrSettings settings, double threshold, float... importance) {
    if (importance.length != 0 && importance.length != dense.columns()) {
      throw new IllegalArgumentException(
          NAME
              + ": length of importance ("
              + importance.length
              + ") must equal columns ("
              + dense.columns()
              + ")");
    }
    if (!(threshold >= 0)) {
      throw new IllegalArgumentException(
          NAME + ": threshold (" + threshold + ") must be at least 0");
    }
    for (int j = 0; j < importance.length; j++) {
      if (!(importance[j] >= 0 && importance[j] <= Float.MAX_VALUE)) {
        throw new IllegalArgumentException(
            NAME
                + ": importance "
                + j
                + " ("
                + importance[j]
                + ") must be finite and not negative");
      }
    }
    return new SpqrMatrix(new SpqrEncoder(dense, settings).withThreshold(threshold, importance));
  }

  @Override
  public int rows() {
    return rows;
  }

  @Override
  public int columns() {
    return columns;
  }

  @Override
  public String format() {
    return "spqr";
  }

  /**
   * Returns the sizes.
   *
   * @return those given when it was encoded
   */
  public SpqrSettings settings() {
    return settings;
  }

  /**
   * Returns the number of outliers.
   *
   * @return weights kept apart
   */
  public int outliers() {
    return outlierColumns.length;
  }

  /**
   * Returns the bits a weight takes on average, see {@link SpqrSettings#averageBits}.
   *
   * @return bits a weight by the formula, with this matrix's share of outliers
   */
  public double averageBits() {
    long size = (long) rows * columns;
    return settings.averageBits(size == 0 ? 0 : (double) outliers() / size);
  }

  /**
   * Returns nothing: quantised numbers are not trained.
   *
   * @return an empty list
   */
  @Override
  public List<Values> parameters() {
    return List.of();
  }

  @Override
  public long bytes() {
    return codes.bytes()
        + scales.bytes()
        + zeros.bytes()
        + 2L * seconds.length
        + 4L * rowPointers.length
        + 4L * outlierColumns.length;
  }

  /**
   * Decodes one row.
   *
   * @param row row, from 0
   * @param target receives columns() numbers from index 0 on
   * @throws IndexOutOfBoundsException if there is no such row or the target is too short
   */
  public void decodeRow(int row, float[] target) {
    Objects.checkIndex(row, rows);
    Objects.checkFromIndexSize(0, columns, target.length);
    for (int g = 0; g < groups; g++) {
      double s = scale(row, g);
      double z = zero(row, g);
      int end = Math.min(columns, (g + 1) * settings.group());
      for (int j = g * settings.group(); j < end; j++) {
        target[j] = (float) (s * (codes.get((long) row * columns + j) - z));
      }
    }
    for (int k = rowPointers[row]; k < rowPointers[row + 1]; k++) {
      int j = outlierColumns[k];
      int g = j / settings.group();
      double base = scale(row, g) * (codes.get((long) row * columns + j) - zero(row, g));
      target[j] = (float) (base + Float.float16ToFloat(outlierValues[k]));
    }
  }

  private double scale(int row, int group) {
    int at = 4 * (row / settings.secondGroup() * groups + group);
    int code = scales.get((long) row * groups + group);
    return SpqrEncoder.second(seconds, at, code);
  }

  private double zero(int row, int group) {
    int at = 4 * (row / settings.secondGroup() * groups + group) + 2;
    int code = zeros.get((long) row * groups + group);
    return SpqrEncoder.second(seconds, at, code);
  }

  @Override
  public DenseMatrix toDense() {
    DenseMatrix dense = DenseMatrix.zeros(rows, columns);
    float[] row = new float[columns];
    for (int i = 0; i < rows; i++) {
      decodeRow(i, row);
      dense.setRow(i, row, 0);
    }
    return dense;
  }

  /** Does nothing: all that could be broken is fixed when the matrix is encoded. */
  @Override
  public void validate() {}

  /**
   * Packs a row of a tile of 16 x 16 weights of 3 bits into one word: bits 0-2 the scale's code,
   * 3-5 the zero's, then 16 codes of 3 bits, bits 54-61 a byte of the tile's constants.
   *
   * @param scaleCode 0 to 7
   * @param zeroCode 0 to 7
   * @param weights 16 codes from 0 to 7
   * @param fragment low 8 bits are used
   * @return the word
   * @throws IllegalArgumentException if there are not 16 weights
   */
  public static long tileWord(int scaleCode, int zeroCode, int[] weights, int fragment) {
    if (weights.length != 16) {
      throw new IllegalArgumentException(
          NAME + ".tileWord: number of weights (" + weights.length + ") must be 16");
    }
    long word = (scaleCode & 7) | (long) (zeroCode & 7) << 3;
    for (int k = 0; k < 16; k++) {
      word |= (long) (weights[k] & 7) << (6 + 3 * k);
    }
    return word | (long) (fragment & 0xff) << 54;
  }

  /**
   * Returns the base in the authors' layout for 3 bits and tiles of 16 x 16: tiles row by row, 16
   * words of {@link #tileWord} each, word k with byte {@code k / 2} of the tile's four float16
   * constants (scale and zero of the scales, scale and zero of the zeros, low to high).
   *
   * @return {@code rows * columns / 16} words
   * @throws IllegalStateException if the sizes are not those of {@code SpqrSettings.standard(3)} or
   *     16 does not divide both rows and columns
   */
  public long[] tiles() {
    if (!settings.equals(SpqrSettings.standard(3)) || rows % 16 != 0 || columns % 16 != 0) {
      throw new IllegalStateException(
          NAME
              + ".tiles: wants 3-bit codes, groups of 16 and sizes that 16 divides; the matrix is "
              + rows
              + "x"
              + columns
              + " with "
              + settings);
    }
    long[] words = new long[rows * groups];
    int[] weights = new int[16];
    int at = 0;
    for (int run = 0; run < rows / 16; run++) {
      for (int g = 0; g < groups; g++) {
        long constants = 0;
        for (int c = 0; c < 4; c++) {
          constants |= (seconds[4 * (run * groups + g) + c] & 0xffffL) << (16 * c);
        }
        for (int k = 0; k < 16; k++) {
          int row = 16 * run + k;
          for (int j = 0; j < 16; j++) {
            weights[j] = codes.get((long) row * columns + 16L * g + j);
          }
          int fragment = (int) (constants >>> (k / 2 * 8));
          words[at++] =
              tileWord(
                  scales.get((long) row * groups + g),
                  zeros.get((long) row * groups + g),
                  weights,
                  fragment);
        }
      }
    }
    return words;
  }

  /** Compares sizes, codes and outliers. */
  @Override
  public boolean equals(Object other) {
    return other instanceof SpqrMatrix matrix
        && rows == matrix.rows
        && columns == matrix.columns
        && settings.equals(matrix.settings)
        && codes.equals(matrix.codes)
        && scales.equals(matrix.scales)
        && zeros.equals(matrix.zeros)
        && Arrays.equals(seconds, matrix.seconds)
        && Arrays.equals(rowPointers, matrix.rowPointers)
        && Arrays.equals(outlierColumns, matrix.outlierColumns)
        && Arrays.equals(outlierValues, matrix.outlierValues);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * rows + columns) + codes.hashCode();
  }

  /** Returns shape, format, bits of a code and the number of outliers. */
  @Override
  public String toString() {
    return rows
        + "x"
        + columns
        + " spqr ("
        + settings.bits()
        + " bits, groups of "
        + settings.group()
        + "), "
        + outliers()
        + " outliers";
  }
}
