package com.example.files;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparse4j.format.Bf16Values;
import org.sparse4j.format.CompressedMatrix;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.SparseMatrix;
import org.sparse4j.io.Safetensors;
import org.sparse4j.io.SafetensorsFile;
import org.sparse4j.io.SafetensorsWriter;
import org.sparse4j.io.layout.MatrixLayout;
import org.sparse4j.io.layout.MatrixParts;
import org.sparse4j.io.layout.StoredParts;
import org.sparse4j.mask.NmStructure;

/** Formats that this library has never heard of, in its files. */
class UserLayoutTest {

  private static final DiagonalLayout DIAGONAL = new DiagonalLayout();
  private static final StackedMatrix.Layout STACKED = new StackedMatrix.Layout();

  @TempDir Path folder;

  private Path path() {
    return folder.resolve("m.safetensors");
  }

  @Test
  void example() throws IOException {
    Path path = path();
    DiagonalMatrix matrix = DiagonalMatrix.of(0, 1, 2, 3);
    MatrixLayout<DiagonalMatrix> diagonal = new DiagonalLayout();
    Safetensors.writer(diagonal).add("scale", matrix).write(path);
    try (SafetensorsFile file = Safetensors.open(path, diagonal)) {
      CompressedMatrix read = file.matrix("scale");
      assertEquals(matrix, read);
    }
  }

  @Test
  void exampleOfThePackageIsTheOneAbove() throws IOException {
    String here =
        Files.readString(
            Path.of("src/test/java", getClass().getName().replace('.', '/') + ".java"));
    String page =
        Files.readString(Path.of("src/main/java/org/sparse4j/io/layout/package-info.java"));
    String example = page.substring(page.indexOf("{@code\n") + 7, page.indexOf(" * }</pre>"));
    assertEquals(5, example.lines().count());
    example
        .lines()
        .forEach(line -> assertTrue(here.contains(line.substring(2).strip() + "\n"), line));
  }

  @Test
  void sparseMatrixOfAnUnknownFormatKeepsItsEntriesAndTypes() throws IOException {
    DiagonalMatrix floats = DiagonalMatrix.of(2, 1, 2, 3);
    DiagonalMatrix halves = new DiagonalMatrix(2, 0, Bf16Values.of(4, 5));
    Safetensors.writer(DIAGONAL)
        .add("f", floats, new NmStructure(1, 2))
        .add("h", halves)
        .write(path());
    try (SafetensorsFile file = Safetensors.open(path(), DIAGONAL)) {
      assertEquals(List.of("f", "h"), file.sparseNames());
      assertEquals(floats, file.sparse("f"));
      assertEquals(halves, file.sparse("h"));
      assertEquals("2", file.metadata().get("sparse4j.f.shift"));
      assertEquals("1:2", file.metadata().get("sparse4j.f.structure"));
      assertEquals("BF16", file.metadata().get("sparse4j.h.dtype"));
    }
  }

  @Test
  void matricesInsideMatricesAreMatricesOfTheirOwn() throws IOException {
    CsrMatrix csr = CsrMatrix.builder(2, 5).add(1, 4, 7).build();
    StackedMatrix inner = new StackedMatrix(List.of(csr), 5);
    StackedMatrix outer =
        new StackedMatrix(List.of(inner, DiagonalMatrix.of(1, 1, 2, 3, 4), csr), 5);
    Safetensors.writer(DIAGONAL, STACKED).add("w", outer).write(path());
    byte[] first = Files.readAllBytes(path());
    try (SafetensorsFile file = Safetensors.open(path(), STACKED, DIAGONAL)) {
      assertEquals(List.of("w"), file.matrixNames());
      assertEquals(List.of(), file.sparseNames());
      CompressedMatrix read = file.matrix("w");
      assertEquals(outer, read);
      assertEquals(csr, file.sparse("w.part0.part0"));
      assertEquals("part0,part1,part2", file.metadata().get("sparse4j.w.parts"));
      assertEquals("9x5", file.metadata().get("sparse4j.w.shape"));
      assertEquals("6", file.metadata().get("sparse4j.w.nnz"));
      assertEquals("3", file.metadata().get("sparse4j.w.version"));
      assertEquals(
          "SafetensorsFile.sparse: "
              + path()
              + ": \"w\" is a matrix without positions (stacked); use matrix(name)",
          assertThrows(IllegalArgumentException.class, () -> file.sparse("w")).getMessage());
      Safetensors.writer(DIAGONAL, STACKED).add("w", read).write(path());
      assertArrayEquals(first, Files.readAllBytes(path()));
    }
  }

  @Test
  void nestingHasAnEnd() {
    CompressedMatrix matrix = CsrMatrix.builder(2, 5).build();
    for (int depth = 0; depth < 16; depth++) {
      matrix = new StackedMatrix(List.of(matrix), 5);
    }
    SafetensorsWriter writer = Safetensors.writer(STACKED).add("w", matrix);
    CompressedMatrix deeper = new StackedMatrix(List.of(matrix), 5);
    assertEquals(
        "SafetensorsWriter: matrices must be nested at most 16 deep; part0 is",
        assertThrows(IllegalArgumentException.class, () -> writer.add("v", deeper)).getMessage());
  }

  @Test
  void withoutTheLayoutEveryErrorSaysWhatIsMissing() throws IOException {
    DiagonalMatrix matrix = DiagonalMatrix.of(0, 1);
    assertEquals(
        "SafetensorsWriter: there is no layout for com.example.files.DiagonalMatrix (diagonal);"
            + " give one to Safetensors.writer or register a service"
            + " org.sparse4j.io.layout.MatrixLayout",
        assertThrows(IllegalArgumentException.class, () -> Safetensors.writer().add("w", matrix))
            .getMessage());
    Safetensors.writer(DIAGONAL).add("w", matrix).write(path());
    try (SafetensorsFile file = Safetensors.open(path())) {
      // Listed, so that reading everything there is does not pass over it in silence.
      assertEquals(List.of("w"), file.sparseNames());
      String message = assertThrows(IOException.class, () -> file.sparse("w")).getMessage();
      assertTrue(
          message.matches(
              ".*: expected a format that has a layout \\(.*csr.*\\) in the metadata under"
                  + " \"sparse4j.w.format\", found \"diagonal\""),
          message);
    }
  }

  @Test
  void twoLayoutsOfAFormatAreRefused() {
    assertEquals(
        "Safetensors.writer: format \"diagonal\" of com.example.files.DiagonalLayout has a layout"
            + " already",
        assertThrows(IllegalArgumentException.class, () -> Safetensors.writer(DIAGONAL, DIAGONAL))
            .getMessage());
    assertEquals(
        "Safetensors.open: format \"csr\" of com.example.files.UserLayoutTest$Careless has a"
            + " layout already",
        assertThrows(
                IllegalArgumentException.class,
                () -> Safetensors.open(path(), new Careless("csr", "part", "text")))
            .getMessage());
    assertEquals(
        "Safetensors.writer: format \"Not a word\" version 1 of"
            + " com.example.files.UserLayoutTest$Careless must be a word of at most 64 lower-case"
            + " letters, digits and : _ + - . with a version of at least 1",
        assertThrows(
                IllegalArgumentException.class,
                () -> Safetensors.writer(new Careless("Not a word", "part", "text")))
            .getMessage());
  }

  /** A layout that takes its names from the test. */
  private record Careless(String format, String part, String text)
      implements MatrixLayout<StackedMatrix> {
    @Override
    public Class<StackedMatrix> type() {
      return StackedMatrix.class;
    }

    @Override
    public void write(StackedMatrix matrix, MatrixParts parts) {
      parts.entry("key", text).values(part, Bf16Values.of(1)).values("values", Bf16Values.of(1));
    }

    @Override
    public StackedMatrix read(StoredParts parts) {
      throw new IllegalStateException("never read");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a.b", "a b", "ä", "a/b"})
  void namesOfPartsArePlain(String part) {
    SafetensorsWriter writer = Safetensors.writer(new Careless("x", part, "text"));
    assertEquals(
        "SafetensorsWriter: part \""
            + part
            + "\" of format x must be 1 to 64 letters, digits and underscores",
        assertThrows(
                IllegalArgumentException.class,
                () -> writer.add("w", new StackedMatrix(List.of(), 0)))
            .getMessage());
  }

  @Test
  void partsAndTextsAreChecked() {
    StackedMatrix matrix = new StackedMatrix(List.of(), 0);
    SafetensorsWriter twice = Safetensors.writer(new Careless("x", "values", "text"));
    assertEquals(
        "SafetensorsWriter: part \"values\" of format x was given twice",
        assertThrows(IllegalArgumentException.class, () -> twice.add("w", matrix)).getMessage());
    SafetensorsWriter spaced = Safetensors.writer(new Careless("x", "part", "two words"));
    assertEquals(
        "SafetensorsWriter: x entry \"key\" must be at most 1024 characters of printable ASCII"
            + " without spaces, it is \"two words\"",
        assertThrows(IllegalArgumentException.class, () -> spaced.add("w", matrix)).getMessage());
  }

  @Test
  void damageIsFoundInAUsersMatrixToo() throws IOException {
    Safetensors.writer(DIAGONAL).add("w", DiagonalMatrix.of(2, 1, 2, 3)).write(path());
    String text = Files.readString(path(), StandardCharsets.ISO_8859_1);
    assertTrue(
        damaged(text, "shift\":\"2", "shift\":\"1")
            .endsWith("expected 4 elements (rows - shift) for \"w.values\", found 3"));
    assertTrue(
        damaged(text, "shift\":\"2", "shift\":\"9")
            .endsWith(
                ": expected a number from 0 to 5 in the metadata under \"sparse4j.w.shift\", found"
                    + " \"9\""));
    assertTrue(
        damaged(text, "w.shift", "w.shitf")
            .endsWith(": expected \"sparse4j.w.shift\" in the metadata, found nothing"));
    assertTrue(
        damaged(text, "w.shape\":\"5x5", "w.shape\":\"5x6")
            .endsWith(
                ": expected \"5x5\" in the metadata under \"sparse4j.w.shape\", found \"5x6\""));
    assertTrue(damaged(text, "\0\0@@", "\0\0A@").contains(": expected the checksum \"sha256:"));
  }

  private String damaged(String text, String from, String to) throws IOException {
    assertTrue(text.contains(from), from);
    Files.writeString(path(), text.replace(from, to), StandardCharsets.ISO_8859_1);
    try (SafetensorsFile file = Safetensors.open(path(), DIAGONAL)) {
      return assertThrows(IOException.class, () -> file.sparse("w")).getMessage();
    }
  }

  /** Loads this package anew, as a jar beside the application would, with a service entry. */
  private static final class Plugin extends URLClassLoader {
    Plugin(Path folder) throws IOException {
      super(new URL[] {folder.toUri().toURL()}, UserLayoutTest.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      synchronized (getClassLoadingLock(name)) {
        if (!name.startsWith(DiagonalLayout.class.getPackageName() + ".")) {
          return super.loadClass(name, resolve);
        }
        Class<?> loaded = findLoadedClass(name);
        return loaded == null ? findClass(name) : loaded;
      }
    }
  }

  @Test
  void servicesAreFoundWithoutBeingNamed() throws Exception {
    Path classes = Files.createDirectories(folder.resolve("com/example/files"));
    for (String name : List.of("DiagonalLayout", "DiagonalMatrix", "DiagonalMatrix$Diagonal")) {
      try (InputStream bytes = UserLayoutTest.class.getResourceAsStream(name + ".class")) {
        Files.write(classes.resolve(name + ".class"), Objects.requireNonNull(bytes).readAllBytes());
      }
    }
    Path services = Files.createDirectories(folder.resolve("META-INF/services"));
    Files.writeString(
        services.resolve(MatrixLayout.class.getName()), DiagonalLayout.class.getName() + "\n");
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try (Plugin plugin = new Plugin(folder)) {
      thread.setContextClassLoader(plugin);
      Class<?> type = plugin.loadClass(DiagonalMatrix.class.getName());
      Object matrix =
          type.getMethod("of", int.class, float[].class).invoke(null, 1, new float[] {1, 2});
      Safetensors.writer().add("w", (CompressedMatrix) matrix).write(path());
      try (SafetensorsFile file = Safetensors.open(path())) {
        SparseMatrix read = file.sparse("w");
        assertEquals(matrix, read);
        assertEquals(type, read.getClass());
      }
    } finally {
      thread.setContextClassLoader(before);
    }
  }
}
