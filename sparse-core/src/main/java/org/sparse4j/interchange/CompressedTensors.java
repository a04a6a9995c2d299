package org.sparse4j.interchange;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.sparse4j.format.BitmapMatrix;
import org.sparse4j.format.BitmapPattern;
import org.sparse4j.format.NmMatrix;
import org.sparse4j.format.NmPattern;
import org.sparse4j.format.SparseMatrix;
import org.sparse4j.format.Values;
import org.sparse4j.io.SafetensorsFile;
import org.sparse4j.io.SafetensorsWriter;
import org.sparse4j.io.TensorInfo;
import org.sparse4j.mask.NmStructure;

/**
 * Sparse weights as compressed-tensors stores them in safetensors files, for checkpoints that
 * llm-compressor published and vLLM read.
 *
 * <p>A weight of module {@code L} is the tensors {@code L.shape}, {@code L.compressed}, {@code
 * L.bitmask} and, for sparse-bitmask, {@code L.row_offsets}; older writers say {@code L.weight.} in
 * their place. Both are read, the newer is written, and {@code L} or {@code L.weight} names the
 * weight here. The sparse compressors were removed from that project in March 2026: these are
 * layouts of files that exist, not of a tool that goes on.
 *
 * <p>{@code config.json} beside the checkpoint names the format; it is not read or written here.
 */
public final class CompressedTensors {

  private static final NmStructure TWO_OF_FOUR = new NmStructure(2, 4);
  private static final int LARGEST_SIZE = Integer.MAX_VALUE - 16;

  private static final String WEIGHT = ".weight";
  private static final String SHAPE = ".shape";
  private static final String COMPRESSED = ".compressed";
  private static final String BITMASK = ".bitmask";
  private static final String ROW_OFFSETS = ".row_offsets";

  /** Codes of a group's two positions by its four bits, first | second << 2; -1 for other bits. */
  private static final byte[] CODES = new byte[16];

  static {
    Arrays.fill(CODES, (byte) -1);
    for (int first = 0; first < 4; first++) {
      for (int second = first + 1; second < 4; second++) {
        CODES[1 << first | 1 << second] = (byte) (first | second << 2);
      }
    }
  }

  private CompressedTensors() {}

  /**
   * Lists the compressed weights of a checkpoint.
   *
   * @param file an open file
   * @return weights in the order of the file; immutable
   * @throws IOException if the tensors of a weight contradict each other
   */
  public static List<CompressedTensorInfo> list(SafetensorsFile file) throws IOException {
    List<CompressedTensorInfo> all = new ArrayList<>();
    for (String tensor : file.names()) {
      if (tensor.endsWith(COMPRESSED) && tensor.length() > COMPRESSED.length()) {
        String prefix = tensor.substring(0, tensor.length() - COMPRESSED.length());
        if (file.contains(prefix + BITMASK)) {
          all.add(new Reader("CompressedTensors.list", file, prefix).info());
        }
      }
    }
    return List.copyOf(all);
  }

  /**
   * Reads a weight.
   *
   * <p>Values stay BF16 where the file has that type; F16 becomes float32 exactly, F64 is rounded.
   *
   * @param file an open file
   * @param name name of the module, with or without {@code .weight}
   * @return a {@link BitmapMatrix} of a sparse-bitmask, an {@link NmMatrix} (2:4) of a
   *     sparse-24-bitmask
   * @throws IllegalArgumentException if there is no such weight
   * @throws IOException if its tensors contradict each other; the message names the offset
   */
  public static SparseMatrix read(SafetensorsFile file, String name) throws IOException {
    String module = module(name);
    List<String> prefixes = new ArrayList<>();
    for (String prefix : new String[] {module, module + WEIGHT}) {
      if (file.contains(prefix + COMPRESSED)) {
        prefixes.add(prefix);
      }
    }
    String where = "CompressedTensors.read: " + file.path();
    if (prefixes.isEmpty()) {
      throw new IllegalArgumentException(
          where + ": there is no compressed weight " + Broken.quote(name));
    }
    if (prefixes.size() > 1) {
      throw Broken.in(
          where,
          "one of the two spellings for " + Broken.quote(module),
          String.join(" and ", prefixes));
    }
    return new Reader("CompressedTensors.read", file, prefixes.getFirst()).read();
  }

  private static String module(String name) {
    return name.endsWith(WEIGHT) ? name.substring(0, name.length() - WEIGHT.length()) : name;
  }

  /**
   * Adds a weight as sparse-bitmask: every stored position is written, zeros among them too, where
   * the format's own compressor keeps what is not 0.
   *
   * @param writer receives the tensors; the values are read when the file is written
   * @param name name of the module, with or without {@code .weight}, which is not written
   * @param matrix values of type F32 or BF16
   * @throws IllegalArgumentException if a name is taken or the values have another type
   */
  public static void add(SafetensorsWriter writer, String name, BitmapMatrix matrix) {
    String module = module(name);
    BitmapPattern pattern = matrix.pattern();
    int rowBytes = Math.ceilDiv(matrix.columns(), 8);
    byte[] bits = new byte[Math.multiplyExact(matrix.rows(), rowBytes)];
    int words = pattern.wordsPerRow();
    LongBuffer stored = pattern.words();
    for (int row = 0; row < matrix.rows(); row++) {
      for (int b = 0; b < rowBytes; b++) {
        long word = stored.get(row * words + b / 8);
        bits[row * rowBytes + b] = (byte) (word >>> (8 * (b % 8)));
      }
    }
    long[] offsets = new long[matrix.rows()];
    for (int row = 0; row < offsets.length; row++) {
      offsets[row] = pattern.rowStart(row);
    }
    Tensors.add(writer, module + COMPRESSED, matrix.values(), matrix.nnz());
    addBits(writer, module, matrix, bits);
    writer
        .add(module + SHAPE, new long[] {matrix.rows(), matrix.columns()})
        .add(module + ROW_OFFSETS, offsets);
  }

  /**
   * Adds a weight as sparse-24-bitmask.
   *
   * @param writer receives the tensors; the values are read when the file is written
   * @param name name of the module, with or without {@code .weight}, which is not written
   * @param matrix a 2:4 matrix whose columns are a multiple of 4, values of type F32 or BF16
   * @throws IllegalArgumentException if the structure or the columns are others, a name is taken,
   *     or the values have another type
   */
  public static void add(SafetensorsWriter writer, String name, NmMatrix matrix) {
    if (!matrix.pattern().structure().equals(TWO_OF_FOUR) || matrix.columns() % 4 != 0) {
      throw new IllegalArgumentException(
          "CompressedTensors.add: sparse-24-bitmask takes 2:4 and a multiple of 4 columns; "
              + Broken.quote(name)
              + " is "
              + matrix.pattern());
    }
    String module = module(name);
    int rowBytes = Math.ceilDiv(matrix.columns(), 8);
    byte[] bits = new byte[Math.multiplyExact(matrix.rows(), rowBytes)];
    matrix
        .pattern()
        .forEach(
            (index, row, column) -> bits[row * rowBytes + column / 8] |= (byte) (1 << column % 8));
    Tensors.add(
        writer,
        module + COMPRESSED,
        matrix.values(),
        (long) matrix.rows(),
        (long) matrix.columns() / 2);
    addBits(writer, module, matrix, bits);
    writer.add(
        module + SHAPE,
        "I64",
        List.of(2L, 1L),
        MemorySegment.ofArray(new long[] {matrix.rows(), matrix.columns()}));
  }

  private static void addBits(
      SafetensorsWriter writer, String module, SparseMatrix matrix, byte[] bits) {
    writer.add(
        module + BITMASK,
        "U8",
        List.of((long) matrix.rows(), (long) Math.ceilDiv(matrix.columns(), 8)),
        MemorySegment.ofArray(bits));
  }

  /** Reads one weight; the number of dimensions of its values tells the format. */
  private static final class Reader {
    private final String where;
    private final SafetensorsFile file;
    private final String prefix;
    private final TensorInfo compressed;
    private final TensorInfo bitmask;
    private final CompressedTensorsFormat format;
    private final int rows;
    private final int columns;

    Reader(String operation, SafetensorsFile file, String prefix) throws IOException {
      this.where = operation + ": " + file.path() + ", weight " + Broken.quote(module(prefix));
      this.file = file;
      this.prefix = prefix;
      int dimensions = file.info(prefix + COMPRESSED).shape().size();
      if (dimensions < 1 || dimensions > 2) {
        throw Tensors.wrong(
            where,
            file.info(prefix + COMPRESSED),
            "one dimension (sparse-bitmask) or two (sparse-24-bitmask)",
            String.valueOf(dimensions));
      }
      this.format =
          dimensions == 1
              ? CompressedTensorsFormat.SPARSE_BITMASK
              : CompressedTensorsFormat.SPARSE_24_BITMASK;
      this.compressed = Tensors.info(where, file, prefix + COMPRESSED, dimensions);
      TensorInfo shape = Tensors.info(where, file, prefix + SHAPE, dimensions);
      Tensors.requireShape(where, shape, dimensions == 1 ? new Long[] {2L} : new Long[] {2L, 1L});
      int[] sizes = Tensors.indices(where, file, shape, LARGEST_SIZE);
      this.rows = sizes[0];
      this.columns = sizes[1];
      this.bitmask = Tensors.info(where, file, prefix + BITMASK, 2);
      Tensors.requireShape(where, bitmask, (long) rows, (long) Math.ceilDiv(columns, 8));
    }

    CompressedTensorInfo info() {
      return new CompressedTensorInfo(
          module(prefix), format, compressed.dtype(), rows, columns, compressed.elements());
    }

    SparseMatrix read() throws IOException {
      Broken.requireHeap(where, "rows", rows, 16);
      return format == CompressedTensorsFormat.SPARSE_BITMASK ? bitmap() : twoOfFour();
    }

    private BitmapMatrix bitmap() throws IOException {
      byte[] bits = Tensors.bytes(where, file, bitmask);
      int rowBytes = Math.ceilDiv(columns, 8);
      int rowWords = Math.ceilDiv(columns, 64);
      Broken.requireHeap(where, "words of bits", (long) rows * rowWords, 8);
      long[] words = new long[rows * rowWords];
      for (int row = 0; row < rows; row++) {
        for (int b = 0; b < rowBytes; b++) {
          words[row * rowWords + b / 8] |= (bits[row * rowBytes + b] & 0xffL) << (8 * (b % 8));
        }
      }
      BitmapPattern pattern;
      try {
        pattern = BitmapPattern.copyOf(rows, columns, words);
      } catch (IllegalArgumentException e) {
        throw new IOException(
            where + ", bitmask at offset " + bitmask.offset() + ": " + e.getMessage(), e);
      }
      Tensors.requireShape(where, compressed, pattern.nnz());
      if (file.contains(prefix + ROW_OFFSETS)) {
        checkOffsets(pattern);
      }
      return BitmapMatrix.of(pattern, Tensors.values(where, file, compressed));
    }

    private void checkOffsets(BitmapPattern pattern) throws IOException {
      TensorInfo info = Tensors.info(where, file, prefix + ROW_OFFSETS, 1);
      Tensors.requireShape(where, info, (long) rows);
      long[] offsets = Tensors.longs(where, file, info);
      for (int row = 0; row < rows; row++) {
        if (offsets[row] != pattern.rowStart(row)) {
          throw Tensors.wrong(
              where,
              info,
              pattern.rowStart(row) + " at " + row + ", as the bits say,",
              String.valueOf(offsets[row]));
        }
      }
    }

    private NmMatrix twoOfFour() throws IOException {
      if (columns % 4 != 0) {
        throw Broken.in(where, "a multiple of 4 columns", rows + "x" + columns);
      }
      Tensors.requireShape(where, compressed, (long) rows, (long) columns / 2);
      byte[] bits = Tensors.bytes(where, file, bitmask);
      int rowBytes = Math.ceilDiv(columns, 8);
      for (int k = 0; k < bits.length; k++) {
        int low = CODES[bits[k] & 15];
        int high = CODES[bits[k] >> 4 & 15];
        // The upper half of a last byte holds no group where the columns are no multiple of 8.
        boolean half = columns % 8 != 0 && (k + 1) % rowBytes == 0;
        if (low < 0 || (half ? bits[k] >> 4 != 0 : high < 0)) {
          throw Tensors.wrong(
              where,
              bitmask,
              "two bits in every four columns, 0 beyond them,",
              "byte 0x%02x in row %d".formatted(bits[k], k / rowBytes));
        }
        bits[k] = (byte) (half ? low : low | high << 4);
      }
      Values values = Tensors.values(where, file, compressed);
      return NmMatrix.of(NmPattern.copyOf(rows, columns, TWO_OF_FOUR, bits), values);
    }
  }
}
