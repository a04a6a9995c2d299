package org.sparse4j.train.layer;

import org.sparse4j.format.CsrPattern;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.FloatValues;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.train.parameter.Slots;
import org.sparse4j.train.parameter.SparseParameter;

/** A view of a parameter. */
record ParameterView(
    SparseParameter parameter, Slots slots, RuleState state, Workspace workspace, long seed)
    implements LayerView {

  @Override
  public LayerShape shape() {
    return new LayerShape(parameter.name(), parameter.dimensions());
  }

  @Override
  public CsrPattern pattern() {
    return parameter.pattern();
  }

  @Override
  public FloatValues weights() {
    return parameter.values();
  }

  @Override
  public FloatValues gradient() {
    return parameter.gradient();
  }

  @Override
  public int largestGradients(CsrPattern kept, int k, long[] positions, float[] magnitudes) {
    return parameter.largestGradients(workspace, kept, k, positions, magnitudes);
  }

  @Override
  public float[] optimizerState(String slot) {
    return slots.array(slot);
  }

  @Override
  public void gradientRows(int fromRow, int toRow, DenseMatrix tile) {
    parameter.gradientRows(workspace, fromRow, toRow, tile);
  }
}
