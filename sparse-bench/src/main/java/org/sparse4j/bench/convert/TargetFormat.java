package org.sparse4j.bench.convert;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.sparse4j.format.BitmapMatrix;
import org.sparse4j.format.BlockMatrix;
import org.sparse4j.format.BlockOrder;
import org.sparse4j.format.CompressedMatrix;
import org.sparse4j.format.CondensedMatrix;
import org.sparse4j.format.CooMatrix;
import org.sparse4j.format.CscMatrix;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.DType;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.GroupedNmMatrix;
import org.sparse4j.format.NmMatrix;
import org.sparse4j.format.SparseMatrix;
import org.sparse4j.format.StoredMatrix;
import org.sparse4j.format.VnmMatrix;
import org.sparse4j.mask.BlockStructure;
import org.sparse4j.mask.ConstantFanIn;
import org.sparse4j.mask.GroupedNmStructure;
import org.sparse4j.mask.Mask;
import org.sparse4j.mask.NmStructure;
import org.sparse4j.mask.Unstructured;
import org.sparse4j.mask.VnmStructure;
import org.sparse4j.structured.BlockDiagonalMatrix;
import org.sparse4j.structured.LowRankMatrix;
import org.sparse4j.structured.MonarchMatrix;
import org.sparse4j.structured.MonarchShape;

/**
 * What matrices are turned into: a format as the command line spells it, with its sizes, the share
 * of weights to drop and the type of the stored numbers.
 *
 * @param spelled for example {@code csr}, {@code 2:4} or {@code block:16x16}
 * @param kind what the word means
 * @param sizes the numbers in the word
 * @param sparsity share of the weights to drop, or null to keep what is not zero
 * @param dtype type of the stored numbers
 */
record TargetFormat(
    String spelled, Kind kind, List<Integer> sizes, @Nullable Double sparsity, DType dtype) {

  /** The formats, how they are spelled, and whether a share of weights may be named. */
  enum Kind {
    DENSE("dense", "dense", false),
    CSR("csr", "csr", true),
    CSC("csc", "csc", true),
    COO("coo", "coo", true),
    BITMAP("bitmap", "bitmap", true),
    CONDENSED("condensed", "condensed", true),
    BLOCK("block:HxW", "block:(\\d+)x(\\d+)", true),
    NM("N:M", "(\\d+):(\\d+)", false),
    VNM("V:N:M", "(\\d+):(\\d+):(\\d+)", false),
    GROUPED_NM("N:M:gG", "(\\d+):(\\d+):g(\\d+)", false),
    LOW_RANK("low-rank:R", "low-rank:(\\d+)", false),
    BLOCK_DIAGONAL("block-diagonal:B", "block-diagonal:(\\d+)", false),
    MONARCH("monarch:B", "monarch:(\\d+)", false);

    private final String spelling;
    private final Pattern pattern;
    private final boolean choosesSparsity;

    Kind(String spelling, String pattern, boolean choosesSparsity) {
      this.spelling = spelling;
      this.pattern = Pattern.compile(pattern);
      this.choosesSparsity = choosesSparsity;
    }
  }

  TargetFormat {
    sizes = List.copyOf(sizes);
  }

  /**
   * Reads what the user typed.
   *
   * @throws IllegalArgumentException if no format is spelled like that, a size is too large, or the
   *     format takes no sparsity
   */
  static TargetFormat parse(String spelled, @Nullable Double sparsity, DType dtype) {
    for (Kind kind : Kind.values()) {
      Matcher matcher = kind.pattern.matcher(spelled);
      if (matcher.matches()) {
        if (kind == Kind.DENSE && dtype != DType.F32) {
          throw new IllegalArgumentException(
              "format (" + spelled + ") stores F32 numbers only, got " + dtype);
        }
        TargetFormat format =
            new TargetFormat(
                spelled, kind, sizes(spelled, matcher), checked(spelled, kind, sparsity), dtype);
        format.requirePossible();
        return format;
      }
    }
    throw new IllegalArgumentException(
        "format (" + spelled + ") must be one of " + String.join(", ", spellings()));
  }

  /** Finds out before any file is read that no matrix can have these sizes. */
  private void requirePossible() {
    if (sizes.contains(0)) {
      throw new IllegalArgumentException("format (" + spelled + "): every size must be at least 1");
    }
    try {
      switch (kind) {
        case NM -> new NmStructure(size(0), size(1));
        case VNM -> new VnmStructure(size(0), size(1), size(2));
        case GROUPED_NM -> new GroupedNmStructure(size(0), size(1), size(2));
        default -> {}
      }
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("format (" + spelled + "): " + e.getMessage(), e);
    }
  }

  /** Returns how formats are spelled, with letters for sizes. */
  static List<String> spellings() {
    List<String> spellings = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      spellings.add(kind.spelling);
    }
    return spellings;
  }

  private static List<Integer> sizes(String spelled, Matcher matcher) {
    List<Integer> sizes = new ArrayList<>();
    for (int g = 1; g <= matcher.groupCount(); g++) {
      String digits = matcher.group(g);
      if (digits.length() > 6) {
        throw new IllegalArgumentException(
            "format (" + spelled + "): size " + digits + " must be at most 999999");
      }
      sizes.add(Integer.parseInt(digits));
    }
    return sizes;
  }

  private static @Nullable Double checked(String spelled, Kind kind, @Nullable Double sparsity) {
    if (sparsity == null) {
      return null;
    }
    if (!kind.choosesSparsity) {
      throw new IllegalArgumentException(
          "format ("
              + spelled
              + ") takes no sparsity, got "
              + sparsity
              + (kind == Kind.DENSE ? "" : "; its sizes say what it keeps"));
    }
    if (!(sparsity >= 0 && sparsity < 1)) {
      throw new IllegalArgumentException(
          "sparsity (" + sparsity + ") must be at least 0 and below 1");
    }
    return sparsity;
  }

  /** Tells whether matrices stay dense. */
  boolean isDense() {
    return kind == Kind.DENSE;
  }

  /**
   * Turns a matrix into this format, keeping the largest magnitudes where weights are dropped.
   *
   * @throws IllegalArgumentException if the format cannot hold it
   * @throws IllegalStateException if this is the dense format
   */
  CompressedMatrix convert(DenseMatrix dense) {
    return switch (kind) {
      case DENSE -> throw new IllegalStateException("dense matrices are not compressed");
      case CSR -> typed(CsrMatrix.fromDense(dense, unstructured(dense)));
      case CSC -> typed(CscMatrix.fromDense(dense, unstructured(dense)));
      case COO -> typed(CooMatrix.fromDense(dense, unstructured(dense)));
      case BITMAP -> typed(BitmapMatrix.fromDense(dense, unstructured(dense)));
      case CONDENSED -> typed(condensed(dense));
      case BLOCK -> typed(blocks(dense));
      case NM -> typed(NmMatrix.fromDense(dense, new NmStructure(size(0), size(1))));
      case VNM -> typed(VnmMatrix.fromDense(dense, new VnmStructure(size(0), size(1), size(2))));
      case GROUPED_NM ->
          typed(
              GroupedNmMatrix.fromDense(dense, new GroupedNmStructure(size(0), size(1), size(2))));
      case LOW_RANK -> {
        // More columns than singular values would only hold zeros.
        int rank = Math.min(size(0), Math.min(dense.rows(), dense.columns()));
        yield float32(LowRankMatrix.fromDense(dense, rank));
      }
      case BLOCK_DIAGONAL -> float32(BlockDiagonalMatrix.fromDense(dense, size(0)));
      case MONARCH -> float32(monarch(dense));
    };
  }

  /**
   * Turns a sparse matrix into this format without a dense form between, where that drops nothing:
   * stored zeros stay.
   *
   * @return the matrix, or null if the format needs the dense form
   */
  @Nullable CompressedMatrix convert(SparseMatrix sparse) {
    if (sparsity != null) {
      return null;
    }
    return switch (kind) {
      case CSR -> typed(sparse.toCsr());
      case CSC -> typed(CscMatrix.fromCsr(sparse.toCsr()));
      case COO -> typed(CooMatrix.fromCsr(sparse.toCsr()));
      case BITMAP -> typed(BitmapMatrix.fromCsr(sparse.toCsr()));
      case BLOCK -> typed(BlockMatrix.fromCsr(sparse.toCsr(), size(0), size(1), BlockOrder.ROWS));
      default -> null;
    };
  }

  private int size(int index) {
    return sizes.get(index);
  }

  private CompressedMatrix typed(StoredMatrix<?, ?> matrix) {
    return dtype == DType.F32 ? matrix : matrix.to(dtype);
  }

  private CompressedMatrix float32(CompressedMatrix matrix) {
    if (dtype != DType.F32) {
      throw new IllegalArgumentException(
          "format (" + spelled + ") stores F32 numbers only, got " + dtype);
    }
    return matrix;
  }

  private Mask unstructured(DenseMatrix dense) {
    if (sparsity == null) {
      return Mask.of(dense.rows(), dense.columns(), (i, j) -> dense.get(i, j) != 0);
    }
    return Unstructured.ofSparsity(dense.rows(), dense.columns(), sparsity)
        .keepLargest(dense.rows(), dense.columns(), magnitudes(dense));
  }

  private CondensedMatrix condensed(DenseMatrix dense) {
    if (sparsity == null) {
      return CondensedMatrix.fromDense(dense, unstructured(dense));
    }
    int fanIn = ConstantFanIn.ofSparsity(dense.columns(), sparsity).count();
    return CondensedMatrix.fromDense(dense, fanIn);
  }

  private BlockMatrix blocks(DenseMatrix dense) {
    if (sparsity == null) {
      return BlockMatrix.fromDense(dense, size(0), size(1));
    }
    return BlockMatrix.fromDense(
        dense,
        BlockStructure.ofSparsity(dense.rows(), dense.columns(), size(0), size(1), sparsity));
  }

  /**
   * The nearest Monarch matrix with the sizes of a layer of B blocks: between the factors lie as
   * many numbers as the smaller side, a B-th of them for every block.
   */
  private MonarchMatrix monarch(DenseMatrix dense) {
    int blocks = size(0);
    MonarchShape layer = MonarchShape.linear(dense.rows(), dense.columns(), blocks);
    return MonarchMatrix.fromDense(dense, blocks, blocks, Math.max(1, layer.firstRows() / blocks));
  }

  private static float[] magnitudes(DenseMatrix dense) {
    float[] scores = dense.toArray();
    for (int p = 0; p < scores.length; p++) {
      scores[p] = Math.abs(scores[p]);
    }
    return scores;
  }
}
