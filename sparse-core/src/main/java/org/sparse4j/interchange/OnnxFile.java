package org.sparse4j.interchange;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.DenseView;

/**
 * The weights of an ONNX model, without running it: initializers by name, and the nodes that use
 * them.
 *
 * <p>Exporters often drop a weight's name (a layer's becomes {@code onnx::MatMul_123}), but keep
 * the node's, which is the path of the layer: {@link #linearWeights()} lists weights by node. The
 * file is mapped, and numbers are read when they are asked for, each once; {@link #view} does not
 * copy at all. Nodes inside the bodies of If, Loop and Scan are not looked at. Safe to read from
 * several threads.
 *
 * <p>Source: the protobuf definition of ONNX (onnx.proto); external data must lie in the folder of
 * the model.
 */
public final class OnnxFile implements AutoCloseable {

  private static final int LARGEST_SIZE = Integer.MAX_VALUE - 32;

  private final String source;
  private final @Nullable Path folder;
  private final MappedFile file;
  private final OnnxGraph graph;
  private final Map<String, OnnxWeight> weights = new LinkedHashMap<>();
  private final Map<Path, MappedFile> externals = new HashMap<>();

  private OnnxFile(String source, @Nullable Path folder, MappedFile file) throws IOException {
    this.source = source;
    this.folder = folder;
    this.file = file;
    String where = "OnnxFile.open: " + source;
    this.graph = OnnxGraph.read(where, ProtobufReader.of(where, file.bytes()));
    findWeights();
  }

  /**
   * Opens a model and reads its graph; numbers stay in the file.
   *
   * <p>The file must not be shortened or overwritten in place while it is open.
   *
   * @param path the model
   * @return the open file; close it to unmap it
   * @throws IOException if the file cannot be read or is no ONNX model; the message names the
   *     offset, what was expected and what was found
   */
  // Closed by close() of what is returned, or here if nothing is.
  @SuppressWarnings("MustBeClosedChecker")
  public static OnnxFile open(Path path) throws IOException {
    MappedFile file = MappedFile.open("OnnxFile.open: " + path, path);
    boolean opened = false;
    try {
      Path folder = path.toAbsolutePath().getParent();
      OnnxFile model = new OnnxFile(path.toString(), folder, file);
      opened = true;
      return model;
    } finally {
      if (!opened) {
        file.close();
      }
    }
  }

  /**
   * Reads a model from memory, for example one that was a resource; its external data, if any,
   * cannot be read.
   *
   * @param name what messages call it
   * @param bytes the whole model; shared, not to be changed before {@link #close()}
   * @return the open model
   * @throws IOException if it is no ONNX model
   */
  public static OnnxFile of(String name, MemorySegment bytes) throws IOException {
    return new OnnxFile(name, null, MappedFile.of("OnnxFile.of: " + name, bytes));
  }

  /**
   * Lists the tensors that the model carries, constants of the graph among them.
   *
   * @return initializers in the order of the file, dense ones first; immutable
   */
  public List<OnnxInitializer> initializers() {
    Map<String, List<OnnxUse>> uses = new HashMap<>();
    for (OnnxGraph.Node node : graph.nodes()) {
      for (int k = 0; k < node.inputs().size(); k++) {
        uses.computeIfAbsent(node.inputs().get(k), name -> new ArrayList<>())
            .add(new OnnxUse(node.name(), node.operator(), k, node.transposes(k)));
      }
    }
    List<OnnxInitializer> all = new ArrayList<>();
    graph
        .dense()
        .forEach((name, tensor) ->
            all.add(
                new OnnxInitializer(
                    new ArrayInfo(name, tensor.info().dtype(), tensor.dims()),
                    false,
                    uses.getOrDefault(name, List.of()))));
    graph
        .sparse()
        .forEach((name, tensor) ->
            all.add(new OnnxInitializer(tensor.info(), true, uses.getOrDefault(name, List.of()))));
    return List.copyOf(all);
  }

  /**
   * Lists the weights of linear layers: matrices of the model that a MatMul or Gemm node multiplies
   * with something else, directly or behind Identity and Transpose.
   *
   * <p>A Gemm's alpha and beta are not looked at.
   *
   * @return weights in the order of the graph; immutable
   */
  public List<OnnxWeight> linearWeights() {
    return List.copyOf(weights.values());
  }

  private record Matrix(String initializer, boolean flipped) {}

  private void findWeights() {
    Map<String, Matrix> matrices = new HashMap<>();
    graph
        .dense()
        .forEach((name, tensor) -> {
          if (tensor.dims().size() == 2
              && tensor.dims().stream().allMatch(size -> size <= LARGEST_SIZE)) {
            matrices.put(name, new Matrix(name, false));
          }
        });
    for (OnnxGraph.Node node : graph.nodes()) {
      List<String> inputs = node.inputs();
      boolean linear = node.operator().equals("MatMul") || node.operator().equals("Gemm");
      if (linear && inputs.size() >= 2) {
        Matrix left = matrices.get(inputs.get(0));
        Matrix right = matrices.get(inputs.get(1));
        if (right != null && left == null) {
          add(node, right, right.flipped() == node.transposes(1));
        } else if (left != null && right == null) {
          add(node, left, left.flipped() != node.transposes(0));
        }
      } else if (inputs.size() == 1 && node.outputs().size() == 1) {
        Matrix matrix = matrices.get(inputs.getFirst());
        boolean identity = node.operator().equals("Identity");
        boolean transpose = node.operator().equals("Transpose");
        if (matrix != null && (identity || transpose)) {
          boolean flips = transpose && !node.permutation().equals(List.of(0L, 1L));
          matrices.put(
              node.outputs().getFirst(),
              new Matrix(matrix.initializer(), matrix.flipped() != flips));
        }
      }
    }
  }

  private void add(OnnxGraph.Node node, Matrix matrix, boolean transposed) {
    List<Long> dims = tensor(matrix.initializer()).dims();
    int first = Math.toIntExact(dims.get(0));
    int second = Math.toIntExact(dims.get(1));
    weights.putIfAbsent(
        node.name(),
        new OnnxWeight(
            node.name(),
            matrix.initializer(),
            transposed ? second : first,
            transposed ? first : second,
            transposed));
  }

  private OnnxTensor tensor(String name) {
    OnnxTensor tensor = graph.dense().get(name);
    if (tensor == null) {
      throw missing("dense initializer", name, List.copyOf(graph.dense().keySet()));
    }
    return tensor;
  }

  private IllegalArgumentException missing(String what, String name, List<String> names) {
    int shown = Math.min(8, names.size());
    return new IllegalArgumentException(
        "OnnxFile: "
            + source
            + ": there is no "
            + what
            + " "
            + Broken.quote(name)
            + "; there are "
            + names.size()
            + (shown == 0 ? "" : ": ")
            + String.join(", ", names.subList(0, shown).stream().map(Broken::quote).toList())
            + (shown < names.size() ? ", ..." : ""));
  }

  /**
   * Copies the weight of a linear layer as outputs x inputs, whatever way the model stores it.
   *
   * @param node name of the node, as {@link #linearWeights()} lists it
   * @return a new matrix in automatic memory
   * @throws IllegalArgumentException if there is no such weight
   * @throws IOException if the numbers do not fit the shape or into memory
   */
  public DenseMatrix weight(String node) throws IOException {
    OnnxWeight weight = weights.get(node);
    if (weight == null) {
      throw missing("linear weight of a node", node, List.copyOf(weights.keySet()));
    }
    DenseMatrix stored = dense(weight.initializer());
    if (!weight.transposed()) {
      return stored;
    }
    DenseMatrix turned = Dense.zeros("OnnxFile: " + source, weight.outputs(), weight.inputs());
    turned.copyTransposed(stored);
    return turned;
  }

  /**
   * Copies a dense initializer as it is stored.
   *
   * @param name name of an initializer with at most two dimensions; one gives a {@code 1 x n}
   *     matrix, none a {@code 1 x 1} matrix
   * @return a new matrix in automatic memory; other types become float32, rounded to nearest even
   * @throws IllegalArgumentException if there is no such dense initializer
   * @throws IOException if it has more dimensions, no real numbers, numbers that do not fit its
   *     shape, or does not fit into memory
   */
  public DenseMatrix dense(String name) throws IOException {
    OnnxTensor tensor = tensor(name);
    file.bytes();
    int rows = rows(tensor);
    int columns = columns(tensor);
    ElementType type = tensor.numbers();
    MemorySegment packed = tensor.packed(this::external);
    if (packed == null) {
      float[] numbers = tensor.floats(this::external);
      DenseMatrix matrix = Dense.zeros("OnnxFile: " + source, rows, columns);
      for (int i = 0; columns > 0 && i < rows; i++) {
        matrix.setRow(i, numbers, i * columns);
      }
      return matrix;
    }
    DenseMatrix matrix = Dense.zeros("OnnxFile: " + source, rows, columns);
    float[] row = new float[rows == 0 ? 0 : columns];
    for (int i = 0; columns > 0 && i < rows; i++) {
      type.copy(packed, ByteOrder.LITTLE_ENDIAN, (long) i * columns, row, 0, columns);
      matrix.setRow(i, row, 0);
    }
    return matrix;
  }

  /**
   * Returns an F32 initializer as a read-only operand on the mapped bytes; nothing is copied.
   *
   * @param name name of an initializer with at most two dimensions whose numbers are raw or
   *     external
   * @return a view that lives until {@link #close()}
   * @throws IllegalArgumentException if there is no such dense initializer
   * @throws IOException if it has another type, more dimensions, or typed data; {@link #dense}
   *     reads the latter
   * @throws UnsupportedOperationException on a big-endian machine
   */
  public DenseView view(String name) throws IOException {
    OnnxTensor tensor = tensor(name);
    file.bytes();
    MemorySegment packed = tensor.packed(this::external);
    if (tensor.numbers() != ElementType.F32 || packed == null) {
      throw tensor.wrong("F32 numbers as raw bytes", packed == null ? "typed data" : "others");
    }
    if (ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
      throw new UnsupportedOperationException(
          "OnnxFile.view: files are little-endian, this machine is not; use dense(name)");
    }
    int columns = columns(tensor);
    return DenseView.of(packed, rows(tensor), columns, columns, 1);
  }

  /**
   * Copies a dense initializer of any shape.
   *
   * @param name name of an initializer
   * @return its numbers in C order as float32
   * @throws IllegalArgumentException if there is no such dense initializer
   * @throws IOException if it has no real numbers, or they do not fit its shape or into an array
   */
  public float[] floats(String name) throws IOException {
    OnnxTensor tensor = tensor(name);
    file.bytes();
    return tensor.floats(this::external);
  }

  /**
   * Reads a sparse initializer; what is not stored is 0.
   *
   * @param name name of a sparse initializer with one dimension (a row) or two
   * @return a new matrix
   * @throws IllegalArgumentException if there is no such sparse initializer
   * @throws IOException if indices are outside, not ascending, or do not fit the values
   */
  public CsrMatrix sparse(String name) throws IOException {
    OnnxSparse tensor = graph.sparse().get(name);
    if (tensor == null) {
      throw missing("sparse initializer", name, List.copyOf(graph.sparse().keySet()));
    }
    file.bytes();
    return tensor.matrix(this::external);
  }

  private static int rows(OnnxTensor tensor) throws IOException {
    List<Long> dims = tensor.dims();
    if (dims.size() > 2 || dims.stream().anyMatch(size -> size > LARGEST_SIZE)) {
      throw tensor.wrong("at most two dimensions of at most " + LARGEST_SIZE, dims.toString());
    }
    return dims.size() == 2 ? Math.toIntExact(dims.getFirst()) : 1;
  }

  private static int columns(OnnxTensor tensor) throws IOException {
    rows(tensor);
    return tensor.dims().isEmpty() ? 1 : Math.toIntExact(tensor.dims().getLast());
  }

  /** Finds bytes beside the model; a model must not reach other files of the machine. */
  private MemorySegment external(String where, Map<String, String> entries, long wanted)
      throws IOException {
    String location = entries.getOrDefault("location", "");
    if (folder == null) {
      throw Broken.in(where, "numbers inside the model", "external data, but it has no folder");
    }
    Path data;
    try {
      Path relative = Path.of(location);
      data = folder.resolve(relative).normalize();
      boolean inside =
          !location.isEmpty()
              && !relative.isAbsolute()
              && relative.getRoot() == null
              && data.startsWith(folder.normalize())
              && !data.equals(folder.normalize());
      // Links count as where they lead.
      inside = inside && (!Files.exists(data) || data.toRealPath().startsWith(folder.toRealPath()));
      if (!inside) {
        throw Broken.in(where, "external data in the folder of the model", Broken.quote(location));
      }
    } catch (InvalidPathException e) {
      throw Broken.in(where, "a path of external data", Broken.quote(location));
    }
    MemorySegment bytes = open(where, data).bytes();
    long offset = number(where, entries, "offset", 0);
    long length = number(where, entries, "length", wanted);
    if (offset > bytes.byteSize() || length > bytes.byteSize() - offset || length != wanted) {
      throw Broken.in(
          where,
          wanted + " bytes inside the " + bytes.byteSize() + " of " + Broken.quote(location),
          length + " at offset " + offset);
    }
    return bytes.asSlice(offset, length);
  }

  private static long number(String where, Map<String, String> entries, String key, long absent)
      throws IOException {
    String text = entries.get(key);
    if (text == null) {
      return absent;
    }
    if (!text.matches("\\d{1,18}")) {
      throw Broken.in(where, "a number for " + key + " of external data", Broken.quote(text));
    }
    return Long.parseLong(text);
  }

  private MappedFile open(String where, Path data) throws IOException {
    synchronized (externals) {
      MappedFile known = externals.get(data);
      if (known == null) {
        known = MappedFile.open(where + ", external data " + data, data);
        externals.put(data, known);
      }
      return known;
    }
  }

  /** Unmaps the model and its external data; a second call does nothing. */
  @Override
  public void close() {
    synchronized (externals) {
      externals.values().forEach(MappedFile::close);
    }
    file.close();
  }

  /** Returns source and number of initializers. */
  @Override
  public String toString() {
    return "OnnxFile "
        + source
        + " ("
        + (graph.dense().size() + graph.sparse().size())
        + " initializers, "
        + graph.nodes().size()
        + " nodes)";
  }
}
