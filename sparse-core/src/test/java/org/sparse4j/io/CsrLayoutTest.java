package org.sparse4j.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a sparse matrix in a file must be, one broken rule at a time. */
class CsrLayoutTest {

  private static final String WHERE = "SafetensorsFile.sparse: x, matrix \"w\"";

  /** A file with one 2x4 matrix of 3 entries, described piece by piece. */
  private static final class File {
    private final Map<String, String> metadata = new LinkedHashMap<>();
    private int[] pointers = {0, 2, 3};
    private int[] indices = {1, 3, 2};
    private float[] values = {2, 1, 3};
    private String pointersType = "I32";
    private String pointersName = "w.row_pointers";

    File() {
      entry("format", "csr")
          .entry("version", "1")
          .entry("shape", "2x4")
          .entry("nnz", "3")
          .entry("structure", "unstructured")
          .entry(
              "checksum",
              // Made with Python's hashlib over the line and the arrays, see docs/formats.md.
              "sha256:763582483b56aecf9e3778b9c0047938371806cfedda2eb1aeaa755cda6f3b5a");
    }

    File entry(String key, String value) {
      metadata.put("sparse4j.w." + key, value);
      return this;
    }

    File without(String key) {
      metadata.remove("sparse4j.w." + key);
      return this;
    }

    byte[] bytes() {
      int p = 4 * pointers.length;
      int i = p + 4 * indices.length;
      int v = i + 4 * values.length;
      String header =
          metadata.entrySet().stream()
                  .map(e -> "\"" + e.getKey() + "\":\"" + e.getValue() + "\"")
                  .collect(Collectors.joining(",", "{\"__metadata__\":{", "},"))
              + tensor(pointersName, pointersType, pointers.length, 0, p)
              + ","
              + tensor("w.column_indices", "I32", indices.length, p, i)
              + ","
              + tensor("w.values", "F32", values.length, i, v)
              + "}";
      ByteBuffer data = ByteBuffer.allocate(v).order(ByteOrder.LITTLE_ENDIAN);
      data.asIntBuffer().put(pointers).put(indices);
      data.position(i).slice().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(values);
      return Bytes.file(header, data.array());
    }

    private static String tensor(String name, String type, int length, int begin, int end) {
      return "\"%s\":{\"dtype\":\"%s\",\"shape\":[%d],\"data_offsets\":[%d,%d]}"
          .formatted(name, type, length, begin, end);
    }

    String error() throws IOException {
      SafetensorsFile file = Bytes.open(bytes());
      return assertThrows(IOException.class, () -> file.sparse("w")).getMessage();
    }
  }

  @Test
  void readsAFileMadeElsewhere() throws IOException {
    assertEquals(
        "2x4 CSR (nnz 3), 62.5 % sparse: (0, 1) 2.0, (0, 3) 1.0, (1, 2) 3.0",
        Bytes.open(new File().bytes()).sparse("w").toString());
  }

  @ParameterizedTest
  @CsvSource({"version", "shape", "nnz", "structure", "checksum"})
  void everyEntryMustBeThere(String key) throws IOException {
    assertEquals(
        WHERE + ": expected \"sparse4j.w." + key + "\" in the metadata, found nothing",
        new File().without(key).error());
  }

  @ParameterizedTest
  @CsvSource({
    "version, 2, '\"1\"'",
    "nnz, 4, '\"3\"'",
    "nnz, 03, '\"3\"'",
    "nnz, 99999999999999999999, '\"3\"'",
    "shape, 2, 'two sizes of at most 2147483647 like \"300x784\"'",
    "shape, -2x4, 'two sizes of at most 2147483647 like \"300x784\"'",
    "shape, 2x4x1, 'two sizes of at most 2147483647 like \"300x784\"'",
    "shape, 2x2147483648, 'two sizes of at most 2147483647 like \"300x784\"'",
    "shape, 99999999999x4, 'two sizes of at most 2147483647 like \"300x784\"'",
  })
  void everyEntryMustBeRight(String key, String value, String expected) throws IOException {
    assertEquals(
        WHERE
            + ": expected "
            + expected
            + " in the metadata under \"sparse4j.w."
            + key
            + "\", found \""
            + value
            + "\"",
        new File().entry(key, value).error());
  }

  @ParameterizedTest
  @CsvSource({"nm", "CSR", "''"})
  void formatMustHaveALayout(String word) throws IOException {
    String error = new File().entry("format", word).error();
    assertTrue(
        error.matches(
            WHERE
                + ": expected a format that has a layout \\(.*csr.*\\) in the metadata under"
                + " \"sparse4j.w.format\", found \""
                + word
                + "\""),
        error);
  }

  @ParameterizedTest
  @CsvSource({"dtype, F32", "dtype, I8", "parts, a"})
  void entriesThatAPlainMatrixHasNotMustNotBeThere(String key, String value) throws IOException {
    assertEquals(
        WHERE
            + ": expected nothing in the metadata under \"sparse4j.w."
            + key
            + "\", found \""
            + value
            + "\"",
        new File().entry(key, value).error());
  }

  @Test
  void rowPointersMustFitTheShape() throws IOException {
    String error = new File().entry("shape", "3x4").error();
    assertTrue(
        error.matches(
            WHERE
                + ", offset \\d+: expected 4 elements \\(rows \\+ 1\\) for \"w.row_pointers\","
                + " found 3"),
        error);
  }

  @Test
  void hugeRowsAreRefusedBeforeAnythingIsAllocated() throws IOException {
    String error = new File().entry("shape", "2147483647x4").error();
    assertTrue(error.contains("expected 2147483648 elements (rows + 1)"), error);
  }

  @Test
  void arraysMustHaveTheirTypesAndNames() throws IOException {
    File unsigned = new File();
    unsigned.pointersType = "U32";
    String error = unsigned.error();
    assertTrue(
        error.endsWith(": expected I32 with one dimension for \"w.row_pointers\", found U32 [3]"),
        error);
    File elsewhere = new File();
    elsewhere.pointersName = "v.row_pointers";
    assertEquals(
        WHERE + ": expected a tensor \"w.row_pointers\", found none of that name",
        elsewhere.error());
  }

  @Test
  void indicesMustBeAsManyAsValues() throws IOException {
    File file = new File();
    file.indices = new int[] {1, 3};
    String error = file.error();
    assertTrue(
        error.endsWith(
            ": expected 3 elements (the length of the values) for \"w.column_indices\", found 2"),
        error);
  }

  @Test
  void positionsMustBeCsr() throws IOException {
    File falling = new File();
    falling.pointers = new int[] {0, 4, 3};
    String error = falling.error();
    assertTrue(
        error.endsWith(": CsrPattern: rowPointers[2] = 3 is below rowPointers[1] = 4"), error);
    assertTrue(error.startsWith(WHERE + ", row pointers at offset "), error);
    File outside = new File();
    outside.indices = new int[] {1, 4, 2};
    error = outside.error();
    assertTrue(
        error.endsWith(": CsrPattern: columnIndices[1] = 4 is not below columns = 4 (row 0)"),
        error);
    File fewer = new File();
    fewer.pointers = new int[] {0, 2, 2};
    error = fewer.error();
    assertTrue(
        error.endsWith(
            ": CsrPattern: rowPointers[2] (2) must equal the length of columnIndices (3)"),
        error);
  }

  @Test
  void changedNumbersAndChangedShapesBreakTheChecksum() throws IOException {
    File value = new File();
    value.values[1] = -1;
    String error = value.error();
    assertTrue(
        error.matches(
            WHERE
                + ": expected the checksum \"sha256:[0-9a-f]{64}\" of the metadata, found"
                + " \"sha256:[0-9a-f]{64}\" for the arrays at offsets \\d+, \\d+ and \\d+"),
        error);
    assertTrue(new File().entry("shape", "2x5").error().contains("expected the checksum"));
    assertTrue(new File().entry("structure", "2:4").error().contains("expected the checksum"));
    assertTrue(
        new File()
            .entry("checksum", "crc32:0")
            .error()
            .contains("expected the checksum \"crc32:0\""));
  }

  @Test
  void recordedNmStructureIsChecked() throws IOException {
    assertEquals(
        WHERE + ": expected at most 1 values in a group of 4, found more in row 0, group 0",
        new File()
            .entry("structure", "1:4")
            .entry(
                "checksum",
                "sha256:009ac886643cde68409caa34c50bf7e69ec6c0cb45e80ea275be2b50830f1310")
            .error());
  }
}
