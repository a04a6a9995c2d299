package org.sparse4j.kernels.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * Chooses the vector shape and the register budget of the dense kernels, once, and makes the
 * exchanges of lanes that they share.
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
   * Returns the shuffle that exchanges lanes so far apart.
   *
   * @param species of the lanes
   * @param distance a power of two; nothing moves if no lane is so far away
   */
  static <E> VectorShuffle<E> swap(VectorSpecies<E> species, int distance) {
    int lanes = species.length();
    return VectorShuffle.fromOp(species, lane -> (lane ^ distance) & (lanes - 1));
  }

  /** Returns the lanes whose number has a bit. */
  static <E> VectorMask<E> having(VectorSpecies<E> species, int bit) {
    long lanes = 0;
    for (int lane = 0; lane < species.length(); lane++) {
      lanes |= (lane & bit) == 0 ? 0L : 1L << lane;
    }
    return VectorMask.fromLong(species, lanes);
  }

  /**
   * Tells whether there are 32 vector registers (AVX-512, NEON, SVE) rather than 16 (AVX2, SSE).
   */
  static boolean manyRegisters() {
    return System.getProperty("os.arch", "").equals("aarch64") || floats().length() == 16;
  }
}
