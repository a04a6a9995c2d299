package org.sparse4j.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.sparse4j.format.Bf16Values;
import org.sparse4j.format.CompressedMatrix;
import org.sparse4j.format.DType;
import org.sparse4j.format.FloatValues;
import org.sparse4j.format.Int8Values;
import org.sparse4j.format.SparseMatrix;
import org.sparse4j.format.Values;
import org.sparse4j.io.layout.MatrixLayout;
import org.sparse4j.io.layout.MatrixParts;
import org.sparse4j.mask.Structure;
import org.sparse4j.mask.Unstructured;

/** A matrix as the tensors and metadata that are stored; numbers are read when they are needed. */
final class MatrixContents implements MatrixParts {

  static final String UNSTRUCTURED = "unstructured";

  /** Matrices inside matrices, at most; what keeps readers from running out of stack. */
  static final int DEEPEST = 16;

  static final String SCALES = ".scales";
  static final String GROUP_STARTS = ".group_starts";

  private static final String ALGORITHM = "sha256:";
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_]{1,64}");
  private static final Pattern TEXT = Pattern.compile("[!-~]{0,1024}");

  private final String operation;
  private final LayoutTable layouts;
  private final CompressedMatrix matrix;
  private final MatrixLayout<?> layout;
  private final String structure;
  private final int depth;
  private final Map<String, TensorData> tensors = new LinkedHashMap<>();
  private final Map<String, String> entries = new TreeMap<>();
  private final Map<String, MatrixContents> nested = new LinkedHashMap<>();
  private final Set<DType> dtypes = new TreeSet<>();

  private MatrixContents(
      String operation,
      LayoutTable layouts,
      CompressedMatrix matrix,
      MatrixLayout<?> layout,
      String structure,
      int depth) {
    this.operation = operation;
    this.layouts = layouts;
    this.matrix = matrix;
    this.layout = layout;
    this.structure = structure;
    this.depth = depth;
  }

  /**
   * Takes a matrix apart.
   *
   * @throws IllegalArgumentException if nobody knows its layout, or the layout breaks a rule
   */
  static MatrixContents of(
      String operation, LayoutTable layouts, CompressedMatrix matrix, String structure) {
    return of(operation, layouts, matrix, structure, 0);
  }

  private static MatrixContents of(
      String operation, LayoutTable layouts, CompressedMatrix matrix, String structure, int depth) {
    MatrixLayout<?> layout = layouts.of(operation, matrix);
    MatrixContents contents =
        new MatrixContents(operation, layouts, matrix, layout, structure, depth);
    contents.writeBy(layout);
    return contents;
  }

  private <M extends CompressedMatrix> void writeBy(MatrixLayout<M> chosen) {
    chosen.write(chosen.type().cast(matrix), this);
  }

  /** Returns how a rule is spelled in the metadata. */
  static String spell(Structure structure) {
    return structure instanceof Unstructured ? UNSTRUCTURED : structure.toString();
  }

  CompressedMatrix matrix() {
    return matrix;
  }

  @Override
  public MatrixParts ints(String part, IntBuffer numbers) {
    return put(part, TensorData.of(numbers));
  }

  @Override
  public MatrixParts longs(String part, LongBuffer numbers) {
    return put(part, TensorData.of(TensorType.I64, numbers));
  }

  @Override
  public MatrixParts shorts(String part, ShortBuffer numbers) {
    return put(part, TensorData.of(TensorType.I16, numbers));
  }

  @Override
  public MatrixParts chars(String part, CharBuffer numbers) {
    return put(part, TensorData.of(TensorType.U16, numbers));
  }

  @Override
  public MatrixParts bytes(String part, ByteBuffer numbers) {
    return put(part, TensorData.of(TensorType.U8, numbers));
  }

  @Override
  public MatrixParts floats(String part, FloatBuffer numbers) {
    return put(part, TensorData.of(TensorType.F32, numbers));
  }

  @Override
  public MatrixParts values(String part, Values values) {
    dtypes.add(values.dtype());
    switch (values) {
      case FloatValues floats -> put(part, TensorData.of(floats.array()));
      case Bf16Values halves ->
          put(part, TensorData.of(TensorType.BF16, ShortBuffer.wrap(halves.bits())));
      case Int8Values bytes -> {
        put(part, TensorData.of(TensorType.I8, ByteBuffer.wrap(bytes.codes())));
        tensors.put(part + SCALES, TensorData.of(bytes.scales()));
        tensors.put(part + GROUP_STARTS, TensorData.of(bytes.starts()));
      }
      default ->
          throw new IllegalArgumentException(
              operation
                  + ": values of part "
                  + Malformed.quote(part)
                  + " must be FloatValues, Bf16Values or Int8Values, they are "
                  + values.getClass().getName());
    }
    return this;
  }

  @Override
  public MatrixParts entry(String key, String text) {
    requireName("key", key, !MatrixKeys.RESERVED.contains(key));
    if (!TEXT.matcher(text).matches()) {
      throw new IllegalArgumentException(
          operation
              + ": "
              + layout.format()
              + " entry "
              + Malformed.quote(key)
              + " must be at most 1024 characters of printable ASCII without spaces, it is "
              + Malformed.quote(text));
    }
    requireFirst(key, entries.put(key, text) == null);
    return this;
  }

  @Override
  public MatrixParts matrix(String part, CompressedMatrix inner) {
    requireName("part", part, true);
    requireFirst(part, !tensors.containsKey(part) && !nested.containsKey(part));
    if (depth == DEEPEST) {
      throw new IllegalArgumentException(
          operation + ": matrices must be nested at most " + DEEPEST + " deep; " + part + " is");
    }
    nested.put(part, of(operation, layouts, inner, UNSTRUCTURED, depth + 1));
    return this;
  }

  private MatrixContents put(String part, TensorData data) {
    requireName("part", part, true);
    requireFirst(part, !nested.containsKey(part) && tensors.put(part, data) == null);
    return this;
  }

  private void requireName(String what, String name, boolean free) {
    if (!free || !NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          operation
              + ": "
              + what
              + " "
              + Malformed.quote(name)
              + " of format "
              + layout.format()
              + " must be 1 to 64 letters, digits and underscores"
              + (free ? "" : " and not one of " + new TreeSet<>(MatrixKeys.RESERVED)));
    }
  }

  private void requireFirst(String name, boolean first) {
    if (!first) {
      throw new IllegalArgumentException(
          operation
              + ": part "
              + Malformed.quote(name)
              + " of format "
              + layout.format()
              + " was given twice");
    }
  }

  /** Adds the names of this matrix and all inside it, which no tensor may have. */
  void collectNames(String name, Set<String> names) {
    names.add(name);
    nested.forEach((part, inner) -> inner.collectNames(name + "." + part, names));
  }

  /** Adds the tensors, by full names. */
  void collectTensors(String name, Map<String, TensorData> all) {
    tensors.forEach((part, data) -> all.put(name + "." + part, data));
    nested.forEach((part, inner) -> inner.collectTensors(name + "." + part, all));
  }

  /** Adds the metadata, by full keys, and returns the checksum of this matrix. */
  String collectMetadata(String name, Map<String, String> all) {
    Map<String, String> own = entries();
    StringBuilder inner = new StringBuilder();
    nested.forEach((part, contents) ->
        inner.append(contents.collectMetadata(name + "." + part, all)).append('\n'));
    String checksum = checksum(own, inner.toString());
    own.put(MatrixKeys.CHECKSUM, checksum);
    own.forEach((key, value) -> all.put(MatrixKeys.key(name, key), value));
    return checksum;
  }

  /** Returns the entries that the checksum covers, in the order in which it does. */
  private Map<String, String> entries() {
    Map<String, String> own = new LinkedHashMap<>();
    own.put(MatrixKeys.FORMAT, layout.format());
    own.put(MatrixKeys.VERSION, String.valueOf(layout.version()));
    own.put(MatrixKeys.SHAPE, matrix.rows() + "x" + matrix.columns());
    long numbers = matrix instanceof SparseMatrix sparse ? sparse.nnz() : matrix.parameterCount();
    own.put(MatrixKeys.NNZ, String.valueOf(numbers));
    own.put(MatrixKeys.STRUCTURE, structure);
    if (dtypes.stream().anyMatch(dtype -> dtype != DType.F32)) {
      own.put(MatrixKeys.DTYPE, String.join(",", dtypes.stream().map(DType::name).toList()));
    }
    own.putAll(entries);
    if (!nested.isEmpty()) {
      own.put(MatrixKeys.PARTS, String.join(",", nested.keySet()));
    }
    return own;
  }

  /**
   * Returns SHA-256 of a line of text, of the bytes of the tensors as stored and of the checksums
   * of inner matrices.
   *
   * <p>The line is {@code format version RxC nnz structure}, followed by {@code key=value} of all
   * other entries, separated by spaces and ended by a newline. It is in it because a changed number
   * of columns would otherwise pass; the algorithm is one that every language has in its standard
   * library.
   */
  private String checksum(Map<String, String> own, String inner) {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is in every JDK", e);
    }
    StringBuilder line = new StringBuilder();
    own.forEach((key, value) -> {
      boolean bare =
          MatrixKeys.RESERVED.contains(key)
              && !key.equals(MatrixKeys.DTYPE)
              && !key.equals(MatrixKeys.PARTS);
      line.append(line.isEmpty() ? "" : " ").append(bare ? value : key + "=" + value);
    });
    digest.update(line.append('\n').toString().getBytes(StandardCharsets.UTF_8));
    try {
      long bytes = tensors.values().stream().mapToLong(TensorData::bytes).sum();
      LittleEndianOutput output = new LittleEndianOutput(digest::update, bytes);
      for (TensorData data : tensors.values()) {
        output.write(data);
      }
      output.flush();
    } catch (IOException e) {
      throw new IllegalStateException("a digest does not fail", e);
    }
    digest.update(inner.getBytes(StandardCharsets.US_ASCII));
    return ALGORITHM + HexFormat.of().formatHex(digest.digest());
  }
}
