package org.sparse4j.mask;

import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.SplittableRandom;
import org.junit.jupiter.api.function.Executable;

/** What the tests of rules share: masks as text, scores with ties, messages. */
final class Pictures {

  private Pictures() {}

  /** Returns the rows of a mask, 1 where kept, separated by spaces. */
  static String picture(Mask mask) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < mask.rows(); i++) {
      text.append(i == 0 ? "" : " ");
      for (int j = 0; j < mask.columns(); j++) {
        text.append(mask.get(i, j) ? '1' : '0');
      }
    }
    return text.toString();
  }

  /** Returns the mask of a picture. */
  static Mask mask(String picture) {
    String[] rows = picture.split(" ", -1);
    return Mask.of(rows.length, rows[0].length(), (i, j) -> rows[i].charAt(j) == '1');
  }

  /** Returns whole numbers below {@code bound}: small bounds make many ties. */
  static float[] ties(long seed, int length, int bound) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] scores = new float[length];
    for (int p = 0; p < length; p++) {
      scores[p] = random.nextInt(bound);
    }
    return scores;
  }

  static String illegal(Executable executable) {
    return assertThrows(IllegalArgumentException.class, executable).getMessage();
  }
}
