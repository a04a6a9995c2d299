package org.sparse4j.bench.plan;

import java.util.OptionalDouble;
import org.sparse4j.kernels.planner.Choice;

/**
 * What was found for one weight.
 *
 * @param name its name
 * @param stored what the file stores it as
 * @param density share of stored positions; of a dense tensor, of numbers that are not 0
 * @param choice the choice
 * @param crossover sparsity below which the dense product beats CSR with random positions; empty if
 *     not looked for or the dense matrix is too large
 */
record LayerPlan(
    String name, String stored, double density, Choice choice, OptionalDouble crossover) {

  String shape() {
    return choice.matrix().rows() + "x" + choice.matrix().columns();
  }

  double micros() {
    return choice.chosen().timing().orElseThrow().micros();
  }
}
