package org.sparse4j.train.initial;

import java.util.ArrayList;
import java.util.List;
import org.sparse4j.mask.Mask;
import org.sparse4j.train.saliency.Scope;

/** What the choices by score share. */
final class Choices {

  private Choices() {}

  /** Masks of the largest scores, as many as the targets want. */
  static List<Mask> largest(Probe probe, Scope scope, List<float[]> scores) {
    return masks(probe, scope.keep(scores, stored(probe), positions(probe)));
  }

  /** Refuses targets that a scope cannot meet, before anything is computed or drawn. */
  static void requireRoom(Probe probe, Scope scope) {
    long[] positions = positions(probe);
    scope.requireRoom(stored(probe), positions, positions);
  }

  private static long[] stored(Probe probe) {
    return probe.targets().stream().mapToLong(Target::stored).toArray();
  }

  static long[] positions(Probe probe) {
    return probe.targets().stream().mapToLong(target -> target.shape().size()).toArray();
  }

  static List<Mask> masks(Probe probe, List<int[]> kept) {
    List<Mask> masks = new ArrayList<>();
    for (int l = 0; l < kept.size(); l++) {
      Target target = probe.targets().get(l);
      int columns = Math.toIntExact(target.shape().columns());
      Mask.Builder mask = Mask.builder(target.shape().rows(), columns);
      for (int position : kept.get(l)) {
        mask.keep(position / columns, position % columns);
      }
      masks.add(mask.build());
    }
    return List.copyOf(masks);
  }

  /** Scores that are no numbers would be kept first, so they are an error. */
  static void requireFinite(String choice, Probe probe, int layer, float[] scores) {
    for (int p = 0; p < scores.length; p++) {
      if (!Float.isFinite(scores[p])) {
        throw new IllegalStateException(
            choice
                + ": score of position "
                + p
                + " of "
                + probe.targets().get(layer).shape()
                + " is "
                + scores[p]);
      }
    }
  }
}
