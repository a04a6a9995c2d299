package org.sparse4j.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparse4j.format.BlockMatrix;
import org.sparse4j.format.BlockOrder;
import org.sparse4j.format.BlockPattern;
import org.sparse4j.format.CompressedMatrix;
import org.sparse4j.format.CondensedMatrix;
import org.sparse4j.format.CondensedPattern;
import org.sparse4j.format.CooMatrix;
import org.sparse4j.format.CooPattern;
import org.sparse4j.format.CscMatrix;
import org.sparse4j.format.CscPattern;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.FloatValues;
import org.sparse4j.structured.BlockDiagonalMatrix;
import org.sparse4j.structured.ButterflyMatrix;
import org.sparse4j.structured.LowRankMatrix;
import org.sparse4j.structured.MonarchMatrix;
import org.sparse4j.structured.MonarchShape;
import org.sparse4j.structured.ProductMatrix;
import org.sparse4j.structured.SumMatrix;

/** Matrices of few bytes whose shapes are huge: what reads them must not believe the shape. */
class HugeShapesTest {

  private static final int HUGE = 1 << 30;
  private static final long LITTLE = 1 << 20;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  static Map<String, CompressedMatrix> matrices() {
    FloatValues one = FloatValues.copyOf(1);
    FloatValues none = FloatValues.copyOf();
    CooMatrix coo =
        CooMatrix.of(CooPattern.copyOf(HUGE, HUGE, new int[] {7}, new int[] {HUGE - 1}), one);
    LowRankMatrix nothing = LowRankMatrix.of(HUGE, HUGE, 0, none, none);
    Map<String, CompressedMatrix> matrices = new LinkedHashMap<>();
    matrices.put("csr", CsrMatrix.copyOf(1, HUGE, new int[] {0, 1}, new int[] {9}, new float[1]));
    matrices.put(
        "csc", CscMatrix.of(CscPattern.copyOf(HUGE, 1, new int[] {0, 1}, new int[] {9}), one));
    matrices.put("coo", coo);
    matrices.put(
        "condensed",
        CondensedMatrix.of(
            CondensedPattern.copyOf(HUGE, HUGE, 1, new int[] {HUGE - 1}, new int[] {8}), one));
    matrices.put(
        "block",
        BlockMatrix.of(
            BlockPattern.copyOf(
                HUGE, HUGE, HUGE, HUGE, BlockOrder.COLUMNS, new int[] {0, 0}, new int[0]),
            none));
    matrices.put("low-rank", nothing);
    matrices.put("block-diagonal", BlockDiagonalMatrix.of(0, HUGE, HUGE, none));
    matrices.put("butterfly", ButterflyMatrix.of(HUGE, 1, 1, true, none));
    matrices.put(
        "monarch",
        MonarchMatrix.of(HUGE, HUGE, new MonarchShape(1, 0, HUGE, 1, HUGE, 0), none, none));
    matrices.put("sum", SumMatrix.of(coo, nothing));
    matrices.put("product", ProductMatrix.of(nothing, coo));
    return matrices;
  }

  static List<String> names() {
    return List.copyOf(matrices().keySet());
  }

  @ParameterizedTest
  @MethodSource("names")
  @Timeout(value = 20, unit = TimeUnit.SECONDS)
  void areReadWithLittleMemory(String name) throws IOException {
    CompressedMatrix matrix = matrices().get(name);
    byte[] bytes = Safetensors.writer().add("m", matrix).toBytes();
    assertTrue(bytes.length < 8192, bytes.length + " bytes");
    // Once more, so that what classes need when they are first used does not count.
    for (int round = 0; round < 2; round++) {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      assertEquals(matrix, Bytes.open(bytes).matrix("m"));
      long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
      assertTrue(round == 0 || allocated < LITTLE, allocated + " bytes allocated");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"csr", "csc", "coo", "condensed", "block"})
  void areCheckedForStructureWithLittleMemory(String name) throws IOException {
    byte[] bytes = Safetensors.writer().add("m", matrices().get(name)).toBytes();
    String text = Bytes.text(bytes).replace("\"unstructured\"", "\"2:4\"");
    long before = THREADS.getCurrentThreadAllocatedBytes();
    // The checksum covers the rule, and all else was read before it is compared.
    String error =
        assertThrows(IOException.class, () -> Bytes.open(Bytes.ofText(text)).matrix("m"))
            .getMessage();
    assertTrue(error.contains(": expected the checksum"), error);
    String right =
        text.replaceFirst(
            "sha256:[0-9a-f]{64}", error.replaceFirst("(?s).*found \"(.*?)\".*", "$1"));
    assertEquals(matrices().get(name), Bytes.open(Bytes.ofText(right)).matrix("m"));
    assertTrue(THREADS.getCurrentThreadAllocatedBytes() - before < 4 * LITTLE);
  }

  @Test
  void thousandsOfPartsCostWhatTheirEntriesCost() throws IOException {
    int count = 4000;
    List<CompressedMatrix> parts =
        Collections.nCopies(
            count, LowRankMatrix.of(3, 3, 0, FloatValues.copyOf(), FloatValues.copyOf()));
    SumMatrix matrix = SumMatrix.of(parts, new float[count]);
    SafetensorsFile file = Bytes.open(Safetensors.writer().add("m", matrix).toBytes());
    long before = THREADS.getCurrentThreadAllocatedBytes();
    assertEquals(List.of("m"), file.matrixNames());
    assertEquals(matrix, file.matrix("m"));
    // Once it was the square of their number: 4 GB here, two minutes for 30,000 parts.
    long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
    assertTrue(allocated < 128 * LITTLE, allocated + " bytes allocated");
  }

  @ParameterizedTest
  @ValueSource(strings = {"n:m", "v:n:m", "n:m:g", "bitmap", "permutation", "csr", "csc"})
  @Timeout(value = 4, unit = TimeUnit.SECONDS)
  void shapesWithoutBytesAreRefusedOrReadWithLittleMemory(String format) {
    for (String shape :
        List.of("2147483615x0", "0x2147483615", "2147483647x2147483647", "2147483615x1")) {
      String header =
          """
          {"__metadata__":{"sparse4j.m.format":"%s","sparse4j.m.version":"1","sparse4j.m.nnz":"0",
          "sparse4j.m.shape":"%s","sparse4j.m.structure":"unstructured","sparse4j.m.n":"2",
          "sparse4j.m.m":"4","sparse4j.m.v":"64","sparse4j.m.g":"4","sparse4j.m.checksum":"0"}\
          """
              .formatted(format, shape);
      StringBuilder all = new StringBuilder(header.replace("\n", ""));
      for (String part :
          List.of(
              "codes U8",
              "kept_columns I32",
              "slots U16",
              "row_offsets I32",
              "words I64",
              "sources I32",
              "row_pointers I32",
              "column_pointers I32",
              "row_indices I32",
              "column_indices I32",
              "values F32")) {
        int space = part.indexOf(' ');
        all.append(
            ",\"m.%s\":{\"dtype\":\"%s\",\"shape\":[0],\"data_offsets\":[0,0]}"
                .formatted(part.substring(0, space), part.substring(space + 1)));
      }
      byte[] bytes = Bytes.file(all.append('}').toString());
      long before = THREADS.getCurrentThreadAllocatedBytes();
      String error =
          assertThrows(IOException.class, () -> Bytes.open(bytes).matrix("m")).getMessage();
      assertTrue(error.contains("matrix \"m\""), error);
      long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
      assertTrue(allocated < 4 * LITTLE, shape + ": " + allocated + " bytes, " + error);
    }
  }
}
