package org.sparse4j.train.optim;

import java.util.List;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.AdamStep;
import org.sparse4j.kernels.operation.DenseKernels;
import org.sparse4j.train.parameter.DenseParameter;
import org.sparse4j.train.parameter.FlatParameter;
import org.sparse4j.train.parameter.Parameter;
import org.sparse4j.train.parameter.Slots;

/** One step of Adam or AdamW; parameters that take no decay get the plain numbers. */
record AdamUpdate(AdamStep plain, AdamStep decaying) implements Optimizer.Update {

  static final List<String> SLOTS = List.of("first", "second");

  static void check(String name, double beta1, double beta2, double epsilon, double decay) {
    boolean fit = beta1 >= 0 && beta1 < 1 && beta2 >= 0 && beta2 < 1;
    if (!fit || !(epsilon > 0) || !(decay >= 0)) {
      throw new IllegalArgumentException(
          name
              + ": betas ("
              + beta1
              + ", "
              + beta2
              + ") must be in [0, 1), epsilon ("
              + epsilon
              + ") above 0 and the decay ("
              + decay
              + ") not negative");
    }
  }

  @Override
  public void apply(DenseKernels dense, Workspace workspace, Parameter parameter, Slots slots) {
    AdamStep numbers = parameter.decays() ? decaying : plain;
    switch (parameter) {
      case DenseParameter matrix ->
          dense.adam(
              workspace,
              numbers,
              matrix.gradient(),
              slots.matrix("first"),
              slots.matrix("second"),
              matrix.value());
      case FlatParameter flat -> {
        dense.adam(
            numbers,
            flat.gradient().array(),
            slots.array("first"),
            slots.array("second"),
            flat.values().array());
        flat.values().markChanged();
      }
    }
  }
}
