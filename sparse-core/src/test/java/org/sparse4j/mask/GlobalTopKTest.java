package org.sparse4j.mask;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.sparse4j.mask.Pictures.illegal;
import static org.sparse4j.mask.Pictures.picture;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparse4j.testing.Seed;

class GlobalTopKTest {

  @Test
  void tiesGoToTheEarlierLayerThenToTheLowerPosition() {
    GlobalTopK layers =
        new GlobalTopK()
            .add(2, 2, new float[] {1, 5, 5, 2})
            .add(1, 3, new float[] {5, Float.NaN, -0f})
            .add(1, 2, new float[] {0, -3});
    assertEquals(9, layers.size());
    List<String> wanted =
        List.of(
            "00 00|000|00",
            "00 00|010|00",
            "01 00|010|00",
            "01 10|010|00",
            "01 10|110|00",
            "01 11|110|00",
            "11 11|110|00",
            "11 11|111|00",
            "11 11|111|10",
            "11 11|111|11");
    for (int count = 0; count <= 9; count++) {
      List<Mask> masks = layers.keepLargest(count);
      assertEquals(
          wanted.get(count), String.join("|", masks.stream().map(Pictures::picture).toList()));
    }
    assertEquals(layers.keepLargest(5), layers.dropSmallest(0.5));
    assertEquals(layers.keepLargest(0), layers.dropSmallest(1));
    assertEquals(layers.keepLargest(9), layers.dropSmallest(0));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7})
  void layersTogetherAreOneLongRow(int trial) {
    long seed = Seed.or(trial);
    SplittableRandom random = new SplittableRandom(seed);
    float[] all = new float[7 * 11 + 13 * 5 + 64];
    float[] odd = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, -0f, 0};
    for (int p = 0; p < all.length; p++) {
      all[p] =
          switch (trial % 3) {
            case 0 -> random.nextInt(-2, 3);
            case 1 -> (float) random.nextDouble(-1, 1);
            default -> odd[random.nextInt(5)];
          };
    }
    float[] first = Arrays.copyOfRange(all, 0, 77);
    float[] second = Arrays.copyOfRange(all, 77, 142);
    float[] third = Arrays.copyOfRange(all, 142, 206);
    GlobalTopK layers =
        new GlobalTopK()
            .add(7, 11, first)
            .add(0, 9, new float[0])
            .add(13, 5, second)
            .add(1, 64, third);
    for (int count = 0; count <= all.length; count += random.nextInt(1, 30)) {
      String row = picture(new Unstructured(count).keepLargest(1, all.length, all));
      List<Mask> masks = layers.keepLargest(count);
      assertEquals(4, masks.size());
      assertEquals(0, masks.get(1).rows());
      String joined = String.join("", masks.stream().map(Pictures::picture).toList());
      assertEquals(row, joined.replace(" ", ""), "seed " + seed + ", count " + count);
      assertEquals(count, masks.stream().mapToLong(Mask::count).sum());
    }
  }

  @Test
  void argumentsMustFit() {
    GlobalTopK layers = new GlobalTopK().add(2, 3, new float[6]);
    assertEquals(
        "GlobalTopK: count (7) must be between 0 and the positions of all layers (6)",
        illegal(() -> layers.keepLargest(7)));
    assertEquals(
        "GlobalTopK: count (-1) must be between 0 and the positions of all layers (6)",
        illegal(() -> layers.keepLargest(-1)));
    assertEquals(
        "GlobalTopK: sparsity (-0.1) must be between 0 and 1",
        illegal(() -> layers.dropSmallest(-0.1)));
    assertEquals(
        "GlobalTopK: number of scores (5) must equal rows * columns (6); the matrix is 2x3",
        illegal(() -> layers.add(2, 3, new float[5])));
    assertEquals(
        "GlobalTopK: rows (-2) and columns (3) must not be negative",
        illegal(() -> layers.add(-2, 3, new float[5])));
    assertEquals(6, layers.size());
    assertEquals(List.of(), new GlobalTopK().keepLargest(0));
  }
}
