package org.sparse4j.train.autograd;

import org.sparse4j.format.DenseMatrix;

/**
 * {@code O = V softmax(K^T Q / sqrt(d))} for every head of every sequence; a column of the softmax
 * is a query.
 *
 * <p>The entry's {@code from} is the number of heads, {@code to} the columns of a sequence, {@code
 * flag} says that a query sees no later key, {@code number} is the fraction of probabilities
 * dropped. A block is one head of one sequence: its rows of Q, K and V are copied together, so that
 * its products are whole matrices wherever the sequence starts. Blocks share nothing, so they run
 * on the workspace's threads with equal results.
 */
enum Attention implements Operator {
  INSTANCE;

  private static final int GRADIENTS = 2;

  @Override
  public String label() {
    return "attention";
  }

  @Override
  public void forward(Entry e) {
    call(e).run(e, false);
  }

  @Override
  public void backward(Entry e) {
    // Inputs that are one variable share one target, so each of them needs a matrix of its own.
    boolean apart = !same(e, 0, 1) && !same(e, 0, 2) && !same(e, 1, 2);
    AttentionCall call = call(e);
    for (int input = 0; input < 3; input++) {
      call.gradient(
          input, apart && e.needsGradient(input) ? e.gradientTarget(input) : separate(e, input));
    }
    call.run(e, true);
    for (int input = 0; input < 3; input++) {
      if (e.needsGradient(input)) {
        if (!apart) {
          e.dense().copy(e.workspace(), separate(e, input), e.gradientTarget(input));
        }
        e.gradientWritten(input);
      }
    }
  }

  /** Two products of {@code 2 time} operations an element, in four of the backward pass. */
  @Override
  public void countOperations(Entry e, OperationSink sink) {
    double forward = 4.0 * e.to * e.output().rows() * e.output().columns();
    sink.product(label(), forward, forward, e.needsBackward() ? 2 * forward : 0);
  }

  private static DenseMatrix separate(Entry e, int input) {
    return e.saved(GRADIENTS + input, e.output().rows(), e.output().columns());
  }

  @SuppressWarnings("ReferenceEquality") // the same variable, not an equal one
  private static boolean same(Entry e, int a, int b) {
    return e.inputVariable(a) == e.inputVariable(b);
  }

  private static AttentionCall call(Entry e) {
    return e.workspace().state(AttentionCall.class, AttentionCall::new);
  }
}
