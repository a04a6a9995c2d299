package org.sparse4j.io;

import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sparse4j.format.CompressedMatrix;
import org.sparse4j.format.SparseMatrix;
import org.sparse4j.io.layout.MatrixLayout;

/** Reads one matrix of a file and all inside it, and checks all there is to check. */
final class MatrixReader {

  private static final Pattern SHAPE_TEXT = Pattern.compile("(0|[1-9]\\d{0,9})x(0|[1-9]\\d{0,9})");

  private final SafetensorsFile file;
  private final LayoutTable layouts;
  private final String where;
  private int depth;

  MatrixReader(SafetensorsFile file, LayoutTable layouts, String where) {
    this.file = file;
    this.layouts = layouts;
    this.where = where;
  }

  SafetensorsFile file() {
    return file;
  }

  /** Reads a matrix inside another one. */
  CompressedMatrix inner(String what, String name) throws IOException {
    if (depth == MatrixContents.DEEPEST) {
      throw new IOException(
          what
              + ": expected matrices nested at most "
              + MatrixContents.DEEPEST
              + " deep, found "
              + Malformed.quote(name)
              + " inside");
    }
    depth++;
    try {
      return read(name);
    } finally {
      depth--;
    }
  }

  /** Reads a matrix and checks it before anyone sees it. */
  CompressedMatrix read(String name) throws IOException {
    String what = where + ", matrix " + Malformed.quote(name);
    String format = entry(what, name, MatrixKeys.FORMAT);
    MatrixLayout<?> layout = layouts.named(format);
    if (layout == null) {
      throw wrongEntry(
          what,
          name,
          MatrixKeys.FORMAT,
          "a format that has a layout (" + layouts.words() + ")",
          format);
    }
    requireEntry(what, name, MatrixKeys.VERSION, String.valueOf(layout.version()));
    String shape = entry(what, name, MatrixKeys.SHAPE);
    Matcher sizes = SHAPE_TEXT.matcher(shape);
    if (!sizes.matches() || tooLarge(sizes.group(1)) || tooLarge(sizes.group(2))) {
      String rule = "two sizes of at most " + Integer.MAX_VALUE + " like \"300x784\"";
      throw wrongEntry(what, name, MatrixKeys.SHAPE, rule, shape);
    }
    int rows = Integer.parseInt(sizes.group(1));
    int columns = Integer.parseInt(sizes.group(2));
    String structure = entry(what, name, MatrixKeys.STRUCTURE);
    FileParts parts = new FileParts(this, name, what, rows, columns);
    CompressedMatrix matrix = read(layout, parts, what);
    requireSame(what, name, MatrixContents.of(what, layouts, matrix, structure), parts);
    if (matrix instanceof SparseMatrix sparse) {
      StructureCheck.require(what, structure, sparse);
    }
    return matrix;
  }

  private static CompressedMatrix read(MatrixLayout<?> layout, FileParts parts, String what)
      throws IOException {
    try {
      return layout.read(parts);
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new IOException(what + parts.places() + ": " + e.getMessage(), e);
    }
  }

  /** Compares what the matrix would be written as with what is there. */
  private void requireSame(String what, String name, MatrixContents contents, FileParts parts)
      throws IOException {
    Map<String, String> all = new TreeMap<>();
    String checksum = contents.collectMetadata(name, all);
    String checksumKey = MatrixKeys.key(name, MatrixKeys.CHECKSUM);
    for (Map.Entry<String, String> wanted : all.entrySet()) {
      String key = wanted.getKey().substring(MatrixKeys.PREFIX.length() + name.length() + 1);
      if (!wanted.getKey().equals(checksumKey)) {
        requireEntry(what, name, key, wanted.getValue());
      }
    }
    for (String key : new String[] {MatrixKeys.DTYPE, MatrixKeys.PARTS}) {
      String full = MatrixKeys.key(name, key);
      String found = file.metadata().get(full);
      if (found != null && !all.containsKey(full)) {
        throw wrongEntry(what, name, key, "nothing", found);
      }
    }
    String claimed = entry(what, name, MatrixKeys.CHECKSUM);
    if (!claimed.equals(checksum)) {
      throw new IOException(
          what
              + ": expected the checksum "
              + Malformed.quote(claimed)
              + " of the metadata, found \""
              + checksum
              + "\" for the arrays at offsets "
              + parts.offsets());
    }
  }

  private static boolean tooLarge(String size) {
    return Long.parseLong(size) > Integer.MAX_VALUE;
  }

  /** Returns a metadata entry that must be there. */
  String entry(String what, String name, String key) throws IOException {
    String full = MatrixKeys.key(name, key);
    String value = file.metadata().get(full);
    if (value == null) {
      throw new IOException(
          what + ": expected " + Malformed.quote(full) + " in the metadata, found nothing");
    }
    return value;
  }

  private void requireEntry(String what, String name, String key, String wanted)
      throws IOException {
    String found = entry(what, name, key);
    if (!found.equals(wanted)) {
      throw wrongEntry(what, name, key, Malformed.quote(wanted), found);
    }
  }

  static IOException wrongEntry(
      String what, String name, String key, String expected, String found) {
    return new IOException(
        what
            + ": expected "
            + expected
            + " in the metadata under "
            + Malformed.quote(MatrixKeys.key(name, key))
            + ", found "
            + Malformed.quote(found));
  }
}
