package org.sparse4j.io.layout;

import java.io.IOException;
import org.sparse4j.format.BitmapMatrix;
import org.sparse4j.format.BitmapPattern;

/**
 * Bitmap: {@code words} of 64 bits as I64, {@code row_offsets}, {@code values}.
 *
 * <p>The offsets follow from the words, but only they prove that there are so many rows where a
 * matrix has no columns.
 */
final class BitmapLayout implements MatrixLayout<BitmapMatrix> {

  @Override
  public String format() {
    return "bitmap";
  }

  @Override
  public Class<BitmapMatrix> type() {
    return BitmapMatrix.class;
  }

  @Override
  public void write(BitmapMatrix matrix, MatrixParts parts) {
    BitmapPattern pattern = matrix.pattern();
    parts
        .ints("row_offsets", pattern.rowOffsets())
        .longs("words", pattern.words())
        .values("values", matrix.values());
  }

  @Override
  public BitmapMatrix read(StoredParts parts) throws IOException {
    int rows = parts.rows();
    int columns = parts.columns();
    parts.ints("row_offsets", rows + 1L, "rows + 1");
    long words = (columns + 63L) / 64 * rows;
    BitmapPattern pattern =
        BitmapPattern.copyOf(
            rows, columns, parts.longs("words", words, "rows * ceil(columns / 64)"));
    return BitmapMatrix.of(pattern, parts.values("values", pattern.nnz(), "bits that are set"));
  }
}
