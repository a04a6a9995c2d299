package org.sparse4j.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.BiPredicate;
import java.util.function.UnaryOperator;
import org.sparse4j.format.BitmapMatrix;
import org.sparse4j.format.BlockMatrix;
import org.sparse4j.format.BlockOrder;
import org.sparse4j.format.CondensedMatrix;
import org.sparse4j.format.CooMatrix;
import org.sparse4j.format.CscMatrix;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.DType;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.GroupedNmMatrix;
import org.sparse4j.format.NmMatrix;
import org.sparse4j.format.SparseMatrix;
import org.sparse4j.format.VnmMatrix;
import org.sparse4j.mask.GroupedNmStructure;
import org.sparse4j.mask.Mask;
import org.sparse4j.mask.NmStructure;
import org.sparse4j.mask.VnmStructure;

/**
 * The formats of this library, each listed once: tests of formats, kernels and files walk the list,
 * so a format that lacks one of its operations fails the build.
 *
 * <p>A format with parameters is listed once for every set of parameters worth testing.
 */
public final class Formats {

  private static final List<Entry> ALL = list();

  private Formats() {}

  /** Returns every format. */
  public static List<Entry> all() {
    return ALL;
  }

  private static List<Entry> list() {
    List<Entry> entries = new ArrayList<>();
    entries.add(
        exact(
                "CSR",
                (dense, seed) -> CsrMatrix.fromDense(dense),
                CsrMatrix::fromDense,
                CsrMatrix::to)
            .transposedBy(CsrMatrix::transposed)
            .entry());
    entries.add(
        exact(
                "CSC",
                (dense, seed) -> CscMatrix.fromDense(dense),
                CscMatrix::fromDense,
                CscMatrix::to)
            .transposedBy(CscMatrix::transposed)
            .entry());
    entries.add(
        exact(
                "COO",
                (dense, seed) -> CooMatrix.fromDense(dense),
                CooMatrix::fromDense,
                CooMatrix::to)
            .transposedBy(CooMatrix::transposed)
            .entry());
    entries.add(
        exact(
                "bitmap",
                (dense, seed) -> BitmapMatrix.fromDense(dense),
                BitmapMatrix::fromDense,
                BitmapMatrix::to)
            .transposedBy(BitmapMatrix::transposed)
            .entry());
    for (int fanIn : new int[] {1, 3, 16}) {
      entries.add(
          projecting(
                  "condensed " + fanIn,
                  (dense, seed) -> CondensedMatrix.fromDense(dense, fanIn),
                  CondensedMatrix::fromDense,
                  CondensedMatrix::to)
              .onlyShapes((rows, columns) -> columns >= fanIn)
              .entry());
    }
    block(entries, 1, 1, BlockOrder.ROWS);
    block(entries, 2, 3, BlockOrder.ROWS);
    block(entries, 16, 1, BlockOrder.ROWS);
    block(entries, 1, 16, BlockOrder.ROWS);
    block(entries, 4, 4, BlockOrder.ROWS);
    block(entries, 16, 16, BlockOrder.ROWS);
    block(entries, 3, 2, BlockOrder.COLUMNS);
    block(entries, 8, 4, BlockOrder.COLUMNS);
    nm(entries, 2, 4);
    nm(entries, 1, 4);
    nm(entries, 4, 8);
    nm(entries, 3, 32);
    vnm(entries, 1, 2, 4);
    vnm(entries, 8, 2, 4);
    vnm(entries, 16, 1, 4);
    vnm(entries, 5, 3, 7);
    groupedNm(entries, 2, 4, 1);
    groupedNm(entries, 2, 4, 3);
    groupedNm(entries, 1, 4, 3);
    groupedNm(entries, 3, 5, 1);
    return List.copyOf(entries);
  }

  private static void nm(List<Entry> entries, int n, int m) {
    NmStructure structure = new NmStructure(n, m);
    entries.add(
        projecting(
                "N:M " + structure,
                (dense, seed) -> NmMatrix.fromDense(dense, structure),
                (dense, mask) -> NmMatrix.fromDense(dense, mask, structure),
                NmMatrix::to)
            .entry());
  }

  private static void vnm(List<Entry> entries, int v, int n, int m) {
    VnmStructure structure = new VnmStructure(v, n, m);
    entries.add(
        projecting(
                "V:N:M " + structure,
                (dense, seed) -> VnmMatrix.fromDense(dense, structure),
                (dense, mask) -> VnmMatrix.fromDense(dense, mask, structure),
                VnmMatrix::to)
            .entry());
  }

  private static void groupedNm(List<Entry> entries, int n, int m, int g) {
    GroupedNmStructure structure = new GroupedNmStructure(n, m, g);
    entries.add(
        projecting(
                "n:m:g " + structure,
                (dense, seed) -> GroupedNmMatrix.fromDense(dense, structure),
                (dense, mask) -> GroupedNmMatrix.fromDense(dense, mask, structure),
                GroupedNmMatrix::to)
            .choosingAgain()
            .entry());
  }

  private static void block(List<Entry> entries, int height, int width, BlockOrder order) {
    entries.add(
        exact(
                "block " + height + "x" + width + (order == BlockOrder.ROWS ? "" : " by columns"),
                (dense, seed) -> BlockMatrix.fromDense(dense, height, width, order),
                (dense, mask) -> BlockMatrix.fromDense(dense, mask, height, width, order),
                BlockMatrix::to)
            .transposedBy(BlockMatrix::transposed)
            .entry());
  }

  /** Returns the entry of a name. */
  public static Entry named(String name) {
    return all().stream().filter(entry -> entry.name().equals(name)).findFirst().orElseThrow();
  }

  /** A format and how to make matrices of it. */
  public static final class Entry {
    private final Listing<?> listing;

    private Entry(Listing<?> listing) {
      this.listing = listing;
    }

    /** Returns the format's name and parameters, for example {@code block 2x3}. */
    public String name() {
      return listing.name;
    }

    /**
     * Tells whether every non-zero of a dense matrix is kept; a format that is not exact chooses
     * what it keeps.
     */
    public boolean exact() {
      return listing.exact;
    }

    /**
     * Tells whether choosing twice is choosing once; a greedy rule may choose otherwise among the
     * zeros it made.
     */
    public boolean idempotent() {
      return listing.idempotent;
    }

    /** Tells whether the format holds matrices of a shape. */
    public boolean takes(int rows, int columns) {
      return listing.shapes.test(rows, columns);
    }

    /** Builds a matrix by the format's own rule; the seed decides what the data do not. */
    public SparseMatrix build(DenseMatrix dense, long seed) {
      return listing.rule.build(dense, seed);
    }

    /** Builds a matrix at a mask that obeys the format's rule, zeros of the data included. */
    public SparseMatrix build(DenseMatrix dense, Mask mask) {
      return listing.at.apply(dense, mask);
    }

    /** Returns the same matrix with values of another type. */
    public SparseMatrix to(SparseMatrix matrix, DType dtype) {
      return listing.retyped(matrix, dtype);
    }

    /** Returns the transpose in the same format, where there is one. */
    public Optional<SparseMatrix> transposed(SparseMatrix matrix) {
      return listing.turned(matrix);
    }

    @Override
    public String toString() {
      return name();
    }
  }

  /** Builds a matrix from dense data. */
  @FunctionalInterface
  public interface Rule<M> {
    /** Builds a matrix; the seed decides what the data do not. */
    M build(DenseMatrix dense, long seed);
  }

  static <M extends SparseMatrix> Listing<M> exact(
      String name,
      Rule<M> rule,
      BiFunction<DenseMatrix, Mask, M> at,
      BiFunction<M, DType, M> retype) {
    return new Listing<>(name, true, rule, at, retype);
  }

  static <M extends SparseMatrix> Listing<M> projecting(
      String name,
      Rule<M> rule,
      BiFunction<DenseMatrix, Mask, M> at,
      BiFunction<M, DType, M> retype) {
    return new Listing<>(name, false, rule, at, retype);
  }

  /** An entry that is being written. */
  static final class Listing<M extends SparseMatrix> {
    private final String name;
    private final boolean exact;
    private final Rule<M> rule;
    private final BiFunction<DenseMatrix, Mask, M> at;
    private final BiFunction<M, DType, M> retype;
    private Optional<UnaryOperator<M>> transpose = Optional.empty();
    private BiPredicate<Integer, Integer> shapes = (rows, columns) -> true;
    private boolean idempotent = true;

    private Listing(
        String name,
        boolean exact,
        Rule<M> rule,
        BiFunction<DenseMatrix, Mask, M> at,
        BiFunction<M, DType, M> retype) {
      this.name = name;
      this.exact = exact;
      this.rule = rule;
      this.at = at;
      this.retype = retype;
    }

    Listing<M> transposedBy(UnaryOperator<M> operator) {
      transpose = Optional.of(operator);
      return this;
    }

    /** Restricts the format to some shapes; any, if this is not called. */
    Listing<M> onlyShapes(BiPredicate<Integer, Integer> predicate) {
      shapes = predicate;
      return this;
    }

    /** Says that the rule, applied to its own result, may choose otherwise. */
    Listing<M> choosingAgain() {
      idempotent = false;
      return this;
    }

    private Entry entry() {
      return new Entry(this);
    }

    // Matrices of an entry are those that its own functions made.
    @SuppressWarnings("unchecked")
    private SparseMatrix retyped(SparseMatrix matrix, DType dtype) {
      return retype.apply((M) matrix, dtype);
    }

    @SuppressWarnings("unchecked")
    private Optional<SparseMatrix> turned(SparseMatrix matrix) {
      return transpose.map(operator -> operator.apply((M) matrix));
    }
  }
}
