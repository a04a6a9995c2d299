package org.sparse4j.train.autograd;

/**
 * One differentiable operator: {@code y = f(x_0, x_1, ...)} and what it adds to the gradients of
 * its inputs.
 *
 * <p>Both methods get the tape's {@link Entry} of this use: operands, result, gradients, kernels,
 * and matrices to remember what the backward pass needs. An operator object keeps no state of its
 * own between the two, so one object may be used many times in a step.
 *
 * <pre>{@code
 * enum Cube implements Operator {
 *   INSTANCE;
 *   public String label() { return "cube"; }
 *   public void forward(Entry e) {                                  // y = x^3
 *     e.dense().multiply(e.workspace(), e.value(0), e.value(0), e.output());
 *     e.dense().multiply(e.workspace(), e.value(0), e.output(), e.output());
 *   }
 *   public void backward(Entry e) {                                 // dx = 3 x^2 dy
 *     DenseMatrix dx = e.gradientTarget(0);
 *     e.dense().multiply(e.workspace(), e.value(0), e.value(0), dx);
 *     e.dense().multiply(e.workspace(), dx, e.outputGradient(), dx);
 *     e.dense().scale(e.workspace(), 3, dx, dx);
 *     e.gradientWritten(0);
 *   }
 * }
 * Variable y = tape.apply(Cube.INSTANCE, x.rows(), x.columns(), x);
 * }</pre>
 */
public interface Operator {

  /**
   * Returns the name used in messages.
   *
   * @return a short name
   */
  String label();

  /**
   * Tells whether the operator has parameters of its own to train, so that it runs backwards even
   * if none of its inputs needs a gradient.
   *
   * @return false unless overridden
   */
  default boolean trains() {
    return false;
  }

  /**
   * Computes the result.
   *
   * @param entry inputs, and the result to overwrite
   */
  void forward(Entry entry);

  /**
   * Adds to the gradient of every input that needs one, given the gradient of the result. Called
   * once a step, after all uses of the result.
   *
   * @param entry inputs, result and gradients
   */
  void backward(Entry entry);

  /**
   * Tells the products of this use and what they cost; see {@link Tape#countOperations}.
   *
   * @param entry inputs and result
   * @param sink takes every product; nothing unless overridden, as for operators without products
   */
  default void countOperations(Entry entry, OperationSink sink) {}
}
