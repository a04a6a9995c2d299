package org.sparse4j.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileReplacementTest {

  @TempDir Path folder;

  private List<String> left() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void failureInTheMiddleDeletesTheTemporaryFile() throws IOException {
    Path file = folder.resolve("x");
    IOException full = new IOException("No space left on device");
    IOException error =
        assertThrows(
            IOException.class,
            () ->
                FileReplacement.write(
                    "test",
                    file,
                    channel -> {
                      channel.write(ByteBuffer.wrap(new byte[100]));
                      throw full;
                    }));
    assertEquals("test: cannot write " + file + "; No space left on device", error.getMessage());
    assertSame(full, error.getCause());
    assertEquals(List.of(), left());
  }

  @Test
  void failureLeavesTheExistingFileAndSaysSo() throws IOException {
    Path file = folder.resolve("x");
    Files.writeString(file, "old");
    IOException error =
        assertThrows(
            IOException.class,
            () ->
                FileReplacement.write(
                    "test",
                    file,
                    channel -> {
                      throw new IOException();
                    }));
    assertEquals(
        "test: cannot write " + file + "; IOException; the existing file is unchanged",
        error.getMessage());
    assertEquals("old", Files.readString(file));
    assertEquals(List.of("x"), left());
  }

  @Test
  void errorsOfTheBodyPassThroughAndDeleteTheTemporaryFile() throws IOException {
    ArithmeticException error = new ArithmeticException();
    assertSame(
        error,
        assertThrows(
            ArithmeticException.class,
            () ->
                FileReplacement.write(
                    "test",
                    folder.resolve("x"),
                    channel -> {
                      throw error;
                    })));
    assertEquals(List.of(), left());
  }

  @Test
  void namesLeftBehindByOthersAreSteppedOver() throws IOException {
    String start = ".sparse4j-" + ProcessHandle.current().pid() + "-";
    Path first = folder.resolve("x");
    FileReplacement.write("test", first, channel -> channel.write(ByteBuffer.wrap(new byte[1])));
    for (int i = 0; i < 200; i++) {
      Files.writeString(folder.resolve(start + i + ".tmp"), "not ours");
    }
    FileReplacement.write("test", first, channel -> channel.write(ByteBuffer.wrap(new byte[2])));
    assertEquals(2, Files.size(first));
    assertEquals("not ours", Files.readString(folder.resolve(start + "7.tmp")));
  }

  @Test
  void linkStaysALinkAndItsTargetIsReplaced() throws IOException {
    Path target = Files.writeString(folder.resolve("target"), "old");
    Path link = Files.createSymbolicLink(folder.resolve("link"), target);
    FileReplacement.write("test", link, channel -> channel.write(ByteBuffer.wrap(new byte[5])));
    assertTrue(Files.isSymbolicLink(link));
    assertFalse(Files.isSymbolicLink(target));
    assertEquals(5, Files.size(target));
  }
}
