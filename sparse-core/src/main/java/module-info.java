/** Dense and sparse matrices, masks, native memory and files. */
module org.sparse4j.core {
  requires static transitive org.jspecify;

  exports org.sparse4j.format;
  exports org.sparse4j.interchange;
  exports org.sparse4j.io;
  exports org.sparse4j.io.layout;
  exports org.sparse4j.mask;
  exports org.sparse4j.memory;
  exports org.sparse4j.structured;

  uses org.sparse4j.io.layout.MatrixLayout;
}
