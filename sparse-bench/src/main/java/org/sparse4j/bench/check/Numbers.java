package org.sparse4j.bench.check;

import java.util.SplittableRandom;

/** What random operands are made of. */
enum Numbers {
  /** From -4 to 4: every sum is exact in float32, whatever the order. */
  INTEGERS,
  /** Between -1 and 1. */
  REALS,
  /** Reals times powers of two from -40 to 40. */
  WIDE,
  /** Integers, and now and then an infinity or a NaN in the input. */
  SPECIALS;

  /** Tells whether results must be right to the bit. */
  boolean exact() {
    return this == INTEGERS || this == SPECIALS;
  }

  /** Draws a number that is finite and, for a matrix to store it, not zero. */
  float finite(SplittableRandom random) {
    return switch (this) {
      case INTEGERS, SPECIALS -> {
        int drawn = random.nextInt(8);
        yield drawn < 4 ? drawn - 4 : drawn - 3;
      }
      case REALS -> (float) random.nextDouble(0x1p-20, 1) * (random.nextBoolean() ? 1 : -1);
      case WIDE -> Math.scalb((float) random.nextDouble(-1, 1) + 1.5f, random.nextInt(-40, 41));
    };
  }

  /** Draws a number of an input, zeros among them. */
  float input(SplittableRandom random) {
    if (random.nextInt(10) == 0) {
      return random.nextBoolean() ? 0 : -0.0f;
    }
    if (this == SPECIALS && random.nextInt(200) == 0) {
      float[] special = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY};
      return special[random.nextInt(special.length)];
    }
    return finite(random);
  }
}
