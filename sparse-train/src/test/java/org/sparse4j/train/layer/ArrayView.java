package org.sparse4j.train.layer;

import java.util.HashMap;
import java.util.Map;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.CsrPattern;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.FloatValues;
import org.sparse4j.mask.Mask;

/** A layer made of a dense weight matrix, a dense gradient and a mask. */
public final class ArrayView implements LayerView {
  private final CsrMatrix matrix;
  private final float[] denseGradient;
  private final long seed;
  private final RuleState state = new RuleState();
  private final Map<String, float[]> slots = new HashMap<>();

  public ArrayView(CsrMatrix matrix, float[] denseGradient, long seed) {
    this.matrix = matrix;
    this.denseGradient = denseGradient;
    this.seed = seed;
  }

  /** Sets an array of the optimizer. */
  public ArrayView slot(String name, float... values) {
    slots.put(name, values);
    return this;
  }

  /** A single row, its mask as a text of 0 and 1. */
  public static ArrayView row(String mask, float[] weights, float[] gradient) {
    return of(
        1,
        mask.length(),
        Mask.of(1, mask.length(), (i, j) -> mask.charAt(j) == '1'),
        weights,
        gradient,
        0);
  }

  public static ArrayView of(
      int rows, int columns, Mask mask, float[] weights, float[] gradient, long seed) {
    CsrMatrix matrix = CsrMatrix.fromDense(DenseMatrix.copyOf(rows, columns, weights), mask);
    return new ArrayView(matrix, gradient, seed);
  }

  /** The mask of a pattern of one row as a text of 0 and 1. */
  public static String text(CsrPattern pattern) {
    StringBuilder text = new StringBuilder();
    for (int j = 0; j < pattern.columns(); j++) {
      text.append(pattern.indexOf(0, j) < 0 ? '0' : '1');
    }
    return text.toString();
  }

  @Override
  public LayerShape shape() {
    return LayerShape.of("w", matrix.rows(), matrix.columns());
  }

  @Override
  public CsrPattern pattern() {
    return matrix.pattern();
  }

  @Override
  public FloatValues weights() {
    return matrix.floatValues();
  }

  @Override
  public FloatValues gradient() {
    FloatValues stored = FloatValues.zeros(matrix.values().length());
    pattern().forEach((p, i, j) -> stored.array()[p] = denseGradient[i * pattern().columns() + j]);
    return stored;
  }

  @Override
  public float[] optimizerState(String slot) {
    return slots.getOrDefault(slot, new float[matrix.values().length()]);
  }

  @Override
  public RuleState state() {
    return state;
  }

  @Override
  public long seed() {
    return seed;
  }

  @Override
  public void gradientRows(int fromRow, int toRow, DenseMatrix tile) {
    for (int i = fromRow; i < toRow; i++) {
      tile.setRow(i - fromRow, denseGradient, i * pattern().columns());
    }
  }
}
