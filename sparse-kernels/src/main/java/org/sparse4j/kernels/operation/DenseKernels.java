package org.sparse4j.kernels.operation;

import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.DenseVector;
import org.sparse4j.format.DenseView;
import org.sparse4j.kernels.execution.Workspace;

/**
 * The dense operations that training and serving need, all in float32.
 *
 * <p>Matrices are features x batch: a column is a sample. Outputs are named last and overwritten,
 * unless the name says {@code add}. Element-wise operations may work in place (an output that is
 * the very same matrix as an input of the same shape); any other overlap of an output with an input
 * is rejected. Padding is zero on entry and on exit. Nothing is allocated once warm, and results do
 * not depend on the workspace's threads.
 *
 * <p>Objects from {@code Kernels.dense()} check operands: an {@code IllegalArgumentException} names
 * the shapes that do not fit, and nothing is touched then.
 */
public interface DenseKernels {

  /**
   * Computes {@code C = f(op(A) op(B) + b)}; {@code 2 m n k} operations.
   *
   * @param workspace scratch and threads
   * @param form which operands are transposed
   * @param a left operand
   * @param b right operand
   * @param epilogue bias of m elements and function, or {@link Epilogue#none()}
   * @param c receives the m x n result
   */
  void gemm(
      Workspace workspace,
      GemmForm form,
      DenseMatrix a,
      DenseMatrix b,
      Epilogue epilogue,
      DenseMatrix c);

  /**
   * Says which kernel {@link #gemm} runs and what a call costs; the epilogue is not counted.
   *
   * @param form which operands are transposed
   * @param m rows of C
   * @param k products summed
   * @param n columns of C, at least 1
   * @return kernel, {@code 2 m k n} operations, and 4 bytes an element of A, B and C
   * @throws IllegalArgumentException if m or k is negative or n below 1
   */
  KernelInfo gemmInfo(GemmForm form, int m, int k, int n);

  /**
   * Says who computes an operation element by element, row by row or column by column, and what a
   * call costs; {@link KernelInfo#explain} makes a line of it.
   *
   * @param operation which one
   * @param rows rows of the matrices
   * @param columns columns of the matrices
   * @return kernel, operations and bytes
   * @throws IllegalArgumentException if rows or columns are negative
   */
  KernelInfo info(DenseOperation operation, int rows, int columns);

  /**
   * Explains a dense product in words.
   *
   * @param form which operands are transposed
   * @param m rows of C
   * @param k products summed
   * @param n columns of C, at least 1
   * @return one line
   * @throws IllegalArgumentException if m or k is negative or n below 1
   */
  default String explainGemm(GemmForm form, int m, int k, int n) {
    KernelInfo info = gemmInfo(form, m, k, n);
    return "gemm " + form + ", m " + m + ", k " + k + ", n " + n + ": " + info;
  }

  /**
   * Explains a dense product as {@link #explainGemm(GemmForm, int, int, int)} does, with the least
   * time a machine can need by the roofline model.
   *
   * @param form which operands are transposed
   * @param m rows of C
   * @param k products summed
   * @param n columns of C, at least 1
   * @param ceilings what the machine can do, see {@code Kernels.measureCeilings}
   * @return one line
   * @throws IllegalArgumentException if m or k is negative or n below 1
   */
  default String explainGemm(GemmForm form, int m, int k, int n, Ceilings ceilings) {
    return explainGemm(form, m, k, n) + ", " + ceilings.explain(gemmInfo(form, m, k, n));
  }

  /**
   * Computes {@code C += op(A) op(B)}.
   *
   * @param workspace scratch and threads
   * @param form which operands are transposed
   * @param a left operand
   * @param b right operand
   * @param c m x n, added to
   */
  void gemmAdd(Workspace workspace, GemmForm form, DenseMatrix a, DenseMatrix b, DenseMatrix c);

  /**
   * Computes {@code C_k = op(A_k) B_k} for the blocks of a diagonal, k = 0, 1, ...; {@code 2 n}
   * operations an element of A.
   *
   * <p>A holds q x p blocks, one below the other. Row j of B_k is row {@code j + k r} of B, where r
   * is the number of rows of a B_k, or row {@code k + j blocks} if rows are interleaved; C
   * likewise. B and C may end early: rows that B lacks count as zeros, rows that C lacks are not
   * computed.
   *
   * @param workspace scratch and threads
   * @param form {@code AB}, or {@code ATB} to transpose each block
   * @param blocks number of blocks, at least 1, a divisor of the rows of A
   * @param interleaved whether the rows of a B_k and of a C_k lie {@code blocks} apart
   * @param a the blocks, {@code blocks q} x p
   * @param b at most {@code blocks p} rows ({@code blocks q} if transposed) x n
   * @param c receives at most {@code blocks q} rows ({@code blocks p} if transposed) x n
   */
  void gemmBlocks(
      Workspace workspace,
      GemmForm form,
      int blocks,
      boolean interleaved,
      DenseMatrix a,
      DenseMatrix b,
      DenseMatrix c);

  /**
   * Computes {@code y = f(A x + b)} for a dense m x k matrix.
   *
   * @param workspace scratch and threads
   * @param a m x k
   * @param x k elements
   * @param epilogue bias of m elements and function
   * @param y receives m elements
   */
  void gemv(Workspace workspace, DenseMatrix a, DenseVector x, Epilogue epilogue, DenseVector y);

  /**
   * Computes {@code Y = f(X W^T + b)}, batch-major: a row is a sample.
   *
   * @param workspace scratch and threads
   * @param x n x k, any strides
   * @param w m x k
   * @param epilogue bias of m elements and function
   * @param y receives n x m
   */
  void linear(Workspace workspace, DenseView x, DenseMatrix w, Epilogue epilogue, DenseMatrix y);

  /**
   * Computes {@code y_ij = x_ji}.
   *
   * @param workspace scratch and threads
   * @param x columns x rows of y, any strides
   * @param y receives the transpose
   */
  void transpose(Workspace workspace, DenseView x, DenseMatrix y);

  /**
   * Copies {@code y = x}.
   *
   * @param workspace scratch and threads
   * @param x the elements
   * @param y receives them
   */
  void copy(Workspace workspace, DenseMatrix x, DenseMatrix y);

  /**
   * Sets {@code y_ij = value}; the padding stays zero.
   *
   * @param workspace scratch and threads
   * @param value the number
   * @param y receives it everywhere
   */
  void fill(Workspace workspace, float value, DenseMatrix y);

  /**
   * Computes {@code c = a + b}.
   *
   * @param workspace scratch and threads
   * @param a summand
   * @param b summand
   * @param c receives the sum; may be a or b
   */
  void add(Workspace workspace, DenseMatrix a, DenseMatrix b, DenseMatrix c);

  /**
   * Computes {@code c = a - b}.
   *
   * @param workspace scratch and threads
   * @param a minuend
   * @param b subtrahend
   * @param c receives the difference; may be a or b
   */
  void subtract(Workspace workspace, DenseMatrix a, DenseMatrix b, DenseMatrix c);

  /**
   * Computes {@code c = a * b} element by element.
   *
   * @param workspace scratch and threads
   * @param a factor
   * @param b factor
   * @param c receives the product; may be a or b
   */
  void multiply(Workspace workspace, DenseMatrix a, DenseMatrix b, DenseMatrix c);

  /**
   * Computes {@code c = a / b} element by element; padding stays zero.
   *
   * @param workspace scratch and threads
   * @param a dividend
   * @param b divisor
   * @param c receives the quotient; may be a or b
   */
  void divide(Workspace workspace, DenseMatrix a, DenseMatrix b, DenseMatrix c);

  /**
   * Computes {@code y = factor * x}.
   *
   * @param workspace scratch and threads
   * @param factor the number
   * @param x the elements
   * @param y receives the product; may be x
   */
  void scale(Workspace workspace, float factor, DenseMatrix x, DenseMatrix y);

  /**
   * Computes {@code y += factor * x}.
   *
   * @param workspace scratch and threads
   * @param factor the number
   * @param x the elements
   * @param y added to
   */
  void addScaled(Workspace workspace, float factor, DenseMatrix x, DenseMatrix y);

  /**
   * Multiplies pairs of rows by 2x2 blocks: one factor of a butterfly. Pair k is the rows {@code
   * low = 2 stride (k / stride) + k % stride} and {@code low + stride}; block k is the four numbers
   * {@code [[a, b], [c, d]]} from {@code offset + 4 k} on, and {@code y_low = a x_low + b x_high},
   * {@code y_high = c x_low + d x_high}.
   *
   * @param workspace scratch and threads
   * @param stride distance of the rows of a pair, a divisor of half the rows
   * @param blocks the blocks, four numbers a pair
   * @param offset where the first block begins
   * @param transposed whether each block is transposed, as a gradient needs it
   * @param x the rows
   * @param y receives the products; may be x
   */
  void mixPairs(
      Workspace workspace,
      int stride,
      float[] blocks,
      int offset,
      boolean transposed,
      DenseMatrix x,
      DenseMatrix y);

  /**
   * Multiplies by several factors of a butterfly, one after the other as {@link #mixPairs} does,
   * with fewer trips through memory. Factor f has stride {@code strides[f]} and its blocks begin at
   * {@code offset + 2 f rows}.
   *
   * @param workspace scratch and threads
   * @param strides strides of the factors, each a divisor of half the rows
   * @param blocks the blocks of all factors
   * @param offset where the first block of factor 0 begins
   * @param transposed whether to multiply by the transpose of the whole: last factor first, every
   *     block transposed
   * @param x the rows
   * @param y receives the products; may be x
   */
  void mixFactors(
      Workspace workspace,
      int[] strides,
      float[] blocks,
      int offset,
      boolean transposed,
      DenseMatrix x,
      DenseMatrix y);

  /**
   * Computes the gradient of the blocks of {@link #mixPairs}: {@code g_k[i][j] = sum_t dy_it x_jt}
   * over the rows i and j of pair k.
   *
   * @param workspace scratch and threads
   * @param stride distance of the rows of a pair
   * @param x input of the product
   * @param dy gradient of its output
   * @param gradient receives four numbers a pair
   * @param offset where the first four go
   */
  void mixPairsGradient(
      Workspace workspace, int stride, DenseMatrix x, DenseMatrix dy, float[] gradient, int offset);

  /**
   * Computes {@code y = exp(x)}.
   *
   * @param workspace scratch and threads
   * @param x the elements
   * @param y receives the result; may be x
   */
  void exp(Workspace workspace, DenseMatrix x, DenseMatrix y);

  /**
   * Computes {@code y = ln(x)}.
   *
   * @param workspace scratch and threads
   * @param x the elements
   * @param y receives the result; may be x
   */
  void log(Workspace workspace, DenseMatrix x, DenseMatrix y);

  /**
   * Computes {@code y = sqrt(x)}.
   *
   * @param workspace scratch and threads
   * @param x the elements
   * @param y receives the result; may be x
   */
  void sqrt(Workspace workspace, DenseMatrix x, DenseMatrix y);

  /**
   * Computes {@code y = f(x)}.
   *
   * @param workspace scratch and threads
   * @param activation f
   * @param x the elements
   * @param y receives the result; may be x
   */
  void activate(Workspace workspace, Activation activation, DenseMatrix x, DenseMatrix y);

  /**
   * Computes {@code dx = dy * f'(x)}; the derivative of RELU at 0 is 0.
   *
   * @param workspace scratch and threads
   * @param activation f
   * @param x input of the function
   * @param dy gradient of its output
   * @param dx receives the gradient of its input; may be dy
   */
  void activateGradient(
      Workspace workspace, Activation activation, DenseMatrix x, DenseMatrix dy, DenseMatrix dx);

  /**
   * Computes {@code y_ij = x_ij / (1 - rate)} where a counter-based generator keeps (i, j), else 0.
   *
   * <p>What is kept depends on seed, i and j alone, so applying it to a gradient with the same seed
   * is the backward pass.
   *
   * @param workspace scratch and threads
   * @param rate fraction to drop, in [0, 1)
   * @param seed of the choice, usually mixed from a run's seed and the step
   * @param x the elements
   * @param y receives the result; may be x
   */
  void dropout(Workspace workspace, float rate, long seed, DenseMatrix x, DenseMatrix y);

  /**
   * Computes {@code y_ij = x_ij + b_i}.
   *
   * @param workspace scratch and threads
   * @param x features x batch
   * @param bias one element a feature
   * @param y receives the sum; may be x
   */
  void addBias(Workspace workspace, DenseMatrix x, DenseVector bias, DenseMatrix y);

  /**
   * Computes {@code s_i = sum_j x_ij}, the gradient of a bias.
   *
   * @param workspace scratch and threads
   * @param x features x batch
   * @param sums receives one element a feature
   */
  void rowSums(Workspace workspace, DenseMatrix x, DenseVector sums);

  /**
   * Computes {@code y_ij = f_i x_ij}.
   *
   * @param workspace scratch and threads
   * @param x features x batch
   * @param factors one factor a feature
   * @param y receives the product; may be x
   */
  void scaleRows(Workspace workspace, DenseMatrix x, DenseVector factors, DenseMatrix y);

  /**
   * Computes {@code s_i = sum_j a_ij b_ij}, the gradient of the factors of {@link #scaleRows}.
   *
   * @param workspace scratch and threads
   * @param a features x batch
   * @param b of the same shape; may be a
   * @param dots receives one element a feature
   */
  void rowDots(Workspace workspace, DenseMatrix a, DenseMatrix b, DenseVector dots);

  /**
   * Returns the sum of all elements, added up in double in a fixed order.
   *
   * @param workspace scratch and threads
   * @param x the elements
   * @return {@code sum_ij x_ij}
   */
  double sum(Workspace workspace, DenseMatrix x);

  /**
   * Returns the sum of squares of all elements, added up in double in a fixed order.
   *
   * @param workspace scratch and threads
   * @param x the elements
   * @return {@code sum_ij x_ij^2}
   */
  double sumOfSquares(Workspace workspace, DenseMatrix x);

  /**
   * Returns the sum of squares of an array, added up in double in a fixed order.
   *
   * @param x the numbers
   * @return {@code sum_i x_i^2}
   */
  double sumOfSquares(float[] x);

  /**
   * Computes the softmax of every column: {@code y_ij = exp(x_ij) / sum_l exp(x_lj)}, shifted by
   * the column's maximum.
   *
   * @param workspace scratch and threads
   * @param x classes x batch
   * @param y receives the result; may be x
   */
  void softmax(Workspace workspace, DenseMatrix x, DenseMatrix y);

  /**
   * Computes {@code dx = y * (dy - sum_l y_lj dy_lj)} for {@code y = softmax(x)}.
   *
   * @param workspace scratch and threads
   * @param y result of the softmax
   * @param dy gradient of y
   * @param dx receives the gradient of x; may be dy
   */
  void softmaxGradient(Workspace workspace, DenseMatrix y, DenseMatrix dy, DenseMatrix dx);

  /**
   * Computes the logarithm of the softmax of every column.
   *
   * @param workspace scratch and threads
   * @param x classes x batch
   * @param y receives the result; may be x
   */
  void logSoftmax(Workspace workspace, DenseMatrix x, DenseMatrix y);

  /**
   * Computes {@code dx = dy - exp(y) sum_l dy_lj} for {@code y = logSoftmax(x)}.
   *
   * @param workspace scratch and threads
   * @param y result of the logSoftmax
   * @param dy gradient of y
   * @param dx receives the gradient of x; may be dy
   */
  void logSoftmaxGradient(Workspace workspace, DenseMatrix y, DenseMatrix dy, DenseMatrix dx);

  /**
   * Computes the softmax cross-entropy of every column and its gradient in one pass.
   *
   * <p>The target of sample j is {@code (1 - smoothing)} at its label plus {@code smoothing /
   * classes} everywhere; {@code loss_j = -sum_i target_ij logSoftmax(x)_ij}, {@code dx_ij =
   * softmax(x)_ij - target_ij} (the gradient of the sum of the losses).
   *
   * @param workspace scratch and threads
   * @param x logits, classes x batch
   * @param labels one class a sample, in [0, classes); at least batch of them
   * @param smoothing label smoothing in [0, 1)
   * @param losses receives one loss a sample
   * @param dx receives the gradient; may be x
   */
  void crossEntropy(
      Workspace workspace,
      DenseMatrix x,
      int[] labels,
      float smoothing,
      DenseVector losses,
      DenseMatrix dx);

  /**
   * Finds the largest element of every column; ties go to the lower row.
   *
   * @param workspace scratch and threads
   * @param x classes x batch
   * @param rows receives one row number a column; at least batch long
   */
  void argmax(Workspace workspace, DenseMatrix x, int[] rows);

  /**
   * Normalises every column: {@code y_ij = gamma_i (x_ij - mean_j) invStd_j + beta_i} with {@code
   * invStd = 1 / sqrt(variance + epsilon)} (Ba, Kiros and Hinton, Layer Normalization, 2016, arXiv
   * 1607.06450).
   *
   * @param workspace scratch and threads
   * @param x features x batch
   * @param gamma one factor a feature
   * @param beta one shift a feature
   * @param epsilon added to the variance
   * @param mean receives one mean a sample
   * @param invStd receives one inverse deviation a sample
   * @param y receives the result; may be x
   */
  void layerNorm(
      Workspace workspace,
      DenseMatrix x,
      DenseVector gamma,
      DenseVector beta,
      float epsilon,
      DenseVector mean,
      DenseVector invStd,
      DenseMatrix y);

  /**
   * Computes the gradients of {@link #layerNorm}.
   *
   * @param workspace scratch and threads
   * @param x its input
   * @param gamma its factors
   * @param mean its means
   * @param invStd its inverse deviations
   * @param dy gradient of its output
   * @param dgamma receives the gradient of gamma
   * @param dbeta receives the gradient of beta
   * @param dx receives the gradient of x; may be dy
   */
  void layerNormGradient(
      Workspace workspace,
      DenseMatrix x,
      DenseVector gamma,
      DenseVector mean,
      DenseVector invStd,
      DenseMatrix dy,
      DenseVector dgamma,
      DenseVector dbeta,
      DenseMatrix dx);

  /**
   * Divides every column by its root mean square: {@code y_ij = gamma_i x_ij inverse_j} with {@code
   * inverse_j = 1 / sqrt(sum_i x_ij^2 / rows + epsilon)} (Zhang and Sennrich, Root mean square
   * layer normalization, 2019, arXiv 1910.07467).
   *
   * @param workspace scratch and threads
   * @param x features x batch
   * @param gamma one factor a feature
   * @param epsilon added to the mean square
   * @param inverse receives one inverse root a sample
   * @param y receives the result; may be x
   */
  void rmsNorm(
      Workspace workspace,
      DenseMatrix x,
      DenseVector gamma,
      float epsilon,
      DenseVector inverse,
      DenseMatrix y);

  /**
   * Computes the gradients of {@link #rmsNorm}: with {@code n = x inverse} and {@code g = gamma
   * dy}, {@code dx_ij = inverse_j (g_ij - n_ij sum_l g_lj n_lj / rows)} and {@code dgamma_i = sum_j
   * dy_ij n_ij}.
   *
   * @param workspace scratch and threads
   * @param x its input
   * @param gamma its factors
   * @param inverse its inverse roots
   * @param dy gradient of its output
   * @param dgamma receives the gradient of gamma
   * @param dx receives the gradient of x; may be dy
   */
  void rmsNormGradient(
      Workspace workspace,
      DenseMatrix x,
      DenseVector gamma,
      DenseVector inverse,
      DenseMatrix dy,
      DenseVector dgamma,
      DenseMatrix dx);

  /**
   * Takes a step of stochastic gradient descent on a dense parameter.
   *
   * @param workspace scratch and threads
   * @param step the formula's numbers
   * @param gradient gradient of the loss
   * @param velocity momentum state, updated
   * @param weights updated
   */
  void sgd(
      Workspace workspace,
      SgdStep step,
      DenseMatrix gradient,
      DenseMatrix velocity,
      DenseMatrix weights);

  /**
   * Takes a step of stochastic gradient descent on the values of a sparse parameter.
   *
   * @param step the formula's numbers
   * @param gradient gradient of the loss
   * @param velocity momentum state, updated
   * @param weights updated
   */
  void sgd(SgdStep step, float[] gradient, float[] velocity, float[] weights);

  /**
   * Takes a step of Adam on a dense parameter.
   *
   * @param workspace scratch and threads
   * @param step the formula's numbers
   * @param gradient gradient of the loss
   * @param first first moment, updated
   * @param second second moment, updated
   * @param weights updated
   */
  void adam(
      Workspace workspace,
      AdamStep step,
      DenseMatrix gradient,
      DenseMatrix first,
      DenseMatrix second,
      DenseMatrix weights);

  /**
   * Takes a step of Adam on the values of a sparse parameter.
   *
   * @param step the formula's numbers
   * @param gradient gradient of the loss
   * @param first first moment, updated
   * @param second second moment, updated
   * @param weights updated
   */
  void adam(AdamStep step, float[] gradient, float[] first, float[] second, float[] weights);
}
