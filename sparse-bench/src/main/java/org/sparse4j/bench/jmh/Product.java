package org.sparse4j.bench.jmh;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.sparse4j.bench.race.Contender;
import org.sparse4j.bench.race.Opponent;
import org.sparse4j.bench.race.Problem;
import org.sparse4j.bench.race.RaceOperation;
import org.sparse4j.bench.race.RaceSpec;
import org.sparse4j.bench.race.Site;

/** One product, one contestant: the state and the call that all benchmarks share. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(3)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public abstract class Product {
  /** Who computes. */
  @Param({"sparse4j-vector", "sparse4j-scalar", "onednn", "openblas", "ejml"})
  public String contender = "";

  /** Rows and columns of the weights. */
  @Param({"768x768", "3072x768"})
  public String shape = "";

  private Optional<Problem> problem = Optional.empty();
  private Runnable body = () -> {};

  /** For the benchmarks. */
  protected Product() {}

  /**
   * The race this is.
   *
   * @return operands
   */
  protected abstract RaceSpec spec();

  /** Draws the operands, finds the contestant and checks its result. */
  @Setup(Level.Trial)
  public void prepare() {
    Problem operands = new Problem(spec());
    problem = Optional.of(operands);
    String library = contender.replaceFirst("-.*", "");
    Path base = Path.of(System.getProperty("sparse4j.peers", "lib/peers"), library);
    Path natives = base.resolve("native");
    Site site = new Site(library, Files.isDirectory(natives) ? natives : base, 1);
    for (Opponent opponent : ServiceLoader.load(Opponent.class, Product.class.getClassLoader())) {
      if (opponent.name().equals(library)) {
        for (Contender candidate : opponent.contenders(operands, site)) {
          if (candidate.entry().name().equals(contender)) {
            candidate
                .check()
                .get()
                .ifPresent(wrong -> {
                  throw new IllegalStateException(contender + ": " + wrong);
                });
            body = candidate.body();
            return;
          }
        }
      }
    }
    throw new IllegalStateException(contender + " does not offer " + spec().label());
  }

  /** Frees the operands. */
  @TearDown(Level.Trial)
  public void release() {
    problem.ifPresent(Problem::close);
  }

  /** The product, once. */
  @Benchmark
  public void product() {
    body.run();
  }

  /**
   * A race in one thread.
   *
   * @param operation operation
   * @param n samples
   * @param sparsity share of weights left out
   * @return the race
   */
  protected final RaceSpec spec(RaceOperation operation, int n, double sparsity) {
    return new RaceSpec(operation, operation.isDense() ? "dense" : "csr", shape, n, sparsity, 1);
  }
}
