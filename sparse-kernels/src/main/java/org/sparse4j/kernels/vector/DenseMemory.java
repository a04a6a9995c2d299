package org.sparse4j.kernels.vector;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * What all dense kernels share: one segment over the whole address space, and the masks that make
 * its bounds checks vanish.
 *
 * <p>An access to {@link #ALL} compares the address with the end of the segment. In a counted loop
 * C2 rewrites such a check of a 64-bit index into some twenty instructions an access (25 of 200
 * GFLOP/s were left in the 6x64 product). An address of the form {@code (base & ADDRESS) + (offset
 * & OFFSET)} carries its range in its type, so the check folds away when the method is parsed; the
 * masking of the base moves out of the loop and that of a loop counter costs one instruction at
 * most.
 */
final class DenseMemory {

  /** Everything. Valid for any native memory that its owner keeps alive. */
  static final MemorySegment ALL = NativeMemory.ALL;

  /** Keeps every bit of a user-space address. */
  static final long ADDRESS = (1L << 56) - 1;

  /** Keeps every bit of a non-negative loop counter. */
  static final int OFFSET = Integer.MAX_VALUE;

  static final ByteOrder ORDER = ByteOrder.nativeOrder();

  /** Unaligned: the aligned layout checks the address a second time. */
  static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

  private DenseMemory() {}

  static float get(long address) {
    return ALL.get(FLOAT, address & ADDRESS);
  }

  static void set(long address, float value) {
    ALL.set(FLOAT, address & ADDRESS, value);
  }
}
