/**
 * Matrices: dense operands in native memory, and sparse formats as a pattern plus values.
 *
 * <p>Formats are data. A {@link org.sparse4j.format.Pattern} says which positions are stored and
 * never changes; {@link org.sparse4j.format.Values} are the numbers in pattern order; a {@link
 * org.sparse4j.format.SparseMatrix} is both. The package builds, checks and converts them; products
 * live in {@code org.sparse4j.kernels}, which also holds the operator view of a matrix.
 *
 * <p>Which format for what:
 *
 * <ul>
 *   <li>any pattern: {@link org.sparse4j.format.CsrMatrix}; {@link org.sparse4j.format.CscMatrix}
 *       and {@link org.sparse4j.format.CooMatrix} for exchange; {@link
 *       org.sparse4j.format.BitmapMatrix} where room counts and more than a few percent are kept;
 *   <li>n of every m: {@link org.sparse4j.format.NmMatrix}, {@link org.sparse4j.format.VnmMatrix},
 *       {@link org.sparse4j.format.GroupedNmMatrix};
 *   <li>whole blocks: {@link org.sparse4j.format.BlockMatrix};
 *   <li>rows that keep equally much or nothing: {@link org.sparse4j.format.CondensedMatrix};
 *   <li>more than two dimensions, on the way into a matrix: {@link org.sparse4j.format.CooTensor}.
 * </ul>
 *
 * <pre>{@code
 * DenseMatrix w = DenseMatrix.copyOf(new float[][] {{0, 2, 0}, {1, 0, 3}});
 * CsrMatrix a = CsrMatrix.fromDense(w);           // keeps what is not 0.0f
 * a.nnz();                                        // 3
 * a.pattern().columnIndices().get(0);             // 1
 * a.floatValues().array()[0] = 4;                      // values are mutable ...
 * a.values().markChanged();                       // ... and say so to plans made from them
 * }</pre>
 */
@NullMarked
package org.sparse4j.format;

import org.jspecify.annotations.NullMarked;
