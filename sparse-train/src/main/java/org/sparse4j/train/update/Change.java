package org.sparse4j.train.update;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.sparse4j.format.CsrPattern;
import org.sparse4j.format.Remap;

/**
 * What an update does to one layer: its next positions, and what grown positions start with.
 *
 * <p>Kept positions keep weight and optimizer state. Unless a rule says otherwise, grown ones start
 * with 0 in both. Immutable; arrays are kept, not copied.
 */
public final class Change {

  private final Remap remap;
  private final Optional<float[]> grownWeights;
  private final Map<String, float[]> grownState;

  private Change(Remap remap, Optional<float[]> grownWeights, Map<String, float[]> grownState) {
    this.remap = remap;
    this.grownWeights = grownWeights;
    this.grownState = grownState;
  }

  /**
   * Grown positions start with 0.
   *
   * @param remap from the layer's pattern to the next one
   * @return the change
   */
  public static Change of(Remap remap) {
    return new Change(remap, Optional.empty(), Map.of());
  }

  /**
   * Nothing changes.
   *
   * @param pattern the layer's pattern
   * @return the change
   */
  public static Change none(CsrPattern pattern) {
    return of(Remap.between(pattern, pattern));
  }

  /**
   * Sets the weights that grown positions start with.
   *
   * @param weights one a grown position, in the order of the next pattern
   * @return a new change
   * @throws IllegalArgumentException if there are not {@code remap().grown()} of them
   */
  public Change grownWeights(float[] weights) {
    requireLength("weights", weights.length);
    return new Change(remap, Optional.of(weights), grownState);
  }

  /**
   * Sets the optimizer state that grown positions start with.
   *
   * @param slot name of the optimizer's array
   * @param values one a grown position, in the order of the next pattern
   * @return a new change
   * @throws IllegalArgumentException if there are not {@code remap().grown()} of them
   */
  public Change grownState(String slot, float[] values) {
    requireLength(slot, values.length);
    Map<String, float[]> next = new TreeMap<>(grownState);
    next.put(slot, values);
    return new Change(remap, grownWeights, next);
  }

  private void requireLength(String name, int length) {
    if (length != remap.grown()) {
      throw new IllegalArgumentException(
          "Change: number of "
              + name
              + " ("
              + length
              + ") must equal grown positions ("
              + remap.grown()
              + ")");
    }
  }

  /**
   * Returns the positions.
   *
   * @return from the layer's pattern to the next one
   */
  public Remap remap() {
    return remap;
  }

  /**
   * Returns the weights of grown positions.
   *
   * @return one a grown position, or empty for zeros
   */
  public Optional<float[]> grownWeights() {
    return grownWeights;
  }

  /**
   * Returns the optimizer state of grown positions.
   *
   * @return arrays by slot; slots that are not named start with zeros
   */
  public Map<String, float[]> grownState() {
    return Map.copyOf(grownState);
  }

  /** Returns the positions in numbers. */
  @Override
  public String toString() {
    return "Change " + remap;
  }
}
