package org.sparse4j.train.initial;

import java.util.List;
import org.sparse4j.mask.Mask;
import org.sparse4j.train.traits.Granularity;

/**
 * Which positions a network starts with.
 *
 * <p>The interface is open. Implementations are immutable.
 */
@FunctionalInterface
public interface FirstMasks {

  /**
   * Chooses the first masks of all managed layers.
   *
   * @param probe the layers, and what can be found out about them
   * @return a mask for each layer, in the order of {@link Probe#targets()}
   */
  List<Mask> choose(Probe probe);

  /**
   * Returns what is kept or dropped as a whole.
   *
   * @return single weights unless overridden
   */
  default Granularity granularity() {
    return Granularity.UNSTRUCTURED;
  }
}
