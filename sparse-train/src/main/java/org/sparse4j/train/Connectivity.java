package org.sparse4j.train;

import java.util.Arrays;
import java.util.List;
import org.sparse4j.format.CsrPattern;

/**
 * Which neurons of a chain of sparse layers can still matter: alive is a neuron that some path of
 * stored weights joins to an input and to an output of the chain.
 *
 * <p>The reference code of Evci et al., Rigging the Lottery, 2020 (arXiv 1911.11134) counts the
 * size of a network after such neurons are removed. Biases are not looked at: a neuron without
 * stored inputs is constant and can be folded into the biases of the next layer.
 */
public final class Connectivity {

  private final List<CsrPattern> layers;
  private final boolean[][] alive;

  private Connectivity(List<CsrPattern> layers, boolean[][] alive) {
    this.layers = layers;
    this.alive = alive;
  }

  /**
   * Follows all paths, once forwards and once backwards; O(nnz).
   *
   * @param layers stored positions of each layer, outputs x inputs, first layer first; at least one
   * @return what is alive
   * @throws IllegalArgumentException if there is no layer, or one does not take as many inputs as
   *     the one before has outputs
   */
  public static Connectivity of(List<CsrPattern> layers) {
    if (layers.isEmpty()) {
      throw new IllegalArgumentException("Connectivity: needs at least one layer");
    }
    int depth = layers.size();
    boolean[][] reached = new boolean[depth + 1][];
    boolean[][] alive = new boolean[depth + 1][];
    reached[0] = new boolean[layers.getFirst().columns()];
    Arrays.fill(reached[0], true);
    for (int l = 0; l < depth; l++) {
      CsrPattern layer = layers.get(l);
      boolean[] inputs = reached[l];
      if (layer.columns() != inputs.length) {
        throw new IllegalArgumentException(
            "Connectivity: inputs of layer "
                + l
                + " ("
                + layer.columns()
                + ") must equal outputs of the layer before ("
                + inputs.length
                + ")");
      }
      boolean[] outputs = new boolean[layer.rows()];
      layer.forEach((p, i, j) -> outputs[i] |= inputs[j]);
      reached[l + 1] = outputs;
    }
    alive[depth] = reached[depth];
    for (int l = depth - 1; l >= 0; l--) {
      boolean[] inputs = new boolean[reached[l].length];
      boolean[] outputs = alive[l + 1];
      layers.get(l).forEach((p, i, j) -> inputs[j] |= outputs[i]);
      for (int j = 0; j < inputs.length; j++) {
        inputs[j] &= reached[l][j];
      }
      alive[l] = inputs;
    }
    return new Connectivity(List.copyOf(layers), alive);
  }

  /**
   * Counts the neurons of a level that are alive.
   *
   * @param level 0 for the inputs of the chain, l for the outputs of its layer l - 1
   * @return neurons on a path from an input to an output
   * @throws IndexOutOfBoundsException if there is no such level
   */
  public int alive(int level) {
    int count = 0;
    for (boolean neuron : alive[level]) {
      count += neuron ? 1 : 0;
    }
    return count;
  }

  /**
   * Counts the neurons of a level that no path joins to both ends.
   *
   * @param level as in {@link #alive(int)}
   * @return all neurons of the level without those alive
   * @throws IndexOutOfBoundsException if there is no such level
   */
  public int dead(int level) {
    return alive[level].length - alive(level);
  }

  /**
   * Counts the stored weights on such paths: what is left once dead neurons are removed.
   *
   * @return stored weights between alive neurons
   */
  public long storedAlive() {
    long[] count = new long[1];
    for (int l = 0; l < layers.size(); l++) {
      boolean[] inputs = alive[l];
      boolean[] outputs = alive[l + 1];
      layers.get(l).forEach((p, i, j) -> count[0] += inputs[j] && outputs[i] ? 1 : 0);
    }
    return count[0];
  }

  /**
   * Counts the positions of the network without its dead neurons, dense or not.
   *
   * @return the sum over layers of alive inputs times alive outputs
   */
  public long positions() {
    long positions = 0;
    for (int l = 0; l < layers.size(); l++) {
      positions += (long) alive(l) * alive(l + 1);
    }
    return positions;
  }

  static int emptyRows(CsrPattern pattern) {
    int empty = 0;
    for (int i = 0; i < pattern.rows(); i++) {
      empty += pattern.rowStart(i) == pattern.rowStart(i + 1) ? 1 : 0;
    }
    return empty;
  }

  static int emptyColumns(CsrPattern pattern) {
    boolean[] read = new boolean[pattern.columns()];
    pattern.forEach((p, i, j) -> read[j] = true);
    int empty = 0;
    for (boolean column : read) {
      empty += column ? 0 : 1;
    }
    return empty;
  }

  /** Returns how many neurons of each level are alive. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("Connectivity");
    for (int level = 0; level < alive.length; level++) {
      text.append(level == 0 ? " " : ", ").append(alive(level)).append(" of ");
      text.append(alive[level].length);
    }
    return text.toString();
  }
}
