package org.sparse4j.testing;

import java.util.Random;

/** Scores that selections get wrong: ties, zeros of both signs, infinities, NaN of both signs. */
public enum ScoreCases {
  /** Normal numbers. */
  NORMAL,
  /** Nothing but ties. */
  ZEROS,
  /** Five different numbers. */
  TIES,
  /** Any bits at all: NaN with payloads, infinities, subnormals. */
  SPECIAL,
  /** One number among zeros. */
  SINGLE,
  /** Ascending, as a median of three likes it least when mirrored. */
  RAMP,
  /** NaN everywhere, of both signs. */
  NAN;

  private static final float[] VALUES = {
    Float.NaN,
    Float.intBitsToFloat(0xffc00001),
    Float.intBitsToFloat(0x7f800001),
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    0f,
    -0f,
    Float.MIN_VALUE,
    -Float.MIN_VALUE,
    Float.MAX_VALUE,
    -Float.MAX_VALUE,
    1,
    -1
  };

  /** Makes {@code size} scores. */
  public float[] scores(int size, Random random) {
    float[] scores = new float[size];
    for (int p = 0; p < size; p++) {
      scores[p] =
          switch (this) {
            case NORMAL -> (float) random.nextGaussian();
            case ZEROS -> p % 2 == 0 ? 0f : -0f;
            case TIES -> random.nextInt(5) - 2;
            case SPECIAL -> VALUES[random.nextInt(VALUES.length)];
            case SINGLE -> p == size / 3 ? 2 : 0;
            case RAMP -> Math.abs(p - size / 2);
            case NAN -> VALUES[random.nextInt(3)];
          };
    }
    return scores;
  }
}
