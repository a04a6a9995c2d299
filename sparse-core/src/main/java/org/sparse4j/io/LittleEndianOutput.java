package org.sparse4j.io;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Gathers numbers as packed little-endian bytes and passes them on in large pieces. */
final class LittleEndianOutput {

  /** Large enough to make system calls rare, small enough to stay in the cache. */
  private static final int CAPACITY = 1 << 17;

  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
  private static final ValueLayout.OfShort FILE_SHORT = SHORT.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt FILE_INT = INT.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong FILE_LONG = LONG.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** Takes all bytes of a buffer. */
  @FunctionalInterface
  interface Sink {
    void accept(ByteBuffer bytes) throws IOException;
  }

  private final Sink sink;
  private final byte[] bytes;
  private final MemorySegment staging;
  private int filled;

  /**
   * Starts with nothing gathered.
   *
   * @param sink takes the bytes
   * @param expected number of bytes that will come, as far as known: less is gathered for few
   */
  LittleEndianOutput(Sink sink, long expected) {
    this.sink = sink;
    this.bytes = new byte[Math.clamp(expected, Long.BYTES, CAPACITY)];
    this.staging = MemorySegment.ofArray(bytes);
  }

  /**
   * Adds numbers of a tensor, row by row without the padding between rows.
   *
   * <p>Numbers move as bit patterns, so that every NaN keeps its payload.
   */
  void write(TensorData data) throws IOException {
    int size = data.elementBytes();
    for (long row = 0; row < data.rows(); row++) {
      long from = row * data.stride() * size;
      for (long left = data.columns(); left > 0; ) {
        if (bytes.length - filled < size) {
          flush();
        }
        long count = Math.min(left, (bytes.length - filled) / size);
        switch (size) {
          case 2 ->
              MemorySegment.copy(data.memory(), SHORT, from, staging, FILE_SHORT, filled, count);
          case 4 -> MemorySegment.copy(data.memory(), INT, from, staging, FILE_INT, filled, count);
          case 8 ->
              MemorySegment.copy(data.memory(), LONG, from, staging, FILE_LONG, filled, count);
          default -> MemorySegment.copy(data.memory(), from, staging, filled, count * size);
        }
        filled += Math.toIntExact(count * size);
        from += count * size;
        left -= count;
      }
    }
  }

  /** Passes on what is gathered; to be called at the end. */
  void flush() throws IOException {
    sink.accept(ByteBuffer.wrap(bytes, 0, filled));
    filled = 0;
  }
}
