package org.sparse4j.interchange;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sparse4j.format.DenseMatrix;

/**
 * An open GGUF file, the container of llama.cpp, mapped into memory: metadata, and tensors of the
 * types that are plain numbers or Q8_0.
 *
 * <p>Read are versions 2 and 3, little-endian; tensors of F32, F16, BF16, F64, I8, I16, I32, I64
 * and Q8_0 (32 values that share a scale). Any other type is listed as {@code type n} and refused
 * when its numbers are asked for. GGUF writes dimensions innermost first; shapes here are the other
 * way round, so that a linear weight is outputs x inputs. Safe to read from several threads.
 *
 * <p>Source: the GGUF specification of the ggml project, version 3.
 */
public final class GgufFile implements AutoCloseable {

  private static final int LARGEST_SIZE = Integer.MAX_VALUE - 32;
  private static final int Q8_BLOCK = 32;
  private static final int Q8_BYTES = 34;
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final String source;
  private final MappedFile file;
  private final Map<String, Object> metadata;
  private final Map<String, Tensor> tensors;

  private record Tensor(ArrayInfo info, int type, long start) {}

  private GgufFile(
      String source, MappedFile file, Map<String, Object> metadata, Map<String, Tensor> tensors) {
    this.source = source;
    this.file = file;
    this.metadata = metadata;
    this.tensors = tensors;
  }

  /**
   * Opens a file and reads its metadata and what it says about its tensors.
   *
   * <p>The file must not be shortened or overwritten in place while it is open.
   *
   * @param path the file
   * @return the open file; close it to unmap it
   * @throws IOException if the file cannot be read or breaks the format; the message names the
   *     offset, what was expected and what was found
   */
  // Closed by close() of what is returned, or here if nothing is.
  @SuppressWarnings("MustBeClosedChecker")
  public static GgufFile open(Path path) throws IOException {
    MappedFile file = MappedFile.open("GgufFile.open: " + path, path);
    boolean opened = false;
    try {
      GgufFile gguf = of(path.toString(), file);
      opened = true;
      return gguf;
    } finally {
      if (!opened) {
        file.close();
      }
    }
  }

  static GgufFile of(String source, MappedFile file) throws IOException {
    GgufHeader header = new GgufHeader("GgufFile.open: " + source, file.bytes());
    long tensorCount = header.start();
    Map<String, Object> metadata = header.metadata();
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    List<GgufHeader.Entry> entries = header.tensors(tensorCount);
    long data = header.dataStart();
    for (GgufHeader.Entry entry : entries) {
      List<Long> shape = new ArrayList<>(entry.dims());
      Collections.reverse(shape);
      ArrayInfo info = new ArrayInfo(entry.name(), spelled(entry.type()), shape);
      header.checkRange(entry, data, bytes(entry.type(), entry.elements()));
      tensors.put(entry.name(), new Tensor(info, entry.type(), data + entry.offset()));
    }
    return new GgufFile(source, file, Collections.unmodifiableMap(metadata), tensors);
  }

  private static String spelled(int type) {
    return switch (type) {
      case 0 -> "F32";
      case 1 -> "F16";
      case 8 -> "Q8_0";
      case 24 -> "I8";
      case 25 -> "I16";
      case 26 -> "I32";
      case 27 -> "I64";
      case 28 -> "F64";
      case 30 -> "BF16";
      default -> "type " + type;
    };
  }

  /** Returns the bytes of a tensor, 0 for a type that is not decoded. */
  private static long bytes(int type, long elements) {
    if (type == 8) {
      return elements / Q8_BLOCK * Q8_BYTES;
    }
    ElementType plain = ElementType.named(spelled(type));
    return plain == null ? 0 : Math.multiplyExact(elements, (long) plain.bytes());
  }

  /**
   * Returns the metadata: Long for every integer type, Double for F32 and F64, Boolean, String, and
   * List for arrays.
   *
   * @return values by key in the order of the file; immutable
   */
  public Map<String, Object> metadata() {
    return metadata;
  }

  /**
   * Lists the tensors.
   *
   * @return names, types and shapes in the order of the file; immutable
   */
  public List<ArrayInfo> tensors() {
    return tensors.values().stream().map(Tensor::info).toList();
  }

  /**
   * Copies a tensor into a dense matrix in automatic memory; Q8_0 values become {@code scale * q}.
   *
   * @param name name of a tensor with at most two dimensions; one gives a {@code 1 x n} matrix
   * @return a new matrix, independent of the file
   * @throws IllegalArgumentException if there is no such tensor
   * @throws IOException if its type is not decoded, it has more dimensions, or does not fit into
   *     memory
   */
  public DenseMatrix dense(String name) throws IOException {
    Tensor tensor = tensor(name);
    List<Long> shape = tensor.info().shape();
    if (shape.size() > 2 || shape.stream().anyMatch(size -> size > LARGEST_SIZE)) {
      throw Broken.in(
          where(name), "at most two dimensions of at most " + LARGEST_SIZE, shape.toString());
    }
    int rows = shape.size() == 2 ? Math.toIntExact(shape.getFirst()) : 1;
    int columns = shape.isEmpty() ? 1 : Math.toIntExact(shape.getLast());
    requireSupported(tensor);
    DenseMatrix matrix = Dense.zeros(where(name), rows, columns);
    float[] row = new float[rows == 0 ? 0 : columns];
    for (int i = 0; columns > 0 && i < rows; i++) {
      copy(tensor, (long) i * columns, row);
      matrix.setRow(i, row, 0);
    }
    return matrix;
  }

  /**
   * Copies a tensor of any shape.
   *
   * @param name name of a tensor
   * @return its numbers in C order as float32
   * @throws IllegalArgumentException if there is no such tensor
   * @throws IOException if its type is not decoded or it does not fit into an array
   */
  public float[] floats(String name) throws IOException {
    Tensor tensor = tensor(name);
    requireSupported(tensor);
    Broken.requireHeap(where(name), "floats", tensor.info().elements(), 4);
    float[] numbers = new float[(int) tensor.info().elements()];
    copy(tensor, 0, numbers);
    return numbers;
  }

  private void requireSupported(Tensor tensor) throws IOException {
    if (tensor.type() != 8 && ElementType.named(tensor.info().dtype()) == null) {
      throw new IOException(where(tensor.info().name()) + ": unsupported " + tensor.info().dtype());
    }
  }

  /** Copies from an element on; of Q8_0 a multiple of 32. */
  private void copy(Tensor tensor, long first, float[] target) {
    MemorySegment data =
        file.bytes().asSlice(tensor.start(), bytes(tensor.type(), tensor.info().elements()));
    if (tensor.type() != 8) {
      ElementType.valueOf(tensor.info().dtype())
          .copy(data, ByteOrder.LITTLE_ENDIAN, first, target, 0, target.length);
      return;
    }
    for (int k = 0; k < target.length; k += Q8_BLOCK) {
      long block = (first + k) / Q8_BLOCK * Q8_BYTES;
      float scale = Float.float16ToFloat(data.get(SHORT, block));
      for (int j = 0; j < Q8_BLOCK; j++) {
        target[k + j] = scale * data.get(ValueLayout.JAVA_BYTE, block + 2 + j);
      }
    }
  }

  private Tensor tensor(String name) {
    file.bytes();
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      List<String> names = List.copyOf(tensors.keySet());
      int shown = Math.min(8, names.size());
      throw new IllegalArgumentException(
          "GgufFile: "
              + source
              + ": there is no tensor "
              + Broken.quote(name)
              + "; there are "
              + names.size()
              + (shown == 0 ? "" : ": ")
              + String.join(", ", names.subList(0, shown).stream().map(Broken::quote).toList())
              + (shown < names.size() ? ", ..." : ""));
    }
    return tensor;
  }

  private String where(String name) {
    return "GgufFile: " + source + ", tensor " + Broken.quote(name);
  }

  /** Unmaps the file; a second call does nothing. */
  @Override
  public void close() {
    file.close();
  }

  /** Returns source and number of tensors. */
  @Override
  public String toString() {
    return "GgufFile " + source + " (" + tensors.size() + " tensors)";
  }
}
