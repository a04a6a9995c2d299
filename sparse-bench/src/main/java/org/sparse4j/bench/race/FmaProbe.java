package org.sparse4j.bench.race;

import java.lang.reflect.InvocationTargetException;
import java.util.function.Supplier;

/** The contestant that measures how many multiply-adds one core can do at the moment. */
final class FmaProbe {
  /** Name in the rows. */
  static final String NAME = "fma-probe";

  /** Why there is no probe, in the words a row shows. */
  static final String ABSENT =
      "no probe: jdk.incubator.vector is not available; start Java with --add-modules"
          + " jdk.incubator.vector";

  private FmaProbe() {}

  /** Whether this JVM was started with the incubator module. */
  static boolean isAvailable() {
    return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
  }

  /** The probe; only to be called where {@link #isAvailable()} holds. */
  static Contender create() {
    // By name: the class mentions vector types, and without the module it must not be linked.
    try {
      Object supplier =
          Class.forName("org.sparse4j.bench.race.VectorPeak")
              .getDeclaredConstructor()
              .newInstance();
      return (Contender) ((Supplier<?>) supplier).get();
    } catch (InvocationTargetException failure) {
      throw new IllegalStateException("probe: " + failure.getCause(), failure);
    } catch (ReflectiveOperationException failure) {
      throw new IllegalStateException("probe: " + failure, failure);
    }
  }
}
