package org.sparse4j.io.layout;

import java.io.IOException;
import org.sparse4j.format.BlockMatrix;
import org.sparse4j.format.BlockOrder;
import org.sparse4j.format.BlockPattern;

/**
 * Blocks: {@code pointers}, {@code indices}, {@code values}, entries {@code block_height}, {@code
 * block_width} and {@code order} ({@code rows} or {@code columns}).
 */
final class BlockLayout implements MatrixLayout<BlockMatrix> {

  private static final String ROWS = "rows";
  private static final String COLUMNS = "columns";

  @Override
  public String format() {
    return "block";
  }

  @Override
  public Class<BlockMatrix> type() {
    return BlockMatrix.class;
  }

  @Override
  public void write(BlockMatrix matrix, MatrixParts parts) {
    BlockPattern pattern = matrix.pattern();
    parts
        .entry("block_height", pattern.blockHeight())
        .entry("block_width", pattern.blockWidth())
        .entry("order", pattern.order() == BlockOrder.ROWS ? ROWS : COLUMNS)
        .ints("pointers", pattern.pointers())
        .ints("indices", pattern.indices())
        .values("values", matrix.values());
  }

  @Override
  public BlockMatrix read(StoredParts parts) throws IOException {
    int height = parts.number("block_height", 1, Integer.MAX_VALUE);
    int width = parts.number("block_width", 1, Integer.MAX_VALUE);
    BlockOrder order =
        parts.choice("order", ROWS, COLUMNS) == 0 ? BlockOrder.ROWS : BlockOrder.COLUMNS;
    BlockPattern pattern =
        BlockPattern.copyOf(
            parts.rows(),
            parts.columns(),
            height,
            width,
            order,
            parts.ints("pointers"),
            parts.ints("indices"));
    return BlockMatrix.of(
        pattern, parts.values("values", pattern.nnz(), "positions of the blocks"));
  }
}
