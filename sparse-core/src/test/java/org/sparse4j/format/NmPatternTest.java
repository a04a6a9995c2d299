package org.sparse4j.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sparse4j.mask.Mask;
import org.sparse4j.mask.NmStructure;
import org.sparse4j.testing.Seed;

class NmPatternTest {

  private static final NmStructure TWO_OF_FOUR = new NmStructure(2, 4);

  private static String illegal(Executable executable) {
    return assertThrows(IllegalArgumentException.class, executable).getMessage();
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  private static Mask mask(String picture) {
    String[] rows = picture.split(" ", -1);
    return Mask.of(rows.length, rows[0].length(), (i, j) -> rows[i].charAt(j) == '1');
  }

  /** The codes of the six patterns as the CUTLASS metadata spells them, first group lowest. */
  @ParameterizedTest
  @CsvSource({
    "1100, 0b0100",
    "1010, 0b1000",
    "0110, 0b1001",
    "1001, 0b1100",
    "0101, 0b1101",
    "0011, 0b1110"
  })
  void quadCodesOfTheReference(String quad, String code) {
    int wanted = Integer.parseInt(code.substring(2), 2);
    assertArrayEquals(
        new byte[] {(byte) wanted}, bytes(NmPattern.of(mask(quad), TWO_OF_FOUR).codes()));
    assertArrayEquals(
        new byte[] {(byte) (0b0100 | wanted << 4)},
        bytes(NmPattern.of(mask("1100" + quad), TWO_OF_FOUR).codes()));
  }

  @Test
  void lowerGroupsComeFirstAndRowsStartOnBytes() {
    NmPattern pattern = NmPattern.of(mask("001100110011 110011001100"), TWO_OF_FOUR);
    assertArrayEquals(new byte[] {(byte) 0xEE, 0x0E, 0x44, 0x04}, bytes(pattern.codes()));
    assertEquals(2, pattern.codeBytesPerRow());
    assertEquals(6, pattern.positionsPerRow());
    assertEquals(4, pattern.bytes());
    assertEquals(12, pattern.nnz());
    assertThrows(ReadOnlyBufferException.class, () -> pattern.codes().put(0, (byte) 0));
    assertEquals("2x12 N:M (nnz 12, 2:4)", pattern.toString());
    assertEquals(TWO_OF_FOUR, pattern.structure());
  }

  @Test
  void otherRulesTakeAByteAPosition() {
    NmPattern pattern = NmPattern.of(mask("0011011 1100110"), new NmStructure(3, 5));
    // Filled from the left: 0 joins 2 and 3 of row 0, 2 joins 0 and 1 of row 1.
    assertArrayEquals(new byte[] {0, 2, 3, 0, 1, 0, 1, 4, 0, 1}, bytes(pattern.codes()));
    assertEquals(mask("1011011 1100111"), pattern.mask());
    assertEquals(5, pattern.codeBytesPerRow());
    assertArrayEquals(
        new byte[] {1, 3}, bytes(NmPattern.of(mask("01000001"), new NmStructure(1, 4)).codes()));
  }

  @Test
  void groupsThatKeepLessAreFilledFromTheLeft() {
    NmPattern pattern =
        NmPattern.of(mask("0000000 0001001 0100100 1110000"), new NmStructure(3, 4));
    assertEquals(mask("1110111 1101111 1110111 1110111"), pattern.mask());
    NmPattern two = NmPattern.of(mask("0000000 0001001 0100010 1100000"), TWO_OF_FOUR);
    assertEquals(mask("1100110 1001101 1100110 1100110"), two.mask());
    assertEquals(
        "NmStructure: row 1, group 1 keeps 3 values, 2:4 allows 2; apply keepLargest first",
        illegal(() -> NmPattern.of(mask("0000000 0001111"), TWO_OF_FOUR)));
  }

  @ParameterizedTest
  @CsvSource({
    "2, 4, 5, 0", "2, 4, 0, 5", "2, 4, 3, 1", "2, 4, 3, 2", "2, 4, 3, 3", "2, 4, 7, 64",
    "2, 4, 7, 65", "1, 2, 5, 31", "4, 8, 5, 33", "1, 32, 5, 65", "32, 32, 3, 70", "31, 32, 3, 63",
    "1, 1, 2, 3", "3, 7, 4, 15", "4, 4, 4, 9"
  })
  void positionsAreThoseOfTheMask(int n, int m, int rows, int columns) {
    NmStructure structure = new NmStructure(n, m);
    long seed = Seed.or(n * 100L + m);
    float[] scores = new float[rows * columns];
    SplittableRandom random = new SplittableRandom(seed);
    for (int p = 0; p < scores.length; p++) {
      scores[p] = random.nextInt(9);
    }
    Mask mask = structure.keepLargest(rows, columns, scores);
    NmPattern pattern = NmPattern.of(mask, structure);
    assertEquals(mask, pattern.mask(), "seed " + seed);
    assertEquals(mask.count(), pattern.nnz());
    CsrPattern rowwise = CsrPattern.of(mask);
    assertEquals(rowwise, pattern.csrOrder().pattern());
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        assertEquals(rowwise.indexOf(i, j), pattern.indexOf(i, j));
      }
    }
    assertEquals(pattern, NmPattern.copyOf(rows, columns, structure, bytes(pattern.codes())));
    int[] groups = pattern.valueGroups();
    assertEquals(rows + 1, groups.length);
    assertEquals(pattern.nnz(), groups[rows]);
  }

  @Test
  void copyOfCopies() {
    byte[] codes = {0x4E};
    NmPattern pattern = NmPattern.copyOf(1, 8, TWO_OF_FOUR, codes);
    codes[0] = 0x44;
    assertEquals(mask("00111100"), pattern.mask());
  }

  /** What files may hold: every byte that is not two ascending pairs is refused. */
  @Test
  void acceptsExactlyTheSixCodesOfAGroup() {
    int accepted = 0;
    for (int code = 0; code < 256; code++) {
      byte[] codes = {(byte) code};
      try {
        NmPattern pattern = NmPattern.copyOf(1, 8, TWO_OF_FOUR, codes);
        assertEquals(4, pattern.mask().count());
        assertArrayEquals(codes, bytes(NmPattern.of(pattern.mask(), TWO_OF_FOUR).codes()));
        accepted++;
      } catch (IllegalArgumentException refused) {
        assertTrue(refused.getMessage().contains("is not above its predecessor"));
      }
    }
    assertEquals(36, accepted);
  }

  @Test
  void refusesHostileCodes() {
    assertEquals(
        "NmPattern: position 2 is not above its predecessor 2 (row 1, group 0)",
        illegal(() -> NmPattern.copyOf(2, 8, TWO_OF_FOUR, new byte[] {0x44, 0x4A})));
    assertEquals(
        "NmPattern: position 1 is not above its predecessor 3 (row 0, group 1)",
        illegal(() -> NmPattern.copyOf(2, 8, TWO_OF_FOUR, new byte[] {0x74, 0x44})));
    assertEquals(
        "NmPattern: position 3 is not below the 3 columns of its group (row 0, group 1)",
        illegal(() -> NmPattern.copyOf(1, 7, TWO_OF_FOUR, new byte[] {(byte) 0xC4})));
    assertEquals(
        "NmPattern: position 1 is not below the 1 columns of its group (row 0, group 1)",
        illegal(() -> NmPattern.copyOf(1, 5, TWO_OF_FOUR, new byte[] {0x14})));
    assertEquals(
        "NmPattern: a last group of one column has a second position, 1 (row 0, group 1)",
        illegal(() -> NmPattern.copyOf(1, 5, TWO_OF_FOUR, new byte[] {0x44})));
    NmPattern.copyOf(1, 5, TWO_OF_FOUR, new byte[] {0x04});
    assertEquals(
        "NmPattern: the upper half of the last byte (132) must be 0, it holds no group (row 1)",
        illegal(() -> NmPattern.copyOf(2, 4, TWO_OF_FOUR, new byte[] {4, (byte) 0x84})));
    assertEquals(
        "NmPattern: position 200 is not below the 8 columns of its group (row 0, group 0)",
        illegal(() -> NmPattern.copyOf(1, 8, new NmStructure(2, 8), new byte[] {3, (byte) 200})));
    assertEquals(
        "NmPattern: position 3 is not above its predecessor 3 (row 0, group 0)",
        illegal(() -> NmPattern.copyOf(1, 8, new NmStructure(2, 8), new byte[] {3, 3})));
  }

  @Test
  void sizesMustFit() {
    assertEquals(
        "NmPattern: length of codes (3) must be 2 for 2x8 at 2:4",
        illegal(() -> NmPattern.copyOf(2, 8, TWO_OF_FOUR, new byte[3])));
    assertEquals(
        "NmPattern: m (64) must be at most 32",
        illegal(() -> NmPattern.copyOf(1, 8, new NmStructure(2, 64), new byte[2])));
    assertEquals(
        "NmPattern: m (33) must be at most 32",
        illegal(() -> NmPattern.of(Mask.empty(1, 40), new NmStructure(2, 33))));
    assertEquals(
        "NmPattern: 100000x100000 at 2:4 stores 5000000000 positions, an array holds 2147483639",
        illegal(() -> NmPattern.copyOf(100_000, 100_000, TWO_OF_FOUR, new byte[0])));
    assertTrue(illegal(() -> NmPattern.copyOf(-1, 4, TWO_OF_FOUR, new byte[0])).contains("-1"));
    NmPattern pattern = NmPattern.of(Mask.empty(2, 4), TWO_OF_FOUR);
    assertThrows(IndexOutOfBoundsException.class, () -> pattern.indexOf(2, 0));
    assertThrows(IndexOutOfBoundsException.class, () -> pattern.indexOf(0, 4));
  }

  @Test
  void rulesThatStoreTheSamePositionsDiffer() {
    Mask mask = mask("10101010");
    assertNotEquals(
        NmPattern.of(mask, new NmStructure(2, 4)), NmPattern.of(mask, new NmStructure(1, 2)));
    assertEquals(
        NmPattern.of(mask, new NmStructure(1, 2)).mask(),
        NmPattern.of(mask, new NmStructure(2, 4)).mask());
  }
}
