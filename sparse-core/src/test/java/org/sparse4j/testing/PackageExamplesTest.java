package org.sparse4j.testing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.SparseMatrix;
import org.sparse4j.interchange.NpzFile;
import org.sparse4j.interchange.Numpy;
import org.sparse4j.interchange.ScipyLayout;
import org.sparse4j.interchange.ScipySparse;
import org.sparse4j.io.Safetensors;
import org.sparse4j.io.SafetensorsFile;
import org.sparse4j.mask.Mask;
import org.sparse4j.mask.NmStructure;
import org.sparse4j.memory.Memory;
import org.sparse4j.structured.BlockDiagonalMatrix;
import org.sparse4j.structured.LowRankMatrix;
import org.sparse4j.structured.MonarchMatrix;
import org.sparse4j.structured.PermutationMatrix;
import org.sparse4j.structured.ProductMatrix;
import org.sparse4j.structured.SumMatrix;

/** The examples of the package documentation, word for word, compiled and run. */
class PackageExamplesTest {

  private static final Pattern EXAMPLE =
      Pattern.compile("<pre>\\{@code\\R(.*?)\\R \\* \\}</pre>", Pattern.DOTALL);

  @TempDir Path folder;

  @Test
  void memory() {
    DenseMatrix kept;
    try (Memory.Scope scope = Memory.scope()) {
      DenseMatrix x = DenseMatrix.zeros(scope, 784, 128);
      // ... use x on any thread ...
      kept = x;
    } // freed here; a later use of x is an IllegalStateException
    assertThrows(IllegalStateException.class, () -> kept.get(0, 0));
  }

  @Test
  void mask() {
    float[] scores = new float[32];
    Mask mask = Mask.random(300, 784, 23_520, 42); // exactly 23,520 positions
    mask.count(); // 23520
    Mask half = new NmStructure(2, 4).keepLargest(4, 8, scores);
    new NmStructure(2, 4).check(half); // throws where the rule is broken
    assertEquals(23_520, mask.count());
    assertEquals(16, half.count());
  }

  @Test
  void format() {
    DenseMatrix w = DenseMatrix.copyOf(new float[][] {{0, 2, 0}, {1, 0, 3}});
    CsrMatrix a = CsrMatrix.fromDense(w); // keeps what is not 0.0f
    a.nnz(); // 3
    a.pattern().columnIndices().get(0); // 1
    a.floatValues().array()[0] = 4; // values are mutable ...
    a.values().markChanged(); // ... and say so to plans made from them
    assertEquals(3, a.nnz());
    assertEquals(1, a.pattern().columnIndices().get(0));
    assertEquals(4, a.get(0, 1));
  }

  @Test
  void io() throws IOException {
    Path path = folder.resolve("model.safetensors");
    CsrMatrix weight = CsrMatrix.builder(2, 3).add(1, 2, 5).build();
    Safetensors.writer()
        .add("layer.weight", weight) // a CsrMatrix
        .add("layer.bias", new float[] {0.5f, 1})
        .metadata("epoch", "12")
        .write(path);
    try (SafetensorsFile file = Safetensors.open(path)) {
      SparseMatrix read = file.sparse("layer.weight");
      float[] bias = file.floats("layer.bias");
      assertEquals(weight, read);
      assertArrayEquals(new float[] {0.5f, 1}, bias);
    }
  }

  @Test
  void structured() {
    DenseMatrix w = DenseMatrix.zeros(64, 32);
    w.set(3, 5, 2);
    LowRankMatrix near = LowRankMatrix.fromDense(w, 1); // best of rank 1
    near.parameterCount(); // 96
    MonarchMatrix monarch = MonarchMatrix.random(64, 32, 4, 42);
    PermutationMatrix shuffle = PermutationMatrix.transposition(4, 8);
    BlockDiagonalMatrix blocks = BlockDiagonalMatrix.random(64, 32, 4, 42);
    ProductMatrix shuffled = ProductMatrix.of(blocks, shuffle);
    SumMatrix sum = SumMatrix.of(monarch, near, shuffled);
    sum.toDense(); // 64 x 32
    assertEquals(2, near.toDense().get(3, 5), 1e-6f);
    assertEquals(96, near.parameterCount());
    assertEquals(32, sum.toDense().columns());
  }

  @Test
  void interchange() throws IOException {
    Path path = folder.resolve("a.npz");
    CsrMatrix a = CsrMatrix.builder(2, 3).add(0, 2, 3).add(1, 0, 4).build();
    ScipySparse.write(a, ScipyLayout.CSR, path); // scipy.sparse.load_npz reads it
    CsrMatrix b = ScipySparse.read(path);
    ScipySparse.info(path).stored(); // 2
    try (NpzFile arrays = Numpy.open(path)) {
      int[] columns = arrays.read("indices").ints(); // {2, 0}
      assertArrayEquals(new int[] {2, 0}, columns);
    }
    assertEquals(a, b);
    assertEquals(2, ScipySparse.info(path).stored());
  }

  /** Every line of an example must be a line of this file, in the same order. */
  @ParameterizedTest
  @ValueSource(strings = {"memory", "mask", "format", "io", "structured", "interchange"})
  void examplesOfThePackageAreTheOnesAbove(String name) throws IOException {
    String documentation =
        Files.readString(Path.of("src/main/java/org/sparse4j", name, "package-info.java"));
    String here =
        Files.readString(
            Path.of("src/test/java", getClass().getName().replace('.', '/') + ".java"));
    Matcher example = EXAMPLE.matcher(documentation);
    assertTrue(example.find(), "no example");
    int at = here.indexOf("  void " + name + "()");
    for (String line : example.group(1).lines().toList()) {
      String code = line.replaceFirst("^ \\*", "").replaceAll("\\s+//", " //").strip();
      int found = indexOfLine(here, code, at);
      assertTrue(found >= 0, () -> "not compiled here: " + code);
      at = found;
    }
  }

  private static int indexOfLine(String text, String line, int from) {
    Matcher matcher =
        Pattern.compile("^ *" + Pattern.quote(line) + "$", Pattern.MULTILINE).matcher(text);
    return matcher.find(from) ? matcher.start() : -1;
  }
}
