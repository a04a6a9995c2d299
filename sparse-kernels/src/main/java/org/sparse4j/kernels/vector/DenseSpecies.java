package org.sparse4j.kernels.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Chooses the vector shape and the register budget of the dense kernels, once.
 *
 * <p>Kernels keep the species in a {@code static final} field of their own: read from anywhere else
 * it ran 25 to 100 times slower.
 */
final class DenseSpecies {

  private DenseSpecies() {}

  /** Returns the machine's preferred float species, at most 512 bits: rows are padded to that. */
  static VectorSpecies<Float> floats() {
    return FloatVector.SPECIES_PREFERRED.vectorBitSize() <= 512
        ? FloatVector.SPECIES_PREFERRED
        : FloatVector.SPECIES_512;
  }

  /** Returns the int species of the same shape. */
  static VectorSpecies<Integer> ints() {
    return VectorSpecies.of(int.class, floats().vectorShape());
  }

  /**
   * Tells whether there are 32 vector registers (AVX-512, NEON, SVE) rather than 16 (AVX2, SSE).
   */
  static boolean manyRegisters() {
    return System.getProperty("os.arch", "").equals("aarch64") || floats().length() == 16;
  }
}
