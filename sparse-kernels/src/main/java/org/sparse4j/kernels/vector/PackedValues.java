package org.sparse4j.kernels.vector;

import org.sparse4j.format.FloatValues;
import org.sparse4j.format.Values;

/** Float32 values in the order of a kernel, each copied from a place in the caller's order. */
final class PackedValues {

  /** The values, zero until they are refreshed. */
  final float[] numbers;

  private final int[] sources;
  private final int[] zeros;

  /** Values that are not float32, decoded; made at the first refresh with such values. */
  private float[] decoded = {};

  /**
   * Makes room for values.
   *
   * @param sources where each value comes from; kept
   * @param zeros places that stay zero whatever their source; kept
   */
  PackedValues(int[] sources, int[] zeros) {
    this.sources = sources;
    this.zeros = zeros;
    this.numbers = new float[sources.length];
  }

  /**
   * Copies values; allocates nothing from the second time on.
   *
   * @param changed values in the caller's order
   */
  void refresh(Values changed) {
    if (changed.length() == 0) {
      return;
    }
    if (changed instanceof FloatValues floats) {
      gather(floats.array(), sources, numbers);
    } else {
      if (decoded.length != changed.length()) {
        decoded = new float[changed.length()];
      }
      changed.copyTo(decoded);
      gather(decoded, sources, numbers);
    }
    for (int i : zeros) {
      numbers[i] = 0;
    }
  }

  private static void gather(float[] from, int[] sources, float[] to) {
    for (int i = 0; i < to.length; i++) {
      to[i] = from[sources[i]];
    }
  }
}
