package org.sparse4j.io.layout;

import java.io.IOException;
import java.nio.FloatBuffer;
import org.sparse4j.format.SparseMatrix;
import org.sparse4j.structured.LowRankMatrix;
import org.sparse4j.structured.SparsePlusLowRank;

/** Sparse + low rank: the matrices {@code sparse} and {@code low_rank}, and {@code scale}. */
final class SparsePlusLowRankLayout implements MatrixLayout<SparsePlusLowRank> {

  @Override
  public String format() {
    return "sparse+low-rank";
  }

  @Override
  public Class<SparsePlusLowRank> type() {
    return SparsePlusLowRank.class;
  }

  @Override
  public void write(SparsePlusLowRank matrix, MatrixParts parts) {
    parts
        .floats("scale", FloatBuffer.wrap(new float[] {matrix.scale()}))
        .matrix("sparse", matrix.sparse())
        .matrix("low_rank", matrix.lowRank());
  }

  @Override
  public SparsePlusLowRank read(StoredParts parts) throws IOException {
    return SparsePlusLowRank.of(
        parts.matrix("sparse", SparseMatrix.class),
        parts.matrix("low_rank", LowRankMatrix.class),
        parts.floats("scale", 1, "one scale")[0]);
  }
}
