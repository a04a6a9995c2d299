package org.sparse4j.train.layer;

import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.sparse4j.train.autograd.Tape;
import org.sparse4j.train.autograd.Variable;
import org.sparse4j.train.parameter.Parameter;

/**
 * The sum of layers that read the same input: {@code y = f_0(x) + f_1(x) + ...}.
 *
 * <p>Parameters are named by branch: {@code 0.weight}, {@code 1.weight}.
 */
public final class Parallel implements Layer {

  private final List<Layer> branches;
  private final Parts parts = new Parts();

  private Parallel(List<Layer> branches) {
    this.branches = branches;
    for (int b = 0; b < branches.size(); b++) {
      parts.add(String.valueOf(b), branches.get(b));
    }
  }

  /**
   * Adds layers.
   *
   * @param branches at least one; their parameters are renamed
   * @return a new layer on the branches
   * @throws IllegalArgumentException if there is none, or inputs or outputs differ
   */
  public static Parallel of(Layer... branches) {
    return of(List.of(branches));
  }

  /**
   * Adds layers.
   *
   * @param branches at least one; their parameters are renamed
   * @return a new layer on the branches
   * @throws IllegalArgumentException if there is none, or inputs or outputs differ
   */
  public static Parallel of(List<? extends Layer> branches) {
    if (branches.isEmpty()) {
      throw new IllegalArgumentException("Parallel: needs at least one branch");
    }
    OptionalInt inputs = branches.getFirst().inputs();
    for (Layer branch : branches) {
      boolean same =
          branch.inputs().equals(inputs)
              && (inputs.isEmpty()
                  || branch.outputs(inputs.getAsInt())
                      == branches.getFirst().outputs(inputs.getAsInt()));
      if (!same) {
        throw new IllegalArgumentException(
            "Parallel: inputs and outputs of "
                + branch
                + " must be those of "
                + branches.getFirst());
      }
    }
    return new Parallel(List.copyOf(branches));
  }

  /**
   * Returns the branches.
   *
   * @return the layers in order
   */
  public List<Layer> branches() {
    return branches;
  }

  @Override
  public Variable forward(Tape tape, Variable x) {
    Variable sum = branches.getFirst().forward(tape, x);
    for (int b = 1; b < branches.size(); b++) {
      sum = tape.add(sum, branches.get(b).forward(tape, x));
    }
    return sum;
  }

  @Override
  public List<Parameter> parameters() {
    return parts.parameters();
  }

  @Override
  public OptionalInt inputs() {
    return branches.getFirst().inputs();
  }

  @Override
  public int outputs(int inputs) {
    return branches.getFirst().outputs(inputs);
  }

  @Override
  public void initialise(long seed) {
    parts.initialise(seed);
  }

  /** Returns the branches. */
  @Override
  public String toString() {
    return branches.stream()
        .map(Layer::toString)
        .collect(Collectors.joining(" + ", "Parallel [", "]"));
  }
}
