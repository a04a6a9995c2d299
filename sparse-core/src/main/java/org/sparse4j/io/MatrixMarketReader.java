package org.sparse4j.io;

import java.io.IOException;
import java.io.Reader;
import java.util.Locale;
import java.util.regex.Pattern;
import org.sparse4j.format.CsrBuilder;
import org.sparse4j.format.CsrMatrix;

/** Reads one Matrix Market text; memory follows the entries that are really there. */
final class MatrixMarketReader {

  /** The format's own limit; comments may be longer. */
  private static final int LONGEST_LINE = 1024;

  private static final int MOST_ENTRIES = Integer.MAX_VALUE - 8;

  /** Bytes of heap an entry takes while a matrix is built, about. */
  private static final int ENTRY_BYTES = 20;

  private static final Pattern INTEGER = Pattern.compile("[+-]?\\d+");
  private static final Pattern REAL =
      Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eEdD][+-]?\\d+)?");
  private static final Pattern NOT_FINITE =
      Pattern.compile("[+-]?(nan|inf|infinity)", Pattern.CASE_INSENSITIVE);

  private final String where;
  private final Reader reader;
  private final char[] buffer = new char[1 << 16];
  private int bufferAt;
  private int bufferEnd;

  private final char[] line = new char[LONGEST_LINE];
  private int lineEnd;
  private int lineAt;
  private long lineNumber;

  private boolean pattern;
  private boolean integer;
  private boolean symmetric;
  private boolean skew;

  MatrixMarketReader(String where, Reader reader) {
    this.where = where;
    this.reader = reader;
  }

  CsrMatrix read() throws IOException {
    boolean coordinate = banner();
    do {
      requireLine("the size line");
    } while (isBlank() || line[0] == '%');
    int rows = natural("a number of rows", 0, Integer.MAX_VALUE - 16);
    int columns = natural("a number of columns", 0, Integer.MAX_VALUE - 16);
    if ((symmetric || skew) && rows != columns) {
      throw wrong("a square matrix", rows + "x" + columns);
    }
    int entries = coordinate ? natural("a number of entries", 0, MOST_ENTRIES) : 0;
    requireLineEnd();
    Heap.require(where, rows + " rows", 8L * (rows + 1L));
    CsrBuilder builder = CsrMatrix.builder(rows, columns).sumDuplicates();
    if (coordinate) {
      Heap.require(where, entries + " entries", (long) ENTRY_BYTES * entries);
      for (int k = 0; k < entries; k++) {
        requireEntry(k, entries);
        coordinateEntry(builder, rows, columns);
      }
    } else {
      arrayEntries(builder, rows, columns);
    }
    while (nextLine()) {
      if (!isBlank()) {
        throw wrong("the end after the last entry", Malformed.quote(rest()));
      }
    }
    return builder.build();
  }

  /** Reads the first line; true if the file is a coordinate file. */
  private boolean banner() throws IOException {
    requireLine("\"%%MatrixMarket matrix ...\"");
    String object = token().toLowerCase(Locale.ROOT) + " " + token().toLowerCase(Locale.ROOT);
    if (!object.equals("%%matrixmarket matrix")) {
      throw wrong("\"%%MatrixMarket matrix\"", Malformed.quote(object));
    }
    String layout = word("coordinate", "array");
    String field = token().toLowerCase(Locale.ROOT);
    pattern = field.equals("pattern");
    integer = field.equals("integer");
    // "double" is an old synonym that files still carry.
    boolean known = pattern || integer || field.equals("real") || field.equals("double");
    boolean coordinate = layout.equals("coordinate");
    if (!known || (pattern && !coordinate)) {
      throw wrong(
          coordinate ? "real, integer or pattern" : "real or integer", Malformed.quote(field));
    }
    String symmetry = word("general", "symmetric", "skew-symmetric", "hermitian");
    // The conjugate of a real number is the number.
    symmetric = symmetry.equals("symmetric") || symmetry.equals("hermitian");
    skew = symmetry.equals("skew-symmetric");
    if (pattern && (skew || symmetry.equals("hermitian"))) {
      throw wrong("general or symmetric for a pattern", Malformed.quote(symmetry));
    }
    requireLineEnd();
    return coordinate;
  }

  private String word(String... allowed) throws IOException {
    String found = token().toLowerCase(Locale.ROOT);
    for (String word : allowed) {
      if (word.equals(found)) {
        return word;
      }
    }
    throw wrong(String.join(" or ", allowed), Malformed.quote(found));
  }

  private void coordinateEntry(CsrBuilder builder, int rows, int columns) throws IOException {
    int row = natural("a row", 1, rows) - 1;
    int column = natural("a column", 1, columns) - 1;
    if ((symmetric && column > row) || (skew && column >= row)) {
      throw wrong(
          skew ? "an entry below the diagonal" : "an entry on or below the diagonal",
          "(" + (row + 1) + ", " + (column + 1) + ")");
    }
    float value = pattern ? 1 : number();
    requireLineEnd();
    add(builder, row, column, value);
  }

  private void arrayEntries(CsrBuilder builder, int rows, int columns) throws IOException {
    long triangle = skew ? (long) rows * (rows - 1L) / 2 : (long) rows * (rows + 1L) / 2;
    long entries = symmetric || skew ? triangle : (long) rows * columns;
    if (entries > MOST_ENTRIES) {
      throw wrong("at most " + MOST_ENTRIES + " entries", String.valueOf(entries));
    }
    Heap.require(where, entries + " entries", ENTRY_BYTES * entries);
    long read = 0;
    for (int j = 0; read < entries; j++) {
      for (int i = symmetric ? j : skew ? j + 1 : 0; i < rows; i++) {
        requireEntry(read++, entries);
        float value = number();
        requireLineEnd();
        if (value != 0) {
          add(builder, i, j, value);
        }
      }
    }
  }

  private void add(CsrBuilder builder, int row, int column, float value) {
    builder.add(row, column, value);
    if ((symmetric || skew) && row != column) {
      builder.add(column, row, skew ? -value : value);
    }
  }

  private float number() throws IOException {
    String text = token();
    if (NOT_FINITE.matcher(text).matches() && !integer) {
      float size =
          text.toLowerCase(Locale.ROOT).endsWith("nan") ? Float.NaN : Float.POSITIVE_INFINITY;
      return text.charAt(0) == '-' ? -size : size;
    }
    if (!(integer ? INTEGER : REAL).matcher(text).matches()) {
      throw wrong(integer ? "an integer" : "a number", Malformed.quote(text));
    }
    // Fortran writes double precision exponents with D.
    float value = Float.parseFloat(text.replace('d', 'e').replace('D', 'e'));
    if (Float.isInfinite(value)) {
      throw wrong("a number that float32 holds", Malformed.quote(text));
    }
    return value;
  }

  private int natural(String what, int least, int most) throws IOException {
    String text = token();
    boolean digits = !text.isEmpty() && text.length() <= 18;
    for (int i = 0; i < text.length(); i++) {
      digits &= text.charAt(i) >= '0' && text.charAt(i) <= '9';
    }
    long value = digits ? Long.parseLong(text) : -1;
    if (value < least || value > most) {
      throw wrong(what + " between " + least + " and " + most, Malformed.quote(text));
    }
    return (int) value;
  }

  /** Returns the next word of the line, empty at its end. */
  private String token() {
    while (lineAt < lineEnd && line[lineAt] <= ' ') {
      lineAt++;
    }
    int start = lineAt;
    while (lineAt < lineEnd && line[lineAt] > ' ') {
      lineAt++;
    }
    return new String(line, start, lineAt - start);
  }

  private String rest() {
    return new String(line, lineAt, lineEnd - lineAt).strip();
  }

  private boolean isBlank() {
    for (int i = lineAt; i < lineEnd; i++) {
      if (line[i] > ' ') {
        return false;
      }
    }
    return true;
  }

  private void requireLineEnd() throws IOException {
    if (!isBlank()) {
      throw wrong("the end of the line", Malformed.quote(rest()));
    }
  }

  private void requireLine(String what) throws IOException {
    if (!nextLine()) {
      throw wrong(what, "the end of the file");
    }
  }

  private void requireEntry(long read, long entries) throws IOException {
    do {
      if (!nextLine()) {
        throw wrong(entries + " entries", read + " and the end of the file");
      }
    } while (isBlank());
  }

  /** Reads a line without its end; false at the end of the text. */
  private boolean nextLine() throws IOException {
    lineEnd = 0;
    lineAt = 0;
    lineNumber++;
    boolean any = false;
    while (true) {
      if (bufferAt == bufferEnd) {
        bufferAt = 0;
        bufferEnd = Math.max(0, reader.read(buffer, 0, buffer.length));
        if (bufferEnd == 0) {
          return any;
        }
      }
      any = true;
      char c = buffer[bufferAt++];
      if (c == '\n') {
        return true;
      }
      if (lineEnd < LONGEST_LINE) {
        line[lineEnd++] = c;
      } else if (line[0] != '%') {
        throw wrong("lines of at most " + LONGEST_LINE + " characters", "a longer one");
      }
    }
  }

  private IOException wrong(String expected, String found) {
    return new IOException(
        where + ", line " + lineNumber + ": expected " + expected + ", found " + found);
  }
}
