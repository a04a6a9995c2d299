package org.sparse4j.train.random;

/**
 * Random numbers as pure functions of a seed and a position, from the finaliser of SplitMix64
 * (Steele, Lea and Flood, Fast splittable pseudorandom number generators, 2014).
 *
 * <p>Equal arguments give equal results on every machine: what rounds is computed with {@link
 * StrictMath}.
 */
public final class Streams {

  private static final long GOLDEN = 0x9e3779b97f4a7c15L;

  private Streams() {}

  /**
   * Derives an independent seed.
   *
   * @param seed a seed
   * @param stream number of the stream, for example a step, an epoch or the position of a layer
   * @return a seed that looks unrelated to those of other streams
   */
  public static long derive(long seed, long stream) {
    return mix(mix(seed + GOLDEN) + GOLDEN * (stream + 1));
  }

  /**
   * Derives an independent seed.
   *
   * @param seed a seed
   * @param name name of the stream, for example {@code dropout}
   * @return a seed that looks unrelated to those of other streams
   */
  public static long derive(long seed, String name) {
    long hash = mix(seed + GOLDEN);
    for (int c = 0; c < name.length(); c++) {
      hash = mix(hash + GOLDEN * (name.charAt(c) + 1L));
    }
    return hash;
  }

  /**
   * Returns 64 random bits.
   *
   * @param seed the stream
   * @param index position in the stream
   * @return uniform bits
   */
  public static long bits(long seed, long index) {
    return mix(seed + GOLDEN * (index + 1));
  }

  /**
   * Returns a uniform number in [0, 1).
   *
   * @param seed the stream
   * @param index position in the stream
   * @return a multiple of 2^-53
   */
  public static double uniform(long seed, long index) {
    return (bits(seed, index) >>> 11) * 0x1p-53;
  }

  /**
   * Returns a uniform integer in [0, bound), by multiplying 32 random bits; the bias is below
   * {@code bound * 2^-32}.
   *
   * @param seed the stream
   * @param index position in the stream
   * @param bound exclusive bound, at least 1
   * @return the integer
   */
  public static int below(long seed, long index, int bound) {
    return (int) (((bits(seed, index) >>> 32) * bound) >>> 32);
  }

  /**
   * Returns a standard normal number (Box and Muller, 1958).
   *
   * @param seed the stream
   * @param index position in the stream
   * @return a number from N(0, 1)
   */
  public static double normal(long seed, long index) {
    double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - uniform(seed, 2 * index)));
    return radius * StrictMath.cos(2 * StrictMath.PI * uniform(seed, 2 * index + 1));
  }

  private static long mix(long bits) {
    long z = bits;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
