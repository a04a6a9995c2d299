package org.sparse4j.kernels.operation;

/**
 * The operations of {@link DenseKernels} that take elements, rows or columns one by one, and what
 * they cost.
 *
 * <p>Operations are those of the formula: an addition, a product, a division, a maximum and a
 * function such as {@code exp} count as one each, whatever a kernel makes of them.
 */
public enum DenseOperation {
  /** {@link DenseKernels#transpose}. */
  TRANSPOSE("transpose", 2, 0, 0, 0),
  /** {@link DenseKernels#copy}. */
  COPY("copy", 2, 0, 0, 0),
  /** {@link DenseKernels#fill}. */
  FILL("fill", 1, 0, 0, 0),
  /** {@link DenseKernels#add}. */
  ADD("add", 3, 0, 0, 1),
  /** {@link DenseKernels#subtract}. */
  SUBTRACT("subtract", 3, 0, 0, 1),
  /** {@link DenseKernels#multiply}. */
  MULTIPLY("multiply", 3, 0, 0, 1),
  /** {@link DenseKernels#divide}. */
  DIVIDE("divide", 3, 0, 0, 1),
  /** {@link DenseKernels#scale}. */
  SCALE("scale", 2, 0, 0, 1),
  /** {@link DenseKernels#addScaled}. */
  ADD_SCALED("addScaled", 3, 0, 0, 2),
  /** {@link DenseKernels#exp}. */
  EXP("exp", 2, 0, 0, 1),
  /** {@link DenseKernels#log}. */
  LOG("log", 2, 0, 0, 1),
  /** {@link DenseKernels#sqrt}. */
  SQRT("sqrt", 2, 0, 0, 1),
  /** {@link DenseKernels#activate}, whichever function. */
  ACTIVATE("activate", 2, 0, 0, 1),
  /** {@link DenseKernels#activateGradient}: a function and a product. */
  ACTIVATE_GRADIENT("activateGradient", 3, 0, 0, 2),
  /** {@link DenseKernels#dropout}; random numbers are not counted. */
  DROPOUT("dropout", 2, 0, 0, 1),
  /** {@link DenseKernels#addBias}. */
  ADD_BIAS("addBias", 2, 1, 0, 1),
  /** {@link DenseKernels#rowSums}. */
  ROW_SUMS("rowSums", 1, 1, 0, 1),
  /** {@link DenseKernels#scaleRows}. */
  SCALE_ROWS("scaleRows", 2, 1, 0, 1),
  /** {@link DenseKernels#rowDots}. */
  ROW_DOTS("rowDots", 2, 1, 0, 2),
  /** {@link DenseKernels#sum}. */
  SUM("sum", 1, 0, 0, 1),
  /** {@link DenseKernels#sumOfSquares}. */
  SUM_OF_SQUARES("sumOfSquares", 1, 0, 0, 2),
  /** {@link DenseKernels#softmax}: maximum, difference, exp, sum, quotient. */
  SOFTMAX("softmax", 2, 0, 0, 5),
  /** {@link DenseKernels#softmaxGradient}: a dot product, difference, product. */
  SOFTMAX_GRADIENT("softmaxGradient", 3, 0, 0, 4),
  /** {@link DenseKernels#logSoftmax}: maximum, difference, exp, sum, difference. */
  LOG_SOFTMAX("logSoftmax", 2, 0, 0, 5),
  /** {@link DenseKernels#logSoftmaxGradient}: sum, exp, product, difference. */
  LOG_SOFTMAX_GRADIENT("logSoftmaxGradient", 3, 0, 0, 4),
  /** {@link DenseKernels#crossEntropy}: a softmax, and the difference from the target. */
  CROSS_ENTROPY("crossEntropy", 2, 0, 2, 6),
  /** {@link DenseKernels#argmax}. */
  ARGMAX("argmax", 1, 0, 1, 1),
  /** {@link DenseKernels#layerNorm}: mean 1, variance 3, result 4. */
  LAYER_NORM("layerNorm", 2, 2, 2, 8),
  /** {@link DenseKernels#layerNormGradient}: normalised 2, factors 1, three sums 6, result 4. */
  LAYER_NORM_GRADIENT("layerNormGradient", 3, 3, 2, 13),
  /** {@link DenseKernels#rmsNorm}: mean square 2, result 2. */
  RMS_NORM("rmsNorm", 2, 1, 1, 4),
  /** {@link DenseKernels#rmsNormGradient}: normalised 1, factors 1, two sums 4, result 3. */
  RMS_NORM_GRADIENT("rmsNormGradient", 3, 2, 1, 9),
  /** {@link DenseKernels#sgd} of a matrix, with momentum and without decay. */
  SGD("sgd", 5, 0, 0, 4),
  /** {@link DenseKernels#adam} of a matrix, without decay: moments 3 and 4, weights 7. */
  ADAM("adam", 7, 0, 0, 14);

  private final String label;
  private final int matrices;
  private final int rowVectors;
  private final int columnVectors;
  private final int operations;

  DenseOperation(String label, int matrices, int rowVectors, int columnVectors, int operations) {
    this.label = label;
    this.matrices = matrices;
    this.rowVectors = rowVectors;
    this.columnVectors = columnVectors;
    this.operations = operations;
  }

  /**
   * Says what a call costs: its operations an element, and 4 bytes for every element of a matrix or
   * vector that it reads or writes.
   *
   * @param provider who computes it
   * @param vectorBits bits of the vector registers it uses, 0 without vectors
   * @param rows rows of the matrices
   * @param columns columns of the matrices
   * @return the cost, under the name of the method
   */
  public KernelInfo info(String provider, int vectorBits, int rows, int columns) {
    long size = (long) rows * columns;
    long numbers = matrices * size + (long) rowVectors * rows + (long) columnVectors * columns;
    return new KernelInfo(provider, label, vectorBits, operations * size, 4 * numbers);
  }
}
