package org.sparse4j.bench.peers;

import java.util.List;
import org.sparse4j.bench.race.Contender;
import org.sparse4j.bench.race.Opponent;
import org.sparse4j.bench.race.Problem;
import org.sparse4j.bench.race.Site;

/** EJML, plain Java: float products with a column-compressed matrix, and dense ones. One thread. */
public final class Ejml implements Opponent {
  /** Loads nothing yet. */
  public Ejml() {}

  @Override
  public String name() {
    return "ejml";
  }

  @Override
  public List<Contender> contenders(Problem problem, Site site) {
    return EjmlProducts.of(problem);
  }
}
