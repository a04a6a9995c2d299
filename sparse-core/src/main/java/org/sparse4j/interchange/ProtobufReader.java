package org.sparse4j.interchange;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Walks the fields of one message of the protobuf wire format in place; a message inside it is a
 * reader on the same bytes.
 *
 * <p>Every length is compared with the end of its message before it is used, so nothing is ever
 * read or allocated beyond the bytes that are there.
 */
final class ProtobufReader {

  static final int VARINT = 0;
  static final int FIXED64 = 1;
  static final int BYTES = 2;
  static final int FIXED32 = 5;

  /** Messages inside messages; a model nests a dozen deep unless somebody built it to hurt. */
  private static final int DEEPEST = 64;

  private static final ValueLayout.OfInt LITTLE_INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LITTLE_LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final String where;
  private final MemorySegment file;
  private final int depth;
  private final long end;
  private long at;

  private int field;
  private int wireType;
  private long fieldStart;
  private long number;
  private long length;

  private ProtobufReader(String where, MemorySegment file, int depth, long at, long end) {
    this.where = where;
    this.file = file;
    this.depth = depth;
    this.at = at;
    this.end = end;
  }

  static ProtobufReader of(String where, MemorySegment file) {
    return new ProtobufReader(where, file, 0, 0, file.byteSize());
  }

  /** Moves to the next field and reads its key and, for a scalar, its value; false at the end. */
  boolean next() throws IOException {
    if (at == end) {
      return false;
    }
    fieldStart = at;
    long key = varint();
    field = (int) (key >>> 3);
    wireType = (int) (key & 7);
    if (key >>> 3 < 1 || key >>> 3 >= 1 << 29) {
      throw wrong("a field number between 1 and 536870911", Long.toUnsignedString(key >>> 3));
    }
    switch (wireType) {
      case VARINT -> number = varint();
      case FIXED64 -> number = fixed(8);
      case FIXED32 -> number = fixed(4);
      case BYTES -> {
        length = varint();
        if (length < 0 || length > end - at) {
          throw wrong(
              "a length up to the " + (end - at) + " bytes of the message",
              Long.toUnsignedString(length));
        }
        at += length;
      }
      default -> throw wrong("wire type 0, 1, 2 or 5", String.valueOf(wireType));
    }
    return true;
  }

  private long varint() throws IOException {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (at == end) {
        throw wrong("a number that ends inside its message", "the end of the message");
      }
      byte b = file.get(ValueLayout.JAVA_BYTE, at++);
      if (shift == 63 && (b & 0xff) > 1) {
        break;
      }
      value |= (long) (b & 0x7f) << shift;
      if (b >= 0) {
        return value;
      }
    }
    throw wrong("a number of at most 64 bits", "a longer one");
  }

  private long fixed(int size) throws IOException {
    if (end - at < size) {
      throw wrong(size + " bytes", (end - at) + " and the end of the message");
    }
    long value = 0;
    for (int b = size - 1; b >= 0; b--) {
      value = value << 8 | (file.get(ValueLayout.JAVA_BYTE, at + b) & 0xff);
    }
    at += size;
    return value;
  }

  int field() {
    return field;
  }

  int wireType() {
    return wireType;
  }

  /** Returns where the current field starts in the file. */
  long offset() {
    return fieldStart;
  }

  /** Returns the value of a varint field. */
  long number() throws IOException {
    requireType(VARINT);
    return number;
  }

  /** Returns the bytes of a field, which stay where they are. */
  MemorySegment bytes() throws IOException {
    requireType(BYTES);
    return file.asSlice(at - length, length);
  }

  /** Returns the text of a field that is at most {@code longest} bytes long. */
  String text(int longest) throws IOException {
    requireType(BYTES);
    if (length > longest) {
      throw wrong("a text of at most " + longest + " bytes", length + " bytes");
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes().toArray(ValueLayout.JAVA_BYTE)))
          .toString();
    } catch (CharacterCodingException e) {
      throw wrong("a text in UTF-8", "other bytes");
    }
  }

  /** Returns a reader of the message that the field holds. */
  ProtobufReader message() throws IOException {
    requireType(BYTES);
    if (depth == DEEPEST) {
      throw wrong("messages at most " + DEEPEST + " deep", "a deeper one");
    }
    return new ProtobufReader(where, file, depth + 1, at - length, at);
  }

  /** Receives the numbers of a field. */
  @FunctionalInterface
  interface Numbers {
    void accept(long number) throws IOException;
  }

  /**
   * Passes on the number of a varint field, or all of a packed one; a repeated field may be either,
   * whatever its definition says.
   */
  void numbers(Numbers target) throws IOException {
    if (wireType == VARINT) {
      target.accept(number);
      return;
    }
    requireType(BYTES);
    ProtobufReader packed = new ProtobufReader(where, file, depth, at - length, at);
    packed.fieldStart = fieldStart;
    while (packed.at < packed.end) {
      target.accept(packed.varint());
    }
  }

  /** Passes on the bit patterns of a float or double field, or all of a packed one. */
  void fixed(int size, Numbers target) throws IOException {
    if (wireType == (size == 4 ? FIXED32 : FIXED64)) {
      target.accept(number);
      return;
    }
    requireType(BYTES);
    if (length % size != 0) {
      throw wrong("a multiple of " + size + " bytes", String.valueOf(length));
    }
    for (long k = at - length; k < at; k += size) {
      target.accept(size == 4 ? file.get(LITTLE_INT, k) : file.get(LITTLE_LONG, k));
    }
  }

  private void requireType(int wanted) throws IOException {
    if (wireType != wanted) {
      throw wrong("wire type " + wanted + " for field " + field, String.valueOf(wireType));
    }
  }

  /** Builds an error at the current field. */
  IOException wrong(String expected, String found) {
    return Broken.at(where, fieldStart, expected, found);
  }
}
