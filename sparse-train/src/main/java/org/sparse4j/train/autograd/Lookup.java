package org.sparse4j.train.autograd;

import java.lang.foreign.MemorySegment;
import org.sparse4j.format.DenseMatrix;

/**
 * {@code y_ij = table_(t_j, i)}: column j is row {@code t_j} of a table. The entry's ints are t.
 *
 * <p>Rows are gathered as they lie and then transposed together, and the other way round for the
 * gradient, whose rows are added up in the order of the columns whatever the number of threads.
 */
enum Lookup implements Operator {
  INSTANCE;

  private static final int GATHERED = 0;
  private static final int GRADIENT = 1;

  @Override
  public String label() {
    return "embedding";
  }

  @Override
  public void forward(Entry e) {
    DenseMatrix table = e.value(0);
    DenseMatrix y = e.output();
    DenseMatrix gathered = gathered(e);
    MemorySegment from = table.segment();
    MemorySegment to = gathered.segment();
    for (int j = 0; j < y.columns(); j++) {
      long source = (long) e.ints[j] * table.stride();
      Runs.copy(from, source, to, (long) j * gathered.stride(), y.rows());
    }
    e.dense().transpose(e.workspace(), e.operand(GATHERED, gathered), y);
  }

  @Override
  public void backward(Entry e) {
    DenseMatrix dy = e.outputGradient();
    DenseMatrix slopes = gathered(e);
    e.dense().transpose(e.workspace(), e.operand(GRADIENT, dy), slopes);
    DenseMatrix gradient = e.gradientSum(0);
    MemorySegment from = slopes.segment();
    MemorySegment to = gradient.segment();
    for (int j = 0; j < dy.columns(); j++) {
      long source = (long) j * slopes.stride();
      Runs.add(from, source, to, (long) e.ints[j] * gradient.stride(), dy.rows());
    }
  }

  /** One row a column of the result. */
  private static DenseMatrix gathered(Entry e) {
    int count = e.output().columns();
    int features = e.output().rows();
    return e.saved(GATHERED, count, features);
  }
}
