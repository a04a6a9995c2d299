package org.sparse4j.bench.race;

/**
 * What is known of a contestant before it runs.
 *
 * @param name contestant as rows name it, for example {@code onednn}
 * @param kernel routine and layout it uses
 * @param role what it is compared as
 * @param format storage of its weights where that differs from the race's, else empty
 * @param sparsity share of weights it leaves out where that differs from the race's, else negative
 * @param flops floating-point operations of one call, counting only those the contestant performs
 * @param vectorBits width of its vectors, 0 if unknown
 * @param bytes bytes one call must move at least, 0 if unknown
 * @param bandwidth bytes a second that one thread of its process can read, 0 if unknown
 */
public record Entry(
    String name,
    String kernel,
    Role role,
    String format,
    double sparsity,
    double flops,
    int vectorBits,
    long bytes,
    double bandwidth) {

  /**
   * An entry that does not say what it moves.
   *
   * @param name contestant as rows name it, for example {@code onednn}
   * @param kernel routine and layout it uses
   * @param role what it is compared as
   * @param format storage of its weights where that differs from the race's, else empty
   * @param sparsity share of weights it leaves out where that differs from the race's, else
   *     negative
   * @param flops floating-point operations of one call, counting only those the contestant performs
   * @param vectorBits width of its vectors, 0 if unknown
   */
  public Entry(
      String name,
      String kernel,
      Role role,
      String format,
      double sparsity,
      double flops,
      int vectorBits) {
    this(name, kernel, role, format, sparsity, flops, vectorBits, 0, 0);
  }

  /** Ends the name of our contestant that uses one thread in a race of several. */
  public static final String ONE_THREAD = "-one-thread";

  /** Ends the name of our contestant with float32 weights in a race of narrow ones. */
  public static final String WIDE = "-f32";

  /**
   * An entry that keeps the race's format and sparsity, of unknown vector width.
   *
   * @param name contestant
   * @param kernel routine and layout
   * @param role what it is compared as
   * @param flops operations of one call
   * @return the entry
   */
  public static Entry of(String name, String kernel, Role role, double flops) {
    return new Entry(name, kernel, role, "", -1, flops, 0);
  }

  /**
   * Threads the contestant uses in a race.
   *
   * @param race threads of the race
   * @return 1 for the probe and for a contestant kept to one, else those of the race
   */
  int threads(int race) {
    return role == Role.PROBE || name.endsWith(ONE_THREAD) ? 1 : race;
  }
}
