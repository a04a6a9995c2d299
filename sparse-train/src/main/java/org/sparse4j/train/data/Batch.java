package org.sparse4j.train.data;

import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.DenseView;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.execution.Workspace;

/** Some samples, a column each; the object is filled again by the next batch of its size. */
public final class Batch {

  /**
   * Samples that are gathered, then transposed together: 16 columns are one cache line of every
   * target row, and 32 samples of 784 features stay in the second-level cache between the two.
   */
  private static final int GROUP = 32;

  private final DenseMatrix inputs;
  private final int[] labels;
  private final DenseMatrix[] groups;
  private final DenseMatrix gathered;
  private final DenseView[] gatheredViews;

  /** Kept so that the compiler cannot drop the loads behind it. */
  float touched;

  Batch(int features, int size) {
    inputs = DenseMatrix.zeros(features, size);
    labels = new int[size];
    gathered = DenseMatrix.zeros(Math.min(GROUP, size), features);
    groups = new DenseMatrix[(size + GROUP - 1) / GROUP];
    gatheredViews = new DenseView[groups.length];
    for (int g = 0; g < groups.length; g++) {
      int from = g * GROUP;
      int to = Math.min(size, from + GROUP);
      groups[g] = inputs.columns(from, to);
      gatheredViews[g] = gathered.rows(0, to - from).view();
    }
  }

  void fill(Kernels kernels, Workspace workspace, Dataset data, int[] order, int start) {
    for (int g = 0; g < groups.length; g++) {
      int first = start + g * GROUP;
      touched = data.touch(order, first, first + groups[g].columns());
      for (int row = 0; row < groups[g].columns(); row++) {
        int sample = order[first + row];
        data.copySample(sample, gathered, row);
        labels[g * GROUP + row] = data.label(sample);
      }
      kernels.dense().transpose(workspace, gatheredViews[g], groups[g]);
    }
  }

  /**
   * Returns the samples.
   *
   * @return features x {@link #size()}
   */
  public DenseMatrix inputs() {
    return inputs;
  }

  /**
   * Returns the classes.
   *
   * @return one a sample; not a copy
   */
  public int[] labels() {
    return labels;
  }

  /**
   * Returns the number of samples.
   *
   * @return columns of the inputs
   */
  public int size() {
    return labels.length;
  }
}
