package org.sparse4j.train.autograd;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import org.sparse4j.format.DenseMatrix;

/** {@code y = f(x; p)} element by element: input 0 is x, input 1 the numbers as a row. */
record ScalarCall(ScalarFunction function) implements Operator {

  private static final Map<ScalarFunction, ScalarCall> CALLS = new EnumMap<>(ScalarFunction.class);

  static {
    for (ScalarFunction function : ScalarFunction.values()) {
      CALLS.put(function, new ScalarCall(function));
    }
  }

  /** Arrays that calls share; one a workspace. */
  private static final class Scratch {
    private final double[] slopes = ScalarFunction.slopes();
    private final double[] numbers = ScalarFunction.slopes();
    private final double[] sums = ScalarFunction.slopes();
    private float[] x = new float[0];
    private float[] y = new float[0];

    private void fit(int columns) {
      if (x.length != columns) {
        x = new float[columns];
        y = new float[columns];
      }
    }
  }

  static ScalarCall of(ScalarFunction function) {
    ScalarCall call = CALLS.get(function);
    if (call == null) {
      throw new IllegalStateException("no operator for " + function);
    }
    return call;
  }

  @Override
  public String label() {
    return function.name();
  }

  private Scratch scratch(Entry e) {
    Scratch scratch = e.workspace().state(Scratch.class, Scratch::new);
    scratch.fit(e.output().columns());
    for (int k = 0; k < function.numbers(); k++) {
      scratch.numbers[k] = e.value(1).get(0, k);
    }
    return scratch;
  }

  @Override
  public void forward(Entry e) {
    Scratch s = scratch(e);
    for (int i = 0; i < e.output().rows(); i++) {
      e.value(0).getRow(i, s.x, 0);
      for (int j = 0; j < s.x.length; j++) {
        s.y[j] = (float) function.value(s.x[j], s.numbers, s.slopes);
      }
      e.output().setRow(i, s.y, 0);
    }
  }

  @Override
  public void backward(Entry e) {
    Scratch s = scratch(e);
    Arrays.fill(s.sums, 0);
    DenseMatrix dy = e.outputGradient();
    boolean wanted = e.needsGradient(0);
    DenseMatrix dx = wanted ? e.gradientTargetInPlace(0) : dy;
    for (int i = 0; i < dy.rows(); i++) {
      e.value(0).getRow(i, s.x, 0);
      dy.getRow(i, s.y, 0);
      for (int j = 0; j < s.x.length; j++) {
        function.value(s.x[j], s.numbers, s.slopes);
        for (int k = 0; k < function.numbers(); k++) {
          s.sums[k] += s.y[j] * s.slopes[1 + k];
        }
        s.y[j] = (float) (s.y[j] * s.slopes[0]);
      }
      if (wanted) {
        dx.setRow(i, s.y, 0);
      }
    }
    if (wanted) {
      e.gradientWritten(0);
    }
    if (e.needsGradient(1)) {
      DenseMatrix dp = e.gradientSum(1);
      for (int k = 0; k < function.numbers(); k++) {
        dp.set(0, k, (float) (dp.get(0, k) + s.sums[k]));
      }
    }
  }
}
