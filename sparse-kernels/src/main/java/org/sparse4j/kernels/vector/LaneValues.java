package org.sparse4j.kernels.vector;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.sparse4j.format.Values;
import org.sparse4j.memory.Memory;

/**
 * The values of {@link SharedRows} in native memory: they are loaded as vectors, and those of the
 * heap would split cache lines.
 */
final class LaneValues {

  private final SharedRows shared;
  private final MemorySegment values;

  /** The scales of bytes. */
  private final MemorySegment scales;

  /**
   * Makes room for the values of a layout; {@link #refresh} brings them.
   *
   * @param shared rows as tall as a vector
   */
  LaneValues(SharedRows shared) {
    this.shared = shared;
    PackedValues packed = shared.packed();
    values = Memory.auto().allocate((long) packed.dtype.bytes() * shared.sources.length);
    scales = Memory.auto().allocate(4L * packed.scales.length);
  }

  /** The address of the values, a multiple of 64. */
  long values() {
    return values.address();
  }

  /** The address of the scales of bytes, a vector a tile, a multiple of 64. */
  long scales() {
    return scales.address();
  }

  /**
   * Copies values; allocates nothing from the second time on.
   *
   * @param changed values in the caller's order
   */
  void refresh(Values changed) {
    shared.refresh(changed);
    PackedValues packed = shared.packed();
    int length = shared.sources.length;
    switch (packed.dtype) {
      case F32 -> MemorySegment.copy(packed.numbers, 0, values, ValueLayout.JAVA_FLOAT, 0, length);
      case BF16 -> MemorySegment.copy(packed.halves, 0, values, ValueLayout.JAVA_SHORT, 0, length);
      case I8 -> {
        MemorySegment.copy(packed.codes, 0, values, ValueLayout.JAVA_BYTE, 0, length);
        int count = packed.scales.length;
        MemorySegment.copy(packed.scales, 0, scales, ValueLayout.JAVA_FLOAT, 0, count);
      }
    }
  }
}
