package org.sparse4j.bench.convert;

/**
 * What became of one matrix.
 *
 * @param name its name
 * @param rows outputs
 * @param columns inputs
 * @param from format before
 * @param to format after
 * @param parameters numbers stored afterwards
 * @param bytesBefore bytes in the source
 * @param bytesAfter bytes of positions and numbers
 * @param error {@code |W - W'| / |W|} in the Frobenius norm, 0 for a matrix of zeros
 */
record Converted(
    String name,
    int rows,
    int columns,
    String from,
    String to,
    long parameters,
    long bytesBefore,
    long bytesAfter,
    double error) {

  /** Returns the numbers stored over the elements of the matrix. */
  double density() {
    long size = (long) rows * columns;
    return size == 0 ? 0 : (double) parameters / size;
  }
}
