package org.sparse4j.interchange;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The header of a .npy array: a Python dictionary in text form (NEP 1).
 *
 * @param descr element type as the file spells it, without its byte order, for example {@code f4}
 * @param order byte order of the numbers
 * @param fortran true if the first index runs fastest
 * @param shape sizes of the dimensions
 * @param dataStart bytes before the first number
 */
record NpyHeader(String descr, ByteOrder order, boolean fortran, List<Long> shape, int dataStart) {

  /** Bytes before the header's length: the magic and the version. */
  static final int MAGIC_BYTES = 8;

  /** Version 1 cannot have a longer header; types with names and fields, which need more, could. */
  private static final int LONGEST = 65_535;

  private static final int MOST_DIMENSIONS = 64;
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final Pattern DESCR = Pattern.compile("([<>|=]?)([a-zA-Z?]\\d*.*)");

  /** What NumPy leaves room for when an array is appended to: digits of its first size. */
  private static final int GROWTH_DIGITS = 21;

  private static final int ALIGNMENT = 64;

  /** Reads the bytes of a file or member from its start. */
  @FunctionalInterface
  interface Start {
    /** Returns the next bytes, fewer than asked for only at the end. */
    byte[] next(int count) throws IOException;
  }

  static NpyHeader read(String where, Start start) throws IOException {
    byte[] magic = start.next(MAGIC_BYTES);
    if (magic.length < MAGIC_BYTES || !Arrays.equals(magic, 0, 6, MAGIC, 0, 6)) {
      throw Broken.at(
          where,
          0,
          "the magic 93 4e 55 4d 50 59 and a version",
          magic.length < MAGIC_BYTES ? magic.length + " bytes" : "other bytes");
    }
    int major = magic[6];
    if (major < 1 || major > 3) {
      throw Broken.at(where, 6, "version 1, 2 or 3", String.valueOf(major & 0xff));
    }
    int width = major == 1 ? 2 : 4;
    byte[] size = start.next(width);
    if (size.length < width) {
      throw Broken.at(where, MAGIC_BYTES, "the header's length", size.length + " bytes");
    }
    long length = 0;
    for (int b = width - 1; b >= 0; b--) {
      length = length << 8 | (size[b] & 0xff);
    }
    if (length > LONGEST) {
      throw Broken.at(
          where, MAGIC_BYTES, "a header of at most " + LONGEST + " bytes", String.valueOf(length));
    }
    byte[] text = start.next((int) length);
    int at = MAGIC_BYTES + width;
    if (text.length < length) {
      throw Broken.at(where, at, "a header of " + length + " bytes", text.length + " bytes");
    }
    // Version 3 is UTF-8, but what we accept is ASCII; other bytes can only be in what we refuse.
    String header = new String(text, StandardCharsets.ISO_8859_1);
    return new Parser(where, header, at).parse(at + text.length);
  }

  /** Returns the bytes that NumPy writes before a C-ordered array. */
  static byte[] write(String descr, List<Long> shape) {
    StringBuilder text = new StringBuilder("{'descr': '").append(descr);
    text.append("', 'fortran_order': False, 'shape': (");
    for (int d = 0; d < shape.size(); d++) {
      text.append(d == 0 ? "" : ", ").append(shape.get(d));
    }
    text.append(shape.size() == 1 ? ",), }" : "), }");
    if (!shape.isEmpty()) {
      text.append(" ".repeat(GROWTH_DIGITS - String.valueOf(shape.getFirst()).length()));
    }
    // A header that is aligned as it is gets a whole line of spaces, as NumPy's does.
    int unpadded = MAGIC_BYTES + 2 + text.length() + 1;
    text.append(" ".repeat(ALIGNMENT - unpadded % ALIGNMENT)).append('\n');
    byte[] start = Arrays.copyOf(MAGIC, MAGIC_BYTES + 2);
    start[6] = 1;
    start[8] = (byte) text.length();
    start[9] = (byte) (text.length() >> 8);
    byte[] all = Arrays.copyOf(start, start.length + text.length());
    byte[] ascii = text.toString().getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(ascii, 0, all, start.length, ascii.length);
    return all;
  }

  /** Returns the type of the numbers, or null if they are texts, complex, dates or objects. */
  @Nullable ElementType type() {
    return switch (descr) {
      case "b1", "?" -> ElementType.BOOL;
      case "u1", "B" -> ElementType.U8;
      case "i1", "b" -> ElementType.I8;
      case "u2" -> ElementType.U16;
      case "i2" -> ElementType.I16;
      case "f2" -> ElementType.F16;
      case "u4" -> ElementType.U32;
      case "i4" -> ElementType.I32;
      case "f4" -> ElementType.F32;
      case "u8" -> ElementType.U64;
      case "i8" -> ElementType.I64;
      case "f8" -> ElementType.F64;
      default -> null;
    };
  }

  /** Returns the bytes of one element, or 0 if this library does not know them. */
  int elementBytes() {
    ElementType type = type();
    if (type != null) {
      return type.bytes();
    }
    Matcher sized = Pattern.compile("([cSU])(\\d{1,7})").matcher(descr);
    if (!sized.matches()) {
      return 0;
    }
    int size = Integer.parseInt(sized.group(2));
    return sized.group(1).equals("U") ? 4 * size : size;
  }

  ArrayInfo info(String name) {
    ElementType type = type();
    String dtype =
        type != null
            ? type.name()
            : switch (descr) {
              case "c8" -> "C64";
              case "c16" -> "C128";
              default -> descr;
            };
    return new ArrayInfo(name, dtype, shape);
  }

  /** Reads the dictionary; keys in any order, any white space. */
  private static final class Parser {
    private final String where;
    private final String text;
    private final int start;
    private int at;

    Parser(String where, String text, int start) {
      this.where = where;
      this.text = text;
      this.start = start;
    }

    NpyHeader parse(int dataStart) throws IOException {
      String descr = null;
      Boolean fortran = null;
      List<Long> shape = null;
      require('{');
      while (peek() != '}') {
        int keyAt = at;
        String key = string();
        require(':');
        boolean twice =
            switch (key) {
              case "descr" -> descr != null;
              case "fortran_order" -> fortran != null;
              case "shape" -> shape != null;
              default -> {
                at = keyAt;
                throw wrong("'descr', 'fortran_order' or 'shape'", Broken.quote(key));
              }
            };
        if (twice) {
          at = keyAt;
          throw wrong("every key once", Broken.quote(key) + " for the second time");
        }
        switch (key) {
          case "descr" -> descr = descr();
          case "fortran_order" -> fortran = truth();
          default -> shape = tuple();
        }
        if (peek() != ',') {
          break;
        }
        at++;
      }
      require('}');
      if (peek() != 0) {
        throw wrong("the end of the header", found());
      }
      if (descr == null || fortran == null || shape == null) {
        throw wrong(
            "descr, fortran_order and shape",
            "no " + (descr == null ? "descr" : fortran == null ? "fortran_order" : "shape"));
      }
      Matcher parts = DESCR.matcher(descr);
      if (!parts.matches()) {
        throw wrong("a type like '<f4'", Broken.quote(descr));
      }
      ByteOrder order =
          switch (parts.group(1)) {
            case ">" -> ByteOrder.BIG_ENDIAN;
            case "=", "" -> ByteOrder.nativeOrder();
            default -> ByteOrder.LITTLE_ENDIAN;
          };
      return new NpyHeader(parts.group(2), order, fortran, List.copyOf(shape), dataStart);
    }

    private String descr() throws IOException {
      if (peek() == '[' || peek() == '(') {
        throw wrong("a type of single numbers", "a structured type");
      }
      return string();
    }

    private boolean truth() throws IOException {
      peek();
      for (String word : new String[] {"True", "False"}) {
        if (text.startsWith(word, at)) {
          at += word.length();
          return word.equals("True");
        }
      }
      throw wrong("True or False", found());
    }

    private List<Long> tuple() throws IOException {
      List<Long> sizes = new ArrayList<>();
      require('(');
      while (peek() != ')') {
        if (sizes.size() == MOST_DIMENSIONS) {
          throw wrong("at most " + MOST_DIMENSIONS + " dimensions", "more");
        }
        sizes.add(size());
        if (peek() != ',') {
          break;
        }
        at++;
      }
      require(')');
      return sizes;
    }

    private long size() throws IOException {
      peek();
      int from = at;
      while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
        at++;
      }
      if (at == from || at - from > 18) {
        at = from;
        throw wrong("a size of at most 18 digits", found());
      }
      long size = Long.parseLong(text.substring(from, at));
      // Python 2 wrote long integers with their suffix.
      if (at < text.length() && text.charAt(at) == 'L') {
        at++;
      }
      return size;
    }

    private String string() throws IOException {
      char quote = peek();
      int end = quote == '\'' || quote == '"' ? text.indexOf(quote, at + 1) : -1;
      if (end < 0) {
        throw wrong("a string", found());
      }
      String string = text.substring(at + 1, end);
      at = end + 1;
      return string;
    }

    /** Skips white space; 0 at the end. */
    private char peek() {
      while (at < text.length() && " \t\n\r".indexOf(text.charAt(at)) >= 0) {
        at++;
      }
      return at < text.length() ? text.charAt(at) : 0;
    }

    private void require(char wanted) throws IOException {
      if (peek() != wanted) {
        throw wrong("'" + wanted + "'", found());
      }
      at++;
    }

    private String found() {
      return at < text.length()
          ? Broken.quote(text.substring(at, Math.min(text.length(), at + 16)))
          : "the end of the header";
    }

    private IOException wrong(String expected, String found) {
      return Broken.at(where, start + (long) at, expected, found);
    }
  }
}
