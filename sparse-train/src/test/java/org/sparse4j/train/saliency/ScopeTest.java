package org.sparse4j.train.saliency;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScopeTest {
  private static final List<float[]> SCORES =
      List.of(new float[] {1, 9, 1, 8}, new float[] {.5f, .25f, .75f, .125f, 1});

  private static String kept(Scope scope, List<float[]> scores, long... counts) {
    long[] positions = scores.stream().mapToLong(layer -> 2L * layer.length).toArray();
    return scope.keep(scores, counts, positions).stream().map(Arrays::toString).toList().toString();
  }

  @Test
  void layersKeepTheirCountsOrCompete() {
    assertEquals("[[1, 3], [0, 2, 4]]", kept(Scope.layer(), SCORES, 2, 3));
    // Ones tie: the earlier layer and the lower position win.
    assertEquals("[[0, 1, 2, 3], [4]]", kept(Scope.network(), SCORES, 2, 3));
    assertEquals("[[0, 1, 2, 3], [4]]", kept(Scope.layer(), SCORES, 7, 1));
    assertEquals("[[0, 1, 2, 3], [0, 1, 2, 3, 4]]", kept(Scope.network(), SCORES, 7, 7));
    assertEquals("[[0, 1, 3], []]", kept(Scope.network(), SCORES, 0, 3));
  }

  @Test
  void standardisedScoresForgetTheScaleOfALayer() {
    List<float[]> scaled = List.of(new float[] {3, 4}, new float[] {400, 300});
    assertEquals("[[1], [0]]", kept(Scope.networkStandardised(), scaled, 1, 1));
    assertEquals("[[], [0, 1]]", kept(Scope.network(), scaled, 1, 1));
  }

  @Test
  void leavesEveryLayerSomething() {
    // 0.2 of 10 positions: two for the second layer, the first takes the other two.
    assertEquals("[[1, 3], [2, 4]]", kept(Scope.network().leaving(.2), SCORES, 2, 2));
    assertEquals(
        "Scope: what leaving 0.5 takes of all layers (9 weights) must not exceed what should be"
            + " left (1)",
        assertThrows(
                IllegalArgumentException.class,
                () -> kept(Scope.network().leaving(.5), SCORES, 1, 0))
            .getMessage());
    assertEquals("[[1, 3], [2, 4]]", kept(Scope.layer().leaving(.2), SCORES, 2, 2));
    assertEquals(
        "Scope: what leaving 0.2 takes of layer 1 (2 weights) must not exceed what should be left"
            + " (1)",
        assertThrows(
                IllegalArgumentException.class, () -> kept(Scope.layer().leaving(.2), SCORES, 3, 1))
            .getMessage());
    assertEquals(
        "Scope: least density (2.0) must be between 0 and 1",
        assertThrows(IllegalArgumentException.class, () -> Scope.network().leaving(2))
            .getMessage());
  }
}
