package org.sparse4j.bench.race;

import java.util.Optional;
import java.util.function.Supplier;

/**
 * A contestant in this process: its entry, the call that is timed, and the check it has to pass
 * first.
 *
 * @param entry name, kernel, role and operations per call
 * @param body one call; may be run any number of times
 * @param check runs the body and compares its result with a reference: what is wrong, or empty
 */
public record Contender(Entry entry, Runnable body, Supplier<Optional<String>> check) {

  /**
   * A contestant of our own with nothing to check.
   *
   * @param name contestant
   * @param flops operations of one call
   * @param body one call
   * @return the contestant
   */
  public static Contender of(String name, double flops, Runnable body) {
    return new Contender(Entry.of(name, "", Role.OWN, flops), body, Optional::empty);
  }
}
