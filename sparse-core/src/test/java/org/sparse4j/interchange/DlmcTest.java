package org.sparse4j.interchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparse4j.format.CsrPattern;
import org.sparse4j.mask.Mask;
import org.sparse4j.testing.Seed;

class DlmcTest {

  private static final CsrPattern SMALL =
      CsrPattern.copyOf(2, 3, new int[] {0, 1, 2}, new int[] {2, 0});

  @TempDir Path folder;

  private static CsrPattern read(String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    return Dlmc.read("x", MemorySegment.ofArray(bytes));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2, 3, 2\n0 1 2\n2 0\n",
        "2,3,2\r\n0 1 2 \r\n2 0",
        "2 3 2\n 0  1 2\n2\t0\n\n",
      })
  void readsTheThreeLines(String text) throws IOException {
    assertEquals(SMALL, read(text));
  }

  @Test
  void columnsOfARowComeInAnyOrder() throws IOException {
    assertEquals(
        CsrPattern.copyOf(1, 9, new int[] {0, 3}, new int[] {1, 4, 8}),
        read("1, 9, 3\n0 3\n8 1 4\n"));
  }

  @Test
  void writesWhatTheCollectionHas() throws IOException {
    Path path = folder.resolve("a.smtx");
    Dlmc.write(SMALL, path);
    assertEquals("2, 3, 2\n0 1 2\n2 0\n", Files.readString(path));
    assertEquals(new DlmcInfo(2, 3, 2), Dlmc.info(path));
    int[][] shapes = {{0, 0}, {0, 7}, {7, 0}, {1, 1}, {17, 31}};
    for (int[] shape : shapes) {
      for (double density : new double[] {0, 0.2, 1}) {
        long count = Math.round(density * shape[0] * shape[1]);
        CsrPattern pattern = CsrPattern.of(Mask.random(shape[0], shape[1], count, Seed.or(95)));
        Dlmc.write(pattern, path);
        assertEquals(pattern, Dlmc.read(path));
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | line 1: expected a number of rows between 0 and 2147483631, found the end of the"
            + " file",
        "'2, 3' | line 1: expected a number of positions between 0 and 2147483631, found the end of"
            + " the file",
        "'2, -3, 2' | line 1: expected a number of columns between 0 and 2147483631, found \"-3,"
            + " 2\"",
        "'2, 3, 2, 1' | line 1: expected the end of the line, found \"1\"",
        "'2, 3, 99' | line 1: expected at most 5 numbers in the bytes of the file, found 2 rows and"
            + " 99 positions",
        "'2147483631, 3, 2' | line 1: expected at most 9 numbers in the bytes of the file, found"
            + " 2147483631 rows and 2 positions",
        "'2, 3, 2;0 1;2 0' | line 2: expected offset 2 between 2 and 2, found the end of the line",
        "'2, 3, 2;1 1 2;2 0' | line 2: expected offset 0 between 0 and 0, found 1",
        "'2, 3, 2;0 3 2;2 0' | line 2: expected offset 1 between 0 and 2, found 3",
        "'3, 3, 2;0 2 1 2;2 0' | line 2: expected offset 2 between 2 and 2, found 1",
        "'2, 3, 2;0 1 1;2 0' | line 2: expected offset 2 between 2 and 2, found 1",
        "'2, 3, 2;0 1 2 2;2 0' | line 2: expected the end of the line, found \"2?2 0\"",
        "'2, 3, 2;0 1 2;2 3' | line 3: expected column 1 between 0 and 2, found 3",
        "'2, 3, 2;0 1 2;2 0x' | line 3: expected column 1 between 0 and 2, found \"0x\"",
        "'2, 3, 2;0 1 2;2 0;1' | line 4: expected the end of the file, found \"1\"",
        "'2, 3, 2;0 1 2  ' | line 2: expected a line with the columns, found the end of the file",
      })
  void brokenTextsAreNamed(String text, String message) {
    assertEquals(
        "x, " + message,
        assertThrows(IOException.class, () -> read(text.replace(';', '\n'))).getMessage());
  }

  @Test
  void columnsComeOnce() {
    assertEquals(
        "x: a column is given twice; CsrPattern: columnIndices[1] = 2 is not above its predecessor"
            + " 2 (row 0)",
        assertThrows(IOException.class, () -> read("1, 3, 2\n0 2\n2 2\n")).getMessage());
  }

  @Test
  @Timeout(60)
  void damagedTextsGiveOneClearError() {
    Corruption.of(
        "4, 7, 6\n0 1 3 3 6\n2 0 6 1 3 5\n".getBytes(StandardCharsets.US_ASCII),
        "x",
        Seed.or(96),
        20_000,
        bytes -> Dlmc.read("x", MemorySegment.ofArray(bytes)));
  }
}
