package org.sparse4j.io.layout;

import java.io.IOException;
import org.sparse4j.structured.ProductMatrix;

/** Product: the matrices {@code 0}, {@code 1} and so on, from left to right. */
final class ProductLayout implements MatrixLayout<ProductMatrix> {

  @Override
  public String format() {
    return "product";
  }

  @Override
  public Class<ProductMatrix> type() {
    return ProductMatrix.class;
  }

  @Override
  public void write(ProductMatrix matrix, MatrixParts parts) {
    Sequences.write(matrix.parts(), parts);
  }

  @Override
  public ProductMatrix read(StoredParts parts) throws IOException {
    return ProductMatrix.of(Sequences.read(parts));
  }
}
