package org.sparse4j.kernels.vector;

import java.util.Locale;
import org.sparse4j.kernels.processor.Processor;
import org.sparse4j.kernels.processor.Processor.Vendor;

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
  MEMORY,

  /**
   * From the lanes of a vector of four, loaded at once; tiles of {@link CsrLaneTiles}. Spares loads
   * where permutes are free, with 512 bits on Zen 5.
   */
  LANES;

  /** Asks for one of them; {@code auto}, the default, goes by the processor. */
  static final String PROPERTY = Processor.CSR_VALUES;

  /** Samples that are a single vector of 512 bits. */
  private static final int SINGLE = 16;

  /**
   * What the property asks for; throws if it is none of the four words.
   *
   * @param batch samples that calls usually have
   * @return where values are to come from; never lanes unless vectors have 512 bits
   */
  static QuadValues chosen(int batch) {
    String wanted = System.getProperty(PROPERTY, "auto").toLowerCase(Locale.ROOT);
    int bits = CsrTiles.vectorBits();
    return switch (wanted) {
      case "auto" -> suiting(Processor.current(), bits, batch);
      case "registers" -> REGISTERS;
      case "memory" -> MEMORY;
      case "lanes" -> bits == 512 ? LANES : MEMORY;
      default ->
          throw new IllegalStateException(
              "Sparse4J kernels: -D"
                  + PROPERTY
                  + " must be auto, registers, memory or lanes, got "
                  + wanted);
    };
  }

  /**
   * What was measured to be fastest, or registers where nothing was.
   *
   * <p>On Zen 5 registers / memory / lanes took, in microseconds, for 768x768 at 80 %: with 128
   * samples of 512 bits 261 / 221 / 209, with 32 of them 64 / 58 / 54, with 16 of them 45 / 52 /
   * 77; with 128 of 256 bits 411 / 397 / -, of 128 bits 815 / 798 / -.
   */
  static QuadValues suiting(Processor processor, int bits, int batch) {
    if (processor.vendor() == Vendor.INTEL) {
      return MEMORY;
    }
    if (!processor.fromZen5() || (bits == 512 && batch <= SINGLE)) {
      return REGISTERS;
    }
    return bits == 512 ? LANES : MEMORY;
  }
}
