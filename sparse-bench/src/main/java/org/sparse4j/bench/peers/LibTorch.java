package org.sparse4j.bench.peers;

import java.util.List;
import org.sparse4j.bench.race.Contender;
import org.sparse4j.bench.race.Opponent;
import org.sparse4j.bench.race.Problem;
import org.sparse4j.bench.race.Site;

/**
 * PyTorch's own library through JavaCPP: products with {@code sparse_csr_tensor}, built without
 * MKL, so with the kernels that are PyTorch's own. In a process of its own.
 */
public final class LibTorch implements Opponent {
  /** Loads nothing yet. */
  public LibTorch() {}

  @Override
  public String name() {
    return "libtorch";
  }

  @Override
  public List<Contender> contenders(Problem problem, Site site) {
    return LibTorchProducts.of(problem, site.threads());
  }
}
