package org.sparse4j.kernels.vector;

import java.util.Arrays;

/** Room for widened values, one array for each part of a call; grows and stays. */
final class Pieces {

  private float[][] arrays = {};

  /** Makes sure of some arrays of some length. */
  void reserve(int parts, int length) {
    if (arrays.length < parts) {
      int before = arrays.length;
      arrays = Arrays.copyOf(arrays, parts);
      Arrays.fill(arrays, before, parts, new float[0]);
    }
    for (int part = 0; part < parts; part++) {
      if (arrays[part].length < length) {
        arrays[part] = new float[length];
      }
    }
  }

  /** Returns a part's array. */
  float[] of(int part) {
    return arrays[part];
  }
}
