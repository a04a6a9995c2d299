package org.sparse4j.train.initial;

import java.util.ArrayList;
import java.util.List;
import org.sparse4j.mask.Mask;
import org.sparse4j.train.random.Streams;
import org.sparse4j.train.traits.Granularity;

/** Positions at random, independent of weights and data; no two layers share a stream. */
public final class RandomMasks implements FirstMasks {

  /**
   * Name under which {@link #constantFanIn()} leaves the wanted number of weights in the state of a
   * layer, before it was rounded to whole rows.
   */
  public static final String BUDGET = "first.budget";

  private enum Kind {
    EXACT,
    BERNOULLI,
    CONSTANT_FAN_IN
  }

  private static final RandomMasks EXACT = new RandomMasks(Kind.EXACT);
  private static final RandomMasks BERNOULLI = new RandomMasks(Kind.BERNOULLI);
  private static final RandomMasks CONSTANT_FAN_IN = new RandomMasks(Kind.CONSTANT_FAN_IN);

  private final Kind kind;

  private RandomMasks(Kind kind) {
    this.kind = kind;
  }

  /**
   * Every choice of exactly the wanted number of positions is equally likely.
   *
   * @return the choice that a sparsifier makes unless told otherwise
   */
  public static RandomMasks exact() {
    return EXACT;
  }

  /**
   * Every position is kept with a probability equal to the density, so counts vary: Liu, Chen,
   * Chen, Shen, Mocanu, Wang and Pechenizkiy, The unreasonable effectiveness of random pruning,
   * 2022 (arXiv 2202.02643).
   *
   * @return the choice
   */
  public static RandomMasks bernoulli() {
    return BERNOULLI;
  }

  /**
   * Every row keeps equally many positions, {@code stored / rows} rounded down: Lasby, Golubeva,
   * Evci, Nica and Ioannou, Dynamic sparse training with structured sparsity, 2024 (arXiv
   * 2305.02299).
   *
   * @return the choice
   */
  public static RandomMasks constantFanIn() {
    return CONSTANT_FAN_IN;
  }

  @Override
  public Granularity granularity() {
    return kind == Kind.CONSTANT_FAN_IN ? Granularity.FAN_IN : Granularity.UNSTRUCTURED;
  }

  @Override
  public List<Mask> choose(Probe probe) {
    List<Mask> masks = new ArrayList<>();
    for (int l = 0; l < probe.targets().size(); l++) {
      Target target = probe.targets().get(l);
      int rows = target.shape().rows();
      int columns = Math.toIntExact(target.shape().columns());
      masks.add(
          switch (kind) {
            case EXACT -> Mask.random(rows, columns, target.stored(), target.seed());
            case BERNOULLI -> {
              double density = (double) target.stored() / target.shape().size();
              yield Mask.of(
                  rows,
                  columns,
                  (i, j) -> Streams.uniform(target.seed(), (long) i * columns + j) < density);
            }
            case CONSTANT_FAN_IN -> {
              probe.remember(l, BUDGET, (double) target.stored());
              yield fanIn(rows, columns, target);
            }
          });
    }
    return List.copyOf(masks);
  }

  private static Mask fanIn(int rows, int columns, Target target) {
    Mask.Builder mask = Mask.builder(rows, columns);
    long count = target.stored() / rows;
    for (int i = 0; i < rows; i++) {
      Mask row = Mask.random(1, columns, count, Streams.derive(target.seed(), i));
      for (int j = row.next(0, 0); j >= 0; j = row.next(0, j + 1)) {
        mask.keep(i, j);
      }
    }
    return mask.build();
  }

  /** Returns the kind. */
  @Override
  public String toString() {
    return switch (kind) {
      case EXACT -> "random";
      case BERNOULLI -> "random, Bernoulli";
      case CONSTANT_FAN_IN -> "random, constant fan-in";
    };
  }
}
