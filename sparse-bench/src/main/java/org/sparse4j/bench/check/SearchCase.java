package org.sparse4j.bench.check;

import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.sparse4j.format.CsrPattern;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.mask.Mask;

/** The largest entries of a product outside a pattern, against all of them in double. */
final class SearchCase extends CheckCase {
  private final double density;
  private final int count;

  SearchCase(SplittableRandom random) {
    super(random, 0, false);
    density = random.nextInt(3) == 0 ? random.nextInt(2) : random.nextDouble();
    count = random.nextInt(4) == 0 ? m * k : random.nextInt(1 + Math.min(m * k, 500));
  }

  @Override
  String kind() {
    return "sddmmTopK";
  }

  @Override
  public String toString() {
    return super.toString() + ", density " + density + ", count " + count;
  }

  @Override
  void run(Teams teams) {
    DenseMatrix g = Operands.input(m, n, numbers, random);
    DenseMatrix x = Operands.input(k, n, numbers, random);
    Mask taken = Mask.random(m, k, Math.round(density * m * k), random.nextLong());
    CsrPattern pattern = CsrPattern.of(taken);
    double[] sizes = new double[m * k];
    double[] bounds = new double[m * k];
    for (int p = 0; p < sizes.length; p++) {
      double sum = 0;
      double size = 0;
      for (int t = 0; t < n; t++) {
        double product = (double) g.get(p / k, t) * x.get(p % k, t);
        sum += product;
        size += Math.abs(product);
      }
      sizes[p] = Math.abs(sum);
      bounds[p] = numbers.exact() ? 0 : (n + 4) * 0x1p-24 * size + n * (double) Float.MIN_VALUE;
    }
    int[] free = IntStream.range(0, m * k).filter(p -> !taken.get(p / k, p % k)).toArray();
    long[] positions = new long[count];
    float[] magnitudes = new float[count];
    int found =
        teams.kernels.sddmmTopK(teams.workspace(1), pattern, g, x, count, positions, magnitudes);
    if (found != Math.min(count, free.length)) {
      throw new Mismatch("found " + found + " of " + count + ", " + free.length + " are free");
    }
    requireLargest(taken, sizes, bounds, free, positions, magnitudes, found);
    if (threads > 1) {
      long[] others = new long[count];
      float[] shared = new float[count];
      teams.kernels.sddmmTopK(teams.workspace(threads), pattern, g, x, count, others, shared);
      for (int f = 0; f < found; f++) {
        if (others[f] != positions[f] || Float.compare(shared[f], magnitudes[f]) != 0) {
          throw new Mismatch(
              "number "
                  + f
                  + ": "
                  + threads
                  + " threads got position "
                  + others[f]
                  + " with "
                  + shared[f]
                  + ", one thread "
                  + positions[f]
                  + " with "
                  + magnitudes[f]);
        }
      }
    }
  }

  /** Every number is right, they descend, ties ascend, and nothing larger was left out. */
  private void requireLargest(
      Mask taken,
      double[] sizes,
      double[] bounds,
      int[] free,
      long[] positions,
      float[] magnitudes,
      int found) {
    boolean[] listed = new boolean[m * k];
    for (int f = 0; f < found; f++) {
      int p = (int) positions[f];
      String place = "number " + f + ", position " + p + " with " + magnitudes[f];
      if (taken.get(p / k, p % k) || listed[p]) {
        throw new Mismatch(place + (listed[p] ? " was listed before" : " is in the pattern"));
      }
      listed[p] = true;
      boolean right =
          Double.isFinite(sizes[p])
              ? Math.abs(magnitudes[f] - sizes[p]) <= bounds[p]
              : Double.compare(magnitudes[f], sizes[p]) == 0;
      if (!right) {
        throw new Mismatch(place + ": " + sizes[p] + " within " + bounds[p] + " is right");
      }
      int order = f == 0 ? 1 : Float.compare(magnitudes[f - 1], magnitudes[f]);
      if (order < 0 || (order == 0 && positions[f - 1] > p)) {
        throw new Mismatch(place + " must come before number " + (f - 1));
      }
    }
    if (found == 0) {
      return;
    }
    int last = (int) positions[found - 1];
    double least = magnitudes[found - 1];
    for (int p : free) {
      boolean larger = Double.compare(sizes[p] - bounds[p], least) > 0;
      boolean tie = numbers.exact() && Double.compare(sizes[p], least) == 0 && p < last;
      if (!listed[p] && (larger || tie)) {
        throw new Mismatch("position " + p + " with " + sizes[p] + " was left out");
      }
    }
  }
}
