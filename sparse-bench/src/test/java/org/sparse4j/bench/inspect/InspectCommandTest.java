package org.sparse4j.bench.inspect;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparse4j.bench.CommandRun;
import org.sparse4j.bench.console.ExitCode;
import org.sparse4j.bench.data.IdxFiles;
import org.sparse4j.bench.weights.WeightFiles;
import org.sparse4j.format.BlockMatrix;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.NmMatrix;
import org.sparse4j.io.MatrixMarket;
import org.sparse4j.io.Safetensors;
import org.sparse4j.mask.Mask;
import org.sparse4j.mask.NmStructure;
import org.sparse4j.structured.MonarchMatrix;

class InspectCommandTest {
  @TempDir private Path folder;
  private Path model;

  @BeforeEach
  void writeAModel() throws IOException {
    model = folder.resolve("model.safetensors");
    writeModel(model, 784, 30, 30, 10);
  }

  private static void writeModel(Path file, int inputs, int hidden, int next, int classes)
      throws IOException {
    Safetensors.writer()
        .add("0.weight", sparse(hidden, inputs, .1))
        .add("0.bias", new float[hidden])
        .add("2.weight", dense(classes, next))
        .add("2.bias", new float[classes])
        .metadata("made by", "a test\u0007")
        .write(file);
  }

  private static DenseMatrix dense(int rows, int columns) {
    DenseMatrix matrix = DenseMatrix.zeros(rows, columns);
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        matrix.set(i, j, 1 + (i * 7 + j * 3) % 5);
      }
    }
    return matrix;
  }

  private static CsrMatrix sparse(int rows, int columns, double density) {
    Mask mask = Mask.random(rows, columns, Math.round(density * rows * columns), 1);
    return CsrMatrix.fromDense(dense(rows, columns), mask);
  }

  @Test
  void showsMatricesTensorsMetadataAndPattern() {
    CommandRun run = CommandRun.of("inspect", model);
    assertEquals(ExitCode.OK, run.exitCode(), run.err());
    List<String> lines = run.out().lines().toList();
    assertTrue(lines.getFirst().startsWith(model + ": safetensors, "), run.out());
    String squeezed = run.out().replaceAll(" +", " ");
    assertTrue(squeezed.contains("0.weight CSR 30x784 2,352 10 %"), run.out());
    assertTrue(squeezed.contains("2.weight F32 10x30 300 100 %"), run.out());
    assertTrue(squeezed.contains("0.bias F32 [30] 120 B"), run.out());
    assertTrue(run.out().contains("made by: a test?"), run.out());
    assertFalse(run.out().contains("checksum"), run.out());
    assertTrue(run.out().contains("a character is 2 x 13 positions"), run.out());
    assertEquals(15, lines.stream().filter(line -> line.startsWith("|")).count());
    CommandRun brief = CommandRun.of("inspect", model, "--no-pattern");
    assertFalse(brief.out().contains("a character is"), brief.out());
  }

  @Test
  void writesJsonToTheScreenOrToAFile() throws IOException {
    CommandRun screen = CommandRun.of("inspect", model, "--json");
    Path file = folder.resolve("model.json");
    assertEquals(
        ExitCode.OK, CommandRun.of("inspect", model, "--json", file).exitCode(), screen.err());
    assertEquals(screen.out(), Files.readString(file));
    JsonNode first = new ObjectMapper().readTree(screen.out()).get("files").get(0);
    assertEquals("safetensors", first.get("kind").asText());
    assertEquals(2352, first.get("matrices").get(0).get("stored").asLong());
    assertEquals(.1, first.get("matrices").get(0).get("density").asDouble());
    assertEquals("a test\u0007", first.get("metadata").get("made by").asText());
  }

  @Test
  void readsMatrixMarket() throws IOException {
    Path file = folder.resolve("m.mtx.gz");
    MatrixMarket.write(sparse(9, 7, .5), file);
    CommandRun run = CommandRun.of("inspect", file);
    assertEquals(ExitCode.OK, run.exitCode(), run.err());
    assertTrue(run.out().contains("Matrix Market"), run.out());
    String squeezed = run.out().replaceAll(" +", " ");
    assertTrue(squeezed.contains("m CSR 9x7 32 50.79 %"), run.out());
    assertTrue(run.out().contains("'@' is stored"), run.out());
  }

  @Test
  void showsMatricesOfEveryFormat() throws IOException {
    Path file = folder.resolve("formats.safetensors");
    DenseMatrix dense = sparse(32, 48, .5).toDense();
    Safetensors.writer()
        .add("a", BlockMatrix.fromDense(dense, 4, 4))
        .add("b", NmMatrix.fromDense(dense, new NmStructure(2, 4)))
        .add("c", MonarchMatrix.fromDense(dense, 4, 4, 1))
        .add("c.other", new long[] {1, 2})
        .metadata("sparse4j.note", "kept")
        .write(file);
    CommandRun run = CommandRun.of("inspect", file);
    assertEquals(ExitCode.OK, run.exitCode(), run.err());
    String squeezed = run.out().replaceAll(" +", " ");
    assertTrue(squeezed.contains("a block 32x48 "), run.out());
    assertTrue(squeezed.contains("b N:M 32x48 768 50 % "), run.out());
    assertTrue(squeezed.contains("c monarch 32x48 320 20.83 % 1.25 KiB"), run.out());
    assertTrue(squeezed.contains("c.other I64 [2] 16 B"), run.out());
    assertTrue(squeezed.contains("sparse4j.note: kept"), run.out());
    assertFalse(run.out().contains("sparse4j.b.format"), run.out());
    assertFalse(run.out().contains("c.first"), run.out());
  }

  /** A mask of this matrix would take 125 GB. */
  @Test
  void showsMatricesThatAreTooLargeForAMask() throws IOException {
    Path file = folder.resolve("large.mtx");
    Path png = folder.resolve("large.png");
    MatrixMarket.write(CsrMatrix.builder(1_000_000, 1_000_000).add(999_999, 3, 1).build(), file);
    CommandRun run = CommandRun.of("inspect", file, "--picture", png);
    assertEquals(ExitCode.OK, run.exitCode(), run.err());
    assertTrue(run.out().contains("0.0000000001 %"), run.out());
    assertTrue(run.out().contains("a character is 50000 x 15625 positions"), run.out());
    assertTrue(ImageIO.read(png.toFile()).getWidth() <= 2048);
  }

  @Test
  void drawsThePatternAsAPicture() throws IOException {
    Path png = folder.resolve("mask.png");
    CommandRun run = CommandRun.of("inspect", model, "--tensor", "0.weight", "--picture", png);
    assertEquals(ExitCode.OK, run.exitCode(), run.err());
    assertEquals(784, ImageIO.read(png.toFile()).getWidth());
    assertEquals(30, ImageIO.read(png.toFile()).getHeight());
  }

  @Test
  void dropsNothingSilentlyWhenThereIsNothingToDraw() {
    CommandRun run =
        CommandRun.of(
            "inspect", model, "--tensor", "2.weight", "--picture", folder.resolve("p.png"));
    assertEquals(ExitCode.INPUT, run.exitCode());
    assertEquals(
        List.of(
            "sparse4j inspect: "
                + model
                + ": 2.weight stores every value, there is nothing to draw"),
        run.errors());
  }

  @Test
  void classifiesImagesWithANetwork() throws IOException {
    Path data = IdxFiles.set(folder.resolve("data"), 4, 200, 28, 10);
    CommandRun run = CommandRun.of("inspect", model, "--accuracy", "--data", data, "--json");
    assertEquals(ExitCode.OK, run.exitCode(), run.err());
    JsonNode first = new ObjectMapper().readTree(run.out()).get("files").get(0);
    assertEquals(200, first.get("testImages").asInt());
    assertTrue(first.get("testAccuracy").asDouble() <= 1);
  }

  @Test
  void rejectsANetworkWhoseLayersDoNotFitEachOther() throws IOException {
    writeModel(model, 784, 30, 31, 10);
    assertInputError(
        model + ": network: inputs of 2.weight (31) must equal outputs of 0.weight (30)",
        CommandRun.of("inspect", model, "--accuracy"));
  }

  @Test
  void rejectsANetworkThatDoesNotFitTheImages() throws IOException {
    writeModel(model, 783, 30, 30, 10);
    assertInputError(
        model + ": network: inputs of 0.weight (783) must equal pixels of an image (784 = 28x28)",
        CommandRun.of("inspect", model, "--accuracy"));
  }

  @Test
  void rejectsANetworkThatDoesNotFitTheClasses() throws IOException {
    writeModel(model, 784, 30, 30, 9);
    assertInputError(
        model + ": network: outputs of 2.weight (9) must equal classes of the data (10)",
        CommandRun.of("inspect", model, "--accuracy"));
  }

  @Test
  void rejectsABiasThatDoesNotFit() throws IOException {
    Safetensors.writer().add("0.weight", dense(10, 784)).add("0.bias", new float[9]).write(model);
    assertInputError(
        model + ": layer 0.weight: length of the bias (9) must equal rows of the weights (10)",
        CommandRun.of("inspect", model, "--accuracy"));
  }

  @Test
  void rejectsAFileThatIsNoNetwork() throws IOException {
    Safetensors.writer().add("a", dense(2, 2)).write(model);
    CommandRun run = CommandRun.of("inspect", model, "--accuracy");
    assertEquals(ExitCode.INPUT, run.exitCode());
    assertTrue(run.err().contains("holds no tensor named like 0.weight"), run.err());
  }

  @Test
  void rejectsMissingFiles() {
    Path missing = folder.resolve("none.mtx");
    assertInputError(
        "no such file or folder: " + missing, CommandRun.of("inspect", model, missing));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 7, 100})
  void rejectsTruncatedFiles(int length) throws IOException {
    Files.write(model, Arrays.copyOf(Files.readAllBytes(model), length));
    CommandRun run = CommandRun.of("inspect", model);
    assertEquals(ExitCode.INPUT, run.exitCode(), run.out());
    assertEquals(1, run.errors().size(), run.err());
    assertTrue(run.err().contains(model.toString()), run.err());
    assertTrue(run.err().contains("expected"), run.err());
    assertTrue(run.err().contains("found"), run.err());
  }

  @Test
  void rejectsDamagedNumbers() throws IOException {
    byte[] bytes = Files.readAllBytes(model);
    // The last bytes belong to the column indices, whose checksum is in the metadata.
    bytes[bytes.length - 1] ^= 1;
    Files.write(model, bytes);
    CommandRun run = CommandRun.of("inspect", model);
    assertEquals(ExitCode.INPUT, run.exitCode(), run.out());
    assertEquals(1, run.errors().size(), run.err());
    assertTrue(run.err().contains(model.toString()), run.err());
  }

  @Test
  void rejectsOtherKindsOfFiles() throws IOException {
    Path file = Files.writeString(folder.resolve("notes.txt"), "hello");
    assertInputError(
        file + ": unknown kind of file; names end in " + WeightFiles.READS,
        CommandRun.of("inspect", file));
    assertInputError(folder + ": is a folder, not a file", CommandRun.of("inspect", folder));
  }

  @Test
  void rejectsTensorsThatAreNotThere() {
    assertInputError(
        model + ": there is no tensor 1.weight; there are 0.weight, 2.weight, 0.bias, 2.bias",
        CommandRun.of("inspect", model, "--tensor", "1.weight"));
  }

  @Test
  void rejectsOnePictureForSeveralFiles() {
    CommandRun run = CommandRun.of("inspect", model, model, "--picture", folder.resolve("p.png"));
    assertEquals(ExitCode.USAGE, run.exitCode());
    assertEquals(
        List.of("sparse4j inspect: --picture takes one FILE, got 2; see sparse4j inspect --help"),
        run.errors());
  }

  @Test
  void doesNotDrawOverAFileOfWeights() throws IOException {
    byte[] before = Files.readAllBytes(model);
    CommandRun run = CommandRun.of("inspect", model, "--picture", model);
    assertEquals(ExitCode.USAGE, run.exitCode());
    assertEquals(
        List.of(
            "sparse4j inspect: --picture ("
                + model
                + ") must not be a file of weights; see sparse4j inspect --help"),
        run.errors());
    assertArrayEquals(before, Files.readAllBytes(model));
  }

  @Test
  void doesNotWriteJsonOverAFileToInspect() throws IOException {
    byte[] before = Files.readAllBytes(model);
    CommandRun run = CommandRun.of("inspect", "--json", model, model);
    assertEquals(ExitCode.USAGE, run.exitCode());
    assertEquals(
        List.of(
            "sparse4j inspect: --json would write over "
                + model
                + "; give --json after the files; see sparse4j inspect --help"),
        run.errors());
    assertArrayEquals(before, Files.readAllBytes(model));
  }

  @Test
  void rejectsAFileWithoutAName() {
    assertInputError("a file must have a name", CommandRun.of("inspect", ""));
  }

  @Test
  void saysThatTheDiskIsFull() {
    Path full = Path.of("/dev/full");
    assumeTrue(Files.exists(full), "there is no device that is always full");
    CommandRun run = CommandRun.of("inspect", model, "--json", full);
    assertEquals(ExitCode.OUTPUT, run.exitCode());
    assertEquals(List.of("sparse4j inspect: cannot write /dev/full: disk full"), run.errors());
  }

  @Test
  void rejectsAFolderThatDoesNotExistBeforeReadingAnything() {
    Path picture = folder.resolve("none/p.png");
    CommandRun run = CommandRun.of("inspect", model, "--picture", picture);
    assertEquals(ExitCode.OUTPUT, run.exitCode());
    assertEquals(
        List.of(
            "sparse4j inspect: cannot write "
                + picture
                + ": no such folder: "
                + picture.getParent()),
        run.errors());
  }

  @Test
  void needsAFile() {
    CommandRun run = CommandRun.of("inspect");
    assertEquals(ExitCode.USAGE, run.exitCode());
    assertEquals(
        List.of(
            "sparse4j inspect: missing required parameter: 'FILE'; see sparse4j inspect --help"),
        run.errors());
  }

  private static void assertInputError(String message, CommandRun run) {
    assertEquals(List.of("sparse4j inspect: " + message), run.errors());
    assertEquals(ExitCode.INPUT, run.exitCode());
  }
}
