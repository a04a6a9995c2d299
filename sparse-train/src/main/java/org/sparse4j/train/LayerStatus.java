package org.sparse4j.train;

/**
 * How sparse the weights of a layer are.
 *
 * @param name name of the weights
 * @param rows outputs
 * @param columns inputs
 * @param stored stored weights
 * @param everStored positions that have been stored at some time
 * @param emptyRows outputs without a stored weight
 * @param emptyColumns inputs that no stored weight reads
 */
public record LayerStatus(
    String name,
    int rows,
    int columns,
    long stored,
    long everStored,
    int emptyRows,
    int emptyColumns) {

  /**
   * Returns the stored fraction.
   *
   * @return {@code stored / (rows columns)}; 0 for an empty layer
   */
  public double density() {
    return fraction(stored);
  }

  /**
   * Returns the fraction of positions that have been stored at some time: R_s of Liu, Yin, Mocanu
   * and Pechenizkiy, Do we actually need dense over-parameterization?, 2021 (arXiv 2102.02887).
   *
   * @return {@code everStored / (rows columns)}; 0 for an empty layer
   */
  public double coverage() {
    return fraction(everStored);
  }

  private double fraction(long count) {
    long size = (long) rows * columns;
    return size == 0 ? 0 : (double) count / size;
  }
}
