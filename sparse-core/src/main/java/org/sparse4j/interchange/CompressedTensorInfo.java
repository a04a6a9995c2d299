package org.sparse4j.interchange;

/**
 * What a checkpoint says about a compressed weight, before any of its numbers is read.
 *
 * @param name name of the module: the tensor's without a last {@code .weight}
 * @param format layout
 * @param dtype element type of the values, for example {@code BF16}
 * @param rows number of rows
 * @param columns number of columns
 * @param stored number of values in the file
 */
public record CompressedTensorInfo(
    String name,
    CompressedTensorsFormat format,
    String dtype,
    int rows,
    int columns,
    long stored) {}
