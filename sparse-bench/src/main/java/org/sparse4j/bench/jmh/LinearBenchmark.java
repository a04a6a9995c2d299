package org.sparse4j.bench.jmh;

import org.openjdk.jmh.annotations.Param;
import org.sparse4j.bench.race.RaceOperation;
import org.sparse4j.bench.race.RaceSpec;

/** {@code Y = X W^T}, a row is a sample. */
public class LinearBenchmark extends Product {
  /** Samples. */
  @Param({"1", "8", "32", "128"})
  public int n;

  /** Share of weights left out. */
  @Param({"0.5", "0.8", "0.9", "0.95", "0.98"})
  public double sparsity;

  /** Made by JMH. */
  public LinearBenchmark() {}

  @Override
  protected RaceSpec spec() {
    return spec(RaceOperation.LINEAR, n, sparsity);
  }
}
