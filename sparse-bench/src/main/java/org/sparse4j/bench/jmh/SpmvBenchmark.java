package org.sparse4j.bench.jmh;

import org.openjdk.jmh.annotations.Param;
import org.sparse4j.bench.race.RaceOperation;
import org.sparse4j.bench.race.RaceSpec;

/** {@code y = W x}. */
public class SpmvBenchmark extends Product {

  /** Share of weights left out. */
  @Param({"0.5", "0.8", "0.9", "0.95", "0.98"})
  public double sparsity;

  /** Made by JMH. */
  public SpmvBenchmark() {}

  @Override
  protected RaceSpec spec() {
    return spec(RaceOperation.SPMV, 1, sparsity);
  }
}
