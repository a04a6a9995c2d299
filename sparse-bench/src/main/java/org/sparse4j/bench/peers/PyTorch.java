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
 * PyTorch through DJL, eager {@code matMul}. In a process of its own; threads are set by a system
 * property when it starts. Its sparse tensors are not raced: DJL offers no CSR, and its COO product
 * crashed.
 */
public final class PyTorch implements Opponent {
  /** Loads nothing yet. */
  public PyTorch() {}

  @Override
  public String name() {
    return "pytorch";
  }

  @Override
  public List<Contender> contenders(Problem problem, Site site) {
    return PyTorchProducts.of(problem, name());
  }

  @Override
  public List<Contender> steps(StepProblem problem, Site site) {
    PyTorchStep step = new PyTorchStep(problem);
    Entry entry =
        new Entry(
            name(), "eager autograd through DJL", Role.DENSE, "dense", 0, problem.flops(false), 0);
    return List.of(problem.contender(entry, false, step::run, step::weight));
  }
}
