package org.sparse4j.interchange;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;
import org.sparse4j.format.Bf16Values;
import org.sparse4j.format.FloatValues;
import org.sparse4j.format.Values;
import org.sparse4j.io.SafetensorsFile;
import org.sparse4j.io.SafetensorsWriter;
import org.sparse4j.io.TensorInfo;

/** Tensors of a safetensors file that belong together, with checks of their types and shapes. */
final class Tensors {

  private static final ValueLayout.OfShort FILE_SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private Tensors() {}

  /** Returns a tensor of a number of dimensions. */
  static TensorInfo info(String where, SafetensorsFile file, String name, int dimensions)
      throws IOException {
    if (!file.contains(name)) {
      throw Broken.in(where, "a tensor " + Broken.quote(name), "none of that name");
    }
    TensorInfo info = file.info(name);
    if (info.shape().size() != dimensions) {
      throw wrong(where, info, dimensions + " dimensions", "shape " + info.shape());
    }
    return info;
  }

  static IOException wrong(String where, TensorInfo info, String expected, String found) {
    return Broken.at(where, info.offset(), expected + " for " + Broken.quote(info.name()), found);
  }

  static void requireShape(String where, TensorInfo info, Long... sizes) throws IOException {
    if (!info.shape().equals(List.of(sizes))) {
      throw wrong(where, info, "shape " + List.of(sizes), String.valueOf(info.shape()));
    }
  }

  /** Copies I64 or I32 numbers. */
  static long[] longs(String where, SafetensorsFile file, TensorInfo info) throws IOException {
    ElementType type = ElementType.named(info.dtype());
    if (type != ElementType.I64 && type != ElementType.I32) {
      throw wrong(where, info, "I64 or I32", info.dtype());
    }
    Broken.requireHeap(where, Broken.quote(info.name()), info.elements(), 8);
    MemorySegment data = file.segment(info.name());
    long[] numbers = new long[(int) info.elements()];
    for (int k = 0; k < numbers.length; k++) {
      numbers[k] = type.integer(data, ByteOrder.LITTLE_ENDIAN, k);
    }
    return numbers;
  }

  /** Copies I64 or I32 numbers that must be between 0 and a limit. */
  static int[] indices(String where, SafetensorsFile file, TensorInfo info, long limit)
      throws IOException {
    long[] wide = longs(where, file, info);
    int[] indices = new int[wide.length];
    for (int k = 0; k < wide.length; k++) {
      if (wide[k] < 0 || wide[k] > limit) {
        throw wrong(where, info, "between 0 and " + limit + " at " + k, String.valueOf(wide[k]));
      }
      indices[k] = (int) wide[k];
    }
    return indices;
  }

  /** Copies bytes of type U8. */
  static byte[] bytes(String where, SafetensorsFile file, TensorInfo info) throws IOException {
    if (!info.dtype().equals("U8")) {
      throw wrong(where, info, "U8", info.dtype());
    }
    Broken.requireHeap(where, Broken.quote(info.name()), info.elements(), 1);
    return file.segment(info.name()).toArray(ValueLayout.JAVA_BYTE);
  }

  /** Copies real numbers: BF16 as they are, all others as float32. */
  static Values values(String where, SafetensorsFile file, TensorInfo info) throws IOException {
    ElementType type = ElementType.named(info.dtype());
    if (type != ElementType.F32
        && type != ElementType.F64
        && type != ElementType.F16
        && type != ElementType.BF16) {
      throw wrong(where, info, "F32, F64, F16 or BF16", info.dtype());
    }
    Broken.requireHeap(where, Broken.quote(info.name()), info.elements(), 4);
    MemorySegment data = file.segment(info.name());
    if (type == ElementType.BF16) {
      return Bf16Values.wrap(data.toArray(FILE_SHORT));
    }
    float[] numbers = new float[(int) info.elements()];
    type.copy(data, ByteOrder.LITTLE_ENDIAN, 0, numbers, 0, numbers.length);
    return FloatValues.wrap(numbers);
  }

  /** Adds values of F32 or BF16. */
  static void add(SafetensorsWriter writer, String name, Values values, Long... shape) {
    List<Long> sizes = List.of(shape);
    if (values instanceof FloatValues floats) {
      writer.add(name, "F32", sizes, MemorySegment.ofArray(floats.array()));
    } else if (values instanceof Bf16Values halves) {
      writer.add(name, "BF16", sizes, MemorySegment.ofArray(halves.bits()));
    } else {
      throw new IllegalArgumentException(
          "SafetensorsWriter: values of "
              + Broken.quote(name)
              + " must be F32 or BF16, they are "
              + values.dtype()
              + "; matrix.to(DType.F32) turns them into floats");
    }
  }
}
