package org.sparse4j.train.initial;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.sparse4j.mask.Mask;
import org.sparse4j.train.random.Streams;
import org.sparse4j.train.saliency.Scope;

class FirstMasksTest {

  private static String text(Mask mask) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < mask.rows(); i++) {
      for (int j = 0; j < mask.columns(); j++) {
        text.append(mask.get(i, j) ? '1' : '0');
      }
    }
    return text.toString();
  }

  private static List<String> texts(List<Mask> masks) {
    return masks.stream().map(FirstMasksTest::text).toList();
  }

  private static ArrayProbe twoLayers(float[] first, float[] second) {
    return new ArrayProbe(w -> List.of(first, second))
        .layer(1, 4, 2, 1, -2, 3, -4)
        .layer(2, 2, 2, 1, 1, -1, 1);
  }

  /** Scores 4, 6, 3, 0 and 2, -, 8, 1: |g w|. */
  @Test
  void snipKeepsTheLargestProductsOfWeightAndGradient() {
    float[] first = {4, 3, -1, 0};
    float[] second = {2, 0, 8, -1};
    assertEquals(List.of("1110", "0010"), texts(Snip.batches(1).choose(twoLayers(first, second))));
    assertEquals(
        List.of("1100", "1010"),
        texts(Snip.batches(1).perLayer().choose(twoLayers(first, second))));
    assertEquals(
        List.of("1100", "1010"),
        texts(
            Snip.batches(1).within(Scope.network().leaving(.5)).choose(twoLayers(first, second))));
  }

  @Test
  void snipMayLeaveScoresAndWeightsForARule() {
    ArrayProbe probe = twoLayers(new float[] {4, 3, -1, 0}, new float[] {2, 0, 8, -1});
    Snip.batches(1).remembered().choose(probe);
    assertArrayEquals(new float[] {4, 6, 3, 0}, probe.remembered.get("0" + Snip.SCORES));
    assertArrayEquals(new float[] {1, 1, -1, 1}, probe.remembered.get("1" + Snip.WEIGHTS));
  }

  @Test
  void snipRejectsScoresThatAreNoNumbers() {
    assertMessage(
        IllegalStateException.class,
        "Snip: score of position 2 of 0.weight (1x4) is NaN",
        () ->
            Snip.batches(1)
                .choose(twoLayers(new float[] {0, 0, Float.NaN, 0}, new float[] {0, 0, 0, 0})));
    assertMessage(
        IllegalArgumentException.class,
        "Snip: batches (0) must be at least 1",
        () -> Snip.batches(0));
  }

  /** The loss w' A w / 2 with gradient A w and product A A w; all exact in double. */
  @Test
  void graspKeepsTheLargestProductsOfWeightAndHessianTimesGradient() {
    int n = 24;
    double[][] a = new double[n][n];
    float[] w = new float[n];
    for (int i = 0; i < n; i++) {
      w[i] = (float) Streams.normal(3, i);
      for (int j = 0; j <= i; j++) {
        a[i][j] = a[j][i] = Streams.normal(4, i * n + j);
      }
    }
    double[] product = multiply(a, multiply(a, toDouble(w)));
    List<Integer> order =
        IntStream.range(0, n)
            .boxed()
            .sorted(Comparator.comparingDouble(p -> -w[p] * product[p]))
            .toList();
    char[] expected = "0".repeat(n).toCharArray();
    order.subList(0, 10).forEach(p -> expected[p] = '1');
    ArrayProbe probe =
        new ArrayProbe(
                weights -> {
                  double[] gradient = multiply(a, toDouble(join(weights.get(0), weights.get(1))));
                  float[] all = new float[n];
                  for (int i = 0; i < n; i++) {
                    all[i] = (float) gradient[i];
                  }
                  return List.of(Arrays.copyOf(all, 12), Arrays.copyOfRange(all, 12, n));
                })
            .layer(3, 4, 5, Arrays.copyOf(w, 12))
            .layer(2, 6, 5, Arrays.copyOfRange(w, 12, n));
    List<Mask> masks = Grasp.samplesPerClass(10).choose(probe);
    assertEquals(new String(expected), text(masks.get(0)) + text(masks.get(1)));
    assertArrayEquals(Arrays.copyOf(w, 12), probe.weights(0), "weights are put back");
  }

  private static float[] join(float[] a, float[] b) {
    float[] all = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, all, a.length, b.length);
    return all;
  }

  private static double[] toDouble(float[] x) {
    return IntStream.range(0, x.length).mapToDouble(i -> x[i]).toArray();
  }

  private static double[] multiply(double[][] a, double[] x) {
    double[] y = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      for (int j = 0; j < x.length; j++) {
        y[i] += a[i][j] * x[j];
      }
    }
    return y;
  }

  /** Two linear layers: R = 1' |B| |A| 1; reference in double, without any scaling. */
  @Test
  void synFlowEqualsTheAlgorithmInDouble() {
    int inputs = 7;
    int hidden = 5;
    int outputs = 3;
    float[] a = new float[hidden * inputs];
    float[] b = new float[outputs * hidden];
    for (int p = 0; p < a.length; p++) {
      a[p] = (float) (40 * Streams.normal(5, p));
    }
    for (int p = 0; p < b.length; p++) {
      b[p] = (float) Streams.normal(6, p);
    }
    ArrayProbe probe =
        new ArrayProbe(w -> flow(w.get(0), w.get(1), inputs, hidden, outputs))
            .layer(hidden, inputs, 4, a)
            .layer(outputs, hidden, 4, b);
    List<Mask> masks = SynFlow.rounds(20).choose(probe);
    assertEquals(reference(a, b, inputs, hidden, outputs, 8, 20), texts(masks));
    assertEquals(8, masks.get(0).count() + masks.get(1).count());
    assertTrue(masks.get(0).count() > 0 && masks.get(1).count() > 0, "no layer runs empty");
    assertArrayEquals(a, probe.weights(0), "weights and signs are put back");
  }

  @Test
  void synFlowRejectsAModelThroughWhichNothingFlows() {
    assertMessage(
        IllegalStateException.class,
        "SynFlow: all scores are 0; nothing flows through the model, as with batch norm of a single"
            + " sample",
        () -> SynFlow.rounds(2).choose(twoLayers(new float[4], new float[4])));
    assertMessage(
        IllegalArgumentException.class,
        "SynFlow: rounds (0) must be at least 1",
        () -> SynFlow.rounds(0));
    assertMessage(
        IllegalArgumentException.class,
        "Grasp: samples per class (0) must be at least 1",
        () -> Grasp.samplesPerClass(0));
    assertMessage(
        IllegalArgumentException.class,
        "Grasp: temperature (0.0) must be above 0",
        () -> Grasp.samplesPerClass(1).temperature(0));
  }

  private static List<float[]> flow(float[] a, float[] b, int inputs, int hidden, int outputs) {
    float[] da = new float[a.length];
    float[] db = new float[b.length];
    for (int h = 0; h < hidden; h++) {
      float in = 0;
      float out = 0;
      for (int j = 0; j < inputs; j++) {
        in += a[h * inputs + j];
      }
      for (int i = 0; i < outputs; i++) {
        out += b[i * hidden + h];
        db[i * hidden + h] = in;
      }
      Arrays.fill(da, h * inputs, (h + 1) * inputs, out);
    }
    return List.of(da, db);
  }

  private static List<String> reference(
      float[] a, float[] b, int inputs, int hidden, int outputs, int stored, int rounds) {
    int n = a.length + b.length;
    boolean[] kept = new boolean[n];
    Arrays.fill(kept, true);
    double[] w = toDouble(join(a, b));
    for (int k = 0; k < rounds; k++) {
      double[] scores = new double[n];
      for (int h = 0; h < hidden; h++) {
        double in = 0;
        double out = 0;
        for (int j = 0; j < inputs; j++) {
          in += kept[h * inputs + j] ? Math.abs(w[h * inputs + j]) : 0;
        }
        for (int i = 0; i < outputs; i++) {
          int p = a.length + i * hidden + h;
          out += kept[p] ? Math.abs(w[p]) : 0;
        }
        for (int j = 0; j < inputs; j++) {
          scores[h * inputs + j] = Math.abs(w[h * inputs + j]) * out;
        }
        for (int i = 0; i < outputs; i++) {
          scores[a.length + i * hidden + h] = Math.abs(w[a.length + i * hidden + h]) * in;
        }
      }
      long count =
          k + 1 == rounds
              ? stored
              : Math.round(n * Math.pow((double) stored / n, (k + 1.0) / rounds));
      List<Integer> order = new ArrayList<>();
      for (int p = 0; p < n; p++) {
        if (kept[p]) {
          order.add(p);
        }
      }
      order.sort(Comparator.comparingDouble(p -> -scores[p]));
      Arrays.fill(kept, false);
      order.subList(0, (int) count).forEach(p -> kept[p] = true);
    }
    StringBuilder first = new StringBuilder();
    StringBuilder second = new StringBuilder();
    for (int p = 0; p < n; p++) {
      (p < a.length ? first : second).append(kept[p] ? '1' : '0');
    }
    return List.of(first.toString(), second.toString());
  }

  @Test
  void constantFanInGivesEveryRowItsShare() {
    ArrayProbe probe = new ArrayProbe(w -> w).layer(6, 9, 26, new float[54]);
    Mask mask = RandomMasks.constantFanIn().choose(probe).getFirst();
    for (int i = 0; i < 6; i++) {
      assertEquals(4, mask.countRow(i));
    }
    assertTrue(mask.transposed().countRow(0) < 6 || mask.transposed().countRow(1) < 6);
  }

  @Test
  void bernoulliMasksHaveAboutTheCount() {
    ArrayProbe probe = new ArrayProbe(w -> w).layer(100, 100, 2000, new float[10000]);
    long count = RandomMasks.bernoulli().choose(probe).getFirst().count();
    // Standard deviation 40.
    assertTrue(count != 2000 && Math.abs(count - 2000) < 200, "count " + count);
  }

  private static void assertMessage(
      Class<? extends Throwable> type, String message, Executable executable) {
    assertEquals(message, assertThrows(type, executable).getMessage());
  }
}
