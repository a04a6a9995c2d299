package org.sparse4j.kernels.scalar;

import java.nio.LongBuffer;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.GroupSampling;
import org.sparse4j.kernels.operation.KernelInfo;
import org.sparse4j.kernels.operation.MaskKernels;
import org.sparse4j.kernels.operation.Scoring;
import org.sparse4j.mask.Selection;
import org.sparse4j.mask.Structure;

/** Masks in plain Java: the rules themselves choose. */
public final class ScalarMaskKernels implements MaskKernels {

  /** Creates the kernels. */
  public ScalarMaskKernels() {}

  @Override
  public void keepLargest(
      Workspace workspace, Structure rule, Scoring scoring, DenseMatrix x, long[] words) {
    choose(rule, scoring, x.rows(), x.columns(), x.toArray(), words);
  }

  @Override
  public void keepLargest(
      Workspace workspace,
      Structure rule,
      Scoring scoring,
      int rows,
      int columns,
      float[] x,
      long[] words) {
    float[] scores = scoring == Scoring.MAGNITUDE ? x.clone() : x;
    choose(rule, scoring, rows, columns, scores, words);
  }

  @Override
  public KernelInfo keepLargestInfo(Structure rule, int rows, int columns) {
    return maskInfo("scalar", "rule " + rule, 0, rows, columns);
  }

  @Override
  public KernelInfo softThresholdInfo(int rows, int columns) {
    return mapInfo("scalar", "soft-threshold", 0, 2, rows, columns);
  }

  @Override
  public KernelInfo sampleInfo(GroupSampling sampling, int rows, int columns) {
    return mapInfo("scalar", "sample-groups", 0, 1, rows, columns);
  }

  /**
   * Describes what reads numbers and writes a bit for each.
   *
   * @param provider who computes it
   * @param kernel the kernel
   * @param vectorBits bits of the vector registers it uses
   * @param rows rows of the numbers
   * @param columns columns of the numbers
   * @return the description
   */
  public static KernelInfo maskInfo(
      String provider, String kernel, int vectorBits, int rows, int columns) {
    long bytes = 4L * rows * columns + 8L * rows * Math.ceilDiv(columns, 64);
    return new KernelInfo(provider, kernel, vectorBits, 0, bytes);
  }

  /**
   * Describes what reads numbers and writes as many.
   *
   * @param provider who computes it
   * @param kernel the kernel
   * @param vectorBits bits of the vector registers it uses
   * @param operations operations a number
   * @param rows rows of the numbers
   * @param columns columns of the numbers
   * @return the description
   */
  public static KernelInfo mapInfo(
      String provider, String kernel, int vectorBits, int operations, int rows, int columns) {
    long size = (long) rows * columns;
    return new KernelInfo(provider, kernel, vectorBits, operations * size, 8 * size);
  }

  private static void choose(
      Structure rule, Scoring scoring, int rows, int columns, float[] scores, long[] words) {
    if (scoring == Scoring.MAGNITUDE) {
      for (int p = 0; p < scores.length; p++) {
        scores[p] = Math.abs(scores[p]);
      }
    }
    LongBuffer bits = rule.keepLargest(rows, columns, scores).words();
    bits.get(words);
  }

  @Override
  public void softThreshold(Workspace workspace, float scale, DenseMatrix x, DenseMatrix y) {
    float[] row = new float[x.columns() + 3];
    for (int i = 0; i < x.rows(); i++) {
      x.getRow(i, row, 0);
      for (int j = 0; j < x.columns(); j += 4) {
        float threshold = threshold(row, j);
        for (int t = j; t < j + 4; t++) {
          row[t] = shrunk(row[t], threshold) * scale;
        }
      }
      y.setRow(i, row, 0);
    }
  }

  @Override
  public double softThresholdScale(DenseMatrix x) {
    float[] row = new float[x.columns() + 3];
    double product = 0;
    double square = 0;
    for (int i = 0; i < x.rows(); i++) {
      x.getRow(i, row, 0);
      for (int j = 0; j < x.columns(); j += 4) {
        float threshold = threshold(row, j);
        for (int t = j; t < j + 4; t++) {
          double shrunk = shrunk(row[t], threshold);
          product += row[t] * shrunk;
          square += shrunk * shrunk;
        }
      }
    }
    return square == 0 ? 1 : product / square;
  }

  /** The second smallest magnitude of four, NaN being largest. */
  private static float threshold(float[] x, int at) {
    int a = rank(x[at]);
    int b = rank(x[at + 1]);
    int c = rank(x[at + 2]);
    int d = rank(x[at + 3]);
    int larger = Math.max(Math.min(a, b), Math.min(c, d));
    return Float.intBitsToFloat(Math.min(larger, Math.min(Math.max(a, b), Math.max(c, d))));
  }

  /** The rank of a magnitude is its bits. */
  private static int rank(float x) {
    return Selection.rank(Math.abs(x));
  }

  private static float shrunk(float x, float threshold) {
    float difference = Math.abs(x) - threshold;
    return difference <= 0 ? 0 : Math.copySign(difference, x);
  }

  @Override
  public void sample(
      Workspace workspace, GroupSampling sampling, long seed, DenseMatrix x, DenseMatrix y) {
    new GroupSampler().sample(sampling, seed, x, 0, x.rows(), y);
  }

  @Override
  public int atLeast(DenseMatrix x, int row, float bound, int[] columns) {
    int count = 0;
    for (int j = 0; j < x.columns(); j++) {
      if (!(Math.abs(x.get(row, j)) < bound)) {
        columns[count++] = j;
      }
    }
    return count;
  }
}
