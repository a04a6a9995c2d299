package org.sparse4j.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.IntBuffer;
import java.nio.ReadOnlyBufferException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sparse4j.testing.Seed;

class CooTensorTest {

  /** 2x2x3: 1 at (0, 0, 2), 2 at (0, 1, 0), an explicit 0 at (1, 0, 0), 4 at (1, 1, 2). */
  private static CooTensor sample() {
    return CooTensor.copyOf(
        new int[] {2, 2, 3},
        new int[][] {{0, 0, 1, 1}, {0, 1, 0, 1}, {2, 0, 0, 2}},
        new float[] {1, 2, 0, 4});
  }

  private static String refused(int[] shape, int[][] coordinates, float... values) {
    return assertThrows(
            IllegalArgumentException.class, () -> CooTensor.copyOf(shape, coordinates, values))
        .getMessage();
  }

  private static int[] ints(int... numbers) {
    return numbers;
  }

  static List<int[]> shapes() {
    return List.of(
        ints(0),
        ints(1),
        ints(7),
        ints(0, 3),
        ints(3, 0),
        ints(5, 4),
        ints(1, 1, 1),
        ints(2, 3, 4),
        ints(3, 0, 2),
        ints(17, 5, 3),
        ints(2, 3, 2, 3, 2),
        ints(16, 3, 5, 5));
  }

  /** Small integers, so that sums are exact; about a third of them 0. */
  private static float[] data(int[] shape, long seed) {
    int size = 1;
    for (int side : shape) {
      size *= side;
    }
    SplittableRandom random = new SplittableRandom(seed);
    float[] data = new float[size];
    for (int e = 0; e < size; e++) {
      data[e] = random.nextInt(3) == 0 ? 0 : random.nextInt(-8, 9);
    }
    return data;
  }

  /** The coordinates of an element by its place in row-major order. */
  private static int[] at(int[] shape, int place) {
    int[] at = new int[shape.length];
    int left = place;
    for (int d = shape.length - 1; d >= 0; d--) {
      at[d] = left % shape[d];
      left /= shape[d];
    }
    return at;
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void denseRoundTripIsIdentity(int... shape) {
    float[] data = data(shape, Seed.or(1));
    CooTensor tensor = CooTensor.fromDense(data, shape);
    tensor.validate();
    assertArrayEquals(data, tensor.toDenseArray());
    assertEquals(data.length, tensor.elements());
    for (int e = 0; e < data.length; e++) {
      assertEquals(data[e], tensor.get(at(shape, e)));
    }
    assertEquals(tensor, CooTensor.fromDense(data, shape));
    assertEquals(tensor.hashCode(), CooTensor.fromDense(data, shape).hashCode());
    assertEquals(4L * (shape.length + 1) * tensor.nnz(), tensor.bytes());
    int[][] coordinates = new int[shape.length][tensor.nnz()];
    for (int d = 0; d < shape.length; d++) {
      tensor.coordinates(d).get(coordinates[d]);
      assertEquals(shape[d], tensor.size(d));
    }
    assertEquals(tensor, CooTensor.copyOf(tensor.shape(), coordinates, tensor.values().toFloats()));
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void builderTakesEntriesInAnyOrder(int... shape) {
    float[] data = data(shape, Seed.or(2));
    List<Integer> places = new ArrayList<>();
    for (int e = 0; e < data.length; e++) {
      if (data[e] != 0) {
        places.add(e);
      }
    }
    Collections.shuffle(places, new Random(Seed.or(3)));
    CooTensor.Builder builder = CooTensor.builder(shape);
    for (int place : places) {
      builder.add(data[place], at(shape, place));
    }
    assertEquals(CooTensor.fromDense(data, shape), builder.build());
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void permutesAsLoopsDo(int... shape) {
    float[] data = data(shape, Seed.or(4));
    CooTensor tensor = CooTensor.fromDense(data, shape);
    List<Integer> order = new ArrayList<>();
    for (int d = 0; d < shape.length; d++) {
      order.add(d);
    }
    Collections.shuffle(order, new Random(Seed.or(5)));
    int[] forth = order.stream().mapToInt(d -> d).toArray();
    int[] back = new int[forth.length];
    for (int d = 0; d < forth.length; d++) {
      back[forth[d]] = d;
    }
    CooTensor moved = tensor.permute(forth);
    moved.validate();
    for (int e = 0; e < data.length; e++) {
      int[] from = at(shape, e);
      int[] to = new int[from.length];
      for (int d = 0; d < to.length; d++) {
        to[d] = from[forth[d]];
      }
      assertEquals(data[e], moved.get(to));
    }
    assertEquals(tensor, moved.permute(back));
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void slicesAndSumsAsLoopsDo(int... shape) {
    float[] data = data(shape, Seed.or(6));
    CooTensor tensor = CooTensor.fromDense(data, shape);
    for (int dimension = 0; shape.length > 1 && dimension < shape.length; dimension++) {
      CooTensor sum = tensor.sum(dimension);
      sum.validate();
      float[] wanted = new float[(int) sum.elements()];
      for (int index = 0; index < shape[dimension]; index++) {
        CooTensor slice = tensor.slice(dimension, index);
        slice.validate();
        float[] part = slice.toDenseArray();
        for (int e = 0; e < part.length; e++) {
          int[] inside = at(slice.shape(), e);
          int[] full = new int[shape.length];
          for (int d = 0; d < full.length; d++) {
            full[d] = d == dimension ? index : inside[d < dimension ? d : d - 1];
          }
          assertEquals(tensor.get(full), part[e]);
          wanted[e] += part[e];
        }
      }
      assertArrayEquals(wanted, sum.toDenseArray());
    }
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void addsOnTheUnionOfPositions(int... shape) {
    float[] a = data(shape, Seed.or(7));
    float[] b = data(shape, Seed.or(8));
    float[] wanted = new float[a.length];
    int union = 0;
    for (int e = 0; e < a.length; e++) {
      wanted[e] = a[e] + b[e];
      union += a[e] != 0 || b[e] != 0 ? 1 : 0;
    }
    CooTensor left = CooTensor.fromDense(a, shape);
    CooTensor sum = left.add(CooTensor.fromDense(b, shape));
    sum.validate();
    assertArrayEquals(wanted, sum.toDenseArray());
    assertEquals(union, sum.nnz(), "sums that are 0 stay");
    CooTensor difference = left.add(left.scale(-1));
    assertEquals(left.nnz(), difference.nnz());
    assertArrayEquals(new float[left.nnz()], difference.values().toFloats());
  }

  @Test
  void reshapesInRowMajorOrder() {
    float[] data = data(ints(6, 4, 5), Seed.or(9));
    CooTensor tensor = CooTensor.fromDense(data, 6, 4, 5);
    assertEquals(CooTensor.fromDense(data, 120), tensor.reshape(120));
    assertEquals(CooTensor.fromDense(data, 2, 3, 20), tensor.reshape(2, 3, 20));
    assertEquals(tensor, tensor.reshape(1, 120, 1).reshape(6, 4, 5));
    assertEquals(
        "CooTensor.reshape: number of elements of 7x17 (119) must equal that of 6x4x5 (120)",
        assertThrows(IllegalArgumentException.class, () -> tensor.reshape(7, 17)).getMessage());
    assertEquals(
        CooTensor.fromDense(new float[0], 0, 9), CooTensor.builder(0).build().reshape(0, 9));
  }

  /** Filters of a convolution: outputs x inputs x height x width as one row an output. */
  @Test
  void filtersOfAConvolutionBecomeAMatrix() {
    float[] data = data(ints(4, 3, 2, 2), Seed.or(10));
    CsrMatrix matrix = CooTensor.fromDense(data, 4, 3, 2, 2).reshape(4, 12).toCsr();
    assertEquals(CsrMatrix.fromDense(DenseMatrix.copyOf(4, 12, data)), matrix);
  }

  @Test
  void matricesGoToCsrAndBack() {
    CsrMatrix csr =
        CsrMatrix.copyOf(2, 3, ints(0, 2, 3), ints(0, 2, 0), new float[] {0, Float.NaN, 7});
    CooTensor tensor = CooTensor.fromCsr(csr);
    assertEquals(csr, tensor.toCsr());
    assertEquals(CooTensor.fromCsr(csr.transposed()), tensor.transpose());
    tensor.values().set(2, 9);
    assertEquals(7, csr.get(1, 0));
    assertEquals(
        "CooTensor.toCsr: rank (3) must be 2; the tensor is 2x2x3",
        assertThrows(IllegalStateException.class, () -> sample().toCsr()).getMessage());
    assertEquals(
        "CooTensor.transpose: rank (3) must be 2; the tensor is 2x2x3",
        assertThrows(IllegalStateException.class, () -> sample().transpose()).getMessage());
  }

  @Test
  void workedByHand() {
    CooTensor tensor = sample();
    assertEquals(3, tensor.rank());
    assertArrayEquals(new float[] {0, 0, 1, 2, 0, 0, 0, 0, 0, 0, 0, 4}, tensor.toDenseArray());
    assertEquals(
        CooTensor.copyOf(ints(2, 3), new int[][] {{0, 1}, {0, 2}}, new float[] {0, 4}),
        tensor.slice(0, 1));
    assertEquals(
        CooTensor.copyOf(
            ints(2, 2), new int[][] {{0, 0, 1, 1}, {0, 1, 0, 1}}, new float[] {1, 2, 0, 4}),
        tensor.sum(2));
    assertEquals(
        CooTensor.copyOf(
            ints(2, 3), new int[][] {{0, 0, 1, 1}, {0, 2, 0, 2}}, new float[] {0, 1, 2, 4}),
        tensor.sum(0));
    assertEquals(
        "2x2x3 COO tensor (nnz 4), 66.7 % sparse: (0, 0, 2) 1.0, (0, 1, 0) 2.0, (1, 0, 0) 0.0,"
            + " (1, 1, 2) 4.0",
        tensor.toString());
    assertEquals(
        "100 COO tensor (nnz 50), 50.0 % sparse",
        CooTensor.fromDense(halfOfHundred(), 100).toString());
    assertEquals(
        "0x3 COO tensor (nnz 0), 100.0 % sparse", CooTensor.builder(0, 3).build().toString());
  }

  private static float[] halfOfHundred() {
    float[] data = new float[100];
    for (int e = 0; e < 100; e += 2) {
      data[e] = e + 1;
    }
    return data;
  }

  @Test
  void sumsAreAddedInDoubleAndRoundedOnce() {
    CooTensor tensor = CooTensor.fromDense(new float[] {0x1p24f, 1, 1, -0x1p24f}, 4, 1);
    assertArrayEquals(new float[] {2}, tensor.sum(0).toDenseArray());
  }

  @Test
  void keepsNanInfinitiesAndDropsZerosOfBothSignsFromDense() {
    CooTensor tensor =
        CooTensor.fromDense(new float[] {0, -0f, Float.NaN, Float.NEGATIVE_INFINITY}, 2, 2);
    assertEquals(2, tensor.nnz());
    assertEquals(Float.NaN, tensor.get(1, 0));
    assertEquals(tensor, tensor.permute(1, 0).permute(1, 0));
  }

  @Test
  void duplicatesAreAnErrorUnlessTheyShallAddUp() {
    CooTensor.Builder builder =
        CooTensor.builder(2, 3, 4).add(1, 1, 2, 3).add(2, 0, 0, 0).add(5, 1, 2, 3);
    assertEquals(
        "CooTensor.builder: position (1, 2, 3) was given twice, with 1.0 and 5.0; call"
            + " sumDuplicates() to add them up",
        assertThrows(IllegalArgumentException.class, builder::build).getMessage());
    CooTensor tensor = builder.sumDuplicates().build();
    assertEquals(2, tensor.nnz());
    assertEquals(6, tensor.get(1, 2, 3));
    builder.add(1, 0, 0, 0);
    assertEquals(2, tensor.get(0, 0, 0));
    assertEquals(3, builder.build().get(0, 0, 0));
  }

  @Test
  void shapesBeyondAnArrayWorkUpToALong() {
    int most = Integer.MAX_VALUE;
    CooTensor tensor =
        CooTensor.builder(most, most).add(3, most - 1, most - 1).add(2, most - 1, 0).build();
    assertEquals((long) most * most, tensor.elements());
    assertEquals(3, tensor.get(most - 1, most - 1));
    assertEquals(2, tensor.permute(1, 0).get(0, most - 1));
    assertEquals(5, tensor.sum(1).get(most - 1));
    assertEquals(
        "CooTensor.toDenseArray: 2147483647x2147483647 has 4611686014132420609 elements, an array"
            + " holds 2147483639",
        assertThrows(IllegalStateException.class, tensor::toDenseArray).getMessage());
    assertEquals(
        "CooTensor: 2147483647x2147483647x3 has more than 2^63 - 1 elements",
        assertThrows(IllegalArgumentException.class, () -> CooTensor.builder(most, most, 3))
            .getMessage());
    CooTensor empty = CooTensor.builder(0, most, most, most).build();
    assertEquals(0, empty.elements());
    assertEquals(
        "CooTensor.sum: 2147483647x2147483647x2147483647 has more than 2^63 - 1 elements",
        assertThrows(IllegalArgumentException.class, () -> empty.sum(0)).getMessage());
    assertEquals(0, empty.sum(1).nnz());
  }

  @Test
  void rejectsEveryBrokenRule() {
    assertEquals("CooTensor: a shape needs at least one dimension", refused(ints(), new int[0][]));
    assertEquals(
        "CooTensor: size of dimension 1 (-3) must not be negative",
        refused(ints(2, -3), new int[2][0]));
    assertEquals(
        "CooTensor: number of coordinate arrays (1) must equal the rank (2)",
        refused(ints(2, 3), new int[1][0]));
    assertEquals(
        "CooTensor: length of coordinates[1] (1) must equal the number of values (2)",
        refused(ints(2, 3), new int[][] {{0, 1}, {0}}, 1, 2));
    assertEquals(
        "CooTensor: coordinates[1][0] = 3 is not below the size 3",
        refused(ints(2, 3), new int[][] {{0}, {3}}, 1));
    assertEquals(
        "CooTensor: coordinates[0][1] = -1 is negative",
        refused(ints(2, 3), new int[][] {{0, -1}, {0, 0}}, 1, 2));
    assertEquals(
        "CooTensor: position 1 is (0, 2) and not above its predecessor (1, 0)",
        refused(ints(2, 3), new int[][] {{1, 0}, {0, 2}}, 1, 2));
    assertEquals(
        "CooTensor: position 1 is (1, 1) and not above its predecessor (1, 1)",
        refused(ints(2, 3), new int[][] {{1, 1}, {1, 1}}, 1, 2));
    assertEquals(
        "CooTensor.fromDense: number of elements (5) must equal that of the shape 2x3 (6)",
        assertThrows(IllegalArgumentException.class, () -> CooTensor.fromDense(new float[5], 2, 3))
            .getMessage());
  }

  @Test
  void rejectsArgumentsThatDoNotFit() {
    CooTensor tensor = sample();
    assertEquals(
        "CooTensor.get: number of coordinates (2) must equal the rank (3)",
        assertThrows(IllegalArgumentException.class, () -> tensor.get(0, 0)).getMessage());
    assertThrows(IndexOutOfBoundsException.class, () -> tensor.get(0, 0, 3));
    assertThrows(IndexOutOfBoundsException.class, () -> tensor.get(-1, 0, 0));
    assertEquals(
        "CooTensor.builder: number of coordinates (1) must equal the rank (2)",
        assertThrows(IllegalArgumentException.class, () -> CooTensor.builder(2, 2).add(1, 1))
            .getMessage());
    assertThrows(IndexOutOfBoundsException.class, () -> CooTensor.builder(2, 2).add(1, 1, 2));
    assertThrows(IndexOutOfBoundsException.class, () -> tensor.slice(0, 2));
    assertThrows(IndexOutOfBoundsException.class, () -> tensor.slice(3, 0));
    assertThrows(IndexOutOfBoundsException.class, () -> tensor.sum(-1));
    for (int[] order : new int[][] {{0, 1}, {0, 1, 1}, {0, 1, 3}, {-1, 0, 1}, {0, 1, 2, 3}}) {
      assertEquals(
          "CooTensor.permute: order ("
              + Arrays.toString(order)
              + ") must name each of the 3 dimensions once",
          assertThrows(IllegalArgumentException.class, () -> tensor.permute(order)).getMessage());
    }
    assertEquals(
        "CooTensor.add: shapes must be equal; this is 2x2x3, the other is 2x3x2",
        assertThrows(
                IllegalArgumentException.class,
                () -> tensor.add(CooTensor.builder(2, 3, 2).build()))
            .getMessage());
    CooTensor vector = CooTensor.fromDense(new float[] {1, 2}, 2);
    assertEquals(
        "CooTensor.slice: dropping dimension 0 of 2 leaves none; call get instead",
        assertThrows(IllegalStateException.class, () -> vector.slice(0, 1)).getMessage());
    assertEquals(
        "CooTensor.sum: dropping dimension 0 of 2 leaves none; add its values instead",
        assertThrows(IllegalStateException.class, () -> vector.sum(0)).getMessage());
  }

  @Test
  void sharesNothingWithArraysOrResults() {
    int[] shape = {2, 2};
    int[][] coordinates = {{0, 1}, {1, 0}};
    float[] values = {1, 2};
    CooTensor tensor = CooTensor.copyOf(shape, coordinates, values);
    shape[0] = 9;
    coordinates[0][0] = 9;
    values[0] = 9;
    tensor.shape()[0] = 9;
    assertEquals(1, tensor.get(0, 1));
    assertEquals(2, tensor.size(0));
    assertEquals(IntBuffer.wrap(ints(1, 0)), tensor.coordinates(1));
    assertThrows(ReadOnlyBufferException.class, () -> tensor.coordinates(0).put(0, 1));
    CooTensor scaled = tensor.scale(3);
    assertEquals(6, scaled.get(1, 0));
    tensor.reshape(4).values().set(0, 7);
    tensor.permute(0, 1).values().set(0, 7);
    assertEquals(1, tensor.get(0, 1));
    assertNotEquals(tensor, scaled);
    assertNotEquals(tensor, tensor.reshape(4));
    assertNotEquals(tensor, tensor.transpose().scale(2));
    assertNotEquals(tensor, new Object());
  }

  @Test
  void sortingIsStableForManyKeys() {
    SplittableRandom random = new SplittableRandom(Seed.or(11));
    for (int length : new int[] {0, 1, 2, 3, 4, 5, 31, 32, 33, 1000}) {
      long[] keys = random.longs(length, -5, 50).toArray();
      int[] order = SortedKeys.order(keys);
      assertEquals(length, order.length);
      for (int k = 1; k < length; k++) {
        long before = keys[order[k - 1]];
        long after = keys[order[k]];
        assertTrue(before < after || (before == after && order[k - 1] < order[k]), "at " + k);
      }
    }
  }
}
