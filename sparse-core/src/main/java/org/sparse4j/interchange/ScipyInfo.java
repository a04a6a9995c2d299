package org.sparse4j.interchange;

/**
 * What a SciPy file says about its matrix, before any index or number is read.
 *
 * @param format SciPy's name of the layout: csr, csc, coo, bsr or dia
 * @param dtype element type of the numbers, named as in {@link ArrayInfo#dtype}
 * @param rows number of rows
 * @param columns number of columns
 * @param stored numbers in the file, explicit zeros and duplicates included; for bsr and dia those
 *     of all blocks or diagonals
 */
public record ScipyInfo(String format, String dtype, int rows, int columns, long stored) {}
