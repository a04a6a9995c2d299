package org.sparse4j.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.GroupedNmMatrix;
import org.sparse4j.format.NmMatrix;
import org.sparse4j.format.VnmMatrix;
import org.sparse4j.mask.GroupedNmStructure;
import org.sparse4j.mask.NmStructure;
import org.sparse4j.mask.VnmStructure;

/** What is in files of N:M, V:N:M and n:m:g matrices, and what is refused. */
class NmFilesTest {

  private static final DenseMatrix DENSE =
      DenseMatrix.copyOf(new float[][] {{0, 1, 2, 0, 3, 0, 0, 4}, {5, 6, 0, 0, 0, 0, 7, 8}});

  private static void assertRefused(String end, byte[] file) throws IOException {
    SafetensorsFile opened = Bytes.open(file);
    String message = assertThrows(IOException.class, () -> opened.sparse("w")).getMessage();
    assertEquals(end, message.substring(Math.max(0, message.length() - end.length())));
  }

  /** Returns a file with another byte, counted from 1 at its end. */
  private static byte[] with(byte[] file, int fromEnd, int value) {
    byte[] changed = file.clone();
    changed[changed.length - fromEnd] = (byte) value;
    return changed;
  }

  private static byte[] withText(byte[] file, String from, String to) {
    return Bytes.ofText(Bytes.text(file).replace(from, to));
  }

  @Test
  void codesOfNmAreQuadsInNaturalOrder() throws IOException {
    NmMatrix matrix = NmMatrix.fromDense(DENSE, new NmStructure(2, 4));
    byte[] bytes = Safetensors.writer().add("w", matrix).toBytes();
    SafetensorsFile file = Bytes.open(bytes);
    assertEquals("n:m", file.metadata().get("sparse4j.w.format"));
    assertEquals("2", file.metadata().get("sparse4j.w.n"));
    assertEquals("4", file.metadata().get("sparse4j.w.m"));
    assertArrayEquals(new byte[] {(byte) 0xC9, (byte) 0xE4}, file.bytes("w.codes"));
    assertArrayEquals(new float[] {1, 2, 3, 4, 5, 6, 7, 8}, file.floats("w.values"));
    // The narrowest tensor comes last, so the last byte is the code of the last row.
    assertRefused(
        "NmPattern: position 1 is not above its predecessor 1 (row 1, group 1)",
        with(bytes, 1, 0x54));
    assertRefused(
        "NmPattern: position 0 is not above its predecessor 0 (row 1, group 0)", with(bytes, 1, 0));
    assertRefused(
        "NmPattern: length of codes (2) must be 8 for 2x8 at 2:5",
        withText(bytes, "w.m\":\"4\"", "w.m\":\"5\""));
  }

  @Test
  void partsOfVnm() throws IOException {
    VnmMatrix matrix = VnmMatrix.fromDense(DENSE, new VnmStructure(2, 2, 4));
    byte[] bytes = Safetensors.writer().add("w", matrix).toBytes();
    SafetensorsFile file = Bytes.open(bytes);
    assertEquals("v:n:m", file.metadata().get("sparse4j.w.format"));
    assertEquals("2", file.metadata().get("sparse4j.w.v"));
    assertArrayEquals(new int[] {0, 1, 6, 7}, file.ints("w.kept_columns"));
    assertArrayEquals(new float[] {0, 5, 1, 6, 0, 7, 4, 8}, file.floats("w.values"));
    // The kept columns are the last 16 bytes.
    assertRefused(
        "VnmPattern: keptColumns[2] = 3 is not in its group, columns 4 to 7 (block 0)",
        with(bytes, 8, 3));
    assertRefused(
        "VnmPattern: length of keptColumns (4) must be 8 for 2x8 at 2:4:4",
        withText(bytes, "w.n\":\"2\"", "w.n\":\"4\""));
  }

  @Test
  void partsOfGroupedNm() throws IOException {
    GroupedNmMatrix matrix = GroupedNmMatrix.fromDense(DENSE, new GroupedNmStructure(1, 2, 1));
    byte[] bytes = Safetensors.writer().add("w", matrix).toBytes();
    SafetensorsFile file = Bytes.open(bytes);
    assertEquals("n:m:g", file.metadata().get("sparse4j.w.format"));
    assertEquals("1", file.metadata().get("sparse4j.w.g"));
    assertEquals("U16", file.info("w.slots").dtype());
    assertEquals(8, matrix.nnz());
    assertRefused(
        "GroupedNmPattern: slots[7] = 256 is not below the rows of a chunk (2)",
        with(with(bytes, 1, 1), 2, 0));
    // g = 32767 with two patterns would be a chunk of 65534 rows.
    assertRefused(
        "GroupedNmStructure: g (32767) must be between 1 and 16383, so that a chunk of C(2, 1) g"
            + " rows has at most 32767",
        withText(bytes, "w.g\":\"1\"", "w.g\":\"32767\""));
  }
}
