package org.sparse4j.bench.peers;

import java.util.List;
import org.sparse4j.bench.race.Contender;
import org.sparse4j.bench.race.Opponent;
import org.sparse4j.bench.race.Problem;
import org.sparse4j.bench.race.Site;

/** ojAlgo, plain Java: products of compressed rows in fp64, the only ones it has. */
public final class OjAlgo implements Opponent {
  /** Loads nothing yet. */
  public OjAlgo() {}

  @Override
  public String name() {
    return "ojalgo";
  }

  @Override
  public List<Contender> contenders(Problem problem, Site site) {
    return OjAlgoProducts.of(problem, site.threads());
  }
}
