package org.sparse4j.kernels.vector;

import org.sparse4j.format.FloatValues;
import org.sparse4j.format.Values;

/** Values of any kind as float32; allocates nothing from the second time on. */
final class Decoded {

  private float[] copy = {};

  /** Returns the values: their own array if they are float32, else this object's, overwritten. */
  float[] of(Values values) {
    if (values instanceof FloatValues floats) {
      return floats.array();
    }
    if (copy.length != values.length()) {
      copy = new float[values.length()];
    }
    values.copyTo(copy);
    return copy;
  }
}
