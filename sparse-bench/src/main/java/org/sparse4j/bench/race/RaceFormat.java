package org.sparse4j.bench.race;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sparse4j.format.BitmapMatrix;
import org.sparse4j.format.BlockMatrix;
import org.sparse4j.format.BlockOrder;
import org.sparse4j.format.CondensedMatrix;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.DType;
import org.sparse4j.format.NmMatrix;
import org.sparse4j.format.SparseMatrix;
import org.sparse4j.format.StoredMatrix;
import org.sparse4j.format.VnmMatrix;
import org.sparse4j.mask.BlockStructure;
import org.sparse4j.mask.ConstantFanIn;
import org.sparse4j.mask.Mask;
import org.sparse4j.mask.NmStructure;
import org.sparse4j.mask.Structure;
import org.sparse4j.mask.TransposableNm;
import org.sparse4j.mask.VnmStructure;

/**
 * How the weights of a race are stored by our contestants, and so which positions they have: {@code
 * csr}, {@code bitmap}, {@code condensed}, {@code block:16x16}, N:M such as {@code 2:4}
 * (transposable with a t: {@code 2:4t}), V:N:M such as {@code 16:2:20}, or {@code dense}. {@code
 * :bf16} or {@code :i8} behind it is the type of the stored values, float32 without.
 *
 * @param word the word of the list
 * @param kind what the word means
 * @param sizes numbers in the word
 * @param dtype type of the stored values
 */
public record RaceFormat(String word, Kind kind, List<Integer> sizes, DType dtype) {

  /** The families of formats, as words. */
  public enum Kind {
    /** All weights. */
    DENSE("dense"),
    /** Positions anywhere, as CSR. */
    CSR("csr"),
    /** Positions anywhere, one bit each. */
    BITMAP("bitmap"),
    /** The same number of positions in every row. */
    CONDENSED("condensed"),
    /** Blocks anywhere. */
    BLOCK("block:(\\d{1,4})x(\\d{1,4})"),
    /** N of every M in a row. */
    NM("(\\d{1,2}):(\\d{1,2})"),
    /** N of every M in a row and in a column: a rule of masks, stored as N:M. */
    TRANSPOSABLE_NM("(\\d{1,2}):(\\d{1,2})t"),
    /** N of every M, the same in V rows. */
    VNM("(\\d{1,4}):(\\d{1,2}):(\\d{1,3})");

    private final Pattern pattern;

    Kind(String pattern) {
      this.pattern = Pattern.compile(pattern);
    }
  }

  /** Keeps a copy of the sizes. */
  public RaceFormat {
    sizes = List.copyOf(sizes);
  }

  /**
   * Reads a word.
   *
   * @param word word of a list
   * @return its format
   * @throws IllegalArgumentException if no format is spelled like that
   */
  public static RaceFormat of(String word) {
    DType dtype = DType.F32;
    String layout = word;
    for (DType type : List.of(DType.BF16, DType.I8)) {
      String suffix = ":" + dtypeWord(type);
      if (word.endsWith(suffix)) {
        dtype = type;
        layout = word.substring(0, word.length() - suffix.length());
      }
    }
    for (Kind kind : Kind.values()) {
      Matcher matcher = kind.pattern.matcher(layout);
      if (matcher.matches()) {
        Integer[] sizes = new Integer[matcher.groupCount()];
        for (int g = 0; g < sizes.length; g++) {
          sizes[g] = Integer.valueOf(matcher.group(g + 1));
        }
        RaceFormat format = new RaceFormat(word, kind, Arrays.asList(sizes), dtype);
        format.requireSizes();
        return format;
      }
    }
    throw new IllegalArgumentException(
        "format ("
            + word
            + ") must be one of dense, csr, bitmap, condensed, block:16x16, 2:4, 16:2:20 or such,"
            + " perhaps with :bf16 or :i8 behind it");
  }

  /**
   * The type of the stored values as rows name it.
   *
   * @return {@code f32}, {@code bf16} or {@code i8}
   */
  public String dtypeWord() {
    return dtypeWord(dtype);
  }

  private static String dtypeWord(DType type) {
    return type.name().toLowerCase(Locale.ROOT);
  }

  private void requireSizes() {
    switch (kind) {
      case NM -> new NmStructure(size(0), size(1));
      case TRANSPOSABLE_NM -> new TransposableNm(size(0), size(1));
      case VNM -> new VnmStructure(size(0), size(1), size(2));
      case BLOCK -> new BlockStructure(size(0), size(1), 0);
      case DENSE, CSR, BITMAP, CONDENSED -> {}
    }
    if (kind == Kind.DENSE && dtype != DType.F32) {
      throw new IllegalArgumentException("format (" + word + ") must be dense without a type");
    }
  }

  private int size(int index) {
    return sizes.get(index);
  }

  /**
   * Returns the sparsity that the format fixes.
   *
   * @return {@code 1 - N/M}, or NaN where the race chooses
   */
  double fixedSparsity() {
    return switch (kind) {
      case DENSE -> 0;
      case NM, TRANSPOSABLE_NM -> 1 - (double) size(0) / size(1);
      case VNM -> 1 - (double) size(1) / size(2);
      default -> Double.NaN;
    };
  }

  /** Draws positions that the format can hold, as many as the sparsity asks for. */
  Mask positions(int rows, int columns, double sparsity, SplittableRandom random) {
    Structure rule = rule(rows, columns, sparsity);
    float[] scores = new float[Math.multiplyExact(rows, columns)];
    for (int p = 0; p < scores.length; p++) {
      scores[p] = random.nextFloat();
    }
    return rule.keepLargest(rows, columns, scores);
  }

  /**
   * The rule that the positions obey.
   *
   * @param rows rows of the weights
   * @param columns columns of the weights
   * @param sparsity share of weights left out
   * @return the rule; a format whose positions lie anywhere has none
   */
  public Structure rule(int rows, int columns, double sparsity) {
    return switch (kind) {
      case DENSE, CSR, BITMAP -> throw new IllegalStateException(word + ": positions lie anywhere");
      case CONDENSED -> ConstantFanIn.ofSparsity(columns, sparsity);
      case BLOCK -> BlockStructure.ofSparsity(rows, columns, size(0), size(1), sparsity);
      case NM -> new NmStructure(size(0), size(1));
      case TRANSPOSABLE_NM -> new TransposableNm(size(0), size(1));
      case VNM -> new VnmStructure(size(0), size(1), size(2));
    };
  }

  /** Tells whether positions lie anywhere, so that a race draws them one by one. */
  boolean isUnstructured() {
    return kind == Kind.DENSE || kind == Kind.CSR || kind == Kind.BITMAP;
  }

  /**
   * Stores weights in this format.
   *
   * @param weights the weights as CSR, at positions drawn for this format
   * @return the matrix, every weight of CSR in it, rounded to the format's type
   */
  public SparseMatrix matrix(CsrMatrix weights) {
    StoredMatrix<?, ?> stored = stored(weights);
    return dtype == DType.F32 ? stored : stored.to(dtype);
  }

  /**
   * Stores weights in the layout of this format as float32.
   *
   * @param weights the weights as CSR, at positions drawn for this format
   * @return the matrix, every weight of CSR in it
   */
  public SparseMatrix wideMatrix(CsrMatrix weights) {
    return stored(weights);
  }

  private StoredMatrix<?, ?> stored(CsrMatrix weights) {
    return switch (kind) {
      case DENSE, CSR -> weights;
      case BITMAP -> BitmapMatrix.fromCsr(weights);
      case CONDENSED -> CondensedMatrix.fromCsr(weights);
      case BLOCK -> BlockMatrix.fromCsr(weights, size(0), size(1), BlockOrder.ROWS);
      case NM, TRANSPOSABLE_NM -> NmMatrix.fromCsr(weights, new NmStructure(size(0), size(1)));
      case VNM -> VnmMatrix.fromCsr(weights, new VnmStructure(size(0), size(1), size(2)));
    };
  }

  /** Returns the word of the list. */
  @Override
  public String toString() {
    return word;
  }
}
