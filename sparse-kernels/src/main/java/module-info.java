/** Products with sparse and dense matrices, in plain Java and with the Vector API. */
module org.sparse4j.kernels {
  requires transitive org.sparse4j.core;
  requires org.slf4j;
  requires static jdk.incubator.vector;
  requires static transitive org.jspecify;

  exports org.sparse4j.kernels;
  exports org.sparse4j.kernels.execution;
  exports org.sparse4j.kernels.operation;
  exports org.sparse4j.kernels.planner;
  exports org.sparse4j.kernels.spi;

  uses org.sparse4j.kernels.spi.FormatProvider;
  uses org.sparse4j.kernels.spi.OperatorProvider;
}
