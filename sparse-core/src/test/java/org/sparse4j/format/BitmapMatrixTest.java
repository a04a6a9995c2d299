package org.sparse4j.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.ReadOnlyBufferException;
import org.junit.jupiter.api.Test;
import org.sparse4j.mask.Mask;
import org.sparse4j.testing.Seed;

class BitmapMatrixTest {

  /** The rows of the {@code sparse-bitmask} oracle of the interchange page. */
  private static DenseMatrix oracle() {
    return DenseMatrix.copyOf(
        new float[][] {
          {1, 0, 0, 2, 0, 0, 0, 0, 3}, {0, 0, 0, 0, 0, 0, 0, 0, 0}, {0, 4, 5, 0, 0, 0, 0, 6, 0}
        });
  }

  @Test
  void bitsAreThoseOfCompressedTensors() {
    BitmapMatrix matrix = BitmapMatrix.fromDense(oracle());
    // Bytes (9, 1), (0, 0), (134, 0), the first holding the lowest columns.
    assertEquals(LongBuffer.wrap(new long[] {9 | 1 << 8, 0, 134}), matrix.pattern().words());
    assertEquals(IntBuffer.wrap(new int[] {0, 3, 3, 6}), matrix.pattern().rowOffsets());
    assertArrayEquals(new float[] {1, 2, 3, 4, 5, 6}, matrix.floatValues().array());
    assertEquals(
        matrix,
        BitmapMatrix.copyOf(3, 9, new long[] {9 | 1 << 8, 0, 134}, new float[] {1, 2, 3, 4, 5, 6}));
    assertEquals(3 * 8 + 4 * 4 + 6 * 4, matrix.bytes());
    assertEquals(1, matrix.pattern().wordsPerRow());
    assertEquals(3, matrix.pattern().rowStart(1));
    assertThrows(IndexOutOfBoundsException.class, () -> matrix.pattern().rowStart(4));
    assertEquals(
        "3x9 bitmap (nnz 6), 77.8 % sparse: (0, 0) 1.0, (0, 3) 2.0, (0, 8) 3.0, (2, 1) 4.0,"
            + " (2, 2) 5.0, (2, 7) 6.0",
        matrix.toString());
  }

  @Test
  void countsBitsToFindPositions() {
    Mask mask = Mask.random(5, 200, 300, Seed.or(4));
    BitmapPattern pattern = BitmapPattern.of(mask);
    CsrPattern csr = CsrPattern.of(mask);
    for (int i = 0; i < 5; i++) {
      for (int j = 0; j < 200; j++) {
        assertEquals(csr.indexOf(i, j), pattern.indexOf(i, j));
      }
    }
    assertThrows(IndexOutOfBoundsException.class, () -> pattern.indexOf(5, 0));
    assertThrows(IndexOutOfBoundsException.class, () -> pattern.indexOf(0, 200));
  }

  @Test
  void sharesTheBitsOfItsMaskAndNobodyCanWriteThem() {
    Mask mask = Mask.random(3, 70, 40, Seed.or(5));
    BitmapPattern pattern = BitmapPattern.of(mask);
    assertSame(mask, pattern.mask());
    assertEquals(2, pattern.wordsPerRow());
    assertThrows(ReadOnlyBufferException.class, () -> pattern.words().put(0, 0));
    assertThrows(ReadOnlyBufferException.class, () -> pattern.rowOffsets().put(0, 0));
    long[] words = new long[6];
    pattern.words().get(words);
    BitmapPattern copy = BitmapPattern.copyOf(3, 70, words);
    assertEquals(pattern, copy);
    words[0] = 0;
    words[1] = 0;
    assertEquals(pattern, copy);
    assertNotEquals(pattern, BitmapPattern.copyOf(3, 70, words));
  }

  @Test
  void convertsFromCsrWithTheTypeOfItsValues() {
    CsrMatrix csr =
        CsrMatrix.copyOf(2, 3, new int[] {0, 2, 3}, new int[] {0, 2, 1}, new float[] {1, 0, 3});
    BitmapMatrix matrix = BitmapMatrix.fromCsr(csr);
    assertEquals(csr, matrix.toCsr());
    assertEquals(DType.I8, BitmapMatrix.fromCsr(csr.to(DType.I8)).values().dtype());
    matrix.values().set(0, 9);
    assertEquals(1, csr.get(0, 0));
  }

  @Test
  void rejectsEveryBrokenRule() {
    assertEquals(
        "Mask: rows (-1) and columns (9) must not be negative",
        assertThrows(IllegalArgumentException.class, () -> BitmapPattern.copyOf(-1, 9, new long[0]))
            .getMessage());
    assertEquals(
        "Mask.copyOf: number of words (2) must equal rows (3) * words of a row (1)",
        assertThrows(IllegalArgumentException.class, () -> BitmapPattern.copyOf(3, 9, new long[2]))
            .getMessage());
    assertEquals(
        "Mask.copyOf: row 1 keeps column 9, which is not below columns = 9",
        assertThrows(
                IllegalArgumentException.class,
                () -> BitmapPattern.copyOf(2, 9, new long[] {1, 1 << 9 | 1 << 11}))
            .getMessage());
    assertEquals(
        "Mask.copyOf: row 0 keeps column 127, which is not below columns = 65",
        assertThrows(
                IllegalArgumentException.class,
                () -> BitmapPattern.copyOf(1, 65, new long[] {-1, 1 | 1L << 63}))
            .getMessage());
    assertEquals(
        "BitmapMatrix: number of values (2) must equal nnz (1)",
        assertThrows(
                IllegalArgumentException.class,
                () -> BitmapMatrix.copyOf(1, 64, new long[] {1L << 63}, new float[2]))
            .getMessage());
    assertEquals(
        "BitmapMatrix.fromDense: shape of the mask (9x3) must equal the shape of the matrix (3x9)",
        assertThrows(
                IllegalArgumentException.class,
                () -> BitmapMatrix.fromDense(oracle(), Mask.empty(9, 3)))
            .getMessage());
  }
}
