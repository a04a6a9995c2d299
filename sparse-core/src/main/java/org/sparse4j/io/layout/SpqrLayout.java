package org.sparse4j.io.layout;

import java.io.IOException;
import org.sparse4j.structured.SpqrMatrix;
import org.sparse4j.structured.SpqrSettings;

/**
 * SpQR: packed {@code codes}, {@code scales} and {@code zeros} as I64, {@code seconds} (float16 as
 * I16), and the outliers as {@code row_pointers}, {@code outlier_columns} (U16) and {@code
 * outlier_values} (float16 as I16); entries {@code bits}, {@code group}, {@code second_group},
 * {@code scale_bits} and {@code zero_bits}.
 */
final class SpqrLayout implements MatrixLayout<SpqrMatrix> {

  @Override
  public String format() {
    return "spqr";
  }

  @Override
  public Class<SpqrMatrix> type() {
    return SpqrMatrix.class;
  }

  @Override
  public void write(SpqrMatrix matrix, MatrixParts parts) {
    SpqrSettings settings = matrix.settings();
    parts
        .entry("bits", settings.bits())
        .entry("group", settings.group())
        .entry("second_group", settings.secondGroup())
        .entry("scale_bits", settings.scaleBits())
        .entry("zero_bits", settings.zeroBits())
        .longs("codes", matrix.codes())
        .longs("scales", matrix.scales())
        .longs("zeros", matrix.zeros())
        .shorts("seconds", matrix.seconds())
        .ints("row_pointers", matrix.rowPointers())
        .chars("outlier_columns", matrix.outlierColumns())
        .shorts("outlier_values", matrix.outlierValues());
  }

  @Override
  public SpqrMatrix read(StoredParts parts) throws IOException {
    SpqrSettings settings =
        new SpqrSettings(
            parts.number("bits", 2, 8),
            parts.number("group", 1, Integer.MAX_VALUE),
            parts.number("second_group", 1, Integer.MAX_VALUE),
            parts.number("scale_bits", 1, 8),
            parts.number("zero_bits", 1, 8));
    long outliers = parts.length("outlier_columns");
    return SpqrMatrix.copyOf(
        parts.rows(),
        parts.columns(),
        settings,
        parts.longs("codes", StoredParts.ANY_LENGTH, ""),
        parts.longs("scales", StoredParts.ANY_LENGTH, ""),
        parts.longs("zeros", StoredParts.ANY_LENGTH, ""),
        parts.shorts("seconds", StoredParts.ANY_LENGTH, ""),
        parts.ints("row_pointers", parts.rows() + 1L, "rows + 1"),
        parts.chars("outlier_columns", outliers, "number of outliers"),
        parts.shorts("outlier_values", outliers, "length of outlier_columns"));
  }
}
