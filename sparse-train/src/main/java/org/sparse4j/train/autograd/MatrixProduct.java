package org.sparse4j.train.autograd;

import org.sparse4j.format.DenseMatrix;
import org.sparse4j.kernels.operation.Epilogue;
import org.sparse4j.kernels.operation.GemmForm;

/** {@code C = op(A) op(B)} of two variables, in the three forms. */
enum MatrixProduct implements Operator {
  AB(GemmForm.AB),
  ATB(GemmForm.ATB),
  ABT(GemmForm.ABT);

  private final GemmForm form;

  MatrixProduct(GemmForm form) {
    this.form = form;
  }

  static MatrixProduct of(GemmForm form) {
    return switch (form) {
      case AB -> AB;
      case ATB -> ATB;
      case ABT -> ABT;
    };
  }

  @Override
  public String label() {
    return "matmul";
  }

  @Override
  public void forward(Entry e) {
    e.dense().gemm(e.workspace(), form, e.value(0), e.value(1), Epilogue.none(), e.output());
  }

  @Override
  public void backward(Entry e) {
    DenseMatrix dc = e.outputGradient();
    if (e.needsGradient(0)) {
      switch (form) {
        case AB -> add(e, 0, GemmForm.ABT, dc, e.value(1));
        case ATB -> add(e, 0, GemmForm.ABT, e.value(1), dc);
        case ABT -> add(e, 0, GemmForm.AB, dc, e.value(1));
      }
    }
    if (e.needsGradient(1)) {
      switch (form) {
        case AB -> add(e, 1, GemmForm.ATB, e.value(0), dc);
        case ATB -> add(e, 1, GemmForm.AB, e.value(0), dc);
        case ABT -> add(e, 1, GemmForm.ATB, dc, e.value(0));
      }
    }
  }

  @Override
  public void countOperations(Entry e, OperationSink sink) {
    double inner = form == GemmForm.ATB ? e.value(0).rows() : e.value(0).columns();
    double forward = 2 * inner * e.output().rows() * e.output().columns();
    sink.product(label(), forward, forward, e.needsBackward() ? 2 * forward : 0);
  }

  private static void add(Entry e, int input, GemmForm form, DenseMatrix a, DenseMatrix b) {
    if (e.hasGradient(input)) {
      e.dense().gemmAdd(e.workspace(), form, a, b, e.gradientSum(input));
    } else {
      e.dense().gemm(e.workspace(), form, a, b, Epilogue.none(), e.gradientTarget(input));
      e.gradientWritten(input);
    }
  }
}
