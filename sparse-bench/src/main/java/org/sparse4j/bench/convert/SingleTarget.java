package org.sparse4j.bench.convert;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.sparse4j.bench.console.Failure;
import org.sparse4j.bench.weights.WeightSource;
import org.sparse4j.format.BlockMatrix;
import org.sparse4j.format.CompressedMatrix;
import org.sparse4j.format.CooMatrix;
import org.sparse4j.format.CscMatrix;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.SparseMatrix;
import org.sparse4j.interchange.Dlmc;
import org.sparse4j.interchange.Numpy;
import org.sparse4j.interchange.ScipyLayout;
import org.sparse4j.interchange.ScipySparse;
import org.sparse4j.io.MatrixMarket;

/** A kind of file that holds one matrix. */
final class SingleTarget implements WeightTarget {

  /** Writes one matrix. */
  private interface Form<M> {
    void write(M matrix, Path path) throws IOException;
  }

  /** Writes what was added, all but the path known. */
  private interface Job {
    void write(Path path) throws IOException;
  }

  private final String kind;
  private final @Nullable Form<DenseMatrix> dense;
  private final Form<SparseMatrix> sparse;
  private @Nullable Job job;

  private SingleTarget(String kind, @Nullable Form<DenseMatrix> dense, Form<SparseMatrix> sparse) {
    this.kind = kind;
    this.dense = dense;
    this.sparse = sparse;
  }

  /** A NumPy array, dense. */
  static SingleTarget npy() {
    return new SingleTarget(
        "a NumPy array", Numpy::write, (matrix, path) -> Numpy.write(matrix.toDense(), path));
  }

  /** A SciPy sparse matrix, in the layout of its format where SciPy has it, else as CSR. */
  static SingleTarget scipy() {
    return new SingleTarget("a SciPy file", null, SingleTarget::writeScipy);
  }

  private static void writeScipy(SparseMatrix matrix, Path path) throws IOException {
    switch (matrix) {
      case CscMatrix csc -> ScipySparse.write(csc, ScipyLayout.CSC, path);
      case CooMatrix coo -> ScipySparse.write(coo, ScipyLayout.COO, path);
      case BlockMatrix block when divides(block) ->
          ScipySparse.writeBlocks(
              block, block.pattern().blockHeight(), block.pattern().blockWidth(), path);
      case SparseMatrix other -> ScipySparse.write(other, ScipyLayout.CSR, path);
    }
  }

  private static boolean divides(BlockMatrix block) {
    return block.rows() % block.pattern().blockHeight() == 0
        && block.columns() % block.pattern().blockWidth() == 0;
  }

  /** A Matrix Market file. */
  static SingleTarget matrixMarket() {
    return new SingleTarget(
        "a Matrix Market file", null, (matrix, path) -> MatrixMarket.write(matrix.toCsr(), path));
  }

  /** A DLMC file: positions without numbers. */
  static SingleTarget dlmc() {
    return new SingleTarget(
        "a DLMC file", null, (matrix, path) -> Dlmc.write(matrix.toCsr().pattern(), path));
  }

  @Override
  public void begin(int matrices) {
    if (matrices != 1) {
      throw Failure.output(
          kind + " holds one matrix, " + matrices + " are chosen; choose one with --include", null);
    }
  }

  @Override
  public boolean takesOthers() {
    return false;
  }

  @Override
  public void add(String name, CompressedMatrix matrix) {
    if (matrix instanceof SparseMatrix stored) {
      job = path -> sparse.write(stored, path);
    } else {
      add(name, matrix.toDense());
    }
  }

  @Override
  public void add(String name, DenseMatrix matrix) {
    Form<DenseMatrix> form = dense;
    job =
        form == null
            ? path -> sparse.write(CsrMatrix.fromDense(matrix), path)
            : path -> form.write(matrix, path);
  }

  @Override
  public void add(String name, WeightSource.Raw tensor) {
    throw new IllegalStateException(kind + " takes no other tensors");
  }

  @Override
  public void metadata(String key, String value) {
    // None of these kinds has a place for it.
  }

  @Override
  public void write(Path path) throws IOException {
    if (job != null) {
      job.write(path);
    }
  }
}
