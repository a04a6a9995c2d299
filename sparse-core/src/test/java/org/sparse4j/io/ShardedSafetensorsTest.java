package org.sparse4j.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.testing.Seed;

/** Models in several files. */
class ShardedSafetensorsTest {

  private static final CsrMatrix W = CsrMatrix.builder(2, 3).add(1, 2, 5).build();
  private static final String FIRST = "model-00001-of-00002.safetensors";
  private static final String SECOND = "model-00002-of-00002.safetensors";

  @TempDir Path folder;
  private Path index;

  @BeforeEach
  void write() throws IOException {
    index = folder.resolve(ShardedSafetensors.INDEX);
    Safetensors.writer()
        .add("a", DenseMatrix.copyOf(new float[][] {{1, 2}}))
        .add("w", W)
        .write(folder.resolve(FIRST));
    Safetensors.writer().add("b", new float[] {3}).write(folder.resolve(SECOND));
    writeIndex(
        """
        {"metadata": {"total_size": 1.5e3, "deep": [[{"x": [true, false, null, -0.5, "\\u00e9"]}]]},
         "weight_map": {"b": "%2$s", "a": "%1$s", "w.values": "%1$s",
           "w.row_pointers": "%1$s", "w.column_indices": "%1$s"}}
        """
            .formatted(FIRST, SECOND));
  }

  private void writeIndex(String text) throws IOException {
    Files.writeString(index, text);
  }

  private String error() {
    return assertThrows(IOException.class, () -> ShardedSafetensors.open(index)).getMessage();
  }

  @Test
  void readsAModelByItsIndexOrItsFolder() throws IOException {
    for (Path path : List.of(index, folder)) {
      SafetensorsFile file;
      try (ShardedSafetensors model = ShardedSafetensors.open(path)) {
        assertEquals(index, model.path());
        assertEquals(
            List.of("a", "b", "w.column_indices", "w.row_pointers", "w.values"), model.names());
        assertArrayEquals(new float[] {1, 2}, model.dense("a").toArray());
        assertArrayEquals(new float[] {3}, model.toFloats("b"));
        assertEquals(List.of("w"), model.matrixNames());
        assertEquals(W, model.matrix("w"));
        file = model.file("b");
        assertEquals(folder.resolve(SECOND), file.path());
        assertEquals(2, model.files().size());
        assertTrue(model.contains("a"));
        assertFalse(model.contains("w"));
        assertEquals("ShardedSafetensors " + index + " (5 tensors in 2 files)", model.toString());
      }
      assertThrows(IllegalStateException.class, () -> file.dense("b"));
    }
  }

  @Test
  void folderWithoutAnIndexHoldsAModelInOneFile() throws IOException {
    Files.delete(index);
    assertEquals(
        "ShardedSafetensors.open: "
            + folder
            + ": expected model.safetensors.index.json or model.safetensors in the folder, found"
            + " neither",
        assertThrows(IOException.class, () -> ShardedSafetensors.open(folder)).getMessage());
    Files.move(folder.resolve(SECOND), folder.resolve(ShardedSafetensors.SINGLE));
    try (ShardedSafetensors model = ShardedSafetensors.open(folder)) {
      assertEquals(List.of("b"), model.names());
      assertArrayEquals(new float[] {3}, model.dense("b").toArray());
    }
  }

  @Test
  void missingFilesAndTensorsAreNamed() throws IOException {
    Files.delete(folder.resolve(SECOND));
    assertEquals(
        "ShardedSafetensors.open: "
            + index
            + ": expected the file \""
            + SECOND
            + "\" of tensor \"b\" beside the index, found none",
        error());
    writeIndex("{\"weight_map\": {\"c\": \"" + FIRST + "\"}}");
    assertEquals(
        "ShardedSafetensors.open: "
            + index
            + ": expected tensor \"c\" in "
            + folder.resolve(FIRST)
            + ", found none of that name",
        error());
    Files.delete(index);
    assertEquals("ShardedSafetensors.open: " + index + ": there is no such file", error());
  }

  @Test
  void unknownNamesAreNamed() throws IOException {
    try (ShardedSafetensors model = ShardedSafetensors.open(folder)) {
      assertEquals(
          "ShardedSafetensors.file: " + index + ": there is no tensor \"x\" among the 5 of 2 files",
          assertThrows(IllegalArgumentException.class, () -> model.dense("x")).getMessage());
      assertEquals(
          "ShardedSafetensors.matrix: " + index + ": there is no matrix \"a\" in 2 files",
          assertThrows(IllegalArgumentException.class, () -> model.matrix("a")).getMessage());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "../x", "/etc/x", "a/b", "a\\\\b", "c:x", "a\\u0000b"})
  void fileNamesMustNotLeaveTheFolder(String name) throws IOException {
    writeIndex("{\"weight_map\":{\"a\":\"" + name + "\"}}");
    String error = error();
    assertTrue(
        error.startsWith(
            "ShardedSafetensors.open: "
                + index
                + ", offset 19: expected the name of a file in the same folder, found \""),
        error);
  }

  @Test
  void brokenIndexesAreRefusedWhereTheyBreak() throws IOException {
    Map<String, String> rules =
        Map.of(
            "",
            ", offset 0: expected '{', found the end of the header",
            "{}",
            ": expected \"weight_map\", found no such key",
            "{\"weight_map\":[]}",
            ", offset 14: expected '{', found '['",
            "{\"weight_map\":{\"a\":1}}",
            ", offset 19: expected a string, found '1'",
            "{\"a\":01}",
            ", offset 5: expected a value of JSON, found '0'",
            "{\"a\":[1,]}",
            ", offset 8: expected a value of JSON, found ']'",
            "{\"weight_map\":{},\"weight_map\":{}}",
            ", offset 17: expected every key once, found \"weight_map\" for the second time",
            "{\"a\":" + "[".repeat(100_000),
            ", offset 70: expected values nested at most 64 deep, found '['");
    for (Map.Entry<String, String> rule : rules.entrySet()) {
      writeIndex(rule.getKey());
      assertEquals("ShardedSafetensors.open: " + index + rule.getValue(), error());
    }
    writeIndex("{\"weight_map\":{\"a\":\"" + FIRST + "\",\"a\":\"" + FIRST + "\"}}");
    assertTrue(error().endsWith(": expected every key once, found \"a\" for the second time"));
  }

  @Test
  void damagedIndexesGiveOneErrorOrTheModel() throws IOException {
    byte[] text = Files.readAllBytes(index);
    Random random = new Random(Seed.or(3));
    int refused = 0;
    for (int round = 0; round < 5000; round++) {
      byte[] damaged = text.clone();
      damaged[random.nextInt(text.length)] ^= (byte) (1 << random.nextInt(8));
      if (round % 4 == 0) {
        damaged = Arrays.copyOf(damaged, random.nextInt(text.length));
      }
      String shown = new String(damaged, StandardCharsets.ISO_8859_1);
      try {
        assertTrue(ShardIndex.read("x", damaged).size() <= 5, shown);
      } catch (IOException e) {
        assertTrue(e.getMessage().startsWith("x") && !e.getMessage().contains("\n"), shown);
        refused++;
      }
    }
    assertTrue(refused > 2000, "refused " + refused);
  }
}
