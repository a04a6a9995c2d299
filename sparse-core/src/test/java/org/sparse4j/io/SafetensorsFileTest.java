package org.sparse4j.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.DenseView;

class SafetensorsFileTest {

  @TempDir Path folder;

  private Path path() {
    return folder.resolve("m.safetensors");
  }

  private SafetensorsFile sample() throws IOException {
    DenseMatrix dense = DenseMatrix.copyOf(new float[][] {{0, 2, 0}, {1, 0, 3}});
    Safetensors.writer()
        .add("w", CsrMatrix.fromDense(dense))
        .add("d", dense)
        .add("f", new float[] {1, 2})
        .add("i", new int[] {1})
        .metadata("epoch", "3")
        .write(path());
    return Safetensors.open(path());
  }

  private static String illegal(Executable executable) {
    return assertThrows(IllegalArgumentException.class, executable).getMessage();
  }

  @Test
  void namesWhatIsMissing() throws IOException {
    try (SafetensorsFile file = sample()) {
      String there =
          ": there is no tensor \"nope\"; there are 6: d, f, w.values, i, w.column_indices,"
              + " w.row_pointers";
      assertEquals("SafetensorsFile.dense: " + path() + there, illegal(() -> file.dense("nope")));
      assertEquals("SafetensorsFile.view: " + path() + there, illegal(() -> file.view("nope")));
      assertEquals("SafetensorsFile.floats: " + path() + there, illegal(() -> file.floats("nope")));
      assertEquals("SafetensorsFile.info: " + path() + there, illegal(() -> file.info("nope")));
      assertEquals(
          "SafetensorsFile.sparse: " + path() + ": there is no sparse matrix \"d\"; there are 1: w",
          illegal(() -> file.sparse("d")));
      assertFalse(file.contains("w"));
      assertTrue(file.contains("w.values"));
    }
  }

  @Test
  void namesATypeItDoesNotRead() throws IOException {
    try (SafetensorsFile file = sample()) {
      String f = "SafetensorsFile.%s: " + path() + ": dtype of \"%s\" is %s; %s reads %s";
      assertEquals(f.formatted("view", "i", "I32", "view", "F32"), illegal(() -> file.view("i")));
      assertEquals(
          f.formatted("floats", "i", "I32", "floats", "F32"), illegal(() -> file.floats("i")));
      assertEquals(f.formatted("ints", "f", "F32", "ints", "I32"), illegal(() -> file.ints("f")));
      assertEquals(
          f.formatted("longs", "f", "F32", "longs", "I64"), illegal(() -> file.longs("f")));
      assertEquals(f.formatted("bytes", "f", "F32", "bytes", "U8"), illegal(() -> file.bytes("f")));
    }
  }

  @Test
  void namesAShapeItDoesNotRead() throws IOException {
    String header =
        "{\"c\":{\"dtype\":\"F32\",\"shape\":[1,1,2],\"data_offsets\":[0,8]},"
            + "\"s\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[8,12]},"
            + "\"z\":{\"dtype\":\"F32\",\"shape\":[0,2147483640],\"data_offsets\":[12,12]}}";
    SafetensorsFile file = Bytes.open(Bytes.file(header, new byte[12]));
    String rule = " is %s; a matrix has at most two dimensions of at most 2147483615";
    assertEquals(
        "SafetensorsFile.dense: x: shape of \"c\"" + rule.formatted("[1, 1, 2]"),
        illegal(() -> file.dense("c")));
    assertEquals(
        "SafetensorsFile.view: x: shape of \"z\"" + rule.formatted("[0, 2147483640]"),
        illegal(() -> file.view("z")));
    assertEquals(
        "SafetensorsFile.floats: x: shape of \"s\" is []; an array has one dimension of at most"
            + " 2147483639",
        illegal(() -> file.floats("s")));
  }

  @Test
  void everyUseAfterCloseSaysSo() throws IOException {
    SafetensorsFile file = sample();
    DenseView view = file.view("d");
    DenseMatrix dense = file.dense("d");
    float[] floats = file.floats("f");
    file.close();
    file.close();
    for (Executable use :
        List.<Executable>of(
            () -> file.dense("d"),
            () -> file.view("d"),
            () -> file.sparse("w"),
            () -> file.floats("f"),
            () -> file.ints("i"))) {
      String message = assertThrows(IllegalStateException.class, use).getMessage();
      assertTrue(message.endsWith(path() + ": the file was closed"), message);
    }
    assertThrows(IllegalStateException.class, () -> view.get(0, 0));
    // Copies and what was read from the header stay.
    assertEquals(2, dense.get(0, 1));
    assertArrayEquals(new float[] {1, 2}, floats);
    assertEquals("3", file.metadata().get("epoch"));
  }

  @Test
  void viewsShareTheMappedBytes() throws IOException {
    try (SafetensorsFile file = sample()) {
      MemorySegment memory = file.view("d").segment();
      assertTrue(memory.isMapped());
      assertTrue(memory.isReadOnly());
      assertEquals(24, memory.byteSize());
      assertEquals(3, file.view("d").get(1, 2));
      assertEquals(3, file.view("d").rowStride());
    }
  }

  @Test
  void listsAreImmutable() throws IOException {
    try (SafetensorsFile file = sample()) {
      assertThrows(UnsupportedOperationException.class, () -> file.names().clear());
      assertThrows(UnsupportedOperationException.class, () -> file.metadata().clear());
      assertThrows(UnsupportedOperationException.class, () -> file.sparseNames().clear());
      assertThrows(UnsupportedOperationException.class, () -> file.info("d").shape().clear());
    }
  }

  @Test
  void missingFilesAndFoldersAreNamed() {
    Path missing = folder.resolve("none.safetensors");
    assertEquals(
        "Safetensors.open: " + missing + ": there is no such file",
        assertThrows(IOException.class, () -> Safetensors.open(missing)).getMessage());
    assertEquals(
        "Safetensors.open: " + folder + ": is a folder, not a file",
        assertThrows(IOException.class, () -> Safetensors.open(folder)).getMessage());
  }

  @Test
  void emptyFileOnDiskIsRefused() throws IOException {
    Files.write(path(), new byte[0]);
    assertEquals(
        "Safetensors.open: "
            + path()
            + ", offset 0: expected the 8 bytes of the header's length, found a file of 0 bytes",
        assertThrows(IOException.class, () -> Safetensors.open(path())).getMessage());
  }

  @Test
  void filesOfOthersWithSparseLookingMetadataAreLeftAlone() throws IOException {
    Safetensors.writer()
        .metadata("sparse4j.run.format", "7")
        .metadata("sparse4j.format", "8")
        .add("w.values", new float[] {1})
        .write(path());
    try (SafetensorsFile file = Safetensors.open(path())) {
      assertEquals(List.of(), file.sparseNames());
      assertEquals(Map.of("sparse4j.run.format", "7", "sparse4j.format", "8"), file.metadata());
    }
  }
}
