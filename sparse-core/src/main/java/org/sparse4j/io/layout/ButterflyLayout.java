package org.sparse4j.io.layout;

import java.io.IOException;
import org.sparse4j.format.FloatValues;
import org.sparse4j.structured.ButterflyMatrix;

/**
 * Butterfly: {@code twiddle} of shape (stacks, blocks, levels, size / 2, 2, 2), entries {@code
 * size}, {@code blocks}, {@code strides} of the first block ({@code increasing} or {@code
 * decreasing}) and {@code stacks} (whether they split {@code outputs} or {@code inputs}).
 */
final class ButterflyLayout implements MatrixLayout<ButterflyMatrix> {

  private static final String INCREASING = "increasing";
  private static final String DECREASING = "decreasing";
  private static final String OUTPUTS = "outputs";
  private static final String INPUTS = "inputs";

  @Override
  public String format() {
    return "butterfly";
  }

  @Override
  public Class<ButterflyMatrix> type() {
    return ButterflyMatrix.class;
  }

  @Override
  public void write(ButterflyMatrix matrix, MatrixParts parts) {
    parts
        .entry("size", matrix.size())
        .entry("blocks", matrix.blocks())
        .entry("strides", matrix.increasing() ? INCREASING : DECREASING)
        .entry("stacks", matrix.splitsInputs() ? INPUTS : OUTPUTS)
        .values("twiddle", matrix.twiddle());
  }

  @Override
  public ButterflyMatrix read(StoredParts parts) throws IOException {
    return ButterflyMatrix.of(
        parts.rows(),
        parts.columns(),
        parts.number("size", 1, Integer.MAX_VALUE),
        parts.number("blocks", 1, Integer.MAX_VALUE),
        parts.choice("strides", INCREASING, DECREASING) == 0,
        parts.choice("stacks", OUTPUTS, INPUTS) == 1,
        FloatValues.wrap(parts.floats("twiddle")));
  }
}
