package org.sparse4j.train.nd4j;

import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.CsrPattern;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.FloatValues;
import org.sparse4j.train.layer.LayerShape;
import org.sparse4j.train.layer.LayerView;
import org.sparse4j.train.layer.RuleState;

/** What a rule sees of a masked variable. */
final class SameDiffView implements LayerView {

  private final String name;
  private final CsrMatrix weights;
  private final float[] dense;
  private final long seed;
  private final RuleState state = new RuleState();

  SameDiffView(String name, CsrMatrix weights, float[] dense, long seed) {
    this.name = name;
    this.weights = weights;
    this.dense = dense;
    this.seed = seed;
  }

  @Override
  public LayerShape shape() {
    return LayerShape.of(name, weights.rows(), weights.columns());
  }

  @Override
  public CsrPattern pattern() {
    return weights.pattern();
  }

  @Override
  public FloatValues weights() {
    return weights.floatValues();
  }

  @Override
  public FloatValues gradient() {
    FloatValues stored = FloatValues.zeros(weights.values().length());
    pattern().forEach((p, i, j) -> stored.array()[p] = dense[i * weights.columns() + j]);
    return stored;
  }

  @Override
  public void gradientRows(int fromRow, int toRow, DenseMatrix tile) {
    for (int i = fromRow; i < toRow; i++) {
      tile.setRow(i - fromRow, dense, i * weights.columns());
    }
  }

  @Override
  public float[] optimizerState(String slot) {
    throw new IllegalArgumentException(
        "SameDiffSparsifier: rules cannot read the updater's array " + slot + " of " + name);
  }

  @Override
  public RuleState state() {
    return state;
  }

  @Override
  public long seed() {
    return seed;
  }
}
