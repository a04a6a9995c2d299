package org.sparse4j.io;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Copies tensors of a file into arrays, for readers that have looked at type and shape. */
final class TensorArrays {

  static final ValueLayout.OfFloat FILE_FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfInt FILE_INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfLong FILE_LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort FILE_SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfChar FILE_CHAR =
      ValueLayout.JAVA_CHAR_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final SafetensorsFile file;
  private final String where;

  TensorArrays(SafetensorsFile file, String where) {
    this.file = file;
    this.where = where;
  }

  float[] floats(TensorInfo info) throws IOException {
    return data(info).toArray(FILE_FLOAT);
  }

  int[] ints(TensorInfo info) throws IOException {
    return data(info).toArray(FILE_INT);
  }

  long[] longs(TensorInfo info) throws IOException {
    return data(info).toArray(FILE_LONG);
  }

  short[] shorts(TensorInfo info) throws IOException {
    return data(info).toArray(FILE_SHORT);
  }

  char[] chars(TensorInfo info) throws IOException {
    return data(info).toArray(FILE_CHAR);
  }

  byte[] bytes(TensorInfo info) throws IOException {
    return data(info).toArray(ValueLayout.JAVA_BYTE);
  }

  private MemorySegment data(TensorInfo info) throws IOException {
    if (info.elements() > SafetensorsFile.LONGEST_ARRAY) {
      throw Malformed.at(
          where,
          info.offset(),
          "at most "
              + SafetensorsFile.LONGEST_ARRAY
              + " elements for "
              + Malformed.quote(info.name()),
          String.valueOf(info.elements()));
    }
    Heap.require(where, Malformed.quote(info.name()), info.bytes());
    return file.data("matrix", info);
  }
}
