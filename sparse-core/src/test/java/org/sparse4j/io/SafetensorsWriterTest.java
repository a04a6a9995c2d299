package org.sparse4j.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.mask.NmStructure;
import org.sparse4j.memory.Memory;

class SafetensorsWriterTest {

  private static final CsrMatrix MATRIX =
      CsrMatrix.fromDense(DenseMatrix.copyOf(new float[][] {{1, 2, 3, 0}}));

  @TempDir Path folder;

  private static String illegal(Executable executable) {
    return assertThrows(IllegalArgumentException.class, executable).getMessage();
  }

  private List<String> left() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void namesMustBeFreeAndFit() {
    SafetensorsWriter writer =
        Safetensors.writer().add("a", new float[1]).add("w", MATRIX).metadata("k", "v");
    assertEquals(
        "SafetensorsWriter: name \"a\" was given twice",
        illegal(() -> writer.add("a", new int[1])));
    assertEquals(
        "SafetensorsWriter: name \"w.values\" was given twice",
        illegal(() -> writer.add("w.values", new long[1])));
    assertEquals(
        "SafetensorsWriter: name \"w\" was given twice",
        illegal(() -> writer.add("w", DenseMatrix.zeros(1, 1))));
    assertEquals(
        "SafetensorsWriter: name \"w\" was given twice", illegal(() -> writer.add("w", MATRIX)));
    writer.add("v.values", new byte[1]);
    assertEquals(
        "SafetensorsWriter: name \"v.values\" was given twice",
        illegal(() -> writer.add("v", MATRIX)));
    assertEquals(
        "SafetensorsWriter: \"__metadata__\" cannot be the name of a tensor",
        illegal(() -> writer.add("__metadata__", new float[1])));
    assertEquals(
        "SafetensorsWriter: \"\" cannot be the name of a tensor",
        illegal(() -> writer.add("", new float[1])));
    assertEquals(
        "SafetensorsWriter: name \"a?\" holds half a surrogate pair at 1",
        illegal(() -> writer.add("a\ud83d", new float[1])));
    assertEquals(
        "SafetensorsWriter: metadata key \"k\" was given twice",
        illegal(() -> writer.metadata("k", "other")));
    assertEquals(
        "SafetensorsWriter: metadata value \"?\" holds half a surrogate pair at 0",
        illegal(() -> writer.metadata("l", "\ude00")));
  }

  @Test
  void structureIsCheckedWhenItIsClaimed() {
    assertEquals(
        "NmStructure: row 0, group 0 keeps 3 values, 2:4 allows 2; apply keepLargest first",
        illegal(() -> Safetensors.writer().add("w", MATRIX, new NmStructure(2, 4))));
  }

  @Test
  void metadataOfASparseMatrixCannotBeReplaced() throws IOException {
    SafetensorsWriter writer =
        Safetensors.writer().add("w", MATRIX).metadata("sparse4j.w.shape", "9x9");
    assertEquals(
        "SafetensorsWriter: metadata key \"sparse4j.w.shape\" belongs to the matrix \"w\"",
        illegal(() -> writer.write(folder.resolve("x.safetensors"))));
    assertEquals(List.of(), left());
  }

  @Test
  void moreMetadataThanAReaderAcceptsIsRefused() throws IOException {
    SafetensorsWriter writer = Safetensors.writer();
    for (int i = 0; i <= Header.MOST_ENTRIES; i++) {
      writer.metadata("k" + i, "");
    }
    String message = illegal(() -> writer.write(folder.resolve("x.safetensors")));
    assertTrue(
        message.endsWith(
            " with 0 tensors and 262145 metadata entries is too large; readers accept 100000000"
                + " bytes and 262144 of each"),
        message);
    assertEquals(List.of(), left());
  }

  @Test
  void tensorsOfAnyTypeAndShapeComeBackAsTheirBytes() throws IOException {
    Path file = folder.resolve("x.safetensors");
    short[] halves = {0, (short) 0x8000, 0x7fc1, 1, 2, 3};
    byte[] bits = {9, 1, 0, 0, (byte) 134, 0};
    Safetensors.writer()
        .add("half", "BF16", List.of(2L, 1L, 3L), MemorySegment.ofArray(halves))
        .add("bits", "U8", List.of(3L, 2L), MemorySegment.ofArray(bits))
        .add("none", "F64", List.of(0L, 7L), MemorySegment.ofArray(new double[0]))
        .add("one", "I16", List.of(), MemorySegment.ofArray(new short[] {7}))
        .write(file);
    try (SafetensorsFile read = Safetensors.open(file)) {
      assertEquals(List.of(2L, 1L, 3L), read.info("half").shape());
      assertEquals("BF16", read.info("half").dtype());
      ValueLayout.OfShort little =
          ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
      assertArrayEquals(halves, read.segment("half").toArray(little));
      assertArrayEquals(bits, read.segment("bits").toArray(ValueLayout.JAVA_BYTE));
      assertEquals(0, read.segment("none").byteSize());
      assertEquals(List.of(), read.info("one").shape());
      assertTrue(read.segment("bits").isReadOnly());
      assertThrows(IllegalArgumentException.class, () -> read.segment("other"));
    }
  }

  @Test
  void bytesMustBeThoseOfTypeAndShape() {
    MemorySegment bytes = MemorySegment.ofArray(new byte[6]);
    assertEquals(
        "SafetensorsWriter: shape [2, 2] of I16 must take the 6 bytes given for \"a\"",
        illegal(() -> Safetensors.writer().add("a", "I16", List.of(2L, 2L), bytes)));
    assertEquals(
        "SafetensorsWriter: shape [4294967296, 4294967296] of U8 must take the 6 bytes given for"
            + " \"a\"",
        illegal(() -> Safetensors.writer().add("a", "U8", List.of(1L << 32, 1L << 32), bytes)));
    assertEquals(
        "SafetensorsWriter: shape [-1, -6] of U8 must take the 6 bytes given for \"a\"",
        illegal(() -> Safetensors.writer().add("a", "U8", List.of(-1L, -6L), bytes)));
    for (String type : new String[] {"F4", "bf16", ""}) {
      assertEquals(
          "SafetensorsWriter: \"" + type + "\" is no type of whole bytes; the tensor is \"a\"",
          illegal(() -> Safetensors.writer().add("a", type, List.of(6L), bytes)));
    }
  }

  @Test
  void missingFolderIsNamed() {
    Path file = folder.resolve("none").resolve("x.safetensors");
    assertEquals(
        "SafetensorsWriter: folder " + file.getParent() + " does not exist; cannot write " + file,
        assertThrows(
                IOException.class, () -> Safetensors.writer().add("a", new float[1]).write(file))
            .getMessage());
  }

  @Test
  void folderInPlaceOfTheFileIsNamed() {
    assertEquals(
        "SafetensorsWriter: " + folder + " is a folder, not a file",
        assertThrows(IOException.class, () -> Safetensors.writer().write(folder)).getMessage());
  }

  @Test
  void replacesAnExistingFileAndLeavesNothingElse() throws IOException {
    Path file = folder.resolve("x.safetensors");
    Safetensors.writer().add("a", new float[] {1}).write(file);
    SafetensorsFile open = Safetensors.open(file);
    Safetensors.writer().add("a", new float[] {2}).write(file);
    try (open;
        SafetensorsFile again = Safetensors.open(file)) {
      // Who has the old file open goes on reading the old bytes.
      assertArrayEquals(new float[] {1}, open.floats("a"));
      assertArrayEquals(new float[] {2}, again.floats("a"));
    }
    assertEquals(List.of("x.safetensors"), left());
  }

  @Test
  void writerMayGoOnAfterWriting() throws IOException {
    Path file = folder.resolve("x.safetensors");
    float[] values = {1};
    SafetensorsWriter writer = Safetensors.writer().add("a", values);
    writer.write(file);
    values[0] = 2;
    writer.add("b", new int[] {3}).write(file);
    try (SafetensorsFile open = Safetensors.open(file)) {
      assertArrayEquals(new float[] {2}, open.floats("a"));
      assertArrayEquals(new int[] {3}, open.ints("b"));
    }
  }

  @Test
  void closedMemoryFailsAndLeavesTheOldFile() throws IOException {
    Path file = folder.resolve("x.safetensors");
    Safetensors.writer().add("a", new float[] {1}).write(file);
    SafetensorsWriter writer = Safetensors.writer();
    try (Memory.Scope scope = Memory.scope()) {
      writer.add("a", DenseMatrix.zeros(scope, 3, 3));
    }
    assertThrows(IllegalStateException.class, () -> writer.write(file));
    assertEquals(List.of("x.safetensors"), left());
    try (SafetensorsFile open = Safetensors.open(file)) {
      assertArrayEquals(new float[] {1}, open.floats("a"));
    }
  }

  /** Writes 4 MB in a process that may write 200 kB. */
  public static final class LargeWrite {
    private LargeWrite() {}

    /** Prints what went wrong. */
    public static void main(String[] arguments) {
      try {
        Safetensors.writer().add("a", new float[1 << 20]).write(Path.of(arguments[0]));
      } catch (IOException e) {
        System.out.println(e.getMessage());
      }
    }
  }

  @Test
  void fullDeviceIsOneClearErrorAndLeavesTheOldFile() throws Exception {
    Path classes = Path.of("target", "classes").toAbsolutePath();
    Path tests = Path.of("target", "test-classes").toAbsolutePath();
    assumeTrue(Files.isDirectory(classes) && Files.isExecutable(Path.of("/bin/sh")), "no shell");
    Path file = folder.resolve("x.safetensors");
    Safetensors.writer().add("a", new float[] {1}).write(file);
    byte[] before = Files.readAllBytes(file);
    // A limit on file sizes fails like a full device: in the middle of a write.
    Process process =
        new ProcessBuilder(
                "/bin/sh",
                "-c",
                "ulimit -f 200 && exec \"$@\"",
                "sh",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:-UsePerfData",
                "-XX:TieredStopAtLevel=1",
                "-Xmx64m",
                "-cp",
                classes + ":" + tests,
                LargeWrite.class.getName(),
                file.toString())
            .redirectErrorStream(true)
            .start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(
        "SafetensorsWriter: cannot write "
            + file
            + "; File too large; the existing file is unchanged\n",
        printed);
    assertEquals(0, process.waitFor());
    assertArrayEquals(before, Files.readAllBytes(file));
    assertEquals(List.of("x.safetensors"), left());
  }
}
