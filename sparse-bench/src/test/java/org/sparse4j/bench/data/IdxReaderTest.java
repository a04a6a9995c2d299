package org.sparse4j.bench.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdxReaderTest {
  private static final byte[] IMAGES = IdxFiles.images(3, 2, 4, 7);

  @Test
  void readsPlainAndGzippedFilesAlike() throws IOException {
    IdxReader.Contents plain = read(IMAGES, 3);
    IdxReader.Contents packed = read(IdxFiles.gzip(IMAGES), 3);
    assertArrayEquals(new int[] {3, 2, 4}, plain.sizes());
    assertArrayEquals(Arrays.copyOfRange(IMAGES, 16, 40), plain.bytes());
    assertArrayEquals(plain.bytes(), packed.bytes());
  }

  @Test
  void rejectsAWrongMagicNumber() {
    assertEquals(
        "idx: the magic number must say unsigned bytes in 3 dimensions; f, offset 0, expected"
            + " 0x00000803, found 0x00000d03",
        message(IdxFiles.idx(0xd03, new int[] {1, 1, 1}, new byte[1]), 3));
  }

  @Test
  void rejectsAnotherNumberOfDimensions() {
    assertEquals(
        "idx: the magic number must say unsigned bytes in 1 dimensions; f, offset 0, expected"
            + " 0x00000801, found 0x00000803",
        message(IMAGES, 1));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
  void rejectsSizesThatAreNotPositive(int size) {
    assertEquals(
        "idx: size 1 must be positive; f, offset 8, expected 1 to 2147483647, found " + size,
        message(IdxFiles.idx(0x803, new int[] {1, size, 1}, new byte[1]), 3));
  }

  @Test
  void rejectsSizesWhoseProductNoArrayHolds() {
    String message =
        message(IdxFiles.idx(0x803, new int[] {60_000, 65_536, 65_536}, new byte[9]), 3);
    assertEquals(
        "idx: the product of the sizes must fit an array; f, offset 8, expected at most"
            + " 2147483639, found 3932160000",
        message);
  }

  @Test
  void doesNotTrustALargeHeaderBeforeTheBytesArrive() {
    byte[] header = IdxFiles.idx(0x803, new int[] {2_000_000, 32, 32}, new byte[100]);
    assertEquals(
        "idx: the data must be as long as the sizes say; f, offset 116, expected 2048000000 bytes,"
            + " found 100 bytes",
        message(header, 3));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3, 4, 7, 15})
  void rejectsAHeaderThatEndsEarly(int length) {
    String message = message(Arrays.copyOf(IMAGES, length), 3);
    assertTrue(message.contains("must be there; f, offset " + length / 4 * 4), message);
    assertTrue(message.endsWith("expected 4 bytes, found " + length % 4 + " bytes"), message);
  }

  @Test
  void rejectsTruncatedData() {
    assertEquals(
        "idx: the data must be as long as the sizes say; f, offset 39, expected 24 bytes, found 23"
            + " bytes",
        message(Arrays.copyOf(IMAGES, IMAGES.length - 1), 3));
  }

  @Test
  void rejectsTrailingBytes() {
    assertEquals(
        "idx: nothing may follow the data; f, offset 40, expected end of file, found more bytes",
        message(Arrays.copyOf(IMAGES, IMAGES.length + 1), 3));
  }

  @Test
  void rejectsTruncatedGzip() {
    byte[] packed = IdxFiles.gzip(IMAGES);
    String message = message(Arrays.copyOf(packed, packed.length - 12), 3);
    assertTrue(message.startsWith("idx: gzip data must be whole; f, offset "), message);
  }

  @Test
  void rejectsDamagedGzip() {
    byte[] packed = IdxFiles.gzip(IMAGES);
    packed[packed.length - 6] ^= 1;
    String message = message(packed, 3);
    assertTrue(message.startsWith("idx: gzip data must be whole; f, offset "), message);
    assertTrue(message.contains("after unpacking"), message);
  }

  private static IdxReader.Contents read(byte[] bytes, int dimensions) throws IOException {
    return IdxReader.read("f", new ByteArrayInputStream(bytes), dimensions);
  }

  private static String message(byte[] bytes, int dimensions) {
    return assertThrows(IOException.class, () -> read(bytes, dimensions)).getMessage();
  }
}
