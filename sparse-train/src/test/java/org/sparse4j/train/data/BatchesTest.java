package org.sparse4j.train.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.train.autograd.GradientCheck;

@Tag("kernels")
class BatchesTest {

  private final Kernels kernels = Kernels.best();
  private final Workspace workspace = Workspace.create();

  /** Sample s is (s, s + 0.5, s + 1, ...), its class s modulo 4. */
  private static Dataset counting(int size, int features) {
    DenseMatrix samples = DenseMatrix.zeros(size, features);
    int[] labels = new int[size];
    for (int s = 0; s < size; s++) {
      labels[s] = s % 4;
      for (int f = 0; f < features; f++) {
        samples.set(s, f, s + f / 2f);
      }
    }
    return Dataset.of(samples, labels, 4);
  }

  /** Reads the sample numbers off the first feature and checks all the others. */
  private int[] samples(Batch batch) {
    DenseMatrix x = batch.inputs();
    GradientCheck.requireZeroPadding(x);
    int[] numbers = new int[batch.size()];
    for (int j = 0; j < numbers.length; j++) {
      numbers[j] = (int) x.get(0, j);
      assertEquals(numbers[j] % 4, batch.labels()[j]);
      for (int f = 0; f < x.rows(); f++) {
        assertEquals(numbers[j] + f / 2f, x.get(f, j));
      }
    }
    return numbers;
  }

  @Test
  void gathersColumnsOfEverySize() {
    for (int size : new int[] {1, 15, 16, 31, 32, 33, 70, 128}) {
      for (int features : new int[] {1, 16, 19}) {
        Batches batches = Batches.shuffled(counting(200, features), size, 3);
        for (int b = 0; b < 3; b++) {
          int[] numbers = samples(batches.next(kernels, workspace));
          assertEquals(size, Arrays.stream(numbers).distinct().count());
        }
      }
    }
  }

  @Test
  void everyEpochVisitsEverySampleOnceInAnotherOrder() {
    Batches batches = Batches.shuffled(counting(24, 3), 8, 5);
    List<int[]> epochs = new ArrayList<>();
    for (int epoch = 0; epoch < 3; epoch++) {
      int[] all = new int[24];
      for (int b = 0; b < batches.perEpoch(); b++) {
        assertEquals(new Batches.Position(epoch, b), batches.position());
        System.arraycopy(samples(batches.next(kernels, workspace)), 0, all, 8 * b, 8);
      }
      epochs.add(all.clone());
      Arrays.sort(all);
      for (int s = 0; s < 24; s++) {
        assertEquals(s, all[s]);
      }
    }
    assertFalse(Arrays.equals(epochs.get(0), epochs.get(1)));
    assertFalse(Arrays.equals(epochs.get(1), epochs.get(2)));
    Batches again = Batches.shuffled(counting(24, 3), 8, 5);
    assertArrayEquals(Arrays.copyOf(epochs.get(0), 8), samples(again.next(kernels, workspace)));
    Batches other = Batches.shuffled(counting(24, 3), 8, 6);
    assertFalse(
        Arrays.equals(Arrays.copyOf(epochs.get(0), 8), samples(other.next(kernels, workspace))));
  }

  @Test
  void lastPartialBatchIsDroppedOrKept() {
    Dataset data = counting(20, 2);
    assertEquals(2, Batches.shuffled(data, 8, 1).perEpoch());
    Batches kept = Batches.shuffled(data, 8, 1).keepLast();
    assertEquals(3, kept.perEpoch());
    assertEquals(8, kept.next(kernels, workspace).size());
    assertEquals(8, kept.next(kernels, workspace).size());
    assertEquals(4, samples(kept.next(kernels, workspace)).length);
    assertEquals(8, kept.next(kernels, workspace).size());
    Batches ordered = Batches.inOrder(data, 16);
    assertEquals(0, samples(ordered.next(kernels, workspace))[0]);
    assertArrayEquals(new int[] {16, 17, 18, 19}, samples(ordered.next(kernels, workspace)));
  }

  @Test
  void resumesFromItsPosition() {
    Batches batches = Batches.shuffled(counting(50, 2), 8, 9);
    for (int b = 0; b < 9; b++) {
      batches.next(kernels, workspace);
    }
    Batches resumed = Batches.shuffled(counting(50, 2), 8, 9);
    resumed.seek(batches.position());
    for (int b = 0; b < 9; b++) {
      assertArrayEquals(
          samples(batches.next(kernels, workspace)), samples(resumed.next(kernels, workspace)));
    }
    assertEquals(
        "Batches: epoch (1) must not be negative and batch (6) must be between 0 and 5",
        assertThrows(IllegalArgumentException.class, () -> resumed.seek(new Batches.Position(1, 6)))
            .getMessage());
  }

  @Test
  void bytesAreScaledAtLoad() {
    byte[] pixels = {0, (byte) 255, 51, (byte) 128};
    Dataset data = Dataset.ofBytes(pixels, 2, new int[] {1, 0}, 2, 0.5, 0.25);
    assertArrayEquals(
        new float[] {-2, 2, (0.2f - 0.5f) / 0.25f, (float) ((128 / 255.0 - 0.5) / 0.25)},
        data.samples().toArray(),
        1e-6f);
    assertEquals(1, data.label(0));
    Dataset second = data.range(1, 2);
    assertEquals(1, second.size());
    assertEquals(0, second.label(0));
    assertEquals("1 samples of 2 features, 2 classes", second.toString());
  }

  @Test
  void namesWhatDoesNotFit() {
    assertEquals(
        "Dataset: number of labels (1) must equal the number of samples (2)",
        assertThrows(
                IllegalArgumentException.class,
                () -> Dataset.of(DenseMatrix.zeros(2, 3), new int[1], 2))
            .getMessage());
    assertEquals(
        "Dataset: labels[1] (2) must be between 0 and 1",
        assertThrows(
                IllegalArgumentException.class,
                () -> Dataset.of(DenseMatrix.zeros(2, 3), new int[] {0, 2}, 2))
            .getMessage());
    assertEquals(
        "Dataset: number of bytes (5) must equal labels * features (2 * 3)",
        assertThrows(
                IllegalArgumentException.class,
                () -> Dataset.ofBytes(new byte[5], 3, new int[2], 2, 0, 1))
            .getMessage());
    assertEquals(
        "Batches: 4 samples make no batch of 8",
        assertThrows(IllegalArgumentException.class, () -> Batches.shuffled(counting(4, 1), 8, 0))
            .getMessage());
    assertEquals(
        "Batches: batch size (0) must be at least 1",
        assertThrows(IllegalArgumentException.class, () -> Batches.inOrder(counting(4, 1), 0))
            .getMessage());
  }

  @Test
  void balancedSamplesAreEquallyManyOfEveryClass() {
    float[] values = new float[60];
    int[] labels = new int[60];
    for (int s = 0; s < 60; s++) {
      values[s] = s;
      labels[s] = s % 7 == 0 ? 0 : s % 2 + 1;
    }
    Dataset data = Dataset.of(DenseMatrix.copyOf(60, 1, values), labels, 3);
    Dataset four = data.balanced(4, 3);
    assertEquals(12, four.size());
    HashSet<Float> seen = new HashSet<>();
    for (int s = 0; s < 12; s++) {
      assertEquals(s / 4, four.label(s));
      float value = four.samples().get(s, 0);
      assertEquals(labels[(int) value], four.label(s));
      assertTrue(seen.add(value));
    }
    assertNotEquals(four.samples().get(0, 0), data.balanced(4, 4).samples().get(0, 0));
    assertEquals(
        "Dataset: class 0 has 9 samples, 10 of each class are wanted; there are " + data,
        assertThrows(IllegalArgumentException.class, () -> data.balanced(10, 3)).getMessage());
  }
}
