package org.sparse4j.io.layout;

import java.io.IOException;
import org.sparse4j.format.FloatValues;
import org.sparse4j.structured.BlockDiagonalMatrix;

/** Blocks on the diagonal: {@code values}, entry {@code blocks}. */
final class BlockDiagonalLayout implements MatrixLayout<BlockDiagonalMatrix> {

  @Override
  public String format() {
    return "block-diagonal";
  }

  @Override
  public Class<BlockDiagonalMatrix> type() {
    return BlockDiagonalMatrix.class;
  }

  @Override
  public void write(BlockDiagonalMatrix matrix, MatrixParts parts) {
    parts.entry("blocks", matrix.blocks()).values("values", matrix.values());
  }

  @Override
  public BlockDiagonalMatrix read(StoredParts parts) throws IOException {
    int blocks = parts.number("blocks", 1, Integer.MAX_VALUE);
    FloatValues values = FloatValues.wrap(parts.floats("values"));
    return BlockDiagonalMatrix.of(parts.rows(), parts.columns(), blocks, values);
  }
}
