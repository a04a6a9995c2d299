package org.sparse4j.interchange;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A TensorProto: what it says about itself, and where its numbers are. They stay in the file until
 * they are asked for.
 */
final class OnnxTensor {

  static final int LONGEST_TEXT = 1 << 16;
  private static final int MOST_DIMENSIONS = 64;
  private static final int EXTERNAL = 1;

  private final String where;
  private final MemorySegment message;
  private final long offset;
  private final String name;
  private final int code;
  private final List<Long> dims;
  private final long elements;
  private final @Nullable MemorySegment raw;
  private final @Nullable Map<String, String> external;

  private OnnxTensor(
      String where,
      MemorySegment message,
      long offset,
      String name,
      int code,
      List<Long> dims,
      long elements,
      @Nullable MemorySegment raw,
      @Nullable Map<String, String> external) {
    this.where = where;
    this.message = message;
    this.offset = offset;
    this.name = name;
    this.code = code;
    this.dims = dims;
    this.elements = elements;
    this.raw = raw;
    this.external = external;
  }

  /** Finds the bytes of external data. */
  @FunctionalInterface
  interface Folder {
    MemorySegment bytes(String where, Map<String, String> entries, long wanted) throws IOException;
  }

  /** Reads the message of the reader's current field. */
  static OnnxTensor read(String where, ProtobufReader parent) throws IOException {
    ProtobufReader fields = parent.message();
    String name = "";
    int code = 0;
    List<Long> dims = new ArrayList<>();
    MemorySegment raw = null;
    boolean typed = false;
    boolean outside = false;
    Map<String, String> external = new HashMap<>();
    while (fields.next()) {
      switch (fields.field()) {
        case 1 ->
            fields.numbers(size -> {
              if (size < 0 || dims.size() == MOST_DIMENSIONS) {
                throw fields.wrong(
                    "at most " + MOST_DIMENSIONS + " sizes, none negative",
                    size < 0 ? String.valueOf(size) : "more");
              }
              dims.add(size);
            });
        case 2 -> code = (int) fields.number();
        case 8 -> name = fields.text(LONGEST_TEXT);
        case 9 -> raw = fields.bytes();
        case 4, 5, 7, 10, 11 -> typed = true;
        case 13 -> {
          ProtobufReader entry = fields.message();
          String key = "";
          String value = "";
          while (entry.next()) {
            switch (entry.field()) {
              case 1 -> key = entry.text(LONGEST_TEXT);
              case 2 -> value = entry.text(LONGEST_TEXT);
              default -> {}
            }
          }
          external.put(key, value);
        }
        case 14 -> outside = fields.number() == EXTERNAL;
        default -> {}
      }
    }
    if ((raw != null ? 1 : 0) + (typed ? 1 : 0) + (outside ? 1 : 0) > 1) {
      throw parent.wrong(
          "one of raw_data, typed data and external data for " + Broken.quote(name), "several");
    }
    long elements = dims.contains(0L) ? 0 : 1;
    for (long size : dims) {
      if (elements > 0 && size > Long.MAX_VALUE / elements) {
        throw parent.wrong("a shape whose product a long holds", dims.toString());
      }
      elements *= size;
    }
    return new OnnxTensor(
        where,
        parent.bytes(),
        parent.offset(),
        name,
        code,
        List.copyOf(dims),
        elements,
        raw,
        outside ? external : null);
  }

  String name() {
    return name;
  }

  List<Long> dims() {
    return dims;
  }

  long elements() {
    return elements;
  }

  ArrayInfo info() {
    ElementType type = type();
    return new ArrayInfo(name, type == null ? spelled() : type.name(), dims);
  }

  private String spelled() {
    return switch (code) {
      case 8 -> "STRING";
      case 14 -> "C64";
      case 15 -> "C128";
      case 17 -> "F8_E4M3";
      case 18 -> "F8_E4M3FNUZ";
      case 19 -> "F8_E5M2";
      case 20 -> "F8_E5M2FNUZ";
      case 21 -> "U4";
      case 22 -> "I4";
      case 23 -> "F4";
      case 24 -> "F8_E8M0";
      case 25 -> "U2";
      case 26 -> "I2";
      default -> "type " + code;
    };
  }

  private @Nullable ElementType type() {
    return switch (code) {
      case 1 -> ElementType.F32;
      case 2 -> ElementType.U8;
      case 3 -> ElementType.I8;
      case 4 -> ElementType.U16;
      case 5 -> ElementType.I16;
      case 6 -> ElementType.I32;
      case 7 -> ElementType.I64;
      case 9 -> ElementType.BOOL;
      case 10 -> ElementType.F16;
      case 11 -> ElementType.F64;
      case 12 -> ElementType.U32;
      case 13 -> ElementType.U64;
      case 16 -> ElementType.BF16;
      default -> null;
    };
  }

  ElementType numbers() throws IOException {
    ElementType type = type();
    if (type == null) {
      throw Broken.at(what(), offset, "real numbers", spelled());
    }
    return type;
  }

  private String what() {
    return where + ", tensor " + Broken.quote(name);
  }

  /** Returns the packed little-endian numbers if the file has them in that form, else null. */
  @Nullable MemorySegment packed(Folder folder) throws IOException {
    long size = numbers().bytes();
    if (Math.multiplyHigh(elements, size) != 0 || elements * size < 0) {
      throw Broken.at(what(), offset, "bytes that a long counts", dims.toString());
    }
    MemorySegment bytes = external == null ? raw : folder.bytes(what(), external, elements * size);
    if (bytes != null && bytes.byteSize() != elements * size) {
      throw Broken.at(
          what(),
          offset,
          elements * size + " bytes for " + numbers() + " " + dims,
          String.valueOf(bytes.byteSize()));
    }
    return bytes;
  }

  float[] floats(Folder folder) throws IOException {
    ElementType type = numbers();
    MemorySegment packed = packed(folder);
    if (packed != null) {
      Broken.requireHeap(what(), "floats", elements, 4);
      float[] floats = new float[(int) elements];
      type.copy(packed, ByteOrder.LITTLE_ENDIAN, 0, floats, 0, floats.length);
      return floats;
    }
    MemorySegment typed = typed(type);
    float[] floats = new float[(int) elements];
    type.copy(typed, ByteOrder.nativeOrder(), 0, floats, 0, floats.length);
    return floats;
  }

  long[] longs(Folder folder) throws IOException {
    ElementType type = numbers();
    if (!type.isInteger()) {
      throw Broken.at(what(), offset, "integers", type.name());
    }
    MemorySegment packed = packed(folder);
    ByteOrder order = packed == null ? ByteOrder.nativeOrder() : ByteOrder.LITTLE_ENDIAN;
    MemorySegment numbers = packed == null ? typed(type) : packed;
    Broken.requireHeap(what(), "integers", elements, 8);
    long[] longs = new long[(int) elements];
    for (int k = 0; k < longs.length; k++) {
      longs[k] = type.integer(numbers, order, k);
    }
    return longs;
  }

  /** Collects the numbers of the typed fields as packed numbers of the tensor's type. */
  private MemorySegment typed(ElementType type) throws IOException {
    // A number takes a byte of the file at least, so this many are there or the shape lies.
    if (elements > message.byteSize()) {
      throw wrongCount("at most " + message.byteSize());
    }
    Broken.requireHeap(what(), "numbers", elements, type.bytes());
    MemorySegment target =
        MemorySegment.ofArray(new long[(int) ((elements * type.bytes() + 7) / 8)]);
    long[] count = {0};
    ProtobufReader.Numbers store =
        number -> {
          if (count[0] == elements) {
            throw wrongCount("more");
          }
          long at = count[0]++ * type.bytes();
          switch (type.bytes()) {
            case 1 -> target.set(ValueLayout.JAVA_BYTE, at, (byte) number);
            case 2 -> target.set(ValueLayout.JAVA_SHORT_UNALIGNED, at, (short) number);
            case 4 -> target.set(ValueLayout.JAVA_INT_UNALIGNED, at, (int) number);
            default -> target.set(ValueLayout.JAVA_LONG_UNALIGNED, at, number);
          }
        };
    int wanted =
        switch (type) {
          case F32 -> 4;
          case F64 -> 10;
          case I64 -> 7;
          case U32, U64 -> 11;
          default -> 5;
        };
    ProtobufReader fields = ProtobufReader.of(what(), message);
    while (fields.next()) {
      switch (fields.field()) {
        case 4, 5, 7, 10, 11 -> {
          if (fields.field() != wanted) {
            throw Broken.at(
                what(),
                offset,
                "data in field " + wanted + " for " + type,
                "field " + fields.field());
          }
          if (wanted == 4 || wanted == 10) {
            fields.fixed(type.bytes(), store);
          } else {
            fields.numbers(store);
          }
        }
        default -> {}
      }
    }
    if (count[0] != elements) {
      throw wrongCount(String.valueOf(count[0]));
    }
    return target;
  }

  private IOException wrongCount(String found) {
    return Broken.at(what(), offset, elements + " numbers for shape " + dims, found);
  }

  /** Builds an error about this tensor. */
  IOException wrong(String expected, String found) {
    return Broken.at(what(), offset, expected, found);
  }
}
