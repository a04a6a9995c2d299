package org.sparse4j.bench.peers;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;
import org.sparse4j.bench.race.Contender;
import org.sparse4j.bench.race.Entry;
import org.sparse4j.bench.race.Opponent;
import org.sparse4j.bench.race.Problem;
import org.sparse4j.bench.race.Role;
import org.sparse4j.bench.race.Site;

/**
 * Intel's oneDNN, {@code dnnl_sgemm}: on most processors the fastest dense product there is.
 * Threads are set by {@code OMP_NUM_THREADS} when its process starts.
 */
public final class OneDnn implements Opponent {
  private static final FunctionDescriptor SGEMM =
      FunctionDescriptor.of(
          JAVA_INT,
          JAVA_BYTE,
          JAVA_BYTE,
          JAVA_LONG,
          JAVA_LONG,
          JAVA_LONG,
          JAVA_FLOAT,
          ADDRESS,
          JAVA_LONG,
          ADDRESS,
          JAVA_LONG,
          JAVA_FLOAT,
          ADDRESS,
          JAVA_LONG);

  /** Loads nothing yet. */
  public OneDnn() {}

  @Override
  public String name() {
    return "onednn";
  }

  @Override
  public List<Contender> contenders(Problem problem, Site site) {
    MethodHandle sgemm =
        NativeLibrary.load(site.folder(), "libdnnl.").function("dnnl_sgemm", SGEMM);
    List<Contender> contenders = new ArrayList<>();
    for (DenseForm form : DenseForm.of(problem)) {
      MemorySegment result = problem.result(form.rows() * form.columns());
      String name = form.name(name(), contenders.isEmpty());
      Entry entry =
          Entry.of(name, "dnnl_sgemm, " + form.layout(), Role.DENSE, problem.denseFlops());
      Runnable body =
          call(sgemm, form, problem.segment(form.a()), problem.segment(form.b()), result);
      contenders.add(
          problem.contender(
              entry,
              body,
              (row, column) -> result.getAtIndex(JAVA_FLOAT, form.index(row, column))));
    }
    return contenders;
  }

  private static Runnable call(
      MethodHandle sgemm, DenseForm form, MemorySegment a, MemorySegment b, MemorySegment c) {
    byte transposeA = (byte) (form.transposeA() ? 'T' : 'N');
    byte transposeB = (byte) (form.transposeB() ? 'T' : 'N');
    long rows = form.rows();
    long columns = form.columns();
    long inner = form.inner();
    long strideA = form.strideA();
    long strideB = form.strideB();
    return () -> {
      int status;
      try {
        status =
            (int)
                sgemm.invokeExact(
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
      if (status != 0) {
        throw new IllegalStateException("dnnl_sgemm: status " + status);
      }
    };
  }
}
