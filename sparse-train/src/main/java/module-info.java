/** Autograd, layers, optimizers and sparsifiers. */
module org.sparse4j.train {
  requires transitive org.sparse4j.kernels;
  requires static transitive org.jspecify;

  exports org.sparse4j.train;
  exports org.sparse4j.train.autograd;
  exports org.sparse4j.train.data;
  exports org.sparse4j.train.distribution;
  exports org.sparse4j.train.flops;
  exports org.sparse4j.train.forward;
  exports org.sparse4j.train.initial;
  exports org.sparse4j.train.layer;
  exports org.sparse4j.train.law;
  exports org.sparse4j.train.nd4j;
  exports org.sparse4j.train.optim;
  exports org.sparse4j.train.parameter;
  exports org.sparse4j.train.random;
  exports org.sparse4j.train.saliency;
  exports org.sparse4j.train.schedule;
  exports org.sparse4j.train.search;
  exports org.sparse4j.train.traits;
  exports org.sparse4j.train.update;

  // ND4J writes updaters into its files by reflection.
  opens org.sparse4j.train.nd4j;
}
