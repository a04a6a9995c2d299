package org.sparse4j.train.parameter;

import org.sparse4j.format.FloatValues;

/**
 * One array of trainable numbers of a linear operator of your own (see {@code LinearOperator}),
 * with a gradient and optimizer state of the same length.
 */
public final class ValuesParameter implements FlatParameter {

  private final FloatValues values;
  private final FlatGradient gradient;
  private final boolean decays;
  private String name;

  private ValuesParameter(String name, FloatValues values, boolean decays) {
    this.name = name;
    this.values = values;
    this.decays = decays;
    this.gradient = new FlatGradient(values.length());
  }

  /**
   * Makes a parameter of an operator's numbers; they count as initialised.
   *
   * @param name the name
   * @param values the numbers; shared with the operator
   * @param decays whether weight decay applies
   * @return a parameter on the values
   */
  public static ValuesParameter of(String name, FloatValues values, boolean decays) {
    return new ValuesParameter(name, values, decays);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void rename(String name) {
    this.name = name;
  }

  @Override
  public boolean decays() {
    return decays;
  }

  @Override
  public boolean isInitialised() {
    return true;
  }

  /** Keeps the numbers: how an operator starts is its owner's concern. Empties the gradient. */
  @Override
  public void initialise(long seed) {
    zeroGradient();
  }

  @Override
  public FloatValues values() {
    return values;
  }

  @Override
  public FloatValues gradient() {
    return gradient.values();
  }

  @Override
  public FloatValues gradientTarget() {
    return gradient.target();
  }

  @Override
  public void gradientWritten() {
    gradient.written();
  }

  @Override
  public void zeroGradient() {
    gradient.clear();
  }

  @Override
  public boolean hasGradient() {
    return gradient.isFilled();
  }

  @Override
  public long bytes() {
    return values.bytes();
  }

  /** Returns name and length. */
  @Override
  public String toString() {
    return name + " (" + values.length() + " values)";
  }
}
