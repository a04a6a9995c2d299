package org.sparse4j.structured;

import java.util.SplittableRandom;
import org.sparse4j.format.FloatValues;

/** The random starts that structures share. */
final class Draws {

  private final SplittableRandom random;

  Draws(long seed) {
    this.random = new SplittableRandom(seed);
  }

  /** Returns numbers of U(-bound, bound). */
  FloatValues uniform(int length, double bound) {
    float[] numbers = new float[length];
    for (int k = 0; k < length; k++) {
      numbers[k] = (float) ((2 * random.nextDouble() - 1) * bound);
    }
    return FloatValues.wrap(numbers);
  }

  /** Returns a uniform number in [0, 1). */
  double next() {
    return random.nextDouble();
  }

  /** Returns a number of N(0, 1) by the formula of Box and Muller, the same on every JDK. */
  double gaussian() {
    double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - random.nextDouble()));
    return radius * StrictMath.cos(2 * StrictMath.PI * random.nextDouble());
  }

  boolean nextBoolean() {
    return random.nextBoolean();
  }
}
