package org.sparse4j.structured;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.sparse4j.format.CompressedMatrix;

/**
 * A sum of matrices with fixed coefficients, {@code M = sum_i c_i M_i}: flat block butterfly plus
 * low rank, sparse plus low rank.
 *
 * <p>The parameters are those of the parts, one part after the other; the coefficients are not
 * trained.
 */
public final class SumMatrix extends CompositeMatrix {

  private static final String NAME = "SumMatrix";

  private final float[] coefficients;

  private SumMatrix(List<? extends CompressedMatrix> parts, float[] coefficients) {
    super(parts.get(0).rows(), parts.get(0).columns(), parts);
    this.coefficients = coefficients;
  }

  /**
   * Adds matrices as they are.
   *
   * @param parts at least one, all of one shape; shared
   * @return a matrix on the parts
   * @throws IllegalArgumentException if there is none or shapes differ
   */
  public static SumMatrix of(CompressedMatrix... parts) {
    float[] ones = new float[parts.length];
    Arrays.fill(ones, 1);
    return of(List.of(parts), ones);
  }

  /**
   * Adds matrices with coefficients.
   *
   * @param parts at least one, all of one shape; shared
   * @param coefficients one a part; not kept
   * @return a matrix on the parts
   * @throws IllegalArgumentException if there is none, shapes differ, or the numbers of parts and
   *     coefficients do
   */
  public static SumMatrix of(List<? extends CompressedMatrix> parts, float... coefficients) {
    if (parts.isEmpty()) {
      throw new IllegalArgumentException(NAME + ": there must be at least one part");
    }
    if (parts.size() != coefficients.length) {
      throw new IllegalArgumentException(
          NAME
              + ": number of coefficients ("
              + coefficients.length
              + ") must equal the number of parts ("
              + parts.size()
              + ")");
    }
    CompressedMatrix first = parts.get(0);
    for (int i = 1; i < parts.size(); i++) {
      CompressedMatrix part = parts.get(i);
      if (part.rows() != first.rows() || part.columns() != first.columns()) {
        throw new IllegalArgumentException(
            NAME
                + ": shapes must be equal; part 0 is "
                + describe(first)
                + ", part "
                + i
                + " is "
                + describe(part));
      }
    }
    return new SumMatrix(parts, coefficients.clone());
  }

  /**
   * Returns the coefficient of a part.
   *
   * @param index number of the part
   * @return its factor
   * @throws IndexOutOfBoundsException if there is no such part
   */
  public float coefficient(int index) {
    return coefficients[index];
  }

  @Override
  public String format() {
    return "sum";
  }

  /** {@inheritDoc} A sparse part of any format becomes CSR. */
  @Override
  public SumMatrix transposed() {
    List<CompressedMatrix> turned = new ArrayList<>();
    parts().forEach(part -> turned.add(transposed(part)));
    return new SumMatrix(turned, coefficients);
  }

  @Override
  VectorProduct product() {
    return sum(products(), coefficients, rows());
  }

  static VectorProduct sum(List<VectorProduct> parts, float[] coefficients, int rows) {
    double[] one = new double[rows];
    return (x, y) -> {
      Arrays.fill(y, 0, rows, 0);
      for (int k = 0; k < coefficients.length; k++) {
        parts.get(k).apply(x, one);
        SymmetricEigen.addScaled(coefficients[k], one, y, 0, rows);
      }
    };
  }

  @Override
  String layout() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < coefficients.length; i++) {
      text.append(i == 0 ? "" : " + ")
          .append(coefficients[i])
          .append(' ')
          .append(parts().get(i).format());
    }
    return text.toString();
  }
}
