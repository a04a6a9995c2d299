package org.sparse4j.train.update;

import java.util.ArrayList;
import java.util.List;
import org.sparse4j.format.CsrPattern;
import org.sparse4j.format.Remap;
import org.sparse4j.mask.Mask;
import org.sparse4j.train.layer.LayerShape;
import org.sparse4j.train.layer.LayerView;
import org.sparse4j.train.layer.NetworkView;
import org.sparse4j.train.saliency.Scope;
import org.sparse4j.train.schedule.Phases;

/**
 * Alternating compressed and decompressed training: where a sparse phase starts, the smallest
 * weights of the network go; where a dense phase starts, all positions come back with weights of 0.
 * Peste, Iofinova, Vladu and Alistarh, AC/DC, 2021 (arXiv 2106.12379), algorithm 1 and reference
 * code.
 *
 * <p>In sparse phases nothing is stored for pruned positions. At the start of a dense phase the
 * optimizer forgets everything, as in all published runs of the authors, unless {@link
 * #keepingMomentum()}; then kept weights keep their state and others start with 0, where the
 * reference code lets the state of pruned weights decay. Counts are exact, ties go to the earlier
 * layer and lower position, where the reference code keeps what exceeds a threshold strictly.
 *
 * <p>Give the sparsifier the same phases as updates and {@code Uniform.sparsity(0)}. Started
 * sparse, with phases of one dense start, it is sparse pre-training and dense fine-tuning
 * (Thangarasa and others, SPDF, 2023, arXiv 2303.10464).
 */
public final class AcDc implements UpdateRule {

  private final Phases phases;
  private final double sparsity;
  private final Scope scope;
  private final boolean forgets;

  private AcDc(Phases phases, double sparsity, Scope scope, boolean forgets) {
    this.phases = phases;
    this.sparsity = sparsity;
    this.scope = scope;
    this.forgets = forgets;
  }

  /**
   * Names phases and sparsity; magnitudes of all layers compete.
   *
   * @param phases when the network is sparse
   * @param sparsity dropped fraction in sparse phases, in [0, 1]
   * @return the rule
   * @throws IllegalArgumentException if {@code sparsity} is not in [0, 1]
   */
  public static AcDc of(Phases phases, double sparsity) {
    if (!(sparsity >= 0 && sparsity <= 1)) {
      throw new IllegalArgumentException(
          "AcDc: sparsity (" + sparsity + ") must be between 0 and 1");
    }
    return new AcDc(phases, sparsity, Scope.network(), true);
  }

  /**
   * Says where magnitudes compete.
   *
   * @param scope who competes
   * @return a new rule
   */
  public AcDc within(Scope scope) {
    return new AcDc(phases, sparsity, scope, forgets);
  }

  /**
   * Lets the optimizer remember what it knows of kept weights when a dense phase starts.
   *
   * @return a new rule
   */
  public AcDc keepingMomentum() {
    return new AcDc(phases, sparsity, scope, false);
  }

  @Override
  public Timing timing() {
    return Timing.AFTER_STEP;
  }

  @Override
  public boolean resetsOptimizer(UpdatePoint point) {
    return forgets && !phases.isSparse(point.step());
  }

  @Override
  public void requireFeasible(
      List<LayerShape> layers, long[] stored, Iterable<UpdatePoint> updates) {
    long[] positions = Positions.sizes(layers);
    long[] counts = layers.stream().mapToLong(this::kept).toArray();
    // A sparse phase chooses among what is stored, and that is everything after a dense one.
    long[] candidates = stored;
    for (UpdatePoint point : updates) {
      if (phases.isSparse(point.step())) {
        scope.requireRoom(counts, candidates, positions);
      } else {
        candidates = positions;
      }
    }
  }

  private long kept(LayerShape shape) {
    return shape.size() - shape.dropped(sparsity);
  }

  @Override
  public List<Change> update(NetworkView network, UpdatePoint point) {
    List<LayerView> layers = network.layers();
    List<Change> changes = new ArrayList<>();
    if (!phases.isSparse(point.step())) {
      for (LayerView layer : layers) {
        CsrPattern from = layer.pattern();
        CsrPattern full = CsrPattern.of(Mask.full(from.rows(), from.columns()));
        changes.add(Change.of(Remap.between(from, full)));
      }
      return changes;
    }
    List<int[]> kept =
        Positions.kept(
            scope, layers, this::kept, layer -> Positions.magnitudes(layer.weights().array()));
    for (int l = 0; l < kept.size(); l++) {
      CsrPattern from = layers.get(l).pattern();
      changes.add(Change.of(Remap.between(from, Positions.subset(from, kept.get(l)))));
    }
    return changes;
  }

  /** Returns the settings. */
  @Override
  public String toString() {
    return "AC/DC "
        + sparsity
        + ", "
        + phases
        + ", "
        + scope
        + (forgets ? "" : ", keeping momentum");
  }
}
