package org.sparse4j.bench.jmh;

import org.openjdk.jmh.annotations.Param;
import org.sparse4j.bench.race.RaceOperation;
import org.sparse4j.bench.race.RaceSpec;

/** {@code Y = W X} with a dense W. */
public class GemmBenchmark extends Product {
  /** Samples. */
  @Param({"8", "32", "128", "512"})
  public int n;

  /** Made by JMH. */
  public GemmBenchmark() {}

  @Override
  protected RaceSpec spec() {
    return spec(RaceOperation.GEMM, n, 0);
  }
}
