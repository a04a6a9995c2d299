package org.sparse4j.bench.peers;

import java.util.List;
import org.sparse4j.bench.race.Contender;
import org.sparse4j.bench.race.Entry;
import org.sparse4j.bench.race.Opponent;
import org.sparse4j.bench.race.Problem;
import org.sparse4j.bench.race.Role;
import org.sparse4j.bench.race.Site;
import org.sparse4j.bench.race.StepProblem;

/**
 * ND4J, {@code mmuli} on its native back end with a current OpenBLAS in place of the bundled one.
 * In a process of its own; threads are set by {@code OMP_NUM_THREADS}.
 */
public final class Nd4jLibrary implements Opponent {
  /** Loads nothing yet. */
  public Nd4jLibrary() {}

  @Override
  public String name() {
    return "nd4j";
  }

  @Override
  public List<Contender> contenders(Problem problem, Site site) {
    return Nd4jProducts.of(problem, contestant(), coreType());
  }

  @Override
  public List<Contender> steps(StepProblem problem, Site site) {
    Nd4jStep step = new Nd4jStep(problem);
    Entry entry =
        new Entry(
            contestant(),
            "hand-written loop" + coreType(),
            Role.DENSE,
            "dense",
            0,
            problem.flops(false),
            0);
    return List.of(problem.contender(entry, false, step::run, step::weight));
  }

  private String contestant() {
    return coreType().isEmpty() ? name() : name() + "-haswell";
  }

  /** Which kernels OpenBLAS was told to use, if it was told. */
  private static String coreType() {
    String core = System.getenv("OPENBLAS_CORETYPE");
    return core == null ? "" : ", OPENBLAS_CORETYPE=" + core;
  }
}
