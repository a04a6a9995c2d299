package org.sparse4j.kernels.planner;

import java.util.Locale;
import org.sparse4j.format.SparseMatrix;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.operation.Epilogue;
import org.sparse4j.kernels.operation.Operation;
import org.sparse4j.kernels.processor.Processor;

/**
 * What a measured choice holds for: any difference asks for a new measurement.
 *
 * @param machine processor, cores, Java, register width, edition of the kernels and what properties
 *     ask of them
 * @param provider name of the kernels
 * @param operation label of the product
 * @param epilogue what is fused
 * @param matrix shape, stored format and type of values
 * @param nnz stored positions
 * @param fingerprint hash of the positions
 * @param n number of samples
 * @param threads number of threads
 */
record PlanKey(
    String machine,
    String provider,
    String operation,
    String epilogue,
    String matrix,
    long nnz,
    String fingerprint,
    int n,
    int threads) {

  /** To be raised when kernels become faster, so that old measurements do not choose for them. */
  private static final int KERNELS = 2;

  static PlanKey of(
      Kernels kernels,
      SparseMatrix matrix,
      Operation operation,
      Epilogue epilogue,
      int n,
      int threads) {
    return new PlanKey(
        machine(kernels),
        kernels.provider(),
        operation.label(),
        epilogue.toString(),
        matrix.rows()
            + "x"
            + matrix.columns()
            + " "
            + matrix.format()
            + " "
            + matrix.values().dtype(),
        matrix.nnz(),
        fingerprint(matrix),
        n,
        threads);
  }

  /** What a measured crossover holds for, with tabs between. */
  static String crossover(
      Kernels kernels, Operation operation, int rows, int columns, int n, int threads) {
    return String.join(
        "\t",
        machine(kernels),
        kernels.provider(),
        operation.label(),
        rows + "x" + columns,
        String.valueOf(n),
        String.valueOf(threads));
  }

  private static String machine(Kernels kernels) {
    return plain(
        Processor.current().description()
            + ", "
            + Runtime.getRuntime().availableProcessors()
            + " cores, "
            + System.getProperty("os.arch")
            + ", Java "
            + Runtime.version()
            + " "
            + System.getProperty("java.vm.name")
            + ", "
            + kernels.vectorBits()
            + " bits, kernels "
            + KERNELS
            + asked(Processor.CSR_VALUES));
  }

  /** What a property asks kernels to be, which makes others of them; nothing by default. */
  private static String asked(String property) {
    String value = System.getProperty(property, "auto").toLowerCase(Locale.ROOT);
    return value.equals("auto") ? "" : ", " + property + " " + value;
  }

  /** A field of a line: no tabs or line breaks. */
  static String plain(String text) {
    return text.replaceAll("\\p{Cntrl}", " ");
  }

  private static String fingerprint(SparseMatrix matrix) {
    long[] hash = {1};
    matrix
        .pattern()
        .forEach((index, row, column) -> hash[0] = mix(hash[0] ^ ((long) row << 32 | column)));
    return String.format(Locale.ROOT, "%016x", hash[0]);
  }

  /** The finalizer of MurmurHash3 (Appleby, 2011, public domain): a bijection. */
  private static long mix(long z) {
    z = (z ^ (z >>> 33)) * 0xff51afd7ed558ccdL;
    z = (z ^ (z >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return (z ^ (z >>> 33)) + 0x9e3779b97f4a7c15L;
  }
}
