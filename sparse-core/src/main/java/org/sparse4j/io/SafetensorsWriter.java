package org.sparse4j.io;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.sparse4j.format.CompressedMatrix;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.SparseMatrix;
import org.sparse4j.mask.Structure;

/**
 * Collects tensors and metadata and writes them as one safetensors file.
 *
 * <p>Numbers are not copied: they are read when {@link #write} runs and must not change meanwhile.
 * Equal contents give equal bytes, in whatever order they were added. Not safe for several threads.
 */
public final class SafetensorsWriter {

  /** Where the data begin: on a cache line, so that a mapped view of the first tensor is, too. */
  private static final int DATA_ALIGNMENT = 64;

  private static final String OPERATION = "SafetensorsWriter";

  private final Map<String, TensorData> tensors = new HashMap<>();
  private final LayoutTable layouts;
  private final Map<String, MatrixContents> matrices = new TreeMap<>();
  private final Set<String> taken = new HashSet<>();
  private final Map<String, String> metadata = new TreeMap<>();

  private record Named(String name, TensorData data) {}

  /** All that is written. */
  private record Contents(ByteBuffer header, List<Named> tensors) {
    void write(LittleEndianOutput.Sink sink) throws IOException {
      sink.accept(header.duplicate());
      long bytes = 0;
      for (Named tensor : tensors) {
        bytes += tensor.data().bytes();
      }
      LittleEndianOutput output = new LittleEndianOutput(sink, bytes);
      for (Named tensor : tensors) {
        output.write(tensor.data());
      }
      output.flush();
    }
  }

  SafetensorsWriter(LayoutTable layouts) {
    this.layouts = layouts;
  }

  /**
   * Adds a dense matrix as an F32 tensor of shape {@code [rows, columns]}, without its padding.
   *
   * @param name name of the tensor
   * @param matrix the numbers; read when the file is written
   * @return this writer
   * @throws IllegalArgumentException if the name is taken, empty, or not valid Unicode
   */
  public SafetensorsWriter add(String name, DenseMatrix matrix) {
    return put(name, TensorData.of(matrix));
  }

  /**
   * Adds a matrix of any format that has a layout: its arrays as tensors {@code name.PART}, and the
   * metadata that join them.
   *
   * @param name name of the matrix
   * @param matrix positions and numbers; the numbers are read when the file is written
   * @return this writer
   * @throws IllegalArgumentException if a name is taken, empty, or not valid Unicode, or nobody
   *     knows a layout for the matrix
   */
  public SafetensorsWriter add(String name, CompressedMatrix matrix) {
    return add(name, matrix, MatrixContents.UNSTRUCTURED);
  }

  /**
   * Adds a sparse matrix whose positions obey a rule, and records the rule.
   *
   * @param name name of the matrix
   * @param matrix positions and numbers; the numbers are read when the file is written
   * @param structure the rule; stored as {@code structure.toString()}, for example {@code 2:4}, and
   *     checked again by the reader if it is N:M
   * @return this writer
   * @throws IllegalArgumentException if the positions break the rule, a name is taken, empty, or
   *     not valid Unicode, or nobody knows a layout for the matrix
   */
  public SafetensorsWriter add(String name, SparseMatrix matrix, Structure structure) {
    structure.check(matrix.mask());
    return add(name, matrix, MatrixContents.spell(structure));
  }

  private SafetensorsWriter add(String name, CompressedMatrix matrix, String structure) {
    requireFree(name);
    requireUnicode("structure", structure);
    MatrixContents contents = MatrixContents.of(OPERATION, layouts, matrix, structure);
    Map<String, TensorData> parts = new LinkedHashMap<>();
    contents.collectTensors(name, parts);
    parts.keySet().forEach(this::requireFree);
    Set<String> names = new LinkedHashSet<>();
    contents.collectNames(name, names);
    names.forEach(this::requireFree);
    tensors.putAll(parts);
    matrices.put(name, contents);
    taken.addAll(names);
    return this;
  }

  /**
   * Adds an F32 tensor with one dimension.
   *
   * @param name name of the tensor
   * @param values the numbers; read when the file is written
   * @return this writer
   * @throws IllegalArgumentException if the name is taken, empty, or not valid Unicode
   */
  public SafetensorsWriter add(String name, float[] values) {
    return put(name, TensorData.of(values));
  }

  /**
   * Adds an I32 tensor with one dimension.
   *
   * @param name name of the tensor
   * @param values the numbers; read when the file is written
   * @return this writer
   * @throws IllegalArgumentException if the name is taken, empty, or not valid Unicode
   */
  public SafetensorsWriter add(String name, int[] values) {
    return put(name, TensorData.of(values));
  }

  /**
   * Adds an I64 tensor with one dimension.
   *
   * @param name name of the tensor
   * @param values the numbers; read when the file is written
   * @return this writer
   * @throws IllegalArgumentException if the name is taken, empty, or not valid Unicode
   */
  public SafetensorsWriter add(String name, long[] values) {
    return put(name, TensorData.of(values));
  }

  /**
   * Adds a U8 tensor with one dimension.
   *
   * @param name name of the tensor
   * @param values the bytes; read when the file is written
   * @return this writer
   * @throws IllegalArgumentException if the name is taken, empty, or not valid Unicode
   */
  public SafetensorsWriter add(String name, byte[] values) {
    return put(name, TensorData.of(values));
  }

  /**
   * Adds a tensor of any type whose elements take whole bytes, and of any shape.
   *
   * @param name name of the tensor
   * @param dtype element type as the format spells it, for example {@code BF16}
   * @param shape sizes of the dimensions; none for a scalar
   * @param elements packed, row-major, in the machine's byte order; read when the file is written
   * @return this writer
   * @throws IllegalArgumentException if the name is taken, empty, or not valid Unicode, the format
   *     has no such type of whole bytes, or the bytes are not those of the shape
   */
  public SafetensorsWriter add(
      String name, String dtype, List<Long> shape, MemorySegment elements) {
    TensorType type = TensorType.named(dtype);
    if (type == null || type.bits() % 8 != 0) {
      throw new IllegalArgumentException(
          "SafetensorsWriter: "
              + Malformed.quote(dtype)
              + " is no type of whole bytes; the tensor is "
              + Malformed.quote(name));
    }
    long count = elements.byteSize() / (type.bits() / 8);
    if (!multiplyTo(shape, type.bits() / 8, elements.byteSize())) {
      throw new IllegalArgumentException(
          "SafetensorsWriter: shape "
              + shape
              + " of "
              + type
              + " must take the "
              + elements.byteSize()
              + " bytes given for "
              + Malformed.quote(name));
    }
    return put(name, new TensorData(type, List.copyOf(shape), elements, 1, count, count));
  }

  private static boolean multiplyTo(List<Long> shape, int elementBytes, long bytes) {
    long product = elementBytes;
    for (long size : shape) {
      if (size < 0 || Math.multiplyHigh(product, size) != 0) {
        return false;
      }
      product *= size;
    }
    return product == bytes;
  }

  /**
   * Adds a metadata entry; the format knows strings only.
   *
   * @param key key, not used before; keys {@code sparse4j.NAME.format} and the like belong to
   *     matrices
   * @param value the text
   * @return this writer
   * @throws IllegalArgumentException if the key is taken, or a text is not valid Unicode
   */
  public SafetensorsWriter metadata(String key, String value) {
    requireUnicode("metadata key", key);
    requireUnicode("metadata value", value);
    if (metadata.putIfAbsent(key, value) != null) {
      throw new IllegalArgumentException(
          "SafetensorsWriter: metadata key " + Malformed.quote(key) + " was given twice");
    }
    return this;
  }

  private SafetensorsWriter put(String name, TensorData data) {
    requireFree(name);
    tensors.put(name, data);
    return this;
  }

  private void requireFree(String name) {
    requireUnicode("name", name);
    if (name.isEmpty() || name.equals(Header.METADATA)) {
      throw new IllegalArgumentException(
          "SafetensorsWriter: " + Malformed.quote(name) + " cannot be the name of a tensor");
    }
    if (tensors.containsKey(name) || taken.contains(name)) {
      throw new IllegalArgumentException(
          "SafetensorsWriter: name " + Malformed.quote(name) + " was given twice");
    }
  }

  private static void requireUnicode(String what, String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        boolean pair =
            Character.isHighSurrogate(c)
                && i + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(i + 1));
        if (!pair) {
          throw new IllegalArgumentException(
              "SafetensorsWriter: "
                  + what
                  + " "
                  + Malformed.quote(text)
                  + " holds half a surrogate pair at "
                  + i);
        }
        i++;
      }
    }
  }

  /**
   * Writes the file: to a temporary name in the same folder, forced to the device, then moved into
   * place, atomically where the file system can.
   *
   * @param path the file; replaced if it exists
   * @throws IOException if the folder is missing, the device is full or anything else fails; an
   *     existing file is unchanged and the temporary one deleted
   * @throws IllegalStateException if the memory of a dense matrix was closed
   * @throws IllegalArgumentException if there are more tensors or metadata than a reader accepts,
   *     or a metadata key belongs to a matrix
   */
  public void write(Path path) throws IOException {
    Contents contents = contents();
    FileReplacement.write(
        OPERATION, path, channel -> contents.write(bytes -> writeFully(channel, bytes)));
  }

  /** Returns the bytes that {@link #write} would write. */
  byte[] toBytes() throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    contents()
        .write(bytes -> {
          byte[] piece = new byte[bytes.remaining()];
          bytes.get(piece);
          all.write(piece);
        });
    return all.toByteArray();
  }

  private Contents contents() {
    Map<String, String> allMetadata = new TreeMap<>(metadata);
    matrices.forEach((name, contents) -> {
      Map<String, String> own = new LinkedHashMap<>();
      contents.collectMetadata(name, own);
      own.forEach((key, value) -> {
        if (allMetadata.put(key, value) != null) {
          throw new IllegalArgumentException(
              "SafetensorsWriter: metadata key "
                  + Malformed.quote(key)
                  + " belongs to the matrix "
                  + Malformed.quote(name));
        }
      });
    });
    List<Named> ordered = inFileOrder();
    byte[] header = header(allMetadata, ordered);
    requireReadable(header.length, ordered.size(), allMetadata.size());
    return new Contents(ByteBuffer.wrap(header), ordered);
  }

  /** Sorts as the reference writer does: types in falling alignment order, then names as UTF-8. */
  private List<Named> inFileOrder() {
    List<Named> ordered = new ArrayList<>();
    tensors.forEach((name, data) -> ordered.add(new Named(name, data)));
    ordered.sort(
        Comparator.comparing((Named tensor) -> tensor.data().type())
            .reversed()
            .thenComparing(
                tensor -> tensor.name().getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned));
    return ordered;
  }

  private static byte[] header(Map<String, String> metadata, List<Named> tensors) {
    StringBuilder json = new StringBuilder("{");
    if (!metadata.isEmpty()) {
      quote(json, Header.METADATA);
      json.append(":{");
      String separator = "";
      for (Map.Entry<String, String> entry : metadata.entrySet()) {
        json.append(separator);
        quote(json, entry.getKey());
        quote(json.append(':'), entry.getValue());
        separator = ",";
      }
      json.append('}');
    }
    long end = 0;
    for (Named tensor : tensors) {
      if (json.length() > 1) {
        json.append(',');
      }
      quote(json, tensor.name());
      long begin = end;
      end = Math.addExact(end, tensor.data().bytes());
      json.append(":{\"dtype\":\"")
          .append(tensor.data().type())
          .append("\",\"shape\":")
          .append(tensor.data().shape().toString().replace(" ", ""))
          .append(",\"data_offsets\":[")
          .append(begin)
          .append(',')
          .append(end)
          .append("]}");
    }
    byte[] text = json.append('}').toString().getBytes(StandardCharsets.UTF_8);
    int whole = (Long.BYTES + text.length + DATA_ALIGNMENT - 1) & -DATA_ALIGNMENT;
    byte[] header = new byte[whole];
    ByteBuffer buffer = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN);
    buffer.putLong(whole - Long.BYTES).put(text);
    Arrays.fill(header, buffer.position(), whole, (byte) ' ');
    return header;
  }

  private static void quote(StringBuilder json, String text) {
    json.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      int escape = "\"\\\b\f\n\r\t".indexOf(c);
      if (escape >= 0) {
        json.append('\\').append("\"\\bfnrt".charAt(escape));
      } else if (c < 0x20) {
        json.append(String.format("\\u%04x", (int) c));
      } else {
        json.append(c);
      }
    }
    json.append('"');
  }

  private static void requireReadable(long headerBytes, int tensors, int entries) {
    if (headerBytes - Long.BYTES > Header.MOST_BYTES
        || Math.max(tensors, entries) > Header.MOST_ENTRIES) {
      throw new IllegalArgumentException(
          "SafetensorsWriter: a header of "
              + headerBytes
              + " bytes with "
              + tensors
              + " tensors and "
              + entries
              + " metadata entries is too large; readers accept "
              + Header.MOST_BYTES
              + " bytes and "
              + Header.MOST_ENTRIES
              + " of each");
    }
  }

  private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
