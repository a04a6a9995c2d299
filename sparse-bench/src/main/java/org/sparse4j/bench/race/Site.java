package org.sparse4j.bench.race;

import java.nio.file.Path;

/**
 * Where an opponent plays.
 *
 * @param name what to call it: its own name, or the one its user gave it
 * @param folder folder of its native libraries; for a library that the user built, its file
 * @param threads threads it may use
 * @param scalar whether our scalar kernels take part where we have better ones
 */
public record Site(String name, Path folder, int threads, boolean scalar) {

  /**
   * A site with our scalar kernels.
   *
   * @param name what to call it: its own name, or the one its user gave it
   * @param folder folder of its native libraries; for a library that the user built, its file
   * @param threads threads it may use
   */
  public Site(String name, Path folder, int threads) {
    this(name, folder, threads, true);
  }
}
