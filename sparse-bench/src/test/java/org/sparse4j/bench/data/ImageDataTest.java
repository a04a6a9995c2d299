package org.sparse4j.bench.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
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
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageDataTest {
  @TempDir private Path folder;

  @Test
  void bundledImagesAreSplitByAFixedRule() throws IOException {
    ImageData data = ImageData.bundled();
    assertEquals(8_000, data.train().count());
    assertEquals(2_000, data.test().count());
    assertEquals(784, data.features());
    assertEquals(10, data.classes());
    // The first labels of the original file, and the first two after the split.
    assertEquals(
        List.of(9, 2, 1, 1, 6), List.of(0, 1, 2, 3, 4).stream().map(data.train()::label).toList());
    int[] counts = new int[10];
    for (int i = 0; i < 8_000; i++) {
      counts[data.train().label(i)]++;
    }
    for (int i = 0; i < 2_000; i++) {
      counts[data.test().label(i)]++;
    }
    for (int count : counts) {
      assertEquals(1_000, count);
    }
  }

  @Test
  void bundledFilesAreTheOriginalsWithSourceAndLicenceBesideThem() throws Exception {
    String source = new String(resource("SOURCE.md"), StandardCharsets.UTF_8);
    for (String name : List.of("t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz")) {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(resource(name));
      assertTrue(source.contains(HexFormat.of().formatHex(digest)), name);
    }
    String licence = new String(resource("LICENSE.txt"), StandardCharsets.UTF_8);
    assertTrue(licence.contains("Copyright (c) 2017 Zalando SE"), licence);
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = ImageData.class.getResourceAsStream(name)) {
      return in.readAllBytes();
    }
  }

  @Test
  void readsAFolderOfGzippedAndPlainFiles() throws IOException {
    ImageData data = ImageData.read(IdxFiles.set(folder, 20, 8, 5, 4), 4);
    assertEquals(20, data.train().count());
    assertEquals(8, data.test().count());
    assertEquals(25, data.features());
    assertEquals(3, data.test().label(7));
  }

  @Test
  void measuresTheScaleOfTheTrainingImages() throws IOException {
    IdxFiles.set(folder, 2, 2, 1, 2);
    Files.write(
        folder.resolve("train-images-idx3-ubyte.gz"),
        IdxFiles.idx(0x803, new int[] {2, 1, 1}, new byte[] {0, (byte) 255}));
    PixelScale scale = PixelScale.of(ImageData.read(folder, 2).train());
    assertEquals(.5, scale.mean());
    assertEquals(.5, scale.deviation());
    assertEquals(-1, scale.apply(0));
    assertEquals(1, scale.apply(255));
  }

  @Test
  void namesTheFileThatIsMissing() throws IOException {
    IdxFiles.set(folder, 4, 4, 2, 2);
    Path labels = folder.resolve("t10k-labels-idx1-ubyte");
    Files.delete(labels);
    NoSuchFileException missing =
        assertThrows(NoSuchFileException.class, () -> ImageData.read(folder, 2));
    assertEquals(labels + ".gz", missing.getMessage());
  }

  @Test
  void rejectsAFolderThatIsMissingOrAFile() throws IOException {
    assertThrows(NoSuchFileException.class, () -> ImageData.read(folder.resolve("none"), 2));
    Path file = Files.createFile(folder.resolve("file"));
    assertThrows(NotDirectoryException.class, () -> ImageData.read(file, 2));
  }

  @Test
  void rejectsMoreLabelsThanImages() throws IOException {
    IdxFiles.set(folder, 4, 4, 2, 2);
    Path labels = folder.resolve("t10k-labels-idx1-ubyte");
    Files.write(labels, IdxFiles.labels(5, 2));
    assertEquals(
        "idx: there must be one label an image; "
            + labels
            + ", offset 4, expected 4 as in "
            + folder.resolve("t10k-images-idx3-ubyte")
            + ", found 5",
        message(2));
  }

  @Test
  void rejectsLabelsThatAreNoClass() throws IOException {
    IdxFiles.set(folder, 10, 4, 2, 5);
    assertEquals(
        "idx: a label must be a class; "
            + folder.resolve("train-labels-idx1-ubyte.gz")
            + ", offset 12, expected 0 to 3, found 4",
        message(4));
  }

  @Test
  void rejectsTestImagesOfAnotherSize() throws IOException {
    IdxFiles.set(folder, 4, 4, 2, 2);
    Files.write(folder.resolve("t10k-images-idx3-ubyte"), IdxFiles.images(4, 3, 2, 1));
    String message = message(2);
    assertTrue(message.contains("expected 2x2 as in "), message);
    assertTrue(message.endsWith("found 3x2"), message);
  }

  private String message(int classes) {
    return assertThrows(IOException.class, () -> ImageData.read(folder, classes)).getMessage();
  }
}
