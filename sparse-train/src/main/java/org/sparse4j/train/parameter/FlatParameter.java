package org.sparse4j.train.parameter;

import org.sparse4j.format.FloatValues;

/** A parameter whose numbers are one flat array: values in pattern order, not a dense matrix. */
public sealed interface FlatParameter extends Parameter permits SparseParameter, ValuesParameter {

  /**
   * Returns the numbers.
   *
   * @return live values; whoever writes them calls {@code markChanged}
   */
  FloatValues values();

  /**
   * Returns the gradient, one number a value; zeros if nothing was added.
   *
   * @return live values, valid until the pattern changes
   */
  FloatValues gradient();

  /**
   * Returns where a backward pass writes its contribution, all of it: the gradient itself if that
   * is empty, else spare values which {@link #gradientWritten()} adds to it.
   *
   * @return values of {@link #size()} numbers with undefined contents
   */
  FloatValues gradientTarget();

  /** Says that {@link #gradientTarget()} was written. */
  void gradientWritten();

  @Override
  default long size() {
    return values().length();
  }
}
