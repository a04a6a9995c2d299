package org.sparse4j.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.CsrPattern;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.FloatValues;
import org.sparse4j.mask.Mask;
import org.sparse4j.testing.Seed;

class MatrixMarketTest {

  private static final String SYMMETRIC = "%%MatrixMarket matrix coordinate real symmetric\n";
  private static final String GENERAL = "%%MatrixMarket matrix coordinate real general\n";

  @TempDir Path folder;

  private static CsrMatrix read(String text) throws IOException {
    return MatrixMarket.read(new StringReader(text));
  }

  private static String error(String text) {
    return assertThrows(IOException.class, () -> read(text)).getMessage();
  }

  private static CsrMatrix csr(float[][] dense) {
    return CsrMatrix.fromDense(DenseMatrix.copyOf(dense));
  }

  @Test
  void readsTheWorkedExample() throws IOException {
    assertEquals(
        csr(new float[][] {{1, 0}, {2.5f, 3}}),
        read(GENERAL + "%\n2 2 3\n1 1 1\n2 1 2.5\n2 2 3\n"));
  }

  @Test
  void wordsAreCaseInsensitiveAndSpaceIsFree() throws IOException {
    assertEquals(
        csr(new float[][] {{1, 0}, {0, -2}}),
        read(
            "%%matrixmarket  MATRIX Coordinate\tDOUBLE General \r\n% a comment, "
                + "x".repeat(5000)
                + "\r\n\r\n  2 2\t2\r\n\n 2 2  -2d0 \r\n1 1 +.1D+1"));
  }

  @Test
  void patternsAreOnesAndIntegersAreNumbers() throws IOException {
    assertEquals(
        csr(new float[][] {{0, 1}, {1, 0}}),
        read("%%MatrixMarket matrix coordinate pattern general\n2 2 2\n1 2\n2 1\n"));
    assertEquals(
        csr(new float[][] {{0, -7}}),
        read("%%MatrixMarket matrix coordinate integer general\n1 2 1\n1 2 -7\n"));
  }

  @Test
  void symmetricFilesAreExpanded() throws IOException {
    assertEquals(
        csr(new float[][] {{1, 2, 0}, {2, 0, 3}, {0, 3, 0}}),
        read(SYMMETRIC + "3 3 3\n1 1 1\n2 1 2\n3 2 3\n"));
    assertEquals(
        csr(new float[][] {{0, -2}, {2, 0}}),
        read("%%MatrixMarket matrix coordinate real skew-symmetric\n2 2 1\n2 1 2\n"));
    assertEquals(
        csr(new float[][] {{0, 1}, {1, 0}}),
        read("%%MatrixMarket matrix coordinate pattern symmetric\n2 2 1\n2 1\n"));
    assertEquals(
        csr(new float[][] {{3, 2}, {2, 0}}),
        read("%%MatrixMarket matrix coordinate real hermitian\n2 2 2\n1 1 3\n2 1 2\n"));
  }

  @Test
  void readsTheTextOfScipy() throws IOException {
    assertEquals(
        csr(new float[][] {{1, 0}, {2.5f, 3}}),
        read("%%MatrixMarket matrix coordinate real general\n%\n2 2 3\n1 1 1\n2 1 2.5\n2 2 3\n"));
  }

  @Test
  void arraysAreColumnByColumnAndStoreWhatIsNotZero() throws IOException {
    assertEquals(
        csr(new float[][] {{1, 3, 5}, {0, 4, 6}}),
        read("%%MatrixMarket matrix array real general\n2 3\n1\n0\n3\n4\n5\n6\n"));
    assertEquals(
        csr(new float[][] {{1, 2, 3}, {2, 4, 5}, {3, 5, 6}}),
        read("%%MatrixMarket matrix array integer symmetric\n3 3\n1\n2\n3\n4\n5\n6\n"));
    assertEquals(
        csr(new float[][] {{0, -1, -2}, {1, 0, -3}, {2, 3, 0}}),
        read("%%MatrixMarket matrix array real skew-symmetric\n3 3\n1\n2\n3\n"));
    assertEquals(0, read("%%MatrixMarket matrix array real general\n0 2000000000\n").nnz());
  }

  @Test
  void duplicatesAddUpAndZerosAreKept() throws IOException {
    CsrMatrix matrix = read(GENERAL + "2 2 4\n1 1 1\n2 2 0\n1 1 2\n1 2 -0\n");
    assertEquals(3, matrix.nnz());
    assertEquals(3, matrix.get(0, 0));
    assertEquals(-0f, matrix.get(0, 1));
  }

  @Test
  void notFiniteNumbersAreRead() throws IOException {
    CsrMatrix matrix = read(GENERAL + "1 4 4\n1 1 nan\n1 2 -Inf\n1 3 +infinity\n1 4 NaN\n");
    assertTrue(Float.isNaN(matrix.get(0, 0)) && Float.isNaN(matrix.get(0, 3)));
    assertEquals(Float.NEGATIVE_INFINITY, matrix.get(0, 1));
    assertEquals(Float.POSITIVE_INFINITY, matrix.get(0, 2));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "``, 1, `\"%%MatrixMarket matrix ...\"`, the end of the file",
        "`%MatrixMarket matrix coordinate real general`, 1, `\"%%MatrixMarket matrix\"`, "
            + "`\"%matrixmarket matrix\"`",
        "`%%MatrixMarket vector coordinate real general`, 1, `\"%%MatrixMarket matrix\"`, "
            + "`\"%%matrixmarket vector\"`",
        "`%%MatrixMarket matrix sparse real general`, 1, coordinate or array, `\"sparse\"`",
        "`%%MatrixMarket matrix coordinate complex general`, 1, `real, integer or pattern`, "
            + "`\"complex\"`",
        "`%%MatrixMarket matrix array pattern general`, 1, real or integer, `\"pattern\"`",
        "`%%MatrixMarket matrix coordinate real upper`, 1, "
            + "general or symmetric or skew-symmetric or hermitian, `\"upper\"`",
        "`%%MatrixMarket matrix coordinate pattern hermitian`, 1, "
            + "general or symmetric for a pattern, `\"hermitian\"`",
        "`%%MatrixMarket matrix coordinate real general x`, 1, the end of the line, `\"x\"`",
        "`%%MatrixMarket matrix coordinate real`, 1, "
            + "general or symmetric or skew-symmetric or hermitian, `\"\"`",
        "`%%MatrixMarket matrix coordinate pattern skew-symmetric`, 1, "
            + "general or symmetric for a pattern, `\"skew-symmetric\"`",
      })
  void bannerMustBeKnown(String text, int line, String expected, String found) {
    assertEquals(
        "MatrixMarket.read, line " + line + ": expected " + expected + ", found " + found,
        error(text));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "`%`, 3, the size line, the end of the file",
        "`2 2`, 2, a number of entries between 0 and 2147483639, `\"\"`",
        "`-2 2 1`, 2, a number of rows between 0 and 2147483631, `\"-2\"`",
        "`2 9999999999999999999 1`, 2, a number of columns between 0 and 2147483631, "
            + "`\"9999999999999999999\"`",
        "`2 2147483632 1`, 2, a number of columns between 0 and 2147483631, `\"2147483632\"`",
        "`2 2 1 1`, 2, the end of the line, `\"1\"`",
        "`2 2 1;`, 4, 1 entries, 0 and the end of the file",
        "`2 2 2;1 1 1;;`, 6, 2 entries, 1 and the end of the file",
        "`2 2 1;0 1 1`, 3, a row between 1 and 2, `\"0\"`",
        "`2 3 1;1 4 1`, 3, a column between 1 and 3, `\"4\"`",
        "`2 3 1;1 x 1`, 3, a column between 1 and 3, `\"x\"`",
        "`2 3 1;1 1`, 3, a number, `\"\"`",
        "`2 3 1;1 1 1f`, 3, a number, `\"1f\"`",
        "`2 3 1;1 1 0x1p3`, 3, a number, `\"0x1p3\"`",
        "`2 3 1;1 1 1.5.2`, 3, a number, `\"1.5.2\"`",
        "`2 3 1;1 1 1e40`, 3, a number that float32 holds, `\"1e40\"`",
        "`2 3 1;1 1 1 2`, 3, the end of the line, `\"2\"`",
        "`2 3 1;1 1 1;% late`, 4, the end after the last entry, `\"% late\"`",
        "`0 3 1;1 1 1`, 3, a row between 1 and 0, `\"1\"`",
      })
  void sizesAndEntriesMustFit(String text, int line, String expected, String found) {
    assertEquals(
        "MatrixMarket.read, line " + line + ": expected " + expected + ", found " + found,
        error(GENERAL + text.replace(';', '\n') + "\n"));
  }

  @Test
  void symmetricFilesMustBeSquareLowerTriangles() {
    String skew = "%%MatrixMarket matrix coordinate real skew-symmetric\n";
    assertEquals(
        "MatrixMarket.read, line 2: expected a square matrix, found 2x3",
        error(SYMMETRIC + "2 3 0\n"));
    assertEquals(
        "MatrixMarket.read, line 3: expected an entry on or below the diagonal, found (1, 2)",
        error(SYMMETRIC + "2 2 1\n1 2 5\n"));
    assertEquals(
        "MatrixMarket.read, line 3: expected an entry below the diagonal, found (2, 2)",
        error(skew + "2 2 1\n2 2 5\n"));
  }

  @Test
  void integersMustBeIntegers() {
    assertEquals(
        "MatrixMarket.read, line 3: expected an integer, found \"1.5\"",
        error("%%MatrixMarket matrix coordinate integer general\n1 1 1\n1 1 1.5\n"));
    assertEquals(
        "MatrixMarket.read, line 3: expected an integer, found \"nan\"",
        error("%%MatrixMarket matrix array integer general\n1 1\nnan\n"));
  }

  @Test
  void linesAreBoundedAndHugeSizesRefused() {
    assertEquals(
        "MatrixMarket.read, line 3: expected lines of at most 1024 characters, found a longer one",
        error(GENERAL + "1 1 1\n1 1 1" + "0".repeat(1100)));
    String rows = error(GENERAL + "2000000000 1 0\n");
    assertTrue(
        rows.matches(
            "MatrixMarket\\.read: 2000000000 rows takes 16000000008 bytes of heap, this JVM may use"
                + " \\d+; raise -Xmx"),
        rows);
    String entries = error(GENERAL + "10 10 2000000000\n");
    assertTrue(entries.contains(": 2000000000 entries takes 40000000000 bytes"), entries);
    String array = error("%%MatrixMarket matrix array real general\n50000 50000\n");
    assertEquals(
        "MatrixMarket.read, line 2: expected at most 2147483639 entries, found 2500000000", array);
  }

  @ParameterizedTest
  @ValueSource(strings = {"m.mtx", "m.mtx.gz", "M.MTX.GZ"})
  void writesWhatItReads(String name) throws IOException {
    long seed = Seed.or(7);
    Random random = new Random(seed);
    Path file = folder.resolve(name);
    for (long nnz : new long[] {0, 1, 60, 1001}) {
      CsrPattern pattern = CsrPattern.of(Mask.random(13, 77, nnz, seed));
      float[] values = new float[(int) nnz];
      for (int k = 0; k < values.length; k++) {
        float value = Float.intBitsToFloat(random.nextInt());
        values[k] = Float.isNaN(value) ? Float.NaN : value;
      }
      CsrMatrix matrix = CsrMatrix.of(pattern, FloatValues.wrap(values));
      MatrixMarket.write(matrix, file);
      assertEquals(matrix, MatrixMarket.read(file), "seed " + seed);
    }
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(List.of(file), files.toList());
    }
  }

  @Test
  void writesTheShortestNumbers() throws IOException {
    Path file = folder.resolve("m.mtx");
    float[] values = {0.1f, -0f, Float.MIN_VALUE, Float.NaN, Float.NEGATIVE_INFINITY, 16777216};
    MatrixMarket.write(
        CsrMatrix.copyOf(1, 6, new int[] {0, 6}, new int[] {0, 1, 2, 3, 4, 5}, values), file);
    assertEquals(
        GENERAL + "1 6 6\n1 1 0.1\n1 2 -0.0\n1 3 1.4E-45\n1 4 nan\n1 5 -inf\n1 6 1.6777216E7\n",
        Files.readString(file));
  }

  @Test
  void compressedByNameOnly() throws IOException {
    Path file = folder.resolve("m.mtx.gz");
    MatrixMarket.write(csr(new float[][] {{1}}), file);
    assertEquals(0x1f, Files.readAllBytes(file)[0]);
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, bytes.length - 9));
    String message = assertThrows(IOException.class, () -> MatrixMarket.read(file)).getMessage();
    assertTrue(message.startsWith("MatrixMarket.read: " + file + ": damaged gzip data; "), message);
    Files.write(file, new byte[0]);
    message = assertThrows(IOException.class, () -> MatrixMarket.read(file)).getMessage();
    assertEquals("MatrixMarket.read: " + file + ": damaged gzip data; it ends too early", message);
    Files.writeString(file, GENERAL);
    message = assertThrows(IOException.class, () -> MatrixMarket.read(file)).getMessage();
    assertEquals("MatrixMarket.read: " + file + ": damaged gzip data; Not in GZIP format", message);
  }

  @Test
  void missingFilesAreNamed() {
    Path missing = folder.resolve("none.mtx");
    assertEquals(
        "MatrixMarket.read: " + missing + ": there is no such file",
        assertThrows(IOException.class, () -> MatrixMarket.read(missing)).getMessage());
    Path nowhere = folder.resolve("none").resolve("m.mtx");
    assertEquals(
        "MatrixMarket.write: folder "
            + nowhere.getParent()
            + " does not exist; cannot write "
            + nowhere,
        assertThrows(IOException.class, () -> MatrixMarket.write(csr(new float[][] {{1}}), nowhere))
            .getMessage());
  }

  @Test
  @Timeout(60)
  void corruptedTextsGiveOneClearErrorOrAMatrix() {
    byte[] original =
        (SYMMETRIC + "% c\n4 4 5\n1 1 1.5\n2 1 -2e3\n3 3 3\n4 2 .25\n4 4 1e-3\n")
            .getBytes(StandardCharsets.US_ASCII);
    long seed = Seed.or(11);
    Random random = new Random(seed);
    for (int round = 0; round < 5_000; round++) {
      byte[] bytes = original.clone();
      for (int change = random.nextInt(3); change >= 0; change--) {
        bytes[random.nextInt(bytes.length)] =
            (byte) "0123456789 \n.-+eEdD%xnaif\r\t".charAt(random.nextInt(27));
      }
      String text =
          new String(
              bytes,
              0,
              bytes.length - random.nextInt(2) * random.nextInt(40),
              StandardCharsets.US_ASCII);
      try {
        read(text);
      } catch (IOException e) {
        assertTrue(e.getMessage().startsWith("MatrixMarket.read"), e.getMessage());
      } catch (RuntimeException | Error e) {
        fail("-Dsparse4j.test.seed=" + seed + ", round " + round + ": " + e + "\n" + text, e);
      }
    }
  }
}
