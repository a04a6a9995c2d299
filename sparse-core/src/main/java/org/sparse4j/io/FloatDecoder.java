package org.sparse4j.io;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Map;

/**
 * Turns numbers of a file into float32, whatever their type: exactly where float32 can hold them,
 * else rounded to nearest, ties to even.
 *
 * <p>Missing are the types below a byte, whose packing the format leaves open, and complex numbers.
 */
final class FloatDecoder {

  static final String READABLE =
      "BOOL, U8 to U64, I8 to I64, F16, BF16, F32, F64 and the F8 types; F4, F6 and C64 are not";

  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
  private static final ValueLayout.OfFloat FILE_FLOAT = FLOAT.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfDouble DOUBLE =
      ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private static final Map<TensorType, float[]> EIGHT_BITS =
      Map.of(
          TensorType.F8_E4M3, table(4, 7, Kind.FINITE),
          TensorType.F8_E5M2, table(5, 15, Kind.IEEE),
          TensorType.F8_E4M3FNUZ, table(4, 8, Kind.UNSIGNED_ZERO),
          TensorType.F8_E5M2FNUZ, table(5, 16, Kind.UNSIGNED_ZERO),
          TensorType.F8_E8M0, scales());

  /** Which codes of an eight-bit float are no ordinary numbers. */
  private enum Kind {
    /** Infinities and NaN where all bits of the exponent are set. */
    IEEE,
    /** NaN where all bits but the sign are set, no infinities. */
    FINITE,
    /** NaN in place of negative zero, no infinities. */
    UNSIGNED_ZERO
  }

  private FloatDecoder() {}

  /** Tells whether numbers of a type can be turned into float32. */
  static boolean reads(TensorType type) {
    return switch (type) {
      case F4, F6_E2M3, F6_E3M2, C64 -> false;
      default -> true;
    };
  }

  /**
   * Converts packed numbers.
   *
   * @param type a type that can be read
   * @param from memory of the file
   * @param start byte in {@code from} where the first number begins
   * @param count how many
   * @param to receives floats in the machine's byte order
   * @param at byte in {@code to} where the first one goes
   */
  static void decode(
      TensorType type, MemorySegment from, long start, long count, MemorySegment to, long at) {
    if (type == TensorType.F32) {
      MemorySegment.copy(from, FILE_FLOAT, start, to, FLOAT, at, count);
      return;
    }
    int size = type.bits() / 8;
    float[] table = EIGHT_BITS.get(type);
    for (long k = 0; k < count; k++) {
      long place = start + k * size;
      float number =
          table == null ? number(type, from, place) : table[from.get(BYTE, place) & 0xff];
      to.set(FLOAT, at + 4 * k, number);
    }
  }

  private static float number(TensorType type, MemorySegment from, long place) {
    return switch (type) {
      case BOOL -> from.get(BYTE, place) == 0 ? 0 : 1;
      case U8 -> from.get(BYTE, place) & 0xff;
      case I8 -> from.get(BYTE, place);
      case U16 -> from.get(SHORT, place) & 0xffff;
      case I16 -> from.get(SHORT, place);
      case F16 -> Float.float16ToFloat(from.get(SHORT, place));
      case BF16 -> Float.intBitsToFloat(from.get(SHORT, place) << 16);
      case U32 -> from.get(INT, place) & 0xffffffffL;
      case I32 -> from.get(INT, place);
      case U64 -> unsigned(from.get(LONG, place));
      case I64 -> from.get(LONG, place);
      case F64 -> (float) from.get(DOUBLE, place);
      default -> throw new IllegalArgumentException("no decoder for " + type);
    };
  }

  private static float unsigned(long bits) {
    // Halved with the lost bit kept as a sticky one, so that rounding still sees it.
    return bits >= 0 ? bits : 2f * ((bits >>> 1) | (bits & 1));
  }

  private static float[] table(int exponentBits, int bias, Kind kind) {
    int fractionBits = 7 - exponentBits;
    float[] table = new float[256];
    for (int code = 0; code < table.length; code++) {
      int exponent = (code & 0x7f) >> fractionBits;
      int fraction = code & ((1 << fractionBits) - 1);
      boolean top = exponent == (1 << exponentBits) - 1;
      float magnitude =
          exponent == 0
              ? Math.scalb((float) fraction, 1 - bias - fractionBits)
              : Math.scalb(
                  (float) (fraction + (1 << fractionBits)), exponent - bias - fractionBits);
      if (kind == Kind.IEEE && top) {
        magnitude = fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
      } else if ((kind == Kind.FINITE && (code & 0x7f) == 0x7f)
          || (kind == Kind.UNSIGNED_ZERO && code == 0x80)) {
        magnitude = Float.NaN;
      }
      table[code] = code < 0x80 ? magnitude : -magnitude;
    }
    return table;
  }

  /** Powers of two, which scale blocks of narrower numbers; the last code is NaN. */
  private static float[] scales() {
    float[] table = new float[256];
    for (int code = 0; code < 255; code++) {
      table[code] = Math.scalb(1f, code - 127);
    }
    table[255] = Float.NaN;
    return table;
  }
}
