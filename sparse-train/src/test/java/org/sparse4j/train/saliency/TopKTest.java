package org.sparse4j.train.saliency;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopKTest {

  /** The top-k oracles of the RigL tests. */
  @Test
  void lowerPositionWinsATie() {
    assertArrayEquals(new long[] {0, 1, 2, 3}, best(4, 1, 1, 1, 1, 1, 1, 1, 1));
    assertArrayEquals(
        new long[] {0, 4, 5, 6, 7},
        LongStream.of(best(5, 1, .5f, .3f, .2f, 1, 1.5f, 1.8f, 2, 1, 1)).sorted().toArray());
  }

  @Test
  void bestComesFirst() {
    assertArrayEquals(new long[] {3, 0, 4}, best(3, 5, -7, 2, 9, 5));
  }

  @Test
  void nanIsLargestAndZerosTie() {
    assertArrayEquals(
        new long[] {2, 1, 0}, best(3, 1, Float.POSITIVE_INFINITY, Float.NaN, -0f, 0f));
    assertArrayEquals(new long[] {0, 1}, best(2, -0f, 0f, Float.NEGATIVE_INFINITY));
    assertArrayEquals(new long[] {1, 3}, best(2, 1, Float.NaN, 2, -Float.NaN, Float.NaN));
  }

  @Test
  void holdsFewerIfFewerWereOffered() {
    assertArrayEquals(new long[] {1, 0}, best(5, 1, 2));
    assertArrayEquals(new long[] {}, best(0, 1, 2));
  }

  @Test
  void keepsPositionsBeyondTheIntegers() {
    TopK top = TopK.of(2);
    top.offer(1, 0xffffffffL);
    top.offer(1, 0x80000000L);
    top.offer(1, 0x90000000L);
    assertArrayEquals(new long[] {0x80000000L, 0x90000000L}, top.bestFirst());
    Throwable thrown =
        assertThrows(IllegalArgumentException.class, () -> top.offer(2, 0x100000000L));
    assertEquals("TopK: position (4294967296) must be between 0 and 2^32 - 1", thrown.getMessage());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void agreesWithSortingEverything(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int trial = 0; trial < 100; trial++) {
      int n = random.nextInt(1, 200);
      int k = random.nextInt(0, n + 1);
      float[] scores = new float[n];
      for (int p = 0; p < n; p++) {
        // Few different scores, so that there are many ties.
        scores[p] = random.nextInt(-5, 6) / 4f;
      }
      long[] want =
          LongStream.range(0, n)
              .boxed()
              .sorted((a, b) -> {
                int byScore = Float.compare(scores[b.intValue()], scores[a.intValue()]);
                return byScore != 0 ? byScore : Long.compare(a, b);
              })
              .limit(k)
              .mapToLong(p -> p)
              .toArray();
      assertArrayEquals(want, best(k, scores), "seed " + seed + ", trial " + trial);
    }
  }

  @Test
  void rejectsNegativeK() {
    Throwable thrown = assertThrows(IllegalArgumentException.class, () -> TopK.of(-1));
    assertEquals("TopK: k (-1) must not be negative", thrown.getMessage());
  }

  private static long[] best(int k, float... scores) {
    TopK top = TopK.of(k);
    for (int p = 0; p < scores.length; p++) {
      top.offer(scores[p], p);
    }
    assertEquals(Math.min(k, scores.length), top.size());
    return top.bestFirst();
  }
}
