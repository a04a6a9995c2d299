package org.sparse4j.kernels.planner;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.DenseVector;
import org.sparse4j.format.DenseView;
import org.sparse4j.format.SparseMatrix;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.execution.PartBody;
import org.sparse4j.kernels.execution.Threads;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.Operation;
import org.sparse4j.kernels.spi.SpeedProbe;
import org.sparse4j.memory.Memory;

/** One race of products of a matrix, with the probes of both ceilings among the contenders. */
final class Measurement {

  private static final int CHAIN = 4096;
  private static final int LONGEST_ROW = 16_384;
  private static final long LEAST_BYTES = 64L << 10;
  private static final long MOST_BYTES = 128L << 20;

  /** Keeps the compiler from dropping the reads. */
  private static volatile float sink;

  private final Kernels kernels;
  private final SparseMatrix matrix;
  private final Operation operation;
  private final int n;
  private final Threads threads;

  Measurement(Kernels kernels, SparseMatrix matrix, Operation operation, int n, Threads threads) {
    this.kernels = kernels;
    this.matrix = matrix;
    this.operation = operation;
    this.n = n;
    this.threads = threads;
  }

  /** Adds times to the candidates, one a product. */
  Findings of(List<Product> products, List<Candidate> candidates, long nanos) {
    long start = System.nanoTime();
    try (Memory.Scope scope = Memory.scope()) {
      Workspace workspace = Workspace.on(threads);
      List<Runnable> calls = calls(products, workspace, scope);
      int parts = threads.count();
      SpeedProbe probe = kernels.probe();
      PartBody chains = part -> sink = probe.multiplyAdds(CHAIN);
      // What the smallest candidate moves: a faster level of memory than others have is still a
      // bound for them.
      DenseMatrix memory = memory(scope, candidates);
      PartBody reads =
          part ->
              sink =
                  probe.read(
                      memory,
                      (int) ((long) memory.rows() * part / parts),
                      (int) ((long) memory.rows() * (part + 1) / parts));
      List<Runnable> probes =
          List.of(() -> threads.run(parts, chains), () -> threads.run(parts, reads));
      double flops = (double) parts * probe.flopsPerStep() * CHAIN;
      double bytes = 4.0 * memory.rows() * memory.columns();
      double first = 1e9 * flops / Race.compiled(probes.getFirst(), nanos / 4);
      double second = 1e9 * bytes / Race.compiled(probes.getLast(), nanos / 8);
      double[] bounds =
          candidates.stream()
              .mapToDouble(c -> 1e9 * c.info().rooflineSeconds(first, second))
              .toArray();
      long left = Math.max(nanos / 2, nanos - (System.nanoTime() - start));
      List<Race.Lane> lanes = Race.run(calls, bounds, probes, left);
      double peak = 1e6 * flops / lanes.get(calls.size()).best();
      double bandwidth = 1e6 * bytes / lanes.get(calls.size() + 1).best();
      List<Candidate> measured = new ArrayList<>();
      for (int c = 0; c < calls.size(); c++) {
        Candidate candidate = candidates.get(c);
        Race.Lane lane = lanes.get(c);
        Candidate.Timing timing =
            new Candidate.Timing(
                lane.median(),
                lane.low(),
                lane.high(),
                1e6 * candidate.info().rooflineSeconds(peak, bandwidth));
        measured.add(
            new Candidate(
                candidate.format(), candidate.info(), candidate.estimate(), Optional.of(timing)));
      }
      return new Findings(measured, peak, bandwidth);
    }
  }

  private static DenseMatrix memory(Memory memory, List<Candidate> candidates) {
    long least = candidates.stream().mapToLong(c -> c.info().bytes()).min().orElse(0);
    long floats = Math.clamp(least, LEAST_BYTES, MOST_BYTES) / 4;
    int rows = (int) Math.ceilDiv(floats, LONGEST_ROW);
    DenseMatrix full = DenseMatrix.zeros(memory, rows, (int) (floats / rows / 64 * 64));
    // Untouched pages may all be one page of zeros.
    full.fill(1);
    return full;
  }

  private List<Runnable> calls(List<Product> products, Workspace workspace, Memory memory) {
    List<Runnable> calls = new ArrayList<>();
    switch (operation) {
      case SPMV -> {
        DenseVector x = DenseVector.zeros(memory, matrix.columns());
        DenseVector y = DenseVector.zeros(memory, matrix.rows());
        fill(x.asRow());
        products.forEach(product -> calls.add(() -> product.run(workspace, x, y)));
      }
      case LINEAR -> {
        DenseMatrix x = DenseMatrix.zeros(memory, n, matrix.columns());
        DenseMatrix y = DenseMatrix.zeros(memory, n, matrix.rows());
        fill(x);
        DenseView view = x.view();
        products.forEach(product -> calls.add(() -> product.run(workspace, view, y)));
      }
      default -> {
        DenseMatrix x = DenseMatrix.zeros(memory, matrix.columns(), n);
        DenseMatrix y = DenseMatrix.zeros(memory, matrix.rows(), n);
        fill(x);
        products.forEach(product -> calls.add(() -> product.run(workspace, x, y)));
      }
    }
    return calls;
  }

  private static void fill(DenseMatrix x) {
    SplittableRandom random = new SplittableRandom(1);
    float[] row = new float[x.columns()];
    for (int i = 0; i < x.rows(); i++) {
      for (int j = 0; j < row.length; j++) {
        row[j] = (float) random.nextDouble(-1, 1);
      }
      x.setRow(i, row, 0);
    }
  }
}
