package org.sparse4j.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparse4j.format.BitmapMatrix;
import org.sparse4j.format.BlockMatrix;
import org.sparse4j.format.CompressedMatrix;
import org.sparse4j.format.CooMatrix;
import org.sparse4j.format.CscMatrix;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.DType;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.DenseVector;
import org.sparse4j.format.FloatValues;
import org.sparse4j.format.NmMatrix;
import org.sparse4j.format.SparseMatrix;
import org.sparse4j.interchange.CompressedTensors;
import org.sparse4j.interchange.Dlmc;
import org.sparse4j.interchange.Numpy;
import org.sparse4j.interchange.ScipyLayout;
import org.sparse4j.interchange.ScipySparse;
import org.sparse4j.interchange.TorchElement;
import org.sparse4j.interchange.TorchMetaOrder;
import org.sparse4j.interchange.TorchSemiStructured;
import org.sparse4j.interchange.TorchSparse;
import org.sparse4j.io.MatrixMarket;
import org.sparse4j.io.Safetensors;
import org.sparse4j.io.SafetensorsFile;
import org.sparse4j.io.SafetensorsWriter;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.LinearOperator;
import org.sparse4j.kernels.operation.Operation;
import org.sparse4j.mask.Mask;
import org.sparse4j.structured.BlockDiagonalMatrix;
import org.sparse4j.structured.ButterflyMatrix;
import org.sparse4j.structured.LowRankMatrix;
import org.sparse4j.structured.MonarchMatrix;
import org.sparse4j.structured.PermutationMatrix;
import org.sparse4j.structured.ProductMatrix;
import org.sparse4j.structured.SparsePlusLowRank;
import org.sparse4j.structured.SpqrMatrix;
import org.sparse4j.structured.SpqrSettings;
import org.sparse4j.structured.SumMatrix;
import org.sparse4j.testing.Formats;

/**
 * The table of formats in docs/formats.md: every cell is tried out on a 32x32 matrix, and the page
 * must show what came out. The message of a failure holds the table as it should be.
 */
class FormatTableTest {
  private static final int SIZE = 32;
  private static final String BEGIN = "<!-- table of formats, tested -->\n";
  private static final String END = "<!-- end of table -->";

  @TempDir private Path folder;

  private final Workspace workspace = Workspace.create();

  private static DenseMatrix dense() {
    Random random = new Random(9);
    DenseMatrix dense = DenseMatrix.zeros(SIZE, SIZE);
    for (int i = 0; i < SIZE; i++) {
      for (int j = 0; j < SIZE; j++) {
        dense.set(i, j, random.nextInt(1, 9));
      }
    }
    return dense;
  }

  private static Map<String, CompressedMatrix> matrices() {
    Map<String, CompressedMatrix> matrices = new LinkedHashMap<>();
    for (String name :
        new String[] {
          "CSR",
          "CSC",
          "COO",
          "bitmap",
          "condensed 16",
          "block 4x4",
          "N:M 2:4",
          "V:N:M 8:2:4",
          "n:m:g 2:4:1"
        }) {
      matrices.put(name, Formats.named(name).build(dense(), 1));
    }
    matrices.put("block-diagonal", BlockDiagonalMatrix.random(SIZE, SIZE, 4, 1));
    LowRankMatrix low = LowRankMatrix.random(SIZE, SIZE, 4, 1);
    matrices.put("low-rank", low);
    matrices.put(
        "butterfly", ButterflyMatrix.random(SIZE, SIZE, 1, ButterflyMatrix.Init.ORTHOGONAL, 1));
    matrices.put("monarch", MonarchMatrix.random(SIZE, SIZE, 4, 1));
    PermutationMatrix permutation = PermutationMatrix.transposition(4, SIZE / 4);
    matrices.put("permutation", permutation);
    matrices.put("sum", SumMatrix.of(low, permutation));
    matrices.put("product", ProductMatrix.of(low, permutation));
    CsrMatrix sparse = CsrMatrix.builder(SIZE, SIZE).add(1, 2, 3).build();
    matrices.put("sparse+low-rank", SparsePlusLowRank.of(sparse, low, 1));
    matrices.put("spqr", spqr());
    return matrices;
  }

  private static CompressedMatrix spqr() {
    return SpqrMatrix.encode(
        dense(), SpqrSettings.standard(4), Mask.of(SIZE, SIZE, (i, j) -> i == j));
  }

  @Test
  void everyCellIsWhatThePageSays() throws IOException {
    List<String> lines = new ArrayList<>();
    List<String> headings =
        List.of(
            "format",
            "build",
            "validate",
            "spmv",
            "spmm",
            "transposed",
            "linear",
            "gradient",
            "values",
            "safetensors",
            "SciPy",
            "NumPy",
            "Matrix Market",
            "DLMC",
            "compressed-tensors",
            "PyTorch sparse",
            "PyTorch 2:4",
            "ONNX, GGUF");
    lines.add("| " + String.join(" | ", headings) + " |");
    lines.add("|---".repeat(headings.size()) + "|");
    for (Map.Entry<String, CompressedMatrix> entry : matrices().entrySet()) {
      List<String> cells = new ArrayList<>();
      cells.add("`" + entry.getValue().format() + "`");
      cells.addAll(memory(entry.getValue()));
      cells.addAll(files(entry.getValue()));
      assertEquals(headings.size(), cells.size());
      for (String cell : cells) {
        assertTrue(!cell.isEmpty(), entry.getKey() + " has an empty cell: " + cells);
      }
      lines.add("| " + String.join(" | ", cells) + " |");
    }
    String table = String.join("\n", lines) + "\n";
    String page = Files.readString(page());
    int begin = page.indexOf(BEGIN) + BEGIN.length();
    assertTrue(begin >= BEGIN.length() && page.indexOf(END) >= begin, "the page has no table");
    assertEquals(table, page.substring(begin, page.indexOf(END)));
  }

  private static Path page() {
    Path here = Path.of("").toAbsolutePath();
    Path root = Files.isDirectory(here.resolve("docs")) ? here : here.resolveSibling("");
    return root.resolve("docs").resolve("formats.md");
  }

  /** What a matrix can do in memory, each tried and compared with its dense form. */
  private List<String> memory(CompressedMatrix matrix) {
    matrix.validate();
    List<String> cells = new ArrayList<>(List.of("yes", "yes"));
    DenseMatrix w = matrix.toDense();
    for (Kernels kernels : List.of(Kernels.scalar(), Kernels.best())) {
      LinearOperator operator = kernels.operator(matrix);
      DenseMatrix x = dense();
      DenseMatrix y = DenseMatrix.zeros(SIZE, SIZE);
      if (matrix instanceof SparseMatrix sparse) {
        kernels.spmm(sparse, x, y);
        near(product(w, x), y);
        kernels.spmmTransposed(sparse, x, y);
        near(product(transposed(w), x), y);
        kernels.linear(sparse, x.view(), y);
        near(product(x, transposed(w)), y);
        DenseVector result = DenseVector.zeros(SIZE);
        kernels.spmv(sparse, first(x), result);
        near(column(product(w, x)), result.asRow());
        kernels.plan(Operation.SDDMM, sparse).build();
      } else {
        operator.apply(workspace, x, y);
        near(product(w, x), y);
        operator.applyTransposed(workspace, x, y);
        near(product(transposed(w), x), y);
        operator.linear(workspace, x.view(), y);
        near(product(x, transposed(w)), y);
        DenseVector result = DenseVector.zeros(SIZE);
        operator.apply(workspace, first(x), result);
        near(column(product(w, x)), result.asRow());
      }
      List<FloatValues> gradients = new ArrayList<>();
      operator.parameters().forEach(values -> gradients.add(FloatValues.zeros(values.length())));
      operator.parameterGradient(workspace, x, y, gradients);
    }
    cells.addAll(List.of("yes", "yes", "yes", "yes"));
    boolean trains = !Kernels.best().operator(matrix).parameters().isEmpty();
    cells.add(trains ? "yes" : matrix instanceof PermutationMatrix ? "no numbers" : "frozen");
    cells.add(values(matrix));
    return cells;
  }

  private static String values(CompressedMatrix matrix) {
    if (matrix.parameters().isEmpty()) {
      return matrix instanceof SpqrMatrix ? "codes" : "none";
    }
    String name = matrix.format();
    for (Formats.Entry entry : Formats.all()) {
      if (matrix instanceof SparseMatrix sparse
          && entry.build(dense(), 1).format().equals(name)
          && entry.to(entry.build(dense(), 1), DType.I8).values().dtype() == DType.I8
          && sparse.nnz() > 0) {
        return "F32, BF16, I8";
      }
    }
    return "F32";
  }

  /** Which files take a matrix, each written and read again. */
  private List<String> files(CompressedMatrix matrix) throws IOException {
    List<String> cells = new ArrayList<>();
    Path path = folder.resolve("w.file");
    Safetensors.writer().add("w", matrix).write(path);
    try (SafetensorsFile file = Safetensors.open(path)) {
      assertEquals(matrix, file.matrix("w"));
    }
    cells.add("yes");
    if (!(matrix instanceof SparseMatrix sparse)) {
      CsrMatrix full = CsrMatrix.fromDense(matrix.toDense());
      scipy(full, path);
      cells.add("dense as CSR");
      cells.add(npy(matrix, path));
      MatrixMarket.write(full, path);
      assertEquals(full, MatrixMarket.read(path));
      cells.add("dense as CSR");
      cells.addAll(List.of("no", "no", "no", "no", "from dense"));
      return cells;
    }
    cells.add(scipy(sparse, path));
    cells.add(npy(matrix, path));
    MatrixMarket.write(sparse.toCsr(), path);
    assertEquals(sparse.toCsr(), MatrixMarket.read(path));
    cells.add(sparse instanceof CsrMatrix ? "yes" : "as CSR");
    Dlmc.write(sparse.toCsr().pattern(), path);
    assertEquals(sparse.toCsr().pattern(), Dlmc.read(path));
    cells.add(sparse instanceof CsrMatrix ? "positions" : "as CSR");
    cells.add(compressedTensors(sparse, path));
    cells.add(torch(sparse, path));
    cells.add(semiStructured(sparse));
    cells.add("from dense");
    return cells;
  }

  private static String npy(CompressedMatrix matrix, Path path) throws IOException {
    Numpy.write(matrix.toDense(), path);
    assertTrue(Numpy.read(path).dense().contentEquals(matrix.toDense()));
    return "dense";
  }

  private static String scipy(SparseMatrix sparse, Path path) throws IOException {
    String cell;
    switch (sparse) {
      case CscMatrix csc -> {
        ScipySparse.write(csc, ScipyLayout.CSC, path);
        cell = "csc";
      }
      case CooMatrix coo -> {
        ScipySparse.write(coo, ScipyLayout.COO, path);
        cell = "coo";
      }
      case BlockMatrix block -> {
        ScipySparse.writeBlocks(block, 4, 4, path);
        cell = "bsr";
      }
      default -> {
        ScipySparse.write(sparse, ScipyLayout.CSR, path);
        cell = sparse instanceof CsrMatrix ? "csr" : "as CSR";
      }
    }
    assertEquals(sparse.toCsr(), ScipySparse.read(path));
    return cell;
  }

  private static String compressedTensors(SparseMatrix sparse, Path path) throws IOException {
    SafetensorsWriter writer = Safetensors.writer();
    SparseMatrix written = sparse;
    if (sparse instanceof NmMatrix nm) {
      CompressedTensors.add(writer, "w", nm);
    } else {
      written = sparse instanceof BitmapMatrix ? sparse : BitmapMatrix.fromCsr(sparse.toCsr());
      CompressedTensors.add(writer, "w", (BitmapMatrix) written);
    }
    writer.write(path);
    try (SafetensorsFile file = Safetensors.open(path)) {
      assertEquals(written, CompressedTensors.read(file, "w"));
    }
    return sparse instanceof NmMatrix
        ? "2:4"
        : sparse instanceof BitmapMatrix ? "bitmask" : "as bitmap";
  }

  private static String torch(SparseMatrix sparse, Path path) throws IOException {
    SafetensorsWriter writer = Safetensors.writer();
    SparseMatrix written = sparse;
    String cell = "yes";
    switch (sparse) {
      case CsrMatrix csr -> TorchSparse.add(writer, "w", csr);
      case CscMatrix csc -> TorchSparse.add(writer, "w", csc);
      case BlockMatrix block -> TorchSparse.add(writer, "w", block);
      default -> {
        written = sparse.toCsr();
        TorchSparse.add(writer, "w", sparse.toCsr());
        cell = "as CSR";
      }
    }
    writer.write(path);
    try (SafetensorsFile file = Safetensors.open(path)) {
      assertEquals(written, TorchSparse.read(file, "w"));
    }
    return cell;
  }

  private static String semiStructured(SparseMatrix sparse) {
    try {
      TorchSemiStructured packed =
          TorchSemiStructured.of(sparse, TorchElement.HALF, TorchMetaOrder.NATURAL);
      assertEquals(sparse.toCsr(), packed.toCsr());
      return "yes";
    } catch (IllegalArgumentException e) {
      return "no";
    }
  }

  private static DenseVector first(DenseMatrix x) {
    float[] column = new float[SIZE];
    for (int i = 0; i < SIZE; i++) {
      column[i] = x.get(i, 0);
    }
    return DenseVector.copyOf(column);
  }

  private static double[][] column(double[][] product) {
    double[][] row = new double[1][SIZE];
    for (int i = 0; i < SIZE; i++) {
      row[0][i] = product[i][0];
    }
    return row;
  }

  private static DenseMatrix transposed(DenseMatrix w) {
    DenseMatrix transposed = DenseMatrix.zeros(SIZE, SIZE);
    transposed.copyTransposed(w);
    return transposed;
  }

  private static double[][] product(DenseMatrix a, DenseMatrix b) {
    double[][] c = new double[SIZE][SIZE];
    for (int i = 0; i < SIZE; i++) {
      for (int k = 0; k < SIZE; k++) {
        for (int j = 0; j < SIZE; j++) {
          c[i][j] += (double) a.get(i, k) * b.get(k, j);
        }
      }
    }
    return c;
  }

  private static void near(double[][] wanted, DenseMatrix got) {
    for (int i = 0; i < wanted.length; i++) {
      for (int j = 0; j < wanted[i].length; j++) {
        // Entries are below 2^12 and sums of factors of float32 numbers.
        assertEquals(wanted[i][j], got.get(i, j), 0.01, i + ", " + j);
      }
    }
  }
}
