package org.sparse4j.io.layout;

import java.io.IOException;
import org.sparse4j.format.FloatValues;
import org.sparse4j.structured.LowRankMatrix;

/** Low rank: the factors {@code left} and {@code right}, row by row, entry {@code rank}. */
final class LowRankLayout implements MatrixLayout<LowRankMatrix> {

  @Override
  public String format() {
    return "low-rank";
  }

  @Override
  public Class<LowRankMatrix> type() {
    return LowRankMatrix.class;
  }

  @Override
  public void write(LowRankMatrix matrix, MatrixParts parts) {
    parts
        .entry("rank", matrix.rank())
        .values("left", matrix.left())
        .values("right", matrix.right());
  }

  @Override
  public LowRankMatrix read(StoredParts parts) throws IOException {
    int rank = parts.number("rank", 0, Integer.MAX_VALUE);
    long left = (long) parts.rows() * rank;
    long right = (long) parts.columns() * rank;
    return LowRankMatrix.of(
        parts.rows(),
        parts.columns(),
        rank,
        FloatValues.wrap(parts.floats("left", left, "rows * rank")),
        FloatValues.wrap(parts.floats("right", right, "rank * columns")));
  }
}
