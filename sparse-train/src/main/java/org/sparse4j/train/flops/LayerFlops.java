package org.sparse4j.train.flops;

/**
 * Floating-point operations of one product in one sample's forward pass.
 *
 * @param name name of the weights, or of the operator if it has none ({@code attention})
 * @param dense operations with dense weights, {@code 2 outputs inputs positions}
 * @param forward operations with the stored weights, {@code 2 nnz positions}
 */
public record LayerFlops(String name, double dense, double forward) {

  /**
   * Returns the share of operations that is done.
   *
   * @return {@code forward / dense}; 1 for a layer without operations
   */
  public double density() {
    return dense == 0 ? 1 : forward / dense;
  }
}
