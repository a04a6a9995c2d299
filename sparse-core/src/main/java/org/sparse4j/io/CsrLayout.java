package org.sparse4j.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.CsrPattern;
import org.sparse4j.format.FloatValues;
import org.sparse4j.mask.Structure;
import org.sparse4j.mask.Unstructured;

/**
 * How a CSR matrix sits in a safetensors file: three tensors and six metadata entries.
 *
 * <p>The layout is described in {@code docs/formats.md}; a change needs a new version number.
 */
final class CsrLayout {

  static final String ROW_POINTERS = ".row_pointers";
  static final String COLUMN_INDICES = ".column_indices";
  static final String VALUES = ".values";

  static final String PREFIX = "sparse4j.";
  static final String FORMAT = ".format";
  static final String VERSION = ".version";
  static final String SHAPE = ".shape";
  static final String NNZ = ".nnz";
  static final String STRUCTURE = ".structure";
  static final String CHECKSUM = ".checksum";

  static final String UNSTRUCTURED = "unstructured";
  private static final String CSR = "csr";
  private static final String FIRST_VERSION = "1";
  private static final String ALGORITHM = "sha256:";

  private static final Pattern SHAPE_TEXT = Pattern.compile("(0|[1-9]\\d{0,9})x(0|[1-9]\\d{0,9})");
  private static final Pattern NM_TEXT = Pattern.compile("([1-9]\\d{0,8}):([1-9]\\d{0,8})");

  private CsrLayout() {}

  /** Returns the tensors of a matrix, by their full names. */
  static Map<String, TensorData> tensors(String name, CsrMatrix matrix) {
    Map<String, TensorData> tensors = new LinkedHashMap<>();
    tensors.put(name + ROW_POINTERS, TensorData.of(matrix.pattern().rowPointers()));
    tensors.put(name + COLUMN_INDICES, TensorData.of(matrix.pattern().columnIndices()));
    tensors.put(name + VALUES, TensorData.of(matrix.floatValues().array()));
    return tensors;
  }

  /** Returns how a rule is spelled in the metadata. */
  static String spell(Structure structure) {
    return structure instanceof Unstructured ? UNSTRUCTURED : structure.toString();
  }

  /** Returns the metadata of a matrix, by full keys. */
  static Map<String, String> metadata(String name, CsrMatrix matrix, String structure) {
    Map<String, String> entries = new LinkedHashMap<>();
    String start = PREFIX + name;
    entries.put(start + FORMAT, CSR);
    entries.put(start + VERSION, FIRST_VERSION);
    entries.put(start + SHAPE, matrix.rows() + "x" + matrix.columns());
    entries.put(start + NNZ, String.valueOf(matrix.nnz()));
    entries.put(start + STRUCTURE, structure);
    entries.put(start + CHECKSUM, checksum(matrix, structure));
    return entries;
  }

  /**
   * Returns SHA-256 of the line {@code csr 1 RxC nnz structure} with its newline and of the bytes
   * of the three tensors as stored.
   *
   * <p>The line is in it because a changed number of columns would otherwise pass; the algorithm is
   * one that every language has in its standard library.
   */
  private static String checksum(CsrMatrix matrix, String structure) {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is in every JDK", e);
    }
    String line =
        String.join(
                " ",
                CSR,
                FIRST_VERSION,
                matrix.rows() + "x" + matrix.columns(),
                String.valueOf(matrix.nnz()),
                structure)
            + "\n";
    digest.update(line.getBytes(StandardCharsets.UTF_8));
    try {
      LittleEndianOutput output = new LittleEndianOutput((ByteBuffer b) -> digest.update(b));
      for (TensorData data : tensors("", matrix).values()) {
        output.write(data);
      }
      output.flush();
    } catch (IOException e) {
      throw new IllegalStateException("a digest does not fail", e);
    }
    return ALGORITHM + HexFormat.of().formatHex(digest.digest());
  }

  /** Tells whether the metadata of a file describe a sparse matrix of that name. */
  static boolean describes(Map<String, String> metadata, String name) {
    return metadata.containsKey(PREFIX + name + FORMAT);
  }

  /** Returns the names of the sparse matrices that the metadata of a file describe, sorted. */
  static List<String> names(Map<String, String> metadata, Map<String, TensorInfo> tensors) {
    return metadata.keySet().stream()
        .filter(key -> key.startsWith(PREFIX) && key.endsWith(FORMAT))
        .filter(key -> key.length() >= PREFIX.length() + FORMAT.length())
        .map(key -> key.substring(PREFIX.length(), key.length() - FORMAT.length()))
        .filter(name -> tensors.containsKey(name + VALUES))
        .sorted()
        .toList();
  }

  /** Reads a matrix and checks all there is to check before anyone sees it. */
  static CsrMatrix read(SafetensorsFile file, String where, String name) throws IOException {
    String what = where + ", matrix " + Malformed.quote(name);
    Map<String, String> metadata = file.metadata();
    requireEntry(what, metadata, name, FORMAT, CSR);
    requireEntry(what, metadata, name, VERSION, FIRST_VERSION);
    String shape = entry(what, metadata, name, SHAPE);
    Matcher sizes = SHAPE_TEXT.matcher(shape);
    if (!sizes.matches() || tooLarge(sizes.group(1)) || tooLarge(sizes.group(2))) {
      String rule = "two sizes of at most " + Integer.MAX_VALUE + " like \"300x784\"";
      throw wrongEntry(what, name, SHAPE, rule, shape);
    }
    int rows = Integer.parseInt(sizes.group(1));
    int columns = Integer.parseInt(sizes.group(2));
    String structure = entry(what, metadata, name, STRUCTURE);

    TensorInfo pointers = tensor(what, file, name + ROW_POINTERS, TensorType.I32);
    TensorInfo indices = tensor(what, file, name + COLUMN_INDICES, TensorType.I32);
    TensorInfo values = tensor(what, file, name + VALUES, TensorType.F32);
    long nnz = values.elements();
    requireLength(what, pointers, rows + 1L, "rows + 1");
    requireLength(what, indices, nnz, "the length of the values");
    requireEntry(what, metadata, name, NNZ, String.valueOf(nnz));

    CsrPattern pattern;
    try {
      pattern =
          CsrPattern.copyOf(rows, columns, file.ints(pointers.name()), file.ints(indices.name()));
    } catch (IllegalArgumentException e) {
      throw new IOException(
          what
              + ", row pointers at offset "
              + pointers.offset()
              + ", column indices at offset "
              + indices.offset()
              + ": "
              + e.getMessage(),
          e);
    }
    CsrMatrix matrix = CsrMatrix.of(pattern, FloatValues.wrap(file.floats(values.name())));
    String wanted = entry(what, metadata, name, CHECKSUM);
    String found = checksum(matrix, structure);
    if (!wanted.equals(found)) {
      throw new IOException(
          what
              + ": expected the checksum "
              + Malformed.quote(wanted)
              + " of the metadata, found \""
              + found
              + "\" for the arrays at offsets "
              + pointers.offset()
              + ", "
              + indices.offset()
              + " and "
              + values.offset());
    }
    requireStructure(what, structure, matrix);
    return matrix;
  }

  private static boolean tooLarge(String size) {
    return Long.parseLong(size) > Integer.MAX_VALUE;
  }

  private static IOException wrongEntry(
      String what, String name, String key, String expected, String found) {
    return new IOException(
        what
            + ": expected "
            + expected
            + " in the metadata under "
            + Malformed.quote(PREFIX + name + key)
            + ", found "
            + Malformed.quote(found));
  }

  private static String entry(String what, Map<String, String> metadata, String name, String key)
      throws IOException {
    String value = metadata.get(PREFIX + name + key);
    if (value == null) {
      throw new IOException(
          what
              + ": expected "
              + Malformed.quote(PREFIX + name + key)
              + " in the metadata, found nothing");
    }
    return value;
  }

  private static void requireEntry(
      String what, Map<String, String> metadata, String name, String key, String wanted)
      throws IOException {
    String found = entry(what, metadata, name, key);
    if (!found.equals(wanted)) {
      throw wrongEntry(what, name, key, Malformed.quote(wanted), found);
    }
  }

  private static TensorInfo tensor(String what, SafetensorsFile file, String name, TensorType type)
      throws IOException {
    if (!file.contains(name)) {
      throw new IOException(
          what + ": expected a tensor " + Malformed.quote(name) + ", found none of that name");
    }
    TensorInfo info = file.info(name);
    if (!info.dtype().equals(type.name()) || info.shape().size() != 1) {
      throw Malformed.at(
          what,
          info.offset(),
          type + " with one dimension for " + Malformed.quote(name),
          info.dtype() + " " + info.shape());
    }
    return info;
  }

  private static void requireLength(String what, TensorInfo info, long wanted, String rule)
      throws IOException {
    if (info.elements() != wanted) {
      throw Malformed.at(
          what,
          info.offset(),
          wanted + " elements (" + rule + ") for " + Malformed.quote(info.name()),
          String.valueOf(info.elements()));
    }
  }

  /**
   * Checks N:M, the rule the metadata can spell; other rules are their owner's to check.
   *
   * <p>Walks the stored positions: a mask takes a bit a position of the full matrix, which a few
   * bytes of metadata could make gigabytes.
   */
  private static void requireStructure(String what, String structure, CsrMatrix matrix)
      throws IOException {
    Matcher rule = NM_TEXT.matcher(structure);
    if (!rule.matches()) {
      return;
    }
    int n = Integer.parseInt(rule.group(1));
    int m = Integer.parseInt(rule.group(2));
    IntBuffer columns = matrix.pattern().columnIndices();
    for (int row = 0; row < matrix.rows(); row++) {
      int group = -1;
      int kept = 0;
      for (int k = matrix.pattern().rowStart(row); k < matrix.pattern().rowStart(row + 1); k++) {
        int here = columns.get(k) / m;
        kept = here == group ? kept + 1 : 1;
        group = here;
        if (kept > n) {
          throw new IOException(
              what
                  + ": expected at most "
                  + n
                  + " values in a group of "
                  + m
                  + ", found more in row "
                  + row
                  + ", group "
                  + group);
        }
      }
    }
  }
}
