package org.sparse4j.interchange;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads a GGUF file up to its data, front to back. */
final class GgufHeader {

  private static final int STRING = 8;
  private static final int ARRAY = 9;

  private static final int MOST_DIMENSIONS = 4;
  private static final int DEEPEST_ARRAY = 8;
  private static final int LONGEST_NAME = 1024;
  private static final int LARGEST_ALIGNMENT = 1 << 20;
  private static final String ALIGNMENT_KEY = "general.alignment";

  /** Bytes a value takes at least, by type: a count is checked before anything is allocated. */
  private static final int[] LEAST_BYTES = {1, 1, 2, 2, 4, 4, 4, 1, 8, 12, 8, 8, 8};

  private final String where;
  private final MemorySegment file;
  private long at;
  private long pairs;
  private long alignment = 32;

  /** What the file says about a tensor: dimensions innermost first, offset from the data. */
  record Entry(String name, List<Long> dims, int type, long offset, long at) {
    long elements() {
      long product = 1;
      for (long size : dims) {
        product *= size;
      }
      return product;
    }
  }

  GgufHeader(String where, MemorySegment file) {
    this.where = where;
    this.file = file;
  }

  /** Reads magic, version and counts; returns the number of tensors. */
  long start() throws IOException {
    if (file.byteSize() < 24 || number(4) != 0x4655_4747) {
      throw Broken.at(
          where,
          0,
          "\"GGUF\" and 20 bytes more",
          file.byteSize() < 24 ? file.byteSize() + " bytes" : "other bytes");
    }
    long version = number(4);
    if (version < 2 || version > 3) {
      String what = version > 65_535 ? "; is the file big-endian?" : "";
      throw Broken.at(where, 4, "version 2 or 3", version + what);
    }
    long tensors = number(8);
    pairs = number(8);
    // A tensor takes 24 bytes at least, a pair 13.
    requireCount(8, "tensors", tensors, 24);
    requireCount(16, "metadata", pairs, 13);
    return tensors;
  }

  private void requireCount(long offset, String what, long count, int leastBytes)
      throws IOException {
    long most = (file.byteSize() - at) / leastBytes;
    if (count < 0 || count > most) {
      throw Broken.at(
          where,
          offset,
          "at most " + most + " " + what + " in the bytes that follow",
          Long.toUnsignedString(count));
    }
  }

  Map<String, Object> metadata() throws IOException {
    Map<String, Object> metadata = new LinkedHashMap<>();
    for (long k = 0; k < pairs; k++) {
      long start = at;
      String key = string(65_535);
      long typeAt = at;
      int type = type();
      Object value = value(type, 0);
      if (metadata.putIfAbsent(key, value) != null) {
        throw Broken.at(where, start, "every key once", Broken.quote(key) + " for the second time");
      }
      if (key.equals(ALIGNMENT_KEY)) {
        boolean power =
            type == 4
                && value instanceof Long size
                && Long.bitCount(size) == 1
                && size <= LARGEST_ALIGNMENT;
        if (!power) {
          throw Broken.at(
              where, typeAt, "a power of two of type 4 for " + ALIGNMENT_KEY, "" + value);
        }
        alignment = (Long) value;
      }
    }
    return metadata;
  }

  List<Entry> tensors(long count) throws IOException {
    List<Entry> entries = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (long k = 0; k < count; k++) {
      long start = at;
      String name = string(LONGEST_NAME);
      if (!names.add(name)) {
        throw Broken.at(
            where, start, "every tensor once", Broken.quote(name) + " for the second time");
      }
      long dimensions = number(4);
      if (dimensions > MOST_DIMENSIONS) {
        throw Broken.at(
            where, at - 4, "at most " + MOST_DIMENSIONS + " dimensions", dimensions + "");
      }
      List<Long> dims = new ArrayList<>();
      long elements = 1;
      for (int d = 0; d < dimensions; d++) {
        long size = number(8);
        // Below 2^59 elements no type's bytes overflow a long.
        if (size < 0 || (elements > 0 && size > (1L << 59) / elements)) {
          throw Broken.at(
              where, at - 8, "fewer than 2^59 elements", Long.toUnsignedString(size) + " more");
        }
        elements *= size;
        dims.add(size);
      }
      int type = (int) number(4);
      if (type == 8 && (dims.isEmpty() || dims.getFirst() % 32 != 0)) {
        throw Broken.at(where, at - 4, "rows of a multiple of 32 for Q8_0", "dimensions " + dims);
      }
      long offset = number(8);
      entries.add(new Entry(name, List.copyOf(dims), type, offset, start));
    }
    return entries;
  }

  /** Returns where the data begin: the next multiple of the alignment. */
  long dataStart() {
    return (at + alignment - 1) & -alignment;
  }

  void checkRange(Entry entry, long data, long bytes) throws IOException {
    long there = Math.max(0, file.byteSize() - data);
    if (entry.offset() < 0
        || entry.offset() % alignment != 0
        || entry.offset() > there
        || bytes > there - entry.offset()) {
      throw Broken.at(
          where,
          entry.at(),
          bytes
              + " bytes at a multiple of "
              + alignment
              + " inside the "
              + there
              + " bytes of data for "
              + Broken.quote(entry.name()),
          "offset " + Long.toUnsignedString(entry.offset()));
    }
  }

  private int type() throws IOException {
    long type = number(4);
    if (type >= LEAST_BYTES.length) {
      throw Broken.at(where, at - 4, "a type up to 12", String.valueOf(type));
    }
    return (int) type;
  }

  private Object value(int type, int depth) throws IOException {
    return switch (type) {
      case 0 -> number(1);
      case 1 -> (long) (byte) number(1);
      case 2 -> number(2);
      case 3 -> (long) (short) number(2);
      case 4 -> number(4);
      case 5 -> (long) (int) number(4);
      case 6 -> (double) Float.intBitsToFloat((int) number(4));
      case 7 -> {
        long truth = number(1);
        if (truth > 1) {
          throw Broken.at(where, at - 1, "0 or 1", String.valueOf(truth));
        }
        yield truth == 1;
      }
      case STRING -> string(Integer.MAX_VALUE - 8);
      case ARRAY -> array(depth);
      case 10 -> {
        long number = number(8);
        if (number < 0) {
          throw Broken.at(where, at - 8, "at most 2^63 - 1", Long.toUnsignedString(number));
        }
        yield number;
      }
      case 11 -> number(8);
      default -> Double.longBitsToDouble(number(8));
    };
  }

  private List<Object> array(int depth) throws IOException {
    if (depth == DEEPEST_ARRAY) {
      throw Broken.at(where, at, "arrays at most " + DEEPEST_ARRAY + " deep", "a deeper one");
    }
    int type = type();
    long countAt = at;
    long count = number(8);
    requireCount(countAt, "elements", count, LEAST_BYTES[type]);
    if (count > Integer.MAX_VALUE - 8) {
      throw Broken.at(where, countAt, "as many elements as a list holds", count + "");
    }
    List<Object> elements = new ArrayList<>();
    for (long k = 0; k < count; k++) {
      elements.add(value(type, depth + 1));
    }
    return List.copyOf(elements);
  }

  private String string(int longest) throws IOException {
    long start = at;
    long length = number(8);
    if (length < 0 || length > longest || length > file.byteSize() - at) {
      throw Broken.at(
          where,
          start,
          "a text of at most " + Math.min(longest, file.byteSize() - at) + " bytes",
          Long.toUnsignedString(length));
    }
    byte[] bytes = file.asSlice(at, length).toArray(ValueLayout.JAVA_BYTE);
    at += length;
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw Broken.at(where, start, "a text in UTF-8", "other bytes");
    }
  }

  /** Reads an unsigned little-endian number of up to 8 bytes. */
  private long number(int size) throws IOException {
    if (file.byteSize() - at < size) {
      throw Broken.at(
          where, at, size + " bytes", (file.byteSize() - at) + " and the end of the file");
    }
    long value = 0;
    for (int b = size - 1; b >= 0; b--) {
      value = value << 8 | (file.get(ValueLayout.JAVA_BYTE, at + b) & 0xff);
    }
    at += size;
    return value;
  }
}
