package org.sparse4j.io;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.sparse4j.format.CompressedMatrix;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.DenseView;
import org.sparse4j.format.SparseMatrix;
import org.sparse4j.io.layout.MatrixLayout;
import org.sparse4j.memory.Memory;

/**
 * An open safetensors file, mapped into memory.
 *
 * <p>Dense data are read when they are asked for; {@link #view} does not copy at all. Safe to read
 * from several threads. After {@link #close()} every method that reads data and every view fails
 * with an {@link IllegalStateException}; matrices and arrays that were copied out live on.
 */
public final class SafetensorsFile implements AutoCloseable {

  private static final String OPEN = Safetensors.OPEN;
  static final int LONGEST_ARRAY = Integer.MAX_VALUE - 8;
  private static final int LARGEST_SIZE = Integer.MAX_VALUE - 32;

  private final Path path;
  private final Arena arena;
  private final MemorySegment bytes;
  private final Header header;
  private final LayoutTable layouts;

  private SafetensorsFile(
      Path path, Arena arena, MemorySegment bytes, Header header, LayoutTable layouts) {
    this.layouts = layouts;
    this.path = path;
    this.arena = arena;
    this.bytes = bytes;
    this.header = header;
  }

  // The arena is closed by close() of what is returned, or here if nothing is.
  @SuppressWarnings("MustBeClosedChecker")
  static SafetensorsFile open(Path path, LayoutTable layouts) throws IOException {
    if (Files.isDirectory(path)) {
      throw new IOException(where(OPEN, path) + ": is a folder, not a file");
    }
    Arena arena = Arena.ofShared();
    boolean opened = false;
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      SafetensorsFile file =
          of(
              path,
              arena,
              channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena),
              layouts);
      opened = true;
      return file;
    } catch (NoSuchFileException e) {
      throw new IOException(where(OPEN, path) + ": there is no such file", e);
    } finally {
      if (!opened) {
        arena.close();
      }
    }
  }

  /** Reads a file that is in memory already. */
  static SafetensorsFile of(Path path, Arena arena, MemorySegment bytes, LayoutTable layouts)
      throws IOException {
    return new SafetensorsFile(path, arena, bytes, Header.read(where(OPEN, path), bytes), layouts);
  }

  /**
   * Returns the path that was opened.
   *
   * @return the path as it was given
   */
  public Path path() {
    return path;
  }

  /**
   * Returns the names of all tensors, the arrays of matrices among them.
   *
   * @return names in the order of their bytes; immutable
   */
  public List<String> names() {
    return List.copyOf(header.tensors().keySet());
  }

  /**
   * Returns the names under which {@link #matrix} finds a matrix.
   *
   * @return names, sorted, without matrices that are parts of others; immutable
   */
  public List<String> matrixNames() {
    return MatrixKeys.names(header.metadata());
  }

  /**
   * Returns the names under which {@link #sparse} finds a matrix: those of {@link #matrixNames}
   * whose format has positions, or is not known, so that reading it says so.
   *
   * @return names, sorted; immutable
   */
  public List<String> sparseNames() {
    return matrixNames().stream().filter(this::mayBeSparse).toList();
  }

  private boolean mayBeSparse(String name) {
    String format = header.metadata().get(MatrixKeys.key(name, MatrixKeys.FORMAT));
    MatrixLayout<?> layout = format == null ? null : layouts.named(format);
    return layout == null || SparseMatrix.class.isAssignableFrom(layout.type());
  }

  /**
   * Tells whether there is a tensor of that name.
   *
   * @param name name of a tensor
   * @return true if {@link #info} knows it
   */
  public boolean contains(String name) {
    return header.tensors().containsKey(name);
  }

  /**
   * Returns type, shape and byte range of a tensor.
   *
   * @param name name of a tensor
   * @return what the header says
   * @throws IllegalArgumentException if there is no such tensor
   */
  public TensorInfo info(String name) {
    return info("info", name);
  }

  /**
   * Returns the metadata of the file, those of matrices among them.
   *
   * @return texts by key, sorted by key; immutable
   */
  public Map<String, String> metadata() {
    return header.metadata();
  }

  /**
   * Copies a tensor into a dense matrix in automatic memory.
   *
   * @param name name of a tensor with at most two dimensions, of any type but F4, F6 and C64;
   *     numbers that float32 cannot hold are rounded to nearest, booleans become 0 and 1; one
   *     dimension gives a {@code 1 x n} matrix, none a {@code 1 x 1} matrix
   * @return a new matrix, independent of the file
   * @throws IllegalArgumentException if there is no such tensor, or its type or shape is another
   * @throws IOException if the matrix does not fit into memory
   */
  public DenseMatrix dense(String name) throws IOException {
    return dense(name, Memory.auto());
  }

  /**
   * Copies a tensor into a dense matrix.
   *
   * @param name name of a tensor as for {@link #dense(String)}
   * @param memory where to allocate
   * @return a new matrix, independent of the file
   * @throws IllegalArgumentException if there is no such tensor, or its type or shape is another
   * @throws IOException if the matrix does not fit into memory
   */
  public DenseMatrix dense(String name, Memory memory) throws IOException {
    TensorInfo info = info("dense", name);
    TensorType type = readable("dense", info);
    int rows = rows("dense", info);
    int columns = columns("dense", info);
    MemorySegment data = data("dense", info);
    DenseMatrix matrix;
    try {
      matrix = DenseMatrix.zeros(memory, rows, columns);
    } catch (OutOfMemoryError e) {
      throw new IOException(where("dense") + ": " + info + "; " + e.getMessage(), e);
    }
    long bytes = (long) columns * type.bits() / 8;
    for (int i = 0; columns > 0 && i < rows; i++) {
      FloatDecoder.decode(
          type, data, i * bytes, columns, matrix.segment(), 4L * i * matrix.stride());
    }
    return matrix;
  }

  /**
   * Copies the numbers of a tensor of any shape, row by row, as float32.
   *
   * @param name name of a tensor of any type but F4, F6 and C64; numbers that float32 cannot hold
   *     are rounded to nearest, booleans become 0 and 1; {@code info(name).shape()} tells the shape
   * @return a new array of {@code info(name).elements()}
   * @throws IllegalArgumentException if there is no such tensor, or its type is another
   * @throws IOException if the array does not fit into memory
   */
  public float[] toFloats(String name) throws IOException {
    TensorInfo info = info("toFloats", name);
    TensorType type = readable("toFloats", info);
    long elements = info.elements();
    if (elements > LONGEST_ARRAY) {
      throw new IllegalArgumentException(
          where("toFloats")
              + ": shape of "
              + Malformed.quote(name)
              + " is "
              + info.shape()
              + "; an array has at most "
              + LONGEST_ARRAY
              + " elements");
    }
    Heap.require(where("toFloats"), Malformed.quote(name), 4 * elements);
    float[] numbers = new float[(int) elements];
    MemorySegment data = data("toFloats", info);
    FloatDecoder.decode(type, data, 0, elements, MemorySegment.ofArray(numbers), 0);
    return numbers;
  }

  private TensorType readable(String operation, TensorInfo info) {
    TensorType type = TensorType.valueOf(info.dtype());
    if (!FloatDecoder.reads(type)) {
      throw wrongType(operation, info, FloatDecoder.READABLE);
    }
    return type;
  }

  /**
   * Returns an F32 tensor as a read-only operand on the mapped bytes; nothing is copied.
   *
   * @param name name of an F32 tensor with at most two dimensions
   * @return a view that lives until {@link #close()}
   * @throws IllegalArgumentException if there is no such tensor, or its type or shape is another
   * @throws UnsupportedOperationException on a big-endian machine, where only {@link #dense} works
   */
  public DenseView view(String name) {
    TensorInfo info = info("view", name, TensorType.F32);
    if (ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
      throw new UnsupportedOperationException(
          where("view") + ": files are little-endian, this machine is not; use dense(name)");
    }
    int columns = columns("view", info);
    return DenseView.of(data("view", info), rows("view", info), columns, columns, 1);
  }

  /**
   * Returns the packed little-endian bytes of a tensor of any type and shape; nothing is copied.
   *
   * @param name name of a tensor
   * @return read-only bytes without an alignment, as many as {@link #info} says; they live until
   *     {@link #close()}
   * @throws IllegalArgumentException if there is no such tensor
   */
  public MemorySegment segment(String name) {
    return data("segment", info("segment", name)).asReadOnly();
  }

  /**
   * Reads a matrix of any format that has a layout and checks it: positions, lengths, metadata and
   * checksum, its own and those of the matrices inside it.
   *
   * @param name name of the matrix, as {@link #matrixNames} lists it, or {@code name.part} for a
   *     matrix inside another one
   * @return a new matrix, independent of the file
   * @throws IllegalArgumentException if the file does not describe a matrix of that name
   * @throws IOException if what it describes is damaged, or of a format or version without a
   *     layout; the message names what was expected and found
   */
  public CompressedMatrix matrix(String name) throws IOException {
    return matrix("matrix", "matrix", name, this::matrixNames);
  }

  /**
   * Reads a matrix as {@link #matrix} does and tells which tensors and metadata are its own.
   *
   * @param name name of the matrix, as {@link #matrixNames} lists it
   * @return the matrix and the names
   * @throws IllegalArgumentException if the file does not describe a matrix of that name
   * @throws IOException if what it describes is damaged, or of a format or version without a layout
   */
  public MatrixEntry entry(String name) throws IOException {
    CompressedMatrix matrix = matrix("entry", "matrix", name, this::matrixNames);
    MatrixContents contents =
        MatrixContents.of(where("entry"), layouts, matrix, MatrixContents.UNSTRUCTURED);
    Map<String, TensorData> tensors = new LinkedHashMap<>();
    contents.collectTensors(name, tensors);
    Map<String, String> keys = new LinkedHashMap<>();
    contents.collectMetadata(name, keys);
    return new MatrixEntry(name, matrix, List.copyOf(tensors.keySet()), List.copyOf(keys.keySet()));
  }

  /**
   * Reads a sparse matrix and checks it as {@link #matrix} does.
   *
   * @param name name of the matrix, as {@link #sparseNames} lists it
   * @return a new matrix, independent of the file
   * @throws IllegalArgumentException if the file does not describe a sparse matrix of that name
   * @throws IOException if what it describes is damaged or of a version this library does not know;
   *     the message names what was expected and found
   */
  public SparseMatrix sparse(String name) throws IOException {
    CompressedMatrix matrix = matrix("sparse", "sparse matrix", name, this::sparseNames);
    if (matrix instanceof SparseMatrix sparse) {
      return sparse;
    }
    throw new IllegalArgumentException(
        where("sparse")
            + ": "
            + Malformed.quote(name)
            + " is a matrix without positions ("
            + matrix.format()
            + "); use matrix(name)");
  }

  private CompressedMatrix matrix(
      String operation, String kind, String name, Supplier<List<String>> names) throws IOException {
    requireOpen(operation);
    if (!MatrixKeys.describes(metadata(), name)) {
      throw new IllegalArgumentException(
          where(operation)
              + ": there is no "
              + kind
              + " "
              + Malformed.quote(name)
              + "; there are "
              + some(names.get()));
    }
    return new MatrixReader(this, layouts, where(operation)).read(name);
  }

  /**
   * Copies an F32 tensor with one dimension.
   *
   * @param name name of the tensor
   * @return a new array
   * @throws IllegalArgumentException if there is no such tensor, or its type or shape is another
   * @throws IOException if the array does not fit into memory
   */
  public float[] floats(String name) throws IOException {
    MemorySegment data = vector("floats", name, TensorType.F32);
    return data.toArray(TensorArrays.FILE_FLOAT);
  }

  /**
   * Copies an I32 tensor with one dimension.
   *
   * @param name name of the tensor
   * @return a new array
   * @throws IllegalArgumentException if there is no such tensor, or its type or shape is another
   * @throws IOException if the array does not fit into memory
   */
  public int[] ints(String name) throws IOException {
    return vector("ints", name, TensorType.I32).toArray(TensorArrays.FILE_INT);
  }

  /**
   * Copies an I64 tensor with one dimension.
   *
   * @param name name of the tensor
   * @return a new array
   * @throws IllegalArgumentException if there is no such tensor, or its type or shape is another
   * @throws IOException if the array does not fit into memory
   */
  public long[] longs(String name) throws IOException {
    return vector("longs", name, TensorType.I64).toArray(TensorArrays.FILE_LONG);
  }

  /**
   * Copies a U8 tensor with one dimension.
   *
   * @param name name of the tensor
   * @return a new array
   * @throws IllegalArgumentException if there is no such tensor, or its type or shape is another
   * @throws IOException if the array does not fit into memory
   */
  public byte[] bytes(String name) throws IOException {
    return vector("bytes", name, TensorType.U8).toArray(ValueLayout.JAVA_BYTE);
  }

  private MemorySegment vector(String operation, String name, TensorType type) throws IOException {
    TensorInfo info = info(operation, name, type);
    if (info.shape().size() != 1 || info.elements() > LONGEST_ARRAY) {
      throw new IllegalArgumentException(
          where(operation)
              + ": shape of "
              + Malformed.quote(name)
              + " is "
              + info.shape()
              + "; an array has one dimension of at most "
              + LONGEST_ARRAY);
    }
    Heap.require(where(operation), Malformed.quote(name), info.bytes());
    return data(operation, info);
  }

  private TensorInfo info(String operation, String name) {
    TensorInfo info = header.tensors().get(name);
    if (info == null) {
      throw new IllegalArgumentException(
          where(operation)
              + ": there is no tensor "
              + Malformed.quote(name)
              + "; there are "
              + some(names()));
    }
    return info;
  }

  private TensorInfo info(String operation, String name, TensorType type) {
    TensorInfo info = info(operation, name);
    if (!info.dtype().equals(type.name())) {
      throw wrongType(operation, info, type.name());
    }
    return info;
  }

  private IllegalArgumentException wrongType(String operation, TensorInfo info, String types) {
    return new IllegalArgumentException(
        where(operation)
            + ": dtype of "
            + Malformed.quote(info.name())
            + " is "
            + info.dtype()
            + "; "
            + operation
            + " reads "
            + types);
  }

  private int rows(String operation, TensorInfo info) {
    List<Long> shape = info.shape();
    if (shape.size() > 2 || shape.stream().anyMatch(size -> size > LARGEST_SIZE)) {
      throw new IllegalArgumentException(
          where(operation)
              + ": shape of "
              + Malformed.quote(info.name())
              + " is "
              + shape
              + "; a matrix has at most two dimensions of at most "
              + LARGEST_SIZE);
    }
    return shape.size() == 2 ? Math.toIntExact(shape.getFirst()) : 1;
  }

  private int columns(String operation, TensorInfo info) {
    rows(operation, info);
    return info.shape().isEmpty() ? 1 : Math.toIntExact(info.shape().getLast());
  }

  /** Returns the bytes of a tensor, which the header has checked. */
  MemorySegment data(String operation, TensorInfo info) {
    requireOpen(operation);
    return bytes.asSlice(info.offset(), info.bytes());
  }

  private void requireOpen(String operation) {
    if (!arena.scope().isAlive()) {
      throw new IllegalStateException(where(operation) + ": the file was closed");
    }
  }

  private String where(String operation) {
    return where("SafetensorsFile." + operation, path);
  }

  private static String where(String operation, Path path) {
    return operation + ": " + path;
  }

  private static String some(List<String> names) {
    int shown = Math.min(8, names.size());
    return names.size()
        + (shown == 0 ? "" : ": " + String.join(", ", names.subList(0, shown)))
        + (shown < names.size() ? ", ..." : "");
  }

  /** Unmaps the file; a second call does nothing. */
  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }

  /** Returns path, number of tensors and bytes. */
  @Override
  public String toString() {
    return "SafetensorsFile "
        + path
        + " ("
        + header.tensors().size()
        + " tensors, "
        + bytes.byteSize()
        + " bytes)";
  }
}
