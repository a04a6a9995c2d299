package org.sparse4j.train.layer;

import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.kernels.operation.Activation;
import org.sparse4j.train.parameter.Initializer;

/**
 * Normal weights whose variance suits the function that follows: gain 2 before RELU, GELU and SILU,
 * which pass about half of the variance on, 1 before everything else.
 */
final class FollowingInitializer implements Initializer {

  private Initializer current = Initializer.normal(1);

  void followedBy(Activation function) {
    current =
        switch (function) {
          case RELU, GELU, SILU -> Initializer.normal(2);
          case IDENTITY, TANH, SIGMOID -> Initializer.normal(1);
        };
  }

  @Override
  public void fill(long seed, DenseMatrix weights) {
    current.fill(seed, weights);
  }

  @Override
  public void fill(long seed, CsrMatrix weights) {
    current.fill(seed, weights);
  }
}
