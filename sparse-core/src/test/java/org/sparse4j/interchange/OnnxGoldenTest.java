package org.sparse4j.interchange;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.DenseView;

/** Models that the onnx package and PyTorch's exporter wrote; {@code onnx.txt} has the numbers. */
class OnnxGoldenTest {

  @TempDir Path folder;

  private static OnnxFile open(String name) throws IOException {
    return OnnxFile.open(Golden.file(name));
  }

  /** Returns the printed lines of one file, by what follows the prefix. */
  private static List<Golden.Printed> lines(String prefix) throws IOException {
    List<Golden.Printed> lines = new ArrayList<>();
    for (Map.Entry<String, Golden.Printed> entry : Golden.printed("onnx.txt").entrySet()) {
      if (entry.getKey().startsWith(prefix)) {
        Golden.Printed line = entry.getValue();
        String name = entry.getKey().substring(prefix.length());
        lines.add(new Golden.Printed(name, line.type(), line.shape(), line.numbers()));
      }
    }
    return lines;
  }

  private static String dtype(String type) {
    return switch (type) {
      case "float" -> "F32";
      case "double" -> "F64";
      case "float16" -> "F16";
      case "bfloat16" -> "BF16";
      case "bool" -> "BOOL";
      default -> (type.startsWith("u") ? "U" : "I") + type.replaceFirst("u?int", "");
    };
  }

  @ParameterizedTest
  @ValueSource(strings = {"tensors.onnx", "external.onnx", "exported.onnx"})
  void readsEveryInitializer(String name) throws IOException {
    List<Golden.Printed> lines = lines(name + ":");
    try (OnnxFile file = open(name)) {
      Map<String, OnnxInitializer> found = new TreeMap<>();
      file.initializers().forEach(tensor -> found.put(tensor.info().name(), tensor));
      assertEquals(
          new TreeSet<>(lines.stream().map(Golden.Printed::name).toList()), found.keySet());
      for (Golden.Printed line : lines) {
        OnnxInitializer tensor = found.get(line.name());
        assertEquals(new ArrayInfo(line.name(), dtype(line.type()), line.shape()), tensor.info());
        assertEquals(line.name().startsWith("sparse."), tensor.sparse());
        if (tensor.sparse()) {
          Golden.assertNumbers(line, file.sparse(line.name()).toDense().toArray());
        } else {
          Golden.assertNumbers(line, file.floats(line.name()));
          if (line.shape().size() <= 2) {
            Golden.assertNumbers(line, file.dense(line.name()).toArray());
          }
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tensors.onnx", "external.onnx", "exported.onnx"})
  void readsEveryWeightAsOutputsByInputs(String name) throws IOException {
    List<Golden.Printed> lines = lines(name + "#");
    try (OnnxFile file = open(name)) {
      assertEquals(
          lines.stream().map(Golden.Printed::name).toList(),
          file.linearWeights().stream().map(OnnxWeight::node).toList());
      for (Golden.Printed line : lines) {
        DenseMatrix weight = file.weight(line.name());
        assertEquals(
            line.shape(), List.of((long) weight.rows(), (long) weight.columns()), line.name());
        Golden.assertNumbers(line, weight.toArray());
      }
    }
  }

  @Test
  void weightsNameTheirTensorsAndOrientation() throws IOException {
    try (OnnxFile file = open("tensors.onnx")) {
      assertEquals(
          List.of(
              new OnnxWeight("/layer.0/query/MatMul", "raw.f32", 4, 3, true),
              new OnnxWeight("/layer.0/Gemm", "typed.f32", 4, 3, true),
              new OnnxWeight("/layer.1/Gemm", "onnx::Gemm_17", 5, 3, false),
              new OnnxWeight("half", "raw.f16", 3, 3, true),
              new OnnxWeight("half typed", "typed.f16", 3, 3, false),
              new OnnxWeight("bf16", "raw.bf16", 3, 3, true),
              new OnnxWeight("bf16 typed", "typed.bf16", 3, 3, false),
              new OnnxWeight("double", "raw.f64", 3, 3, true),
              new OnnxWeight("double typed", "typed.f64", 3, 3, false),
              new OnnxWeight("/chain/MatMul", "chain", 4, 3, false),
              new OnnxWeight("/twice/MatMul", "twice", 2, 3, true),
              new OnnxWeight("/twice/Gemm", "twice", 2, 3, true),
              new OnnxWeight("left MatMul", "left", 2, 3, false),
              new OnnxWeight("left Gemm", "left.turned", 2, 3, true),
              new OnnxWeight("/constant/MatMul", "constant", 2, 3, true),
              new OnnxWeight("output without a node name", "square", 3, 3, true)),
          file.linearWeights());
      OnnxInitializer square =
          file.initializers().stream()
              .filter(tensor -> tensor.info().name().equals("square"))
              .findFirst()
              .orElseThrow();
      assertEquals(
          List.of(
              new OnnxUse("output without a node name", "MatMul", 1, false),
              new OnnxUse("both constant", "MatMul", 0, false),
              new OnnxUse("both constant", "MatMul", 1, false),
              new OnnxUse("sum", "Add", 1, false)),
          square.uses());
    }
  }

  @Test
  void bothKindsOfSparseIndicesKeepExplicitZeros() throws IOException {
    CsrMatrix expected =
        CsrMatrix.copyOf(
            4, 5, new int[] {0, 2, 3, 3, 4}, new int[] {0, 4, 2, 4}, new float[] {1, -2, 0, 4.5f});
    try (OnnxFile file = open("tensors.onnx")) {
      assertEquals(expected, file.sparse("sparse.linear"));
      assertEquals(expected, file.sparse("sparse.coordinates"));
      assertEquals(2, file.sparse("sparse.line").nnz());
      assertEquals(0, file.sparse("sparse.nothing").nnz());
    }
  }

  /** The exporter renames what it folds; by node the weights are those of the PyTorch module. */
  @Test
  void weightsOfAnExportedModuleAreThoseOfTheModule() throws IOException {
    Map<String, Golden.Printed> torch = Golden.printed("onnx.txt");
    try (OnnxFile file = open("exported.onnx")) {
      Golden.assertNumbers(torch.get("torch:embed.weight"), file.weight("/embed/MatMul").toArray());
      Golden.assertNumbers(
          torch.get("torch:hidden.weight"), file.weight("/hidden/MatMul").toArray());
      Golden.assertNumbers(
          torch.get("torch:hidden.weight"), file.weight("/hidden_1/Gemm").toArray());
      Golden.assertNumbers(torch.get("torch:hidden.bias"), file.floats("hidden.bias"));
    }
  }

  @Test
  void externalDataAreMappedAndMustBeThere() throws IOException {
    try (OnnxFile file = open("external.onnx")) {
      DenseView view = file.view("w");
      float[] numbers = new float[12];
      for (int k = 0; k < numbers.length; k++) {
        numbers[k] = view.get(k / 4, k % 4);
      }
      Golden.assertNumbers(lines("external.onnx:").getFirst(), numbers);
    }
    Path lonely = Files.copy(Golden.file("external.onnx"), folder.resolve("external.onnx"));
    try (OnnxFile file = OnnxFile.open(lonely)) {
      assertEquals(3, file.initializers().size());
      assertEquals(
          "OnnxFile.open: "
              + lonely
              + ", tensor \"w\", external data "
              + folder.resolve("external.bin")
              + ": there is no such file",
          assertThrows(IOException.class, () -> file.dense("w")).getMessage());
    }
    byte[] data = Golden.bytes("external.bin");
    assertEquals(106, data.length);
    Files.write(folder.resolve("external.bin"), Arrays.copyOf(data, 60));
    try (OnnxFile file = OnnxFile.open(lonely)) {
      assertArrayEquals(file.floats("w"), file.dense("w").toArray());
      assertEquals(
          "OnnxFile.open: "
              + lonely
              + ", tensor \"h\": expected 18 bytes inside the 60 of \"external.bin\", found 18 at"
              + " offset 48",
          assertThrows(IOException.class, () -> file.floats("h")).getMessage());
    }
  }
}
