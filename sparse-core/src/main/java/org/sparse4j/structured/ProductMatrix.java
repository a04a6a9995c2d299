package org.sparse4j.structured;

import java.util.ArrayList;
import java.util.List;
import org.sparse4j.format.CompressedMatrix;

/**
 * A product of matrices, {@code M = M_0 M_1 ... M_last}: the last one is applied first, as in the
 * formula.
 *
 * <p>The parameters are those of the parts in the order of the formula.
 */
public final class ProductMatrix extends CompositeMatrix {

  private static final String NAME = "ProductMatrix";

  private ProductMatrix(List<? extends CompressedMatrix> parts) {
    super(parts.get(0).rows(), parts.get(parts.size() - 1).columns(), parts);
  }

  /**
   * Multiplies matrices.
   *
   * @param parts at least one; columns of each equal rows of the next; shared
   * @return a matrix on the parts
   * @throws IllegalArgumentException if there is none or shapes do not fit
   */
  public static ProductMatrix of(CompressedMatrix... parts) {
    return of(List.of(parts));
  }

  /**
   * Multiplies matrices.
   *
   * @param parts at least one; columns of each equal rows of the next; shared
   * @return a matrix on the parts
   * @throws IllegalArgumentException if there is none or shapes do not fit
   */
  public static ProductMatrix of(List<? extends CompressedMatrix> parts) {
    if (parts.isEmpty()) {
      throw new IllegalArgumentException(NAME + ": there must be at least one part");
    }
    for (int i = 1; i < parts.size(); i++) {
      if (parts.get(i - 1).columns() != parts.get(i).rows()) {
        throw new IllegalArgumentException(
            NAME
                + ": columns of part "
                + (i - 1)
                + " ("
                + parts.get(i - 1).columns()
                + ") must equal rows of part "
                + i
                + " ("
                + parts.get(i).rows()
                + "); they are "
                + describe(parts.get(i - 1))
                + " and "
                + describe(parts.get(i)));
      }
    }
    return new ProductMatrix(parts);
  }

  @Override
  public String format() {
    return "product";
  }

  /** {@inheritDoc} A sparse part of any format becomes CSR. */
  @Override
  public ProductMatrix transposed() {
    List<CompressedMatrix> turned = new ArrayList<>();
    parts().reversed().forEach(part -> turned.add(transposed(part)));
    return new ProductMatrix(turned);
  }

  @Override
  VectorProduct product() {
    List<VectorProduct> products = products();
    double[][] between = new double[products.size()][];
    for (int i = 0; i < between.length; i++) {
      between[i] = new double[parts().get(i).rows()];
    }
    return (x, y) -> {
      double[] input = x;
      for (int i = products.size() - 1; i >= 0; i--) {
        double[] output = i == 0 ? y : between[i];
        products.get(i).apply(input, output);
        input = output;
      }
    };
  }

  @Override
  String layout() {
    StringBuilder text = new StringBuilder();
    for (CompressedMatrix part : parts()) {
      text.append(text.isEmpty() ? "" : " * ").append(part.format());
    }
    return text.toString();
  }
}
