package org.sparse4j.train.layer;

import java.util.ArrayList;
import java.util.List;
import org.sparse4j.format.FloatValues;
import org.sparse4j.kernels.operation.LinearOperator;
import org.sparse4j.train.autograd.Affine;
import org.sparse4j.train.parameter.DenseParameter;
import org.sparse4j.train.parameter.ValuesParameter;

/**
 * A layer {@code y = A x + b} with a linear operator of your own: a butterfly, a low-rank product,
 * a format of your own. Its numbers are trained as they are; how they start is the operator's
 * concern.
 */
public final class OperatorLinear extends AffineLayer {

  private OperatorLinear(Affine map) {
    super(map);
  }

  /**
   * Makes a layer that trains all numbers of an operator, named {@code weight} or, if there are
   * several arrays, {@code weight.0}, {@code weight.1} and so on.
   *
   * @param operator A, shared
   * @return a new layer with a bias of zeros
   */
  public static OperatorLinear of(LinearOperator operator) {
    List<FloatValues> values = operator.parameters();
    List<ValuesParameter> parameters = new ArrayList<>();
    for (int p = 0; p < values.size(); p++) {
      String name = values.size() == 1 ? "weight" : "weight." + p;
      parameters.add(ValuesParameter.of(name, values.get(p), true));
    }
    DenseParameter bias = DenseParameter.bias("bias", operator.rows());
    return new OperatorLinear(Affine.of(operator, parameters).bias(bias));
  }
}
