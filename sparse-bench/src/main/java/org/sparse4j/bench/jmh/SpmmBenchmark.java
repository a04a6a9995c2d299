package org.sparse4j.bench.jmh;

import org.openjdk.jmh.annotations.Param;
import org.sparse4j.bench.race.RaceOperation;
import org.sparse4j.bench.race.RaceSpec;

/** {@code Y = W X}, a column is a sample. */
public class SpmmBenchmark extends Product {
  /** Samples. */
  @Param({"8", "32", "128", "512"})
  public int n;

  /** Share of weights left out. */
  @Param({"0.5", "0.8", "0.9", "0.95", "0.98"})
  public double sparsity;

  /** Made by JMH. */
  public SpmmBenchmark() {}

  @Override
  protected RaceSpec spec() {
    return spec(RaceOperation.SPMM, n, sparsity);
  }
}
