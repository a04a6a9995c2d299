package org.sparse4j.train.parameter;

import java.util.Arrays;
import java.util.List;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.Remap;

/**
 * What an optimizer remembers of one parameter: named arrays of its size, zero at first. Matrices
 * for a dense parameter, flat arrays for the others.
 */
public final class Slots {

  private final String owner;
  private final List<String> names;
  private final DenseMatrix[] matrices;
  private final float[][] arrays;

  private Slots(String owner, List<String> names, DenseMatrix[] matrices, float[][] arrays) {
    this.owner = owner;
    this.names = names;
    this.matrices = matrices;
    this.arrays = arrays;
  }

  /**
   * Makes zeroed state.
   *
   * @param parameter whose state it is; not kept
   * @param names names of the arrays, may be none
   * @return new state
   */
  public static Slots of(Parameter parameter, String... names) {
    return switch (parameter) {
      case DenseParameter dense -> {
        DenseMatrix[] matrices = new DenseMatrix[names.length];
        for (int s = 0; s < names.length; s++) {
          matrices[s] = DenseMatrix.zeros(dense.value().rows(), dense.value().columns());
        }
        yield new Slots(parameter.name(), List.of(names), matrices, new float[0][]);
      }
      case FlatParameter flat -> {
        float[][] arrays = new float[names.length][flat.values().length()];
        yield new Slots(parameter.name(), List.of(names), new DenseMatrix[0], arrays);
      }
    };
  }

  /**
   * Returns the names of the arrays.
   *
   * @return for example {@code [first, second]} for Adam
   */
  public List<String> names() {
    return names;
  }

  /**
   * Tells whether the state is of a dense parameter.
   *
   * @return true for {@link #matrix}, false for {@link #array}
   */
  public boolean isDense() {
    return arrays.length == 0 && matrices.length > 0;
  }

  /**
   * Returns the state of a dense parameter.
   *
   * @param name name of the array
   * @return the live matrix
   * @throws IllegalArgumentException if there is no such matrix
   */
  public DenseMatrix matrix(String name) {
    return matrices[index(name, matrices.length)];
  }

  /**
   * Returns the state of a sparse or flat parameter.
   *
   * @param name name of the array
   * @return the live array, valid until the next {@link #remap}
   * @throws IllegalArgumentException if there is no such array
   */
  public float[] array(String name) {
    return arrays[index(name, arrays.length)];
  }

  private int index(String name, int count) {
    int index = names.indexOf(name);
    if (index < 0 || index >= count) {
      throw new IllegalArgumentException(
          "Slots: no "
              + (isDense() ? "matrix" : "array")
              + " named "
              + name
              + "; "
              + owner
              + " has "
              + names);
    }
    return index;
  }

  /**
   * Carries the state over a change of pattern: kept positions keep theirs, grown ones get zero.
   *
   * @param remap the change
   * @throws IllegalArgumentException if the lengths do not fit; nothing is changed
   */
  public void remap(Remap remap) {
    float[][] moved = new float[arrays.length][];
    for (int s = 0; s < arrays.length; s++) {
      moved[s] = remap.apply(arrays[s]);
    }
    System.arraycopy(moved, 0, arrays, 0, moved.length);
  }

  /** Sets everything to zero. */
  public void clear() {
    for (DenseMatrix matrix : matrices) {
      matrix.fill(0);
    }
    for (float[] array : arrays) {
      Arrays.fill(array, 0);
    }
  }

  /**
   * Returns the bytes of all arrays.
   *
   * @return 4 bytes a number, padding not counted
   */
  public long bytes() {
    long bytes = 0;
    for (DenseMatrix matrix : matrices) {
      bytes += 4L * matrix.rows() * matrix.columns();
    }
    for (float[] array : arrays) {
      bytes += 4L * array.length;
    }
    return bytes;
  }

  /** Returns owner, names and bytes. */
  @Override
  public String toString() {
    return "Slots of " + owner + " " + names + " (" + bytes() + " bytes)";
  }
}
