package org.sparse4j.train.optim;

import java.util.List;
import org.sparse4j.train.parameter.Parameter;

/**
 * A term of the loss that depends on weights alone: its gradient is added before clipping and step.
 *
 * <p>It acts on parameters that decay and have a gradient, on the stored numbers of sparse ones.
 * The interface is open. Implementations are immutable, and print their settings, which checkpoints
 * compare.
 */
@FunctionalInterface
public interface Regularizer {

  /**
   * Adds the term's gradient to the gradients.
   *
   * @param parameters all parameters of the model
   * @param step weight steps taken so far
   */
  void add(List<Parameter> parameters, long step);

  /**
   * Adds nothing.
   *
   * @return the regularizer that does nothing
   */
  static Regularizer none() {
    return NoRegularizer.INSTANCE;
  }
}
