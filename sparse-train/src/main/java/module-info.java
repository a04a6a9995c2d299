/** Autograd, layers, optimizers and sparsifiers. */
module org.sparse4j.train {
  requires transitive org.sparse4j.kernels;
  requires static transitive org.jspecify;
}
