package org.sparse4j.bench.peers;

import java.util.List;
import org.sparse4j.bench.race.Contender;
import org.sparse4j.bench.race.Opponent;
import org.sparse4j.bench.race.Problem;
import org.sparse4j.bench.race.Site;

/**
 * Smile, plain Java: compressed columns times a vector in fp64, the only product of a sparse and a
 * dense operand it has. One thread.
 */
public final class Smile implements Opponent {
  /** Loads nothing yet. */
  public Smile() {}

  @Override
  public String name() {
    return "smile";
  }

  @Override
  public List<Contender> contenders(Problem problem, Site site) {
    return SmileProducts.of(problem);
  }
}
