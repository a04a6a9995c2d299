package org.sparse4j.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparse4j.format.CompressedMatrix;
import org.sparse4j.format.DType;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.SparseMatrix;
import org.sparse4j.io.layout.MatrixLayout;
import org.sparse4j.io.layout.StandardLayouts;
import org.sparse4j.testing.Formats;
import org.sparse4j.testing.Samples;

/** The Python program of docs/formats.md on files of every format. */
class PythonReaderTest {

  /** Formats whose positions the program knows. */
  private static final Set<String> SHOWN =
      Set.of("csr", "csc", "coo", "bitmap", "block", "condensed", "n:m");

  @TempDir Path folder;

  @BeforeEach
  void requirePython() throws InterruptedException {
    boolean there;
    try {
      Process process =
          new ProcessBuilder("python3", "-c", "import json, struct, hashlib")
              .redirectErrorStream(true)
              .start();
      there = process.waitFor(60, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      there = false;
    }
    assumeTrue(there, "no python3 here");
  }

  private Path file() {
    return folder.resolve("m.safetensors");
  }

  /** Runs the program of the page and what follows, and returns what it prints, line by line. */
  private List<String> run(String rest) throws Exception {
    String page = Files.readString(Path.of("..", "docs", "formats.md"));
    String program = page.split("```python\n", -1)[1].split("```", -1)[0];
    Path script = folder.resolve("reader.py");
    Files.writeString(script, program + "\n" + rest);
    Process python =
        new ProcessBuilder("python3", script.toString(), file().toString())
            .redirectErrorStream(true)
            .start();
    String printed = new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, python.waitFor(), printed);
    return printed.lines().toList();
  }

  @Test
  void readsEveryFormatThatShowsPositions() throws Exception {
    SafetensorsWriter writer = Safetensors.writer();
    List<SparseMatrix> matrices = new ArrayList<>();
    Set<String> words = new TreeSet<>();
    for (Formats.Entry entry : Formats.all()) {
      for (Samples.Sample sample : Samples.all()) {
        int size = sample.rows() * sample.columns();
        boolean wanted = size == 0 || (size > 40 && size < 100 && sample.density() == 0.5);
        if (wanted && entry.takes(sample.rows(), sample.columns())) {
          SparseMatrix matrix = entry.build(sample.integers(), sample.seed());
          MatrixLayout<?> layout = LayoutTable.of("test").of("test", matrix);
          if (SHOWN.contains(layout.format())) {
            words.add(layout.format());
            for (DType type : List.of(DType.F32, DType.BF16, DType.I8)) {
              writer.add("m" + matrices.size(), entry.to(matrix, type));
              matrices.add(entry.to(matrix, type));
            }
          }
        }
      }
    }
    assertEquals(new TreeSet<>(SHOWN), words);
    writer.write(file());
    List<String> printed =
        run(
            """
            for k in range(%d):
                name = f'm{k}'
                print(intact(name), *(struct.unpack('<i', struct.pack('<f', number))[0]
                    for row in dense(name) for number in row))
            """
                .formatted(matrices.size()));
    for (int k = 0; k < matrices.size(); k++) {
      assertEquals("True" + bits(matrices.get(k)), printed.get(k), matrices.get(k).toString());
    }
  }

  /** Returns the elements as the program prints them. */
  private static String bits(SparseMatrix matrix) {
    DenseMatrix dense = matrix.toDense();
    StringBuilder text = new StringBuilder();
    for (float number : dense.toArray()) {
      text.append(' ').append(Float.floatToRawIntBits(number));
    }
    return text.toString();
  }

  @Test
  void checksTheSumsOfEveryFormat() throws Exception {
    SafetensorsWriter writer = Safetensors.writer();
    Set<String> words = new TreeSet<>();
    int count = 0;
    List<CompressedMatrix> matrices = new ArrayList<>(StructuredFilesTest.matrices().values());
    Formats.all().forEach(entry -> matrices.add(MatrixFilesTest.sample(entry)));
    for (CompressedMatrix matrix : matrices) {
      words.add(LayoutTable.of("test").of("test", matrix).format());
      writer.add("m" + count++, matrix);
    }
    Set<String> all = new TreeSet<>();
    StandardLayouts.all().forEach(layout -> all.add(layout.format()));
    assertEquals(all, words);
    writer.write(file());
    String check = "print(all(intact(f'm{k}') for k in range(%d)))".formatted(count);
    assertEquals(List.of("True"), run(check));
  }

  @Test
  void findsDamage() throws Exception {
    SafetensorsWriter writer = Safetensors.writer();
    CompressedMatrix sum = StructuredFilesTest.matrices().get("sum 7x13");
    byte[] bytes = writer.add("w", sum).toBytes();
    byte[] damaged = bytes.clone();
    damaged[damaged.length - 1] ^= 1;
    Files.write(file(), damaged);
    assertEquals(List.of("False"), run("print(intact('w'))"));
    Files.write(
        file(), Bytes.ofText(Bytes.text(bytes).replace("w.shape\":\"7x13", "w.shape\":\"7x12")));
    assertEquals(List.of("False"), run("print(intact('w'))"));
  }
}
