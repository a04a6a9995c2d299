package org.sparse4j.train.autograd;

/**
 * Takes the floating-point operations of products, one product of an operator at a time; an
 * operation is a multiplication or an addition.
 */
@FunctionalInterface
public interface OperationSink {

  /**
   * Takes one product.
   *
   * @param name name of its weights, or of the operator if it has none
   * @param dense operations of a forward pass with dense weights
   * @param forward operations of the forward pass
   * @param backward operations of the gradients of input and weights, the input's counted also
   *     where nobody wants it; 0 if no gradient runs through this product
   */
  void product(String name, double dense, double forward, double backward);
}
