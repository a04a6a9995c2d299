package org.sparse4j.kernels.vector;

import java.util.Locale;
import org.sparse4j.kernels.processor.Processor;

/**
 * Where the register tiles of {@code csr-quads} broadcast values from, and with it how many vectors
 * of Y a tile holds. Finite sums are the same, bit for bit.
 */
enum QuadValues {
  /**
   * From general registers, two of a word each; tiles of {@link CsrTiles}. Spares a load for each
   * value, which is what processors need that load one 512-bit vector a cycle (Zen 4).
   */
  REGISTERS,

  /**
   * From memory; tiles of {@link CsrMemoryTiles}. Spares instructions and the port that moves
   * general registers into vectors, which Intel's processors multiply on as well.
   */
  MEMORY;

  /** Asks for one or the other; {@code auto}, the default, goes by the processor. */
  static final String PROPERTY = "sparse4j.csr.values";

  /** What the property asks for; throws if it is none of the three. */
  static QuadValues chosen() {
    String wanted = System.getProperty(PROPERTY, "auto").toLowerCase(Locale.ROOT);
    return switch (wanted) {
      case "auto" -> suiting(Processor.current());
      case "registers" -> REGISTERS;
      case "memory" -> MEMORY;
      default ->
          throw new IllegalStateException(
              "Sparse4J kernels: -D"
                  + PROPERTY
                  + " must be auto, registers or memory, got "
                  + wanted);
    };
  }

  /** Memory where that was measured to be faster, on Intel's. */
  static QuadValues suiting(Processor processor) {
    return processor.intel() ? MEMORY : REGISTERS;
  }
}
