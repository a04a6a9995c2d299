package org.sparse4j.interchange;

/** The layouts without parameters in which {@link ScipySparse} writes a matrix. */
public enum ScipyLayout {
  /** Rows one after another: indices, indptr, data. */
  CSR,
  /** Columns one after another: indices, indptr, data. */
  CSC,
  /** A row and a column for each number, here row by row. */
  COO
}
