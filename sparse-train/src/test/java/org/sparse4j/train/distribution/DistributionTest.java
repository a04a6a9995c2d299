package org.sparse4j.train.distribution;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparse4j.train.layer.LayerShape;

class DistributionTest {
  private static final List<LayerShape> LENET = shapes("300x784, 100x300, 10x100");
  private static final List<LayerShape> CONVOLUTIONS =
      shapes("3x3x3x16, 3x3x16x16, 3x3x16x32, 32x10");

  @ParameterizedTest
  @CsvSource({
    ".8, .162241, .469362, 1, 35.202156",
    ".9, .079568, .230189, 1, 17.264151",
    ".95, .038484, .111334, .918507, 8.350063",
    ".98, .015394, .044534, .367403, 3.340025",
    ".99, .007697, .022267, .183701, 1.670013"
  })
  void kernelRuleOnLeNet(double sparsity, double first, double second, double third, double scale) {
    double[] densities = ErdosRenyiKernel.sparsity(sparsity).densities(LENET);
    assertArrayEquals(new double[] {first, second, third}, densities, 1e-6);
    assertEquals(scale, densities[0] * 784 * 300 / 1084, 1e-5);
  }

  @ParameterizedTest
  @CsvSource({
    ".5, 1, .552159, .392323, 1, 33.478261",
    ".8, .600467, .171133, .121595, 1, 10.376068",
    ".9, .279525, .079665, .056604, .633962, 4.830189"
  })
  void kernelRuleOnConvolutions(
      double sparsity, double first, double second, double third, double fourth, double scale) {
    double[] densities = ErdosRenyiKernel.sparsity(sparsity).densities(CONVOLUTIONS);
    assertArrayEquals(new double[] {first, second, third, fourth}, densities, 1e-6);
    assertEquals(scale, densities[2] * 3 * 3 * 16 * 32 / (3 + 3 + 16 + 32), 1e-5);
  }

  @ParameterizedTest
  @CsvSource({"'2x4, 3x6x7, 7x4', '0, .643, 0'", "'2x4, 3x6x7', '0, .532'"})
  void kernelRuleMakesSmallLayersDense(String layers, String sparsities) {
    double[] want =
        Arrays.stream(sparsities.split(", ", -1))
            .mapToDouble(s -> 1 - Double.parseDouble(s))
            .toArray();
    assertArrayEquals(want, ErdosRenyiKernel.sparsity(.5).densities(shapes(layers)), 5e-4);
  }

  @Test
  void plainRuleIgnoresTheKernelOfAConvolution() {
    double[] densities = ErdosRenyi.sparsity(.9).densities(shapes("8x4x3x3, 8x8x3x3"));
    // (4 + 8) / 32 to (8 + 8) / 64
    assertEquals(1.5, densities[0] / densities[1], 1e-12);
    assertArrayEquals(
        ErdosRenyiKernel.sparsity(.9).densities(LENET), ErdosRenyi.sparsity(.9).densities(LENET));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, .5, .8, .9, .95, .98, .99, 1})
  void totalIsExactUpToOneWeightALayer(double sparsity) {
    SplittableRandom random = new SplittableRandom(7);
    for (int trial = 0; trial < 50; trial++) {
      List<LayerShape> layers = new ArrayList<>();
      int count = random.nextInt(1, 6);
      for (int l = 0; l < count; l++) {
        layers.add(LayerShape.of("w" + l, random.nextInt(1, 300), random.nextInt(1, 300)));
      }
      double[] densities = ErdosRenyiKernel.sparsity(sparsity).densities(layers);
      long want = 0;
      long got = 0;
      for (int l = 0; l < densities.length; l++) {
        assertTrue(densities[l] >= 0 && densities[l] <= 1, () -> Arrays.toString(densities));
        want += layers.get(l).stored(1 - sparsity);
        got += layers.get(l).stored(densities[l]);
      }
      assertEquals((double) want, (double) got, layers.size(), layers::toString);
    }
  }

  @Test
  void layersAskedForStayDenseAndTheOthersMakeUpForThem() {
    double[] densities = ErdosRenyiKernel.sparsity(.95).dense("w2").densities(LENET);
    assertEquals(1, densities[2]);
    long stored = 0;
    for (int l = 0; l < 3; l++) {
      stored += LENET.get(l).stored(densities[l]);
    }
    assertEquals(13310, (double) stored, 3);
  }

  @Test
  void rejectsMoreDenseWeightsThanThereAreInAll() {
    Throwable thrown =
        assertThrows(
            IllegalArgumentException.class,
            () -> ErdosRenyiKernel.sparsity(.95).dense("w0").densities(LENET));
    assertEquals(
        "ErdosRenyiKernel: the dense layers hold 221890 weights more than sparsity 0.95 leaves for"
            + " the whole network; dense are [w0]",
        thrown.getMessage());
  }

  @Test
  void powerZeroIsUniform() {
    assertArrayEquals(
        new double[] {.1, .1, .1}, ErdosRenyiKernel.sparsity(.9).power(0).densities(LENET), 1e-12);
  }

  @Test
  void uniformKeepsTheFirstLayerDenseIfAskedTo() {
    assertArrayEquals(new double[] {.02, .02, .02}, Uniform.sparsity(.98).densities(LENET), 1e-12);
    assertArrayEquals(
        new double[] {1, .02, .02},
        Uniform.sparsity(.98).firstLayerDense().densities(LENET),
        1e-12);
  }

  @Test
  void noLayersNeedNoDensities() {
    assertEquals(0, ErdosRenyiKernel.sparsity(.9).densities(List.of()).length);
    assertEquals(0, Uniform.sparsity(.9).firstLayerDense().densities(List.of()).length);
  }

  @Test
  void rejectsSparsityOutsideZeroToOne() {
    Throwable uniform = assertThrows(IllegalArgumentException.class, () -> Uniform.sparsity(90));
    assertEquals("Uniform: sparsity (90.0) must be between 0 and 1", uniform.getMessage());
    Throwable kernel =
        assertThrows(IllegalArgumentException.class, () -> ErdosRenyiKernel.sparsity(-.1));
    assertEquals("ErdosRenyiKernel: sparsity (-0.1) must be between 0 and 1", kernel.getMessage());
    Throwable plain =
        assertThrows(IllegalArgumentException.class, () -> ErdosRenyi.sparsity(Double.NaN));
    assertEquals("ErdosRenyi: sparsity (NaN) must be between 0 and 1", plain.getMessage());
  }

  private static List<LayerShape> shapes(String text) {
    List<LayerShape> shapes = new ArrayList<>();
    for (String shape : text.split(", ", -1)) {
      int[] dimensions = Arrays.stream(shape.split("x", -1)).mapToInt(Integer::parseInt).toArray();
      shapes.add(LayerShape.of("w" + shapes.size(), dimensions));
    }
    return shapes;
  }
}
