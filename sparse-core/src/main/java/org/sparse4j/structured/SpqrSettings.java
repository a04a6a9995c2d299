package org.sparse4j.structured;

/**
 * The sizes of a {@link SpqrMatrix}.
 *
 * @param bits of a weight's code, 2 to 8; published models use 3 or 4
 * @param group columns that share a scale and a zero
 * @param secondGroup consecutive rows whose scales, and zeros, are quantised together
 * @param scaleBits of a scale's code, 1 to 8
 * @param zeroBits of a zero's code, 1 to 8
 */
public record SpqrSettings(int bits, int group, int secondGroup, int scaleBits, int zeroBits) {

  /**
   * Creates the sizes.
   *
   * @throws IllegalArgumentException if one is out of range
   */
  public SpqrSettings {
    requireBits("bits", bits, 2);
    ComputedMatrix.requireAtLeast("SpqrSettings", "group", group, 1);
    ComputedMatrix.requireAtLeast("SpqrSettings", "secondGroup", secondGroup, 1);
    requireBits("scaleBits", scaleBits, 1);
    requireBits("zeroBits", zeroBits, 1);
  }

  private static void requireBits(String what, int bits, int least) {
    if (bits < least || bits > 8) {
      throw new IllegalArgumentException(
          "SpqrSettings: " + what + " (" + bits + ") must be between " + least + " and 8");
    }
  }

  /**
   * Returns the published sizes: groups of 16 columns, runs of 16 rows, scales and zeros in 3 bits.
   *
   * @param bits of a weight's code, 3 or 4
   * @return the sizes
   * @throws IllegalArgumentException if {@code bits} is out of range
   */
  public static SpqrSettings standard(int bits) {
    return new SpqrSettings(bits, 16, 16, 3, 3);
  }

  /**
   * Returns the bits that a weight takes on average, {@code b + (bs + bz) / g + 64 / (g g2) + 32
   * r}: codes, first and second level, and 32 bits an outlier; row pointers are not counted.
   *
   * @param outliers fraction r of the weights that are kept apart
   * @return bits a weight
   */
  public double averageBits(double outliers) {
    return bits
        + (double) (scaleBits + zeroBits) / group
        + 64.0 / ((double) group * secondGroup)
        + 32 * outliers;
  }
}
