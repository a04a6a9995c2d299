package org.sparse4j.train.optim;

import java.util.List;
import org.sparse4j.train.parameter.Parameter;

/** Adds nothing; an enum, so that it prints well. */
enum NoRegularizer implements Regularizer {
  INSTANCE;

  @Override
  public void add(List<Parameter> parameters, long step) {}

  @Override
  public String toString() {
    return "none";
  }
}
