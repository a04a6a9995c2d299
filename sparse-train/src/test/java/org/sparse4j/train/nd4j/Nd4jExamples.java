package org.sparse4j.train.nd4j;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.sparse4j.train.random.Streams;

/** Small arrays and samples of ND4J that tests share. */
final class Nd4jExamples {
  static final int FEATURES = 16;
  static final int CLASSES = 3;
  static final int SAMPLES = 96;

  private Nd4jExamples() {}

  /** Normal numbers, the same for a seed. */
  static INDArray normal(long seed, double scale, int rows, int columns) {
    float[] numbers = new float[rows * columns];
    for (int k = 0; k < numbers.length; k++) {
      numbers[k] = (float) (scale * Streams.normal(seed, k));
    }
    return Nd4j.createFromArray(numbers).reshape('c', rows, columns);
  }

  /** The class of a sample is the largest of its first features. */
  static DataSet data() {
    INDArray x = normal(1, 1, SAMPLES, FEATURES);
    INDArray y = Nd4j.zeros(DataType.FLOAT, SAMPLES, CLASSES);
    for (int s = 0; s < SAMPLES; s++) {
      int best = 0;
      for (int c = 1; c < CLASSES; c++) {
        best = x.getFloat(s, c) > x.getFloat(s, best) ? c : best;
      }
      y.putScalar(s, best, 1);
    }
    return new DataSet(x, y);
  }
}
