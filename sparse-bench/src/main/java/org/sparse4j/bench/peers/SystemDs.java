package org.sparse4j.bench.peers;

import java.util.List;
import org.sparse4j.bench.race.Contender;
import org.sparse4j.bench.race.Opponent;
import org.sparse4j.bench.race.Problem;
import org.sparse4j.bench.race.Site;

/**
 * Apache SystemDS, plain Java: its local product of a sparse and a dense matrix block in fp64, the
 * only type that one takes.
 */
public final class SystemDs implements Opponent {
  /** Loads nothing yet. */
  public SystemDs() {}

  @Override
  public String name() {
    return "systemds";
  }

  @Override
  public List<Contender> contenders(Problem problem, Site site) {
    return SystemDsProducts.of(problem, site.threads());
  }
}
