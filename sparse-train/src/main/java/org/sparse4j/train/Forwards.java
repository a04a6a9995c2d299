package org.sparse4j.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sparse4j.format.CsrPattern;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.mask.Structure;
import org.sparse4j.train.forward.ForwardPoint;
import org.sparse4j.train.forward.ForwardRule;
import org.sparse4j.train.parameter.DenseParameter;
import org.sparse4j.train.parameter.ForwardWeight;
import org.sparse4j.train.parameter.Parameter;
import org.sparse4j.train.traits.Aim;
import org.sparse4j.train.traits.Course;
import org.sparse4j.train.traits.Granularity;
import org.sparse4j.train.traits.Moment;
import org.sparse4j.train.traits.Motion;
import org.sparse4j.train.traits.Traits;

/** The weights of a model that follow rules: begins their steps, reports what flipped. */
final class Forwards {

  private final List<ForwardWeight> weights;

  private Forwards(List<ForwardWeight> weights) {
    this.weights = weights;
  }

  static Forwards of(List<? extends Parameter> parameters) {
    List<ForwardWeight> weights = new ArrayList<>();
    for (Parameter parameter : parameters) {
      if (parameter instanceof DenseParameter dense) {
        dense.forward().ifPresent(weights::add);
      }
    }
    return new Forwards(List.copyOf(weights));
  }

  List<ForwardWeight> weights() {
    return weights;
  }

  /** Begins a step; tells what became of the masks, if one was chosen. */
  @Nullable MaskUpdate begin(Kernels kernels, Workspace workspace, ForwardPoint point) {
    List<MaskUpdate.Layer> chosen = new ArrayList<>();
    long number = 0;
    for (int w = 0; w < weights.size(); w++) {
      ForwardWeight weight = weights.get(w);
      if (weight.begin(kernels, workspace, point)) {
        chosen.add(
            new MaskUpdate.Layer(
                weight.weight().name(),
                weight.kept(),
                weight.dropped(),
                weight.grown(),
                weight.weight().size()));
        number = Math.max(number, weight.refreshes());
      }
    }
    return chosen.isEmpty() ? null : new MaskUpdate(number, point.step(), chosen);
  }

  /** Both updates as one. */
  static @Nullable MaskUpdate both(@Nullable MaskUpdate one, @Nullable MaskUpdate other) {
    if (one == null || other == null) {
      return one == null ? other : one;
    }
    List<MaskUpdate.Layer> layers = new ArrayList<>(one.layers());
    layers.addAll(other.layers());
    return new MaskUpdate(other.number(), other.step(), layers);
  }

  /** How sparse the products of a dense parameter are, if they follow a rule. */
  static Optional<LayerStatus> status(DenseParameter parameter) {
    return parameter
        .forward()
        .map(weight -> {
          CsrPattern pattern = CsrPattern.of(weight.mask());
          return new LayerStatus(
              parameter.name(),
              parameter.value().rows(),
              parameter.value().columns(),
              pattern.nnz(),
              parameter.size(),
              Connectivity.emptyRows(pattern),
              Connectivity.emptyColumns(pattern));
        });
  }

  /**
   * The kind of a training whose products follow rules. Weights are dense underneath, but products
   * are sparse from the first step if the first mask is there and counts.
   */
  Optional<Traits> traits(long totalSteps) {
    for (ForwardWeight weight : weights) {
      ForwardRule rule = weight.rule();
      Optional<Structure> last = rule.structures().evaluated(totalSteps, totalSteps);
      if (last.isPresent()) {
        boolean sparse =
            rule.weights() != ForwardRule.Weights.DENSE
                && rule.structures().at(0, totalSteps).isPresent();
        return Optional.of(
            Traits.dense()
                .with(sparse ? Course.SPARSE_TO_SPARSE : Course.DENSE_TO_SPARSE)
                .with(Granularity.of(last.get()))
                .with(sparse ? Aim.SPARSE_TRAINING : Aim.PRUNING)
                .with(Motion.DYNAMIC)
                .with(Moment.DURING));
      }
    }
    return Optional.empty();
  }
}
