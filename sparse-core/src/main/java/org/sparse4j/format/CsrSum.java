package org.sparse4j.format;

import java.util.Arrays;

/** The sum of two CSR matrices of one shape: a merge of their rows. */
final class CsrSum {

  private final int width;
  private final int[] pointers;
  private final int[] indices;
  private final float[] numbers;
  private int size;

  CsrSum(CsrMatrix a, CsrMatrix b) {
    long most = Math.min(a.nnz() + b.nnz(), (long) a.rows() * a.columns());
    int capacity = (int) Math.min(most, CsrPattern.LONGEST_ARRAY);
    width = a.columns();
    pointers = new int[a.rows() + 1];
    indices = new int[capacity];
    numbers = new float[capacity];
    int[] left = columns(a);
    int[] right = columns(b);
    float[] leftNumbers = a.values().toFloats();
    float[] rightNumbers = b.values().toFloats();
    for (int i = 0; i < a.rows(); i++) {
      int p = a.pattern().rowStart(i);
      int q = b.pattern().rowStart(i);
      int leftEnd = a.pattern().rowStart(i + 1);
      int rightEnd = b.pattern().rowStart(i + 1);
      while (p < leftEnd || q < rightEnd) {
        int l = p < leftEnd ? left[p] : Integer.MAX_VALUE;
        int r = q < rightEnd ? right[q] : Integer.MAX_VALUE;
        if (l == r) {
          append(l, leftNumbers[p++] + rightNumbers[q++]);
        } else if (l < r) {
          append(l, leftNumbers[p++]);
        } else {
          append(r, rightNumbers[q++]);
        }
      }
      pointers[i + 1] = size;
    }
  }

  private static int[] columns(CsrMatrix matrix) {
    int[] columns = new int[(int) matrix.nnz()];
    matrix.pattern().columnIndices().get(columns);
    return columns;
  }

  private void append(int column, float number) {
    if (size == indices.length) {
      throw new IllegalArgumentException(
          "CsrMatrix.add: the sum has more positions than an array holds (" + indices.length + ")");
    }
    indices[size] = column;
    numbers[size++] = number;
  }

  CsrMatrix matrix() {
    return CsrMatrix.of(
        CsrPattern.trusted(pointers.length - 1, width, pointers, Arrays.copyOf(indices, size)),
        FloatValues.wrap(Arrays.copyOf(numbers, size)));
  }
}
