package org.sparse4j.train.autograd;

import java.util.Locale;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.kernels.operation.Activation;

/** {@code y = f(x)}, one operator a function. */
enum Activate implements Operator {
  IDENTITY,
  RELU,
  GELU,
  SILU,
  TANH,
  SIGMOID;

  private final Activation function;

  Activate() {
    this.function = Activation.valueOf(name());
  }

  static Activate of(Activation function) {
    return switch (function) {
      case IDENTITY -> IDENTITY;
      case RELU -> RELU;
      case GELU -> GELU;
      case SILU -> SILU;
      case TANH -> TANH;
      case SIGMOID -> SIGMOID;
    };
  }

  @Override
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  @Override
  public void forward(Entry e) {
    e.dense().activate(e.workspace(), function, e.value(0), e.output());
  }

  @Override
  public void backward(Entry e) {
    DenseMatrix dy = e.outputGradient();
    DenseMatrix dx = e.gradientTargetInPlace(0);
    e.dense().activateGradient(e.workspace(), function, e.value(0), dy, dx);
    e.gradientWritten(0);
  }
}
