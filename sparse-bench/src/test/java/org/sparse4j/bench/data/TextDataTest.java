package org.sparse4j.bench.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextDataTest {
  @TempDir private Path folder;

  @Test
  void bundledTextIsCountedAndSplitAsTheReferenceRunsHaveIt() throws IOException {
    TextData text = TextData.bundled();
    assertEquals(1_212_980, text.length());
    assertEquals(76, text.classes());
    assertEquals(1_212_980 - 121_298, text.trainLength());
    assertEquals("Moby-Dick (bundled), 1212980 characters of 76 classes", text.toString());
  }

  @Test
  void bundledTextIsTheOneThatItsSourceNames() throws Exception {
    byte[] bytes;
    try (InputStream in =
        new GZIPInputStream(TextData.class.getResourceAsStream("moby-dick.txt.gz"))) {
      bytes = in.readAllBytes();
    }
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
    assertTrue(resource("SOURCE.md").contains(HexFormat.of().formatHex(digest)));
    assertTrue(resource("moby-dick-LICENSE.txt").contains("Creative Commons Zero v1.0"));
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = TextData.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void rareCharactersShareTheLastClass() throws IOException {
    // Classes follow code points: a is 0, b is 1; x and an emoji are rare.
    TextData text = TextData.of("sample", "b".repeat(20) + "a".repeat(25) + "x\uD83D\uDC33");
    assertEquals(47, text.length());
    assertEquals(3, text.classes());
    assertEquals(1, text.code(0));
    assertEquals(0, text.code(20));
    assertEquals(2, text.code(45));
    assertEquals(2, text.code(46));
    assertEquals(43, text.trainLength());
    assertThrows(IndexOutOfBoundsException.class, () -> text.code(47));
  }

  @Test
  void readsTextFilesInTheOrderOfTheirNames() throws IOException {
    Files.writeString(folder.resolve("b.txt"), "b".repeat(20));
    Files.writeString(folder.resolve("a.txt"), "a".repeat(20));
    Files.writeString(folder.resolve("c.json"), "c".repeat(20));
    TextData text = TextData.read(folder);
    assertEquals(42, text.length());
    assertEquals(0, text.code(0));
    assertEquals(2, text.code(20)); // two line breaks are rare
    assertEquals(1, text.code(21));
    assertEquals(folder.getFileName().toString(), text.name());
    assertTrue(TextData.isIn(folder));
  }

  @Test
  void refusesWhatIsNoText() throws IOException {
    assertThrows(NoSuchFileException.class, () -> TextData.read(folder.resolve("none")));
    assertThrows(NoSuchFileException.class, () -> TextData.read(folder));
    assertFalse(TextData.isIn(folder));
    Path file = folder.resolve("bad.txt");
    Files.write(file, new byte[] {'o', 'k', (byte) 0xff});
    assertThrows(NotDirectoryException.class, () -> TextData.read(file));
    IOException failure = assertThrows(IOException.class, () -> TextData.read(folder));
    assertEquals(
        "text: must be UTF-8; " + file + ", offset 2, found byte 0xff", failure.getMessage());
    Files.writeString(file, "short");
    failure = assertThrows(IOException.class, () -> TextData.read(folder));
    assertTrue(failure.getMessage().endsWith("must have at least 20 characters, has 6"));
  }
}
