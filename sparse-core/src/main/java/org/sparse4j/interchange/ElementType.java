package org.sparse4j.interchange;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** The types of real numbers that foreign files store, named as safetensors names them. */
enum ElementType {
  BOOL(1),
  U8(1),
  I8(1),
  U16(2),
  I16(2),
  F16(2),
  BF16(2),
  U32(4),
  I32(4),
  F32(4),
  U64(8),
  I64(8),
  F64(8);

  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

  private final int bytes;

  ElementType(int bytes) {
    this.bytes = bytes;
  }

  int bytes() {
    return bytes;
  }

  boolean isInteger() {
    return switch (this) {
      case F16, BF16, F32, F64, BOOL -> false;
      default -> true;
    };
  }

  /** Returns the type of that name, which is case-sensitive, or null. */
  static @Nullable ElementType named(String name) {
    for (ElementType type : values()) {
      if (type.name().equals(name)) {
        return type;
      }
    }
    return null;
  }

  /**
   * Copies numbers as float32, those of 32 bits bit for bit, wider ones rounded to nearest even.
   *
   * @param data packed numbers
   * @param order their byte order
   * @param first number of the first one to copy
   */
  void copy(MemorySegment data, ByteOrder order, long first, float[] target, int from, int count) {
    if (this == F32) {
      // As bit patterns: a signalling NaN must not pass through a float register.
      MemorySegment bits = MemorySegment.ofArray(target);
      MemorySegment.copy(data, INT.withOrder(order), 4 * first, bits, INT, 4L * from, count);
      return;
    }
    ValueLayout.OfShort shorts = SHORT.withOrder(order);
    ValueLayout.OfInt ints = INT.withOrder(order);
    ValueLayout.OfLong longs = LONG.withOrder(order);
    long at = first * bytes;
    for (int k = from; k < from + count; k++, at += bytes) {
      target[k] =
          switch (this) {
            case BOOL -> data.get(ValueLayout.JAVA_BYTE, at) == 0 ? 0 : 1;
            case U8 -> data.get(ValueLayout.JAVA_BYTE, at) & 0xff;
            case I8 -> data.get(ValueLayout.JAVA_BYTE, at);
            case U16 -> data.get(shorts, at) & 0xffff;
            case I16 -> data.get(shorts, at);
            case F16 -> Float.float16ToFloat(data.get(shorts, at));
            case BF16 -> Float.intBitsToFloat(data.get(shorts, at) << 16);
            case U32 -> data.get(ints, at) & 0xffff_ffffL;
            case I32 -> data.get(ints, at);
            case F32 -> Float.intBitsToFloat(data.get(ints, at));
            case U64 -> unsigned(data.get(longs, at));
            case I64 -> data.get(longs, at);
            case F64 -> (float) Double.longBitsToDouble(data.get(longs, at));
          };
    }
  }

  /** The last bit is kept in the half, so that rounding sees whether anything was below it. */
  private static float unsigned(long value) {
    return value >= 0 ? value : 2f * ((value >>> 1) | (value & 1));
  }

  /** Returns an integer; a U64 above the range of long comes back negative. */
  long integer(MemorySegment data, ByteOrder order, long index) {
    long at = index * bytes;
    return switch (this) {
      case U8 -> data.get(ValueLayout.JAVA_BYTE, at) & 0xff;
      case I8 -> data.get(ValueLayout.JAVA_BYTE, at);
      case U16 -> data.get(SHORT.withOrder(order), at) & 0xffff;
      case I16 -> data.get(SHORT.withOrder(order), at);
      case U32 -> data.get(INT.withOrder(order), at) & 0xffff_ffffL;
      case I32 -> data.get(INT.withOrder(order), at);
      case U64, I64 -> data.get(LONG.withOrder(order), at);
      default -> throw new IllegalStateException(this + " is no integer type");
    };
  }
}
