package org.sparse4j.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sparse4j.format.Bf16Values;
import org.sparse4j.format.CompressedMatrix;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.DType;
import org.sparse4j.format.FloatValues;
import org.sparse4j.io.layout.MatrixLayout;
import org.sparse4j.io.layout.StandardLayouts;
import org.sparse4j.mask.Mask;
import org.sparse4j.structured.BlockDiagonalMatrix;
import org.sparse4j.structured.ButterflyMatrix;
import org.sparse4j.structured.LowRankMatrix;
import org.sparse4j.structured.MonarchMatrix;
import org.sparse4j.structured.MonarchShape;
import org.sparse4j.structured.PermutationMatrix;
import org.sparse4j.structured.ProductMatrix;
import org.sparse4j.structured.SparsePlusLowRank;
import org.sparse4j.structured.SpqrMatrix;
import org.sparse4j.structured.SpqrSettings;
import org.sparse4j.structured.SumMatrix;
import org.sparse4j.testing.Formats;

/** Matrices that are computed from parameters, and those made of others, into a file and back. */
class StructuredFilesTest {

  /** Returns matrices of every structured format, those with odd and empty shapes included. */
  static Map<String, CompressedMatrix> matrices() {
    Map<String, CompressedMatrix> matrices = new LinkedHashMap<>();
    for (int[] shape : new int[][] {{0, 0}, {0, 5}, {5, 0}, {1, 1}, {7, 13}, {16, 8}, {33, 31}}) {
      int rows = shape[0];
      int columns = shape[1];
      String size = " " + rows + "x" + columns;
      for (int blocks : new int[] {1, 3}) {
        matrices.put(
            "block-diagonal " + blocks + size,
            BlockDiagonalMatrix.random(rows, columns, blocks, 1));
        ButterflyMatrix butterfly =
            ButterflyMatrix.random(rows, columns, blocks, ButterflyMatrix.Init.ORTHOGONAL, 2);
        matrices.put("butterfly " + blocks + size, butterfly);
        matrices.put("butterfly transposed " + blocks + size, butterfly.transposed());
        MonarchMatrix monarch = MonarchMatrix.random(rows, columns, blocks, 3);
        matrices.put("monarch " + blocks + size, monarch);
        matrices.put("monarch transposed " + blocks + size, monarch.transposed());
      }
      for (int rank : new int[] {0, 2}) {
        matrices.put("low-rank " + rank + size, LowRankMatrix.random(rows, columns, rank, 4));
      }
      LowRankMatrix low = LowRankMatrix.random(rows, columns, 2, 5);
      CsrMatrix csr = CsrMatrix.fromDense(LowRankMatrix.random(rows, columns, 1, 6).toDense());
      SumMatrix sum = SumMatrix.of(List.of(low, csr, csr.to(DType.BF16)), 1, -0f, 0.5f);
      matrices.put("sum" + size, sum);
      matrices.put("sparse+low-rank" + size, SparsePlusLowRank.of(csr, low, 0.25f));
      Mask apart = Mask.of(rows, columns, (i, j) -> (i + 2 * j) % 9 == 0);
      for (SpqrSettings settings :
          List.of(SpqrSettings.standard(3), new SpqrSettings(4, 5, 3, 2, 8))) {
        matrices.put(
            "spqr " + settings.bits() + size, SpqrMatrix.encode(low.toDense(), settings, apart));
      }
      matrices.put(
          "product" + size,
          ProductMatrix.of(PermutationMatrix.identity(rows), sum, csr.transposed()));
    }
    matrices.put("permutation", PermutationMatrix.bitReversal(16));
    matrices.put("permutation 0", PermutationMatrix.identity(0));
    matrices.put(
        "monarch of rank", MonarchMatrix.random(10, 9, MonarchShape.ofRank(10, 9, 2, 3, 2), 7));
    matrices.put(
        "special numbers",
        LowRankMatrix.of(
            1,
            2,
            2,
            FloatValues.copyOf(Float.intBitsToFloat(0x7fc12345), -0f),
            FloatValues.copyOf(Float.NEGATIVE_INFINITY, Float.MIN_VALUE, 1, 2)));
    return matrices;
  }

  static List<String> names() {
    return List.copyOf(matrices().keySet());
  }

  @ParameterizedTest
  @MethodSource("names")
  void comesBackByteForByte(String name) throws IOException {
    CompressedMatrix matrix = matrices().get(name);
    byte[] first = Safetensors.writer().add("m", matrix).toBytes();
    SafetensorsFile file = Bytes.open(first);
    CompressedMatrix read = file.matrix("m");
    assertEquals(matrix, read);
    assertEquals(List.of("m"), file.matrixNames());
    assertEquals(List.of(), file.sparseNames());
    assertEquals(matrix.format(), file.metadata().get("sparse4j.m.format"));
    assertArrayEquals(first, Safetensors.writer().add("m", read).toBytes());
  }

  @Test
  void everyLayoutIsTested() {
    List<String> tested =
        matrices().values().stream().map(CompressedMatrix::format).distinct().toList();
    for (MatrixLayout<?> layout : StandardLayouts.all()) {
      boolean inRegistry =
          Formats.all().stream()
              .anyMatch(entry -> MatrixFilesTest.sample(entry).getClass() == layout.type());
      assertTrue(inRegistry || tested.contains(layout.format()), layout.format());
    }
  }

  @Test
  void partsOfASumMustFit() throws IOException {
    CompressedMatrix sum =
        SumMatrix.of(LowRankMatrix.random(2, 3, 1, 1), LowRankMatrix.random(2, 3, 2, 1));
    String text = Bytes.text(Safetensors.writer().add("m", sum).toBytes());
    assertEquals(
        "SafetensorsFile.matrix: x, matrix \"m\": expected names, each once in the metadata under"
            + " \"sparse4j.m.parts\", found \"0,0\"",
        error(text.replace("\"0,1\"", "\"0,0\"")));
    assertEquals(
        "SafetensorsFile.matrix: x, matrix \"m.7\": expected \"sparse4j.m.7.format\" in the"
            + " metadata, found nothing",
        error(text.replace("\"0,1\"", "\"0,7\"")));
    String swapped = error(text.replace("\"0,1\"", "\"1,0\""));
    assertTrue(
        swapped.matches(
            ".*: expected \"sha256:[0-9a-f]{64}\" in the metadata under"
                + " \"sparse4j.m.0.checksum\", found \"sha256:[0-9a-f]{64}\""),
        swapped);
    assertTrue(
        error(text.replace("m.1.rank\":\"2", "m.1.rank\":\"1"))
            .endsWith(": expected 2 elements (rows * rank) for \"m.1.left\", found 4"));
  }

  @Test
  void valuesOfACertainTypeAreNotReadAsAnother() throws IOException {
    CsrMatrix matrix = CsrMatrix.builder(1, 2).add(0, 1, 1).build();
    CompressedMatrix halves = matrix.withValues(Bf16Values.of(1));
    String text = Bytes.text(Safetensors.writer().add("m", halves).toBytes());
    assertEquals(
        "SafetensorsFile.matrix: x, matrix \"m\": expected \"BF16\" in the metadata under"
            + " \"sparse4j.m.dtype\", found \"F32\"",
        error(text.replace("dtype\":\"BF16\",\"sparse", "dtype\":\"F32\",\"sparse")));
  }

  @Test
  void arraysOfSpqrAreChecked() {
    SpqrSettings settings = SpqrSettings.standard(3);
    long[] code = {1};
    short[] seconds = new short[4];
    int[] pointers = {0, 1};
    char[] column = {1};
    short[] value = {Float.floatToFloat16(2)};
    SpqrMatrix matrix =
        SpqrMatrix.copyOf(1, 2, settings, code, code, code, seconds, pointers, column, value);
    assertEquals(2, matrix.toDense().get(0, 1));
    assertEquals(
        "SpqrMatrix: length of codes (1) must be 0: 0 codes of 3 bits",
        spqrError(1, 0, code, new short[0], new int[] {0, 0}, new char[0]));
    assertEquals(
        "SpqrMatrix: codes must be 0 behind the last of its 2 codes",
        spqrError(1, 2, new long[] {64}, seconds, pointers, column));
    assertEquals(
        "SpqrMatrix: length of seconds (4) must be 8",
        spqrError(1, 17, code, seconds, pointers, column));
    assertEquals(
        "SpqrMatrix: seconds[2] must be finite, it is Infinity",
        spqrError(1, 2, code, new short[] {0, 0, 0x7c00, 0}, pointers, column));
    assertEquals(
        "CsrPattern: columnIndices[0] = 2 is not below columns = 2 (row 0)",
        spqrError(1, 2, code, seconds, pointers, new char[] {2}));
    assertEquals(
        "SpqrMatrix: columns (65536) must be at most 65535; indices of outliers are 16-bit",
        spqrError(1, 65536, code, seconds, pointers, column));
  }

  private static String spqrError(
      int rows, int columns, long[] codes, short[] seconds, int[] pointers, char[] column) {
    return assertThrows(
            IllegalArgumentException.class,
            () ->
                SpqrMatrix.copyOf(
                    rows,
                    columns,
                    SpqrSettings.standard(3),
                    codes,
                    columns == 0 ? new long[0] : new long[1],
                    columns == 0 ? new long[0] : new long[1],
                    seconds,
                    pointers,
                    column,
                    new short[column.length]))
        .getMessage();
  }

  private static String error(String file) throws IOException {
    byte[] bytes = Bytes.ofText(file);
    SafetensorsFile opened = Bytes.open(bytes);
    return assertThrows(IOException.class, () -> opened.matrix("m")).getMessage();
  }
}
