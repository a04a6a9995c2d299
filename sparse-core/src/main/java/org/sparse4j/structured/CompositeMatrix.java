package org.sparse4j.structured;

import java.util.ArrayList;
import java.util.List;
import org.sparse4j.format.CompressedMatrix;
import org.sparse4j.format.SparseMatrix;
import org.sparse4j.format.Values;

/** A matrix made of others, sparse ones and those of a user's own included. */
abstract class CompositeMatrix extends ComputedMatrix {

  private final List<CompressedMatrix> parts;

  CompositeMatrix(int rows, int columns, List<? extends CompressedMatrix> parts) {
    super(rows, columns, parameters(parts));
    this.parts = List.copyOf(parts);
  }

  private static List<Values> parameters(List<? extends CompressedMatrix> parts) {
    List<Values> all = new ArrayList<>();
    for (CompressedMatrix part : parts) {
      all.addAll(part.parameters());
    }
    return all;
  }

  /**
   * Returns the matrices that this one is made of.
   *
   * @return an immutable list; the parts' numbers are live
   */
  public List<CompressedMatrix> parts() {
    return parts;
  }

  @Override
  public long bytes() {
    return parts.stream().mapToLong(CompressedMatrix::bytes).sum();
  }

  @Override
  public long multiplications() {
    long sum = 0;
    for (CompressedMatrix part : parts) {
      sum +=
          part instanceof StructuredMatrix matrix
              ? matrix.multiplications()
              : part.parameterCount();
    }
    return sum;
  }

  /** Checks every part. */
  @Override
  public void validate() {
    parts.forEach(CompressedMatrix::validate);
  }

  final List<VectorProduct> products() {
    return parts.stream().map(VectorProduct::of).toList();
  }

  /** Compares the kind of composition and the parts. */
  @Override
  public boolean equals(Object other) {
    return other instanceof CompositeMatrix matrix
        && getClass() == matrix.getClass()
        && layout().equals(matrix.layout())
        && parts.equals(matrix.parts);
  }

  @Override
  public int hashCode() {
    return 31 * layout().hashCode() + parts.hashCode();
  }

  /** Returns the transpose of a part; a sparse one of any format becomes CSR. */
  static CompressedMatrix transposed(CompressedMatrix part) {
    return switch (part) {
      case StructuredMatrix structured -> structured.transposed();
      case SparseMatrix sparse -> sparse.toCsr().transposed();
      default ->
          throw new UnsupportedOperationException(
              "transposed: a "
                  + part.format()
                  + " matrix is neither sparse nor structured; it is "
                  + part.rows()
                  + "x"
                  + part.columns());
    };
  }

  static String describe(CompressedMatrix part) {
    return part.rows() + "x" + part.columns() + " " + part.format();
  }
}
