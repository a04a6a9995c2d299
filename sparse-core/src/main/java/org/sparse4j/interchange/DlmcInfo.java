package org.sparse4j.interchange;

/**
 * The first line of a DLMC file.
 *
 * @param rows number of rows
 * @param columns number of columns
 * @param nnz number of positions
 */
public record DlmcInfo(int rows, int columns, int nnz) {}
