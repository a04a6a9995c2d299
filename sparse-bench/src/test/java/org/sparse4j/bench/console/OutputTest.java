package org.sparse4j.bench.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputTest {
  @TempDir private Path folder;

  @Test
  void replacesAFileInOneStepAndLeavesNothingElse() throws IOException {
    Path file = folder.resolve("result.txt");
    Output.write(file, "old");
    Output.write(file, "new");
    assertEquals("new", Files.readString(file));
    assertEquals(List.of(file), files());
  }

  @Test
  void resultsHaveThePermissionsOfAnyNewFile() throws IOException {
    assumeTrue(Files.getFileStore(folder).supportsFileAttributeView("posix"), "no permissions");
    Path file = folder.resolve("report.html");
    Output.write(file, "text");
    Path other = Files.createFile(folder.resolve("other"));
    assertEquals(Files.getPosixFilePermissions(other), Files.getPosixFilePermissions(file));
  }

  @Test
  void needsAName() {
    Path nothing = Path.of("");
    assertEquals(
        "cannot write a file without a name",
        assertThrows(Failure.class, () -> Output.checked(nothing)).getMessage());
    assertThrows(Failure.class, () -> Output.folder(nothing));
  }

  @Test
  void keepsTheOldFileWhenTheDiskIsFull() throws IOException {
    Path file = folder.resolve("result.txt");
    Output.write(file, "old");
    Failure failure =
        assertThrows(
            Failure.class,
            () ->
                Output.write(
                    file,
                    target -> {
                      Files.writeString(target, "ha");
                      throw new IOException("No space left on device");
                    }));
    assertEquals("cannot write " + file + ": disk full", failure.getMessage());
    assertEquals(ExitCode.OUTPUT, failure.exitCode());
    assertEquals("old", Files.readString(file));
    assertEquals(List.of(file), files());
  }

  @Test
  void saysThatADeviceIsFull() {
    Path full = Path.of("/dev/full");
    assumeTrue(Files.exists(full), "there is no device that is always full");
    Failure failure = assertThrows(Failure.class, () -> Output.write(full, "text"));
    assertEquals("cannot write /dev/full: disk full", failure.getMessage());
    assertEquals(ExitCode.OUTPUT, failure.exitCode());
  }

  @Test
  void makesFoldersAndRejectsFilesInTheirPlace() throws IOException {
    assertTrue(Files.isDirectory(Output.folder(folder.resolve("a/b"))));
    Path file = Files.createFile(folder.resolve("file"));
    Failure failure = assertThrows(Failure.class, () -> Output.folder(file));
    assertEquals("cannot write to " + file + ": not a folder", failure.getMessage());
    assertThrows(Failure.class, () -> Output.folder(file.resolve("below")));
  }

  @Test
  void checksTheFolderOfAFileBeforeWorkBegins() {
    Path file = folder.resolve("none/result.json");
    Failure failure = assertThrows(Failure.class, () -> Output.checked(file));
    assertEquals(
        "cannot write " + file + ": no such folder: " + file.getParent(), failure.getMessage());
    assertThrows(Failure.class, () -> Output.checked(folder));
  }

  @Test
  void putsTheSystemsReasonsIntoWords() {
    assertEquals(
        "disk full: f",
        ErrorLine.reason(new FileSystemException("f", null, "No space left on device")));
    assertEquals(
        "no such file or folder: f", ErrorLine.reason(new java.nio.file.NoSuchFileException("f")));
    assertEquals(
        "permission denied: f", ErrorLine.reason(new java.nio.file.AccessDeniedException("f")));
    assertEquals("no message", ErrorLine.reason(new IOException()));
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }
}
