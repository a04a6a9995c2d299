package org.sparse4j.bench.check;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.LongConsumer;
import org.sparse4j.format.DType;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.operation.Operation;

/** Cases one after the other, each from a seed of its own, until time is over or one is wrong. */
final class CheckRun {
  private static final double NANOS = 1e9;

  /** Makes a case of a kind. */
  @FunctionalInterface
  private interface Kind {
    CheckCase draw(SplittableRandom random);
  }

  /**
   * What came out.
   *
   * @param cases how many were compared
   * @param seconds how long that took
   * @param kinds how many kinds of product were among them
   * @param allKinds how many there are
   * @param failure the first case that was wrong
   */
  record Result(long cases, double seconds, int kinds, int allKinds, Optional<WrongCase> failure) {}

  /**
   * A case that was wrong.
   *
   * @param seed its seed
   * @param text the case
   * @param message what was wrong
   */
  record WrongCase(long seed, String text, String message) {}

  private final Kernels kernels;
  private final List<Kind> kinds = kinds();

  CheckRun(Kernels kernels) {
    this.kernels = kernels;
  }

  private static List<Kind> kinds() {
    List<Kind> kinds = new ArrayList<>();
    for (CheckFormat format : CheckFormat.ALL) {
      for (Operation operation : Operation.values()) {
        for (DType dtype : DType.values()) {
          kinds.add(random -> new SparseCase(random, format, operation, dtype));
        }
      }
    }
    for (DenseCase.Product product : DenseCase.Product.values()) {
      kinds.add(random -> new DenseCase(random, product));
    }
    for (MaskCase.Rule rule : MaskCase.Rule.values()) {
      kinds.add(random -> new MaskCase(random, rule));
    }
    for (NoiseCase.Kind kind : NoiseCase.Kind.values()) {
      kinds.add(random -> new NoiseCase(random, kind));
    }
    kinds.add(SearchCase::new);
    for (OperatorCase.Kind kind : OperatorCase.Kind.values()) {
      kinds.add(random -> new OperatorCase(random, kind));
    }
    return kinds;
  }

  /** Draws the case of a seed. */
  CheckCase draw(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return kinds.get(random.nextInt(kinds.size())).draw(random);
  }

  /**
   * Runs the cases of the seeds from {@code seed} on.
   *
   * @param seed the first seed
   * @param most most cases
   * @param seconds when to stop, but not before one case
   * @param progress is told the nanoseconds that have passed
   * @return what came out
   */
  Result run(long seed, long most, double seconds, LongConsumer progress) {
    long start = System.nanoTime();
    Set<String> seen = new HashSet<>();
    long done = 0;
    Optional<WrongCase> failure = Optional.empty();
    try (Teams teams = new Teams(kernels)) {
      // At least one: a run that compared nothing must not end with "all right".
      while (done < most
          && (done == 0 || System.nanoTime() - start < seconds * NANOS)
          && failure.isEmpty()) {
        CheckCase next = draw(seed + done);
        try {
          next.run(teams);
        } catch (RuntimeException e) {
          failure = Optional.of(new WrongCase(seed + done, next.toString(), message(e)));
        }
        seen.add(next.kind());
        done++;
        progress.accept(System.nanoTime() - start);
      }
    }
    double passed = (System.nanoTime() - start) / NANOS;
    return new Result(done, passed, seen.size(), kinds.size(), failure);
  }

  private static String message(RuntimeException failure) {
    return failure instanceof Mismatch
        ? String.valueOf(failure.getMessage())
        : failure.getClass().getSimpleName() + ": " + failure.getMessage();
  }
}
