package org.sparse4j.io;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The header of a safetensors file, read and checked as a whole.
 *
 * @param tensors by name, in the order of their bytes
 * @param metadata the strings under {@code __metadata__}, sorted by key
 */
record Header(Map<String, TensorInfo> tensors, Map<String, String> metadata) {

  /** The key that is no tensor. */
  static final String METADATA = "__metadata__";

  /** Bytes of a header at most, as in the reference implementation. */
  static final long MOST_BYTES = 100_000_000;

  /** Tensors, and also metadata entries, at most: what keeps the objects of a header few. */
  static final int MOST_ENTRIES = 1 << 18;

  /** Dimensions of a tensor at most. */
  static final int MOST_DIMENSIONS = 16;

  private static final int LENGTH_BYTES = 8;
  private static final ValueLayout.OfLong LENGTH =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** Reads one header. */
  private static final class Parser {
    private final String where;
    private final JsonReader json;
    private final long dataStart;
    private final long dataBytes;
    private final Map<String, TensorInfo> tensors = new HashMap<>();
    private final Map<String, String> metadata = new TreeMap<>();
    private boolean metadataSeen;

    Parser(String where, byte[] text, long fileBytes) {
      this.where = where;
      this.json = new JsonReader(where, text, LENGTH_BYTES);
      this.dataStart = LENGTH_BYTES + (long) text.length;
      this.dataBytes = fileBytes - dataStart;
    }

    Header parse() throws IOException {
      json.expect('{');
      if (!json.consume('}')) {
        do {
          long offset = json.offset();
          String name = json.string();
          json.expect(':');
          if (name.equals(METADATA)) {
            requireFirst(!metadataSeen, offset, name);
            metadataSeen = true;
            metadata();
          } else {
            tensor(offset, name);
          }
        } while (json.more('}'));
      }
      json.end();
      return new Header(inOrder(), Collections.unmodifiableMap(metadata));
    }

    private void metadata() throws IOException {
      json.expect('{');
      if (json.consume('}')) {
        return;
      }
      do {
        long offset = json.offset();
        String key = json.string();
        json.expect(':');
        requireFirst(metadata.put(key, json.string()) == null, offset, key);
        requireFew(metadata.size(), offset, "metadata entries");
      } while (json.more('}'));
    }

    private void tensor(long offset, String name) throws IOException {
      TensorType type = null;
      List<Long> shape = null;
      List<Long> range = null;
      json.expect('{');
      do {
        long keyOffset = json.offset();
        String key = json.string();
        json.expect(':');
        long valueOffset = json.offset();
        switch (key) {
          case "dtype" -> {
            requireFirst(type == null, keyOffset, key);
            String dtype = json.string();
            type = TensorType.named(dtype);
            if (type == null) {
              throw Malformed.at(
                  where,
                  valueOffset,
                  "a dtype of the format for " + Malformed.quote(name),
                  Malformed.quote(dtype));
            }
          }
          case "shape" -> {
            requireFirst(shape == null, keyOffset, key);
            shape = naturals(MOST_DIMENSIONS);
          }
          case "data_offsets" -> {
            requireFirst(range == null, keyOffset, key);
            range = naturals(2);
            if (range.size() != 2) {
              throw Malformed.at(where, valueOffset, "two data offsets", range.toString());
            }
          }
          default ->
              throw Malformed.at(
                  where,
                  keyOffset,
                  "\"dtype\", \"shape\" or \"data_offsets\"",
                  Malformed.quote(key));
        }
      } while (json.more('}'));
      if (type == null || shape == null || range == null) {
        throw Malformed.at(
            where,
            offset,
            "dtype, shape and data_offsets for " + Malformed.quote(name),
            "no " + (type == null ? "dtype" : shape == null ? "shape" : "data_offsets"));
      }
      long begin = range.get(0);
      long end = range.get(1);
      if (begin > end || end > dataBytes) {
        throw Malformed.at(
            where,
            offset,
            "data offsets of "
                + Malformed.quote(name)
                + " in ascending order and up to "
                + dataBytes,
            range.toString());
      }
      long bytes = bytes(offset, name, type, shape);
      if (end - begin != bytes) {
        throw Malformed.at(
            where,
            offset,
            bytes + " bytes for " + Malformed.quote(name) + ", " + type + " " + shape,
            (end - begin) + " bytes at data offsets " + range);
      }
      TensorInfo info = new TensorInfo(name, type.name(), shape, dataStart + begin, bytes);
      requireFirst(tensors.put(name, info) == null, offset, name);
      requireFew(tensors.size(), offset, "tensors");
    }

    private long bytes(long offset, String name, TensorType type, List<Long> shape)
        throws IOException {
      try {
        long bits = type.bits();
        for (long size : shape) {
          bits = Math.multiplyExact(bits, size);
        }
        if (bits % 8 == 0) {
          return bits / 8;
        }
      } catch (ArithmeticException e) {
        // The error below says it; a product that overflows is larger than any file.
      }
      throw Malformed.at(
          where,
          offset,
          "a whole number of bytes below 2^60 for " + Malformed.quote(name),
          type + " " + shape);
    }

    private List<Long> naturals(int most) throws IOException {
      json.expect('[');
      List<Long> numbers = new ArrayList<>();
      if (!json.consume(']')) {
        do {
          if (numbers.size() == most) {
            throw json.expected("at most " + most + " numbers");
          }
          numbers.add(json.natural());
        } while (json.more(']'));
      }
      return numbers;
    }

    /** Sorts the tensors by their bytes and requires that they fill the data without a gap. */
    private Map<String, TensorInfo> inOrder() throws IOException {
      List<TensorInfo> sorted = new ArrayList<>(tensors.values());
      // Empty tensors come before the one that begins at the same byte.
      sorted.sort(
          Comparator.comparingLong(TensorInfo::offset)
              .thenComparingLong(TensorInfo::bytes)
              .thenComparing(TensorInfo::name));
      Map<String, TensorInfo> ordered = LinkedHashMap.newLinkedHashMap(sorted.size());
      long next = dataStart;
      for (TensorInfo info : sorted) {
        if (info.offset() != next) {
          throw Malformed.at(
              where,
              info.offset(),
              Malformed.quote(info.name()) + " to begin at data offset " + (next - dataStart),
              (info.offset() - dataStart) + (info.offset() > next ? " (a hole)" : " (an overlap)"));
        }
        next += info.bytes();
        ordered.put(info.name(), info);
      }
      if (next != dataStart + dataBytes) {
        throw Malformed.at(
            where, next, "the end of the file", (dataStart + dataBytes - next) + " more bytes");
      }
      return Collections.unmodifiableMap(ordered);
    }

    private void requireFirst(boolean first, long offset, String key) throws IOException {
      if (!first) {
        throw Malformed.at(
            where, offset, "every key once", Malformed.quote(key) + " for the second time");
      }
    }

    private void requireFew(int size, long offset, String what) throws IOException {
      if (size > MOST_ENTRIES) {
        throw Malformed.at(where, offset, "at most " + MOST_ENTRIES + " " + what, "more");
      }
    }
  }

  /**
   * Reads and checks the header of a file.
   *
   * @param where names operation and file in errors
   * @param file all bytes
   * @throws IOException if the bytes are not a safetensors file
   */
  static Header read(String where, MemorySegment file) throws IOException {
    long size = file.byteSize();
    if (size < LENGTH_BYTES) {
      throw Malformed.at(
          where, 0, "the 8 bytes of the header's length", "a file of " + size + " bytes");
    }
    long length = file.get(LENGTH, 0);
    if (Long.compareUnsigned(length, Math.min(MOST_BYTES, size - LENGTH_BYTES)) > 0) {
      throw Malformed.at(
          where,
          0,
          "a header of at most " + MOST_BYTES + " bytes inside the file of " + size + " bytes",
          "a length of " + Long.toUnsignedString(length));
    }
    Heap.require(where, "the header", length);
    byte[] text = file.asSlice(LENGTH_BYTES, length).toArray(ValueLayout.JAVA_BYTE);
    if (text.length == 0 || text[0] != '{') {
      throw new JsonReader(where, text, LENGTH_BYTES).expected("'{'");
    }
    return new Parser(where, text, size).parse();
  }
}
