package org.sparse4j.train.layer;

import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What an update rule remembers from one update to the next: named arrays, zero at first.
 *
 * <p>There is one for each layer and one for all layers of a rule together. Checkpoints save all of
 * it, so a rule that keeps everything it needs here resumes exactly. Arrays are live and belong to
 * the rule; an array of one number a position is in row-major order. For one thread at a time.
 */
public final class RuleState {

  private final SortedMap<String, float[]> floats = new TreeMap<>();
  private final SortedMap<String, double[]> numbers = new TreeMap<>();

  /** Creates an empty state. */
  public RuleState() {}

  /**
   * Tells whether an array exists.
   *
   * @param name its name
   * @return true if it was asked for or put here before
   */
  public boolean contains(String name) {
    return floats.containsKey(name) || numbers.containsKey(name);
  }

  /**
   * Returns an array of float32, zeros if it is new.
   *
   * @param name its name
   * @param length number of elements
   * @return the live array
   * @throws IllegalStateException if it exists with another length
   */
  public float[] floats(String name, int length) {
    float[] array = floats.computeIfAbsent(name, key -> new float[length]);
    requireLength(name, array.length, length);
    return array;
  }

  /**
   * Returns an array of float64, zeros if it is new.
   *
   * @param name its name
   * @param length number of elements
   * @return the live array
   * @throws IllegalStateException if it exists with another length
   */
  public double[] numbers(String name, int length) {
    double[] array = numbers.computeIfAbsent(name, key -> new double[length]);
    requireLength(name, array.length, length);
    return array;
  }

  private static void requireLength(String name, int found, int wanted) {
    if (found != wanted) {
      throw new IllegalStateException(
          "RuleState: " + name + " has " + found + " elements, the rule wants " + wanted);
    }
  }

  /**
   * Puts an array here, or replaces it.
   *
   * @param name its name
   * @param array the array; kept
   */
  public void put(String name, float[] array) {
    floats.put(name, array);
  }

  /**
   * Puts an array here, or replaces it.
   *
   * @param name its name
   * @param array the array; kept
   */
  public void put(String name, double[] array) {
    numbers.put(name, array);
  }

  /**
   * Forgets an array.
   *
   * @param name its name; one that does not exist changes nothing
   */
  public void remove(String name) {
    floats.remove(name);
    numbers.remove(name);
  }

  /**
   * Returns all arrays of float32.
   *
   * @return a copy of the map with the live arrays, by name
   */
  public SortedMap<String, float[]> allFloats() {
    return new TreeMap<>(floats);
  }

  /**
   * Returns all arrays of float64.
   *
   * @return a copy of the map with the live arrays, by name
   */
  public SortedMap<String, double[]> allNumbers() {
    return new TreeMap<>(numbers);
  }

  /**
   * Returns the bytes of all arrays.
   *
   * @return 4 or 8 bytes an element
   */
  public long bytes() {
    long bytes = 0;
    for (float[] array : floats.values()) {
      bytes += 4L * array.length;
    }
    for (double[] array : numbers.values()) {
      bytes += 8L * array.length;
    }
    return bytes;
  }

  /** Returns the names and the bytes. */
  @Override
  public String toString() {
    return "RuleState " + floats.keySet() + " " + numbers.keySet() + " (" + bytes() + " bytes)";
  }
}
