/** Products with sparse and dense matrices, in plain Java and with the Vector API. */
module org.sparse4j.kernels {
  requires transitive org.sparse4j.core;
  requires org.slf4j;
  requires static jdk.incubator.vector;
  requires static transitive org.jspecify;
}
