package org.sparse4j.io;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.sparse4j.format.Bf16Values;
import org.sparse4j.format.CompressedMatrix;
import org.sparse4j.format.FloatValues;
import org.sparse4j.format.Int8Values;
import org.sparse4j.format.Values;
import org.sparse4j.io.layout.StoredParts;

/** The parts of one matrix in an open file; remembers which were read, for errors. */
final class FileParts implements StoredParts {

  private static final Pattern NATURAL = Pattern.compile("0|[1-9]\\d{0,9}");

  private final MatrixReader reader;
  private final String name;
  private final String what;
  private final int rows;
  private final int columns;
  private final TensorArrays arrays;
  private final List<TensorInfo> used = new ArrayList<>();
  private @Nullable Set<String> matrices;

  FileParts(MatrixReader reader, String name, String what, int rows, int columns) {
    this.reader = reader;
    this.name = name;
    this.what = what;
    this.arrays = new TensorArrays(reader.file(), what);
    this.rows = rows;
    this.columns = columns;
  }

  @Override
  public int rows() {
    return rows;
  }

  @Override
  public int columns() {
    return columns;
  }

  @Override
  public long length(String part) throws IOException {
    return tensor(part).elements();
  }

  @Override
  public int[] ints(String part, long length, String rule) throws IOException {
    return arrays.ints(vector(part, TensorType.I32, length, rule));
  }

  @Override
  public long[] longs(String part, long length, String rule) throws IOException {
    return arrays.longs(vector(part, TensorType.I64, length, rule));
  }

  @Override
  public short[] shorts(String part, long length, String rule) throws IOException {
    return arrays.shorts(vector(part, TensorType.I16, length, rule));
  }

  @Override
  public char[] chars(String part, long length, String rule) throws IOException {
    return arrays.chars(vector(part, TensorType.U16, length, rule));
  }

  @Override
  public byte[] bytes(String part, long length, String rule) throws IOException {
    return arrays.bytes(vector(part, TensorType.U8, length, rule));
  }

  @Override
  public float[] floats(String part, long length, String rule) throws IOException {
    return arrays.floats(vector(part, TensorType.F32, length, rule));
  }

  @Override
  public Values values(String part, long length, String rule) throws IOException {
    return switch (tensor(part).dtype()) {
      case "BF16" -> Bf16Values.wrap(arrays.shorts(vector(part, TensorType.BF16, length, rule)));
      case "I8" -> quantised(part, vector(part, TensorType.I8, length, rule));
      default -> FloatValues.wrap(floats(part, length, rule));
    };
  }

  private Int8Values quantised(String part, TensorInfo codes) throws IOException {
    String scales = part + MatrixContents.SCALES;
    String starts = part + MatrixContents.GROUP_STARTS;
    long groups = tensor(scales).elements();
    return Int8Values.wrap(
        arrays.bytes(codes),
        arrays.floats(vector(scales, TensorType.F32, ANY_LENGTH, "")),
        arrays.ints(vector(starts, TensorType.I32, groups + 1, "number of scales + 1")));
  }

  @Override
  public String entry(String key) throws IOException {
    return reader.entry(what, name, key);
  }

  @Override
  public int number(String key, int least, int most) throws IOException {
    String text = entry(key);
    long number = NATURAL.matcher(text).matches() ? Long.parseLong(text) : -1;
    if (number < least || number > most) {
      throw MatrixReader.wrongEntry(
          what, name, key, "a number from " + least + " to " + most, text);
    }
    return (int) number;
  }

  @Override
  public int choice(String key, String... words) throws IOException {
    String text = entry(key);
    int index = List.of(words).indexOf(text);
    if (index < 0) {
      throw MatrixReader.wrongEntry(what, name, key, "one of " + String.join(", ", words), text);
    }
    return index;
  }

  @Override
  public List<String> matrices() throws IOException {
    return List.copyOf(matrixNames());
  }

  /** Splits the text once: every inner matrix asks for it, and a small file may name thousands. */
  private Set<String> matrixNames() throws IOException {
    Set<String> names = matrices;
    if (names == null) {
      names = new LinkedHashSet<>();
      String text = reader.file().metadata().get(MatrixKeys.key(name, MatrixKeys.PARTS));
      for (String part : text == null ? new String[0] : text.split(",", -1)) {
        if (!names.add(part)) {
          throw MatrixReader.wrongEntry(
              what, name, MatrixKeys.PARTS, "names, each once", String.valueOf(text));
        }
      }
      matrices = names;
    }
    return names;
  }

  @Override
  public CompressedMatrix matrix(String part) throws IOException {
    if (!matrixNames().contains(part)) {
      throw new IOException(
          what
              + ": expected a part "
              + Malformed.quote(part)
              + " in the metadata under "
              + Malformed.quote(MatrixKeys.key(name, MatrixKeys.PARTS))
              + ", found none");
    }
    return reader.inner(what, name + "." + part);
  }

  @Override
  public <M> M matrix(String part, Class<M> type) throws IOException {
    CompressedMatrix matrix = matrix(part);
    if (!type.isInstance(matrix)) {
      throw new IOException(
          what
              + ": expected a "
              + type.getSimpleName()
              + " as part "
              + Malformed.quote(part)
              + ", found "
              + matrix.format());
    }
    return type.cast(matrix);
  }

  /** Returns where the parts that were read lie: {@code , row pointers at offset 17, ...}. */
  String places() {
    return used.stream()
        .map(info ->
            ", "
                + info.name().substring(name.length() + 1).replace('_', ' ')
                + " at offset "
                + info.offset())
        .collect(Collectors.joining());
  }

  /** Returns the offsets of the parts that were read: {@code 17, 35 and 40}. */
  String offsets() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < used.size(); i++) {
      text.append(i == 0 ? "" : i == used.size() - 1 ? " and " : ", ").append(used.get(i).offset());
    }
    return text.toString();
  }

  private TensorInfo tensor(String part) throws IOException {
    String full = name + "." + part;
    if (!reader.file().contains(full)) {
      throw new IOException(
          what + ": expected a tensor " + Malformed.quote(full) + ", found none of that name");
    }
    return reader.file().info(full);
  }

  private TensorInfo vector(String part, TensorType type, long length, String rule)
      throws IOException {
    TensorInfo info = tensor(part);
    if (!info.dtype().equals(type.name()) || info.shape().size() != 1) {
      throw Malformed.at(
          what,
          info.offset(),
          type + " with one dimension for " + Malformed.quote(info.name()),
          info.dtype() + " " + info.shape());
    }
    if (length != ANY_LENGTH && info.elements() != length) {
      throw Malformed.at(
          what,
          info.offset(),
          length + " elements (" + rule + ") for " + Malformed.quote(info.name()),
          String.valueOf(info.elements()));
    }
    used.add(info);
    return info;
  }
}
