package org.sparse4j.train.parameter;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.CsrPattern;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.FloatValues;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.Epilogue;
import org.sparse4j.kernels.operation.GemmForm;
import org.sparse4j.mask.Mask;
import org.sparse4j.train.forward.ForwardRule;

/**
 * What products multiply with: the dense weights themselves or a copy, the mask of its numbers, and
 * a packed form for sparse products. Apart from what chooses masks because all of it follows from
 * the weights and a mask, can be made anew at any time, and is in no checkpoint.
 */
final class ProductWeights {

  /** What the copy holds. */
  private enum Held {
    NOTHING,
    TRAINING,
    EVALUATION;

    static Held of(boolean training) {
      return training ? TRAINING : EVALUATION;
    }
  }

  private final DenseParameter weight;
  private final ForwardRule rule;
  private final @Nullable RowFactors factors;
  private final MaskWords shape;
  private final DenseMatrix copy;
  private final float[] row;

  private final SparseParameter packed;
  private final long[] packedWords;
  private boolean isPacked;
  private boolean hasPattern;

  private Held held = Held.NOTHING;
  private long heldVersion;
  private DenseMatrix current;
  private long @Nullable [] currentWords;
  private double currentDensity;

  ProductWeights(
      DenseParameter weight, ForwardRule rule, @Nullable RowFactors factors, MaskWords shape) {
    int rows = weight.value().rows();
    int columns = weight.value().columns();
    this.weight = weight;
    this.rule = rule;
    this.factors = factors;
    this.shape = shape;
    this.copy = DenseMatrix.zeros(rows, columns);
    this.row = new float[columns];
    this.packed = SparseParameter.create("packed", rows, columns, Initializer.constant(0));
    this.packedWords = shape.none();
    this.current = copy;
  }

  /** Tells whether products of a kind of step can start: nothing changed since they were held. */
  boolean isHeldFor(boolean training) {
    return held == Held.of(training) && heldVersion == version();
  }

  /** Says that what was filled or taken belongs to a kind of step. */
  void holdFor(boolean training) {
    held = Held.of(training);
    heldVersion = version();
  }

  /** Says that no kind of step may go on with what is here. */
  void forget() {
    held = Held.NOTHING;
  }

  private long version() {
    return weight.version() + (factors == null ? 0 : factors.parameter().version());
  }

  /** Makes ready what products multiply with: all weights, or those of a mask and a rest. */
  void fill(long @Nullable [] kept, float rest) {
    if (kept == null && factors == null) {
      take(null, weight.value());
      return;
    }
    DenseMatrix value = weight.value();
    for (int i = 0; i < value.rows(); i++) {
      value.getRow(i, row, 0);
      if (factors != null) {
        factors.multiply(i, row);
      }
      if (kept != null) {
        shape.shrinkPruned(kept, i, rest, row);
      }
      copy.setRow(i, row, 0);
    }
    take(rest == 0 ? kept : null, copy);
  }

  /** Returns where weights are written that {@link #takeCopy} takes. */
  DenseMatrix copy() {
    return copy;
  }

  /** Lets products multiply with the copy, as written. */
  void takeCopy(long[] kept) {
    take(kept, copy);
  }

  private void take(long @Nullable [] kept, DenseMatrix numbers) {
    current = numbers;
    currentWords = kept;
    currentDensity = kept == null ? 1 : (double) MaskWords.count(kept) / Math.max(1, weight.size());
    isPacked = false;
  }

  /** Returns the live matrix, pruned weights as 0. */
  DenseMatrix current() {
    return current;
  }

  /** Returns the fraction that takes part; 0 before anything was filled or taken. */
  double density() {
    return currentDensity;
  }

  CsrMatrix toCsr() {
    long[] kept = currentWords;
    Mask positions =
        kept == null ? Mask.full(current.rows(), current.columns()) : shape.toMask(kept);
    return CsrMatrix.fromDense(current, positions);
  }

  void apply(
      Kernels kernels, Workspace workspace, Epilogue epilogue, DenseMatrix x, DenseMatrix y) {
    if (isSparse(x.columns())) {
      packed().apply(kernels, workspace, epilogue, x, y);
    } else {
      kernels.dense().gemm(workspace, GemmForm.AB, current, x, epilogue, y);
    }
  }

  void applyTransposed(Kernels kernels, Workspace workspace, DenseMatrix x, DenseMatrix y) {
    if (isSparse(x.columns())) {
      packed().operator(kernels).applyTransposed(workspace, x, y);
    } else {
      kernels.dense().gemm(workspace, GemmForm.ATB, current, x, Epilogue.none(), y);
    }
  }

  private boolean isSparse(int samples) {
    return currentWords != null && rule.isSparse(samples, currentDensity);
  }

  private SparseParameter packed() {
    long[] kept = currentWords;
    if (isPacked || kept == null) {
      return packed;
    }
    if (!hasPattern || !Arrays.equals(kept, packedWords)) {
      CsrPattern pattern = CsrPattern.of(shape.toMask(kept));
      packed.load(CsrMatrix.of(pattern, FloatValues.zeros(Math.toIntExact(pattern.nnz()))));
      System.arraycopy(kept, 0, packedWords, 0, kept.length);
      hasPattern = true;
    }
    shape.gather(kept, current, row, packed.values().array());
    packed.values().markChanged();
    isPacked = true;
    return packed;
  }
}
