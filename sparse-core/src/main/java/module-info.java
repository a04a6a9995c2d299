/** Dense and sparse matrices, masks, native memory and files. */
module org.sparse4j.core {
  requires static transitive org.jspecify;
}
