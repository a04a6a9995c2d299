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
import org.sparse4j.structured.BlockDiagonalMatrix;
import org.sparse4j.structured.ButterflyMatrix;
import org.sparse4j.structured.LowRankMatrix;
import org.sparse4j.structured.MonarchMatrix;
import org.sparse4j.structured.MonarchShape;
import org.sparse4j.structured.PermutationMatrix;
import org.sparse4j.structured.ProductMatrix;
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

  private static String error(String file) throws IOException {
    byte[] bytes = Bytes.ofText(file);
    SafetensorsFile opened = Bytes.open(bytes);
    return assertThrows(IOException.class, () -> opened.matrix("m")).getMessage();
  }
}
