package org.sparse4j.bench.peers;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;
import org.sparse4j.bench.race.Contender;
import org.sparse4j.bench.race.Entry;
import org.sparse4j.bench.race.Opponent;
import org.sparse4j.bench.race.Problem;
import org.sparse4j.bench.race.RaceOperation;
import org.sparse4j.bench.race.Role;
import org.sparse4j.bench.race.Site;

/** OpenBLAS: {@code cblas_sgemm}, and {@code cblas_sgemv} for a single sample. */
public final class OpenBlas implements Opponent {
  private static final int ROW_MAJOR = 101;
  private static final int PLAIN = 111;
  private static final int TRANSPOSED = 112;

  private static final FunctionDescriptor SGEMM =
      FunctionDescriptor.ofVoid(
          JAVA_INT,
          JAVA_INT,
          JAVA_INT,
          JAVA_INT,
          JAVA_INT,
          JAVA_INT,
          JAVA_FLOAT,
          ADDRESS,
          JAVA_INT,
          ADDRESS,
          JAVA_INT,
          JAVA_FLOAT,
          ADDRESS,
          JAVA_INT);
  private static final FunctionDescriptor SGEMV =
      FunctionDescriptor.ofVoid(
          JAVA_INT,
          JAVA_INT,
          JAVA_INT,
          JAVA_INT,
          JAVA_FLOAT,
          ADDRESS,
          JAVA_INT,
          ADDRESS,
          JAVA_INT,
          JAVA_FLOAT,
          ADDRESS,
          JAVA_INT);

  /** Loads nothing yet. */
  public OpenBlas() {}

  @Override
  public String name() {
    return "openblas";
  }

  @Override
  public List<Contender> contenders(Problem problem, Site site) {
    NativeLibrary library = NativeLibrary.load(site.folder(), "libopenblas.");
    String core = library.text("openblas_get_corename"); // what it took this processor for
    limitThreads(library, site.threads());
    List<Contender> contenders = new ArrayList<>();
    if (problem.spec().operation() == RaceOperation.SPMV) {
      MemorySegment result = problem.result(problem.m());
      Runnable body =
          product(
              library.function("cblas_sgemv", SGEMV),
              problem.m(),
              problem.k(),
              problem.segment(problem.weights()),
              problem.segment(problem.inputs()),
              result);
      Entry entry = Entry.of(name(), "cblas_sgemv, " + core, Role.DENSE, problem.denseFlops());
      contenders.add(
          problem.contender(entry, body, (row, column) -> result.getAtIndex(JAVA_FLOAT, row)));
      return contenders;
    }
    MethodHandle sgemm = library.function("cblas_sgemm", SGEMM);
    for (DenseForm form : DenseForm.of(problem)) {
      MemorySegment result = problem.result(form.rows() * form.columns());
      String name = form.name(name(), contenders.isEmpty());
      Entry entry =
          Entry.of(
              name,
              "cblas_sgemm, " + core + ", " + form.layout(),
              Role.DENSE,
              problem.denseFlops());
      Runnable body =
          product(sgemm, form, problem.segment(form.a()), problem.segment(form.b()), result);
      contenders.add(
          problem.contender(
              entry,
              body,
              (row, column) -> result.getAtIndex(JAVA_FLOAT, form.index(row, column))));
    }
    return contenders;
  }

  private static void limitThreads(NativeLibrary library, int threads) {
    MethodHandle limit =
        library.function("openblas_set_num_threads", FunctionDescriptor.ofVoid(JAVA_INT));
    try {
      limit.invokeExact(threads);
    } catch (Throwable failure) {
      throw NativeLibrary.unexpected(failure);
    }
  }

  private static Runnable product(
      MethodHandle sgemm, DenseForm form, MemorySegment a, MemorySegment b, MemorySegment c) {
    int transposeA = form.transposeA() ? TRANSPOSED : PLAIN;
    int transposeB = form.transposeB() ? TRANSPOSED : PLAIN;
    int rows = form.rows();
    int columns = form.columns();
    int inner = form.inner();
    int strideA = form.strideA();
    int strideB = form.strideB();
    return () -> {
      try {
        sgemm.invokeExact(
            ROW_MAJOR,
            transposeA,
            transposeB,
            rows,
            columns,
            inner,
            1f,
            a,
            strideA,
            b,
            strideB,
            0f,
            c,
            columns);
      } catch (Throwable failure) {
        throw NativeLibrary.unexpected(failure);
      }
    };
  }

  private static Runnable product(
      MethodHandle sgemv, int m, int k, MemorySegment w, MemorySegment x, MemorySegment y) {
    return () -> {
      try {
        sgemv.invokeExact(ROW_MAJOR, PLAIN, m, k, 1f, w, k, x, 1, 0f, y, 1);
      } catch (Throwable failure) {
        throw NativeLibrary.unexpected(failure);
      }
    };
  }
}
