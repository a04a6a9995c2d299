package org.sparse4j.format;

import java.nio.IntBuffer;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * A sparse tensor of any number of dimensions as coordinates: {@code rank} coordinates and a
 * float32 number for each stored position, sorted lexicographically, none twice.
 *
 * <p>What torch calls a coalesced COO tensor, {@code indices} of shape (rank, nnz). Explicit zeros
 * are kept by every operation. A shape has at most {@code 2^63 - 1} elements; shape and coordinates
 * never change, numbers belong to one writer at a time.
 *
 * <p>For convolution weights and other data on their way into matrices; products take matrices, see
 * {@link #toCsr()} and {@link #reshape}.
 */
public final class CooTensor {

  private static final int ENTRIES_SHOWN = 16;

  private final int[] shape;
  private final int[][] coordinates;
  private final FloatValues values;

  private CooTensor(int[] shape, int[][] coordinates, float[] values) {
    this.shape = shape;
    this.coordinates = coordinates;
    this.values = FloatValues.wrap(values);
  }

  /** Collects entries in any order; not safe for several threads. */
  public static final class Builder {
    private final int[] shape;
    private long[] keys = new long[16];
    private float[] numbers = new float[16];
    private int size;
    private boolean sum;

    private Builder(int[] shape) {
      this.shape = shape;
    }

    /**
     * Adds an entry; zeros are stored like any value.
     *
     * @param value the number
     * @param coordinates one coordinate a dimension, from 0
     * @return this builder
     * @throws IllegalArgumentException if the number of coordinates is not the rank
     * @throws IndexOutOfBoundsException if a coordinate is outside
     * @throws IllegalStateException if there are as many entries as an array holds
     */
    public Builder add(float value, int... coordinates) {
      long key = keyOf("CooTensor.builder", shape, coordinates);
      if (size == keys.length) {
        if (size == CsrPattern.LONGEST_ARRAY) {
          throw new IllegalStateException(
              "CooTensor.builder: " + size + " entries are as many as an array holds");
        }
        int larger = (int) Math.min(CsrPattern.LONGEST_ARRAY, 2L * size);
        keys = Arrays.copyOf(keys, larger);
        numbers = Arrays.copyOf(numbers, larger);
      }
      keys[size] = key;
      numbers[size++] = value;
      return this;
    }

    /**
     * Lets entries at the same position add up, in the order they were given, instead of being an
     * error.
     *
     * @return this builder
     */
    public Builder sumDuplicates() {
      sum = true;
      return this;
    }

    /**
     * Builds the tensor; the builder may go on collecting afterwards. O(n log n) for n entries.
     *
     * @return a new tensor that shares nothing with the builder
     * @throws IllegalArgumentException if a position was given twice without {@link
     *     #sumDuplicates()}
     */
    public CooTensor build() {
      long[] given = Arrays.copyOf(keys, size);
      int[] order = SortedKeys.order(given);
      long[] sorted = new long[size];
      float[] sums = new float[size];
      int nnz = 0;
      for (int source : order) {
        if (nnz > 0 && sorted[nnz - 1] == given[source]) {
          if (!sum) {
            throw new IllegalArgumentException(
                "CooTensor.builder: position "
                    + position(shape, given[source])
                    + " was given twice, with "
                    + sums[nnz - 1]
                    + " and "
                    + numbers[source]
                    + "; call sumDuplicates() to add them up");
          }
          sums[nnz - 1] += numbers[source];
        } else {
          sorted[nnz] = given[source];
          sums[nnz++] = numbers[source];
        }
      }
      return ofKeys(shape, Arrays.copyOf(sorted, nnz), Arrays.copyOf(sums, nnz));
    }
  }

  /**
   * Starts a tensor that takes entries in any order.
   *
   * @param shape sizes of the dimensions, at least one; not kept
   * @return an empty builder
   * @throws IllegalArgumentException if there is no dimension, a size is negative, or there are
   *     more than {@code 2^63 - 1} elements
   */
  public static Builder builder(int... shape) {
    return new Builder(checkedShape("CooTensor", shape));
  }

  /**
   * Copies sorted coordinates.
   *
   * @param shape sizes of the dimensions; not kept
   * @param coordinates an array of nnz coordinates for each dimension, positions in strictly
   *     ascending lexicographic order; not kept
   * @param values nnz numbers; not kept
   * @return a new tensor
   * @throws IllegalArgumentException naming the first rule that is broken
   */
  public static CooTensor copyOf(int[] shape, int[][] coordinates, float[] values) {
    int[] sizes = checkedShape("CooTensor", shape);
    // Copied before the check: a caller that still writes must not get past it.
    int[][] copies = new int[coordinates.length][];
    for (int d = 0; d < copies.length; d++) {
      copies[d] = coordinates[d].clone();
    }
    float[] numbers = values.clone();
    String finding = finding(sizes, copies, numbers.length);
    if (finding != null) {
      throw new IllegalArgumentException("CooTensor: " + finding);
    }
    return new CooTensor(sizes, copies, numbers);
  }

  /**
   * Keeps what is not 0.0f (NaN is kept, -0.0f is not).
   *
   * @param rowMajor all elements, the last dimension running fastest; not kept
   * @param shape sizes of the dimensions; not kept
   * @return a new tensor
   * @throws IllegalArgumentException if the number of elements does not fit the shape
   */
  public static CooTensor fromDense(float[] rowMajor, int... shape) {
    int[] sizes = checkedShape("CooTensor.fromDense", shape);
    if (elements(sizes) != rowMajor.length) {
      throw new IllegalArgumentException(
          "CooTensor.fromDense: number of elements ("
              + rowMajor.length
              + ") must equal that of the shape "
              + text(sizes)
              + " ("
              + elements(sizes)
              + ")");
    }
    int nnz = 0;
    for (float number : rowMajor) {
      nnz += number != 0 ? 1 : 0;
    }
    long[] keys = new long[nnz];
    float[] numbers = new float[nnz];
    int k = 0;
    for (int e = 0; e < rowMajor.length; e++) {
      if (rowMajor[e] != 0) {
        keys[k] = e;
        numbers[k++] = rowMajor[e];
      }
    }
    return ofKeys(sizes, keys, numbers);
  }

  /**
   * Copies a CSR matrix, explicit zeros included.
   *
   * @param matrix the matrix; not kept
   * @return a new tensor of rank 2
   */
  public static CooTensor fromCsr(CsrMatrix matrix) {
    CooPattern pattern = CooPattern.of(matrix.pattern());
    int[][] coordinates = new int[2][(int) pattern.nnz()];
    pattern.rowIndices().get(coordinates[0]);
    pattern.columnIndices().get(coordinates[1]);
    return new CooTensor(
        new int[] {matrix.rows(), matrix.columns()}, coordinates, matrix.values().toFloats());
  }

  /**
   * Returns the number of dimensions.
   *
   * @return at least 1
   */
  public int rank() {
    return shape.length;
  }

  /**
   * Returns the sizes of all dimensions.
   *
   * @return a copy
   */
  public int[] shape() {
    return shape.clone();
  }

  /**
   * Returns the size of a dimension.
   *
   * @param dimension dimension, from 0
   * @return its size
   * @throws IndexOutOfBoundsException if there is no such dimension
   */
  public int size(int dimension) {
    return shape[Objects.checkIndex(dimension, shape.length)];
  }

  /**
   * Returns the number of elements, stored or not.
   *
   * @return the product of all sizes
   */
  public long elements() {
    return elements(shape);
  }

  /**
   * Returns the number of stored positions.
   *
   * @return nnz, explicit zeros included
   */
  public int nnz() {
    return values.length();
  }

  /**
   * Returns the coordinates of all stored positions in one dimension.
   *
   * @param dimension dimension, from 0
   * @return nnz coordinates, read-only; bulk {@code get} copies them out
   * @throws IndexOutOfBoundsException if there is no such dimension
   */
  public IntBuffer coordinates(int dimension) {
    Objects.checkIndex(dimension, shape.length);
    return IntBuffer.wrap(coordinates[dimension]).asReadOnlyBuffer();
  }

  /**
   * Returns the numbers, in the order of the coordinates.
   *
   * @return the live values
   */
  public FloatValues values() {
    return values;
  }

  /**
   * Returns one element; O(rank log nnz).
   *
   * @param at one coordinate a dimension
   * @return the stored value, or 0 where nothing is stored
   * @throws IllegalArgumentException if the number of coordinates is not the rank
   * @throws IndexOutOfBoundsException if outside
   */
  public float get(int... at) {
    // For the check; keys of all positions would have to be computed to search in them.
    keyOf("CooTensor.get", shape, at);
    int low = 0;
    int high = nnz() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int sign = 0;
      for (int d = 0; d < at.length && sign == 0; d++) {
        sign = Integer.compare(coordinates[d][middle], at[d]);
      }
      if (sign == 0) {
        return values.get(middle);
      }
      if (sign < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return 0;
  }

  /**
   * Returns all elements, the last dimension running fastest.
   *
   * @return a new array
   * @throws IllegalStateException if there are more elements than an array holds
   */
  public float[] toDenseArray() {
    if (elements() > CsrPattern.LONGEST_ARRAY) {
      throw new IllegalStateException(
          "CooTensor.toDenseArray: "
              + text(shape)
              + " has "
              + elements()
              + " elements, an array holds "
              + CsrPattern.LONGEST_ARRAY);
    }
    float[] dense = new float[(int) elements()];
    long[] keys = keys(identity());
    for (int k = 0; k < keys.length; k++) {
      dense[(int) keys[k]] = values.get(k);
    }
    return dense;
  }

  /**
   * Returns the part with one coordinate fixed.
   *
   * @param dimension dimension to fix and drop, from 0
   * @param index coordinate in it
   * @return a new tensor of rank - 1
   * @throws IllegalStateException if the rank is 1
   * @throws IndexOutOfBoundsException if dimension or index is outside
   */
  public CooTensor slice(int dimension, int index) {
    Objects.checkIndex(index, size(dimension));
    requireRank("CooTensor.slice", "call get", dimension);
    int[] picked = coordinates[dimension];
    int count = 0;
    for (int coordinate : picked) {
      count += coordinate == index ? 1 : 0;
    }
    int[][] kept = new int[shape.length - 1][count];
    float[] numbers = new float[count];
    int at = 0;
    for (int k = 0; k < picked.length; k++) {
      if (picked[k] == index) {
        for (int d = 0; d < kept.length; d++) {
          kept[d][at] = coordinates[d < dimension ? d : d + 1][k];
        }
        numbers[at++] = values.get(k);
      }
    }
    return new CooTensor(without(dimension), kept, numbers);
  }

  /**
   * Returns the tensor with its dimensions in another order; O(nnz log nnz).
   *
   * @param order dimension d of the result is dimension {@code order[d]} here
   * @return a new tensor
   * @throws IllegalArgumentException if {@code order} does not name every dimension once
   */
  public CooTensor permute(int... order) {
    boolean[] named = new boolean[shape.length];
    boolean valid = order.length == shape.length;
    for (int d = 0; valid && d < order.length; d++) {
      valid = order[d] >= 0 && order[d] < named.length && !named[order[d]];
      if (valid) {
        named[order[d]] = true;
      }
    }
    if (!valid) {
      throw new IllegalArgumentException(
          "CooTensor.permute: order ("
              + Arrays.toString(order)
              + ") must name each of the "
              + shape.length
              + " dimensions once");
    }
    int[] sizes = new int[order.length];
    for (int d = 0; d < sizes.length; d++) {
      sizes[d] = shape[order[d]];
    }
    int[] sources = SortedKeys.order(keys(order));
    int[][] moved = new int[order.length][sources.length];
    float[] numbers = new float[sources.length];
    for (int k = 0; k < sources.length; k++) {
      for (int d = 0; d < moved.length; d++) {
        moved[d][k] = coordinates[order[d]][sources[k]];
      }
      numbers[k] = values.get(sources[k]);
    }
    return new CooTensor(sizes, moved, numbers);
  }

  /**
   * Returns the transpose of a tensor of rank 2.
   *
   * @return a new tensor
   * @throws IllegalStateException if the rank is not 2
   */
  public CooTensor transpose() {
    requireMatrix("CooTensor.transpose");
    return permute(1, 0);
  }

  /**
   * Returns the same elements, in row-major order, under another shape.
   *
   * @param newShape sizes with the same product
   * @return a new tensor of any rank
   * @throws IllegalArgumentException if the number of elements differs
   */
  public CooTensor reshape(int... newShape) {
    int[] sizes = checkedShape("CooTensor.reshape", newShape);
    if (elements(sizes) != elements()) {
      throw new IllegalArgumentException(
          "CooTensor.reshape: number of elements of "
              + text(sizes)
              + " ("
              + elements(sizes)
              + ") must equal that of "
              + text(shape)
              + " ("
              + elements()
              + ")");
    }
    return ofKeys(sizes, keys(identity()), values.toFloats());
  }

  /**
   * Sums over one dimension: each element of the result is the sum of the stored numbers whose
   * other coordinates it has, added in double in ascending order of the coordinate and rounded
   * once.
   *
   * @param dimension dimension to sum over and drop, from 0
   * @return a new tensor of rank - 1; sums that are 0 are stored
   * @throws IllegalStateException if the rank is 1
   * @throws IndexOutOfBoundsException if there is no such dimension
   */
  public CooTensor sum(int dimension) {
    Objects.checkIndex(dimension, shape.length);
    requireRank("CooTensor.sum", "add its values", dimension);
    int[] others = new int[shape.length - 1];
    for (int d = 0; d < others.length; d++) {
      others[d] = d < dimension ? d : d + 1;
    }
    long[] keys = keys(others);
    int[] order = SortedKeys.order(keys);
    long[] sorted = new long[keys.length];
    double[] sums = new double[keys.length];
    int count = 0;
    for (int source : order) {
      if (count == 0 || sorted[count - 1] != keys[source]) {
        sorted[count++] = keys[source];
      }
      sums[count - 1] += values.get(source);
    }
    float[] numbers = new float[count];
    for (int k = 0; k < count; k++) {
      numbers[k] = (float) sums[k];
    }
    int[] sizes = checkedShape("CooTensor.sum", without(dimension));
    return ofKeys(sizes, Arrays.copyOf(sorted, count), numbers);
  }

  /**
   * Computes the sum of two tensors on the union of their positions; sums that are 0 are stored.
   *
   * @param other a tensor of the same shape
   * @return a new tensor
   * @throws IllegalArgumentException if the shapes differ, or if the union has more positions than
   *     an array holds
   */
  public CooTensor add(CooTensor other) {
    if (!Arrays.equals(shape, other.shape)) {
      throw new IllegalArgumentException(
          "CooTensor.add: shapes must be equal; this is "
              + text(shape)
              + ", the other is "
              + text(other.shape));
    }
    long[] left = keys(identity());
    long[] right = other.keys(identity());
    long most = Math.min((long) left.length + right.length, elements());
    int capacity = (int) Math.min(most, CsrPattern.LONGEST_ARRAY);
    long[] keys = new long[capacity];
    float[] numbers = new float[capacity];
    int p = 0;
    int q = 0;
    int count = 0;
    while (p < left.length || q < right.length) {
      if (count == capacity) {
        throw new IllegalArgumentException(
            "CooTensor.add: the sum has more positions than an array holds (" + capacity + ")");
      }
      long l = p < left.length ? left[p] : Long.MAX_VALUE;
      long r = q < right.length ? right[q] : Long.MAX_VALUE;
      float sum = l <= r ? values.get(p++) : 0;
      if (r <= l) {
        sum = l == r ? sum + other.values.get(q++) : other.values.get(q++);
      }
      keys[count] = Math.min(l, r);
      numbers[count++] = sum;
    }
    return ofKeys(shape, Arrays.copyOf(keys, count), Arrays.copyOf(numbers, count));
  }

  /**
   * Computes {@code factor} times this tensor.
   *
   * @param factor any number
   * @return a new tensor at the same positions
   */
  public CooTensor scale(float factor) {
    float[] numbers = values.toFloats();
    for (int k = 0; k < numbers.length; k++) {
      numbers[k] *= factor;
    }
    return new CooTensor(shape, coordinates, numbers);
  }

  /**
   * Returns a tensor of rank 2 as a CSR matrix, explicit zeros included.
   *
   * @return a new matrix that shares nothing with this tensor
   * @throws IllegalStateException if the rank is not 2
   */
  public CsrMatrix toCsr() {
    requireMatrix("CooTensor.toCsr");
    return CooMatrix.copyOf(shape[0], shape[1], coordinates[0], coordinates[1], values.array())
        .toCsr();
  }

  /**
   * Returns the bytes of coordinates and numbers.
   *
   * @return {@code 4 * (rank + 1) * nnz}
   */
  public long bytes() {
    return 4L * shape.length * nnz() + values.bytes();
  }

  /**
   * Checks what a tensor promises.
   *
   * @throws IllegalStateException naming the first promise that is broken
   */
  public void validate() {
    String finding = finding(shape, coordinates, values.length());
    if (finding != null) {
      throw new IllegalStateException("CooTensor: " + finding);
    }
  }

  private static @Nullable String finding(int[] shape, int[][] coordinates, int nnz) {
    if (coordinates.length != shape.length) {
      return "number of coordinate arrays ("
          + coordinates.length
          + ") must equal the rank ("
          + shape.length
          + ")";
    }
    for (int d = 0; d < shape.length; d++) {
      if (coordinates[d].length != nnz) {
        return "length of coordinates["
            + d
            + "] ("
            + coordinates[d].length
            + ") must equal the number of values ("
            + nnz
            + ")";
      }
      for (int k = 0; k < nnz; k++) {
        int at = coordinates[d][k];
        if (at < 0 || at >= shape[d]) {
          return "coordinates["
              + d
              + "]["
              + k
              + "] = "
              + at
              + (at < 0 ? " is negative" : " is not below the size " + shape[d]);
        }
      }
    }
    long before = -1;
    for (int k = 0; k < nnz; k++) {
      long key = 0;
      for (int d = 0; d < shape.length; d++) {
        key = key * shape[d] + coordinates[d][k];
      }
      if (key <= before) {
        return "position "
            + k
            + " is "
            + position(shape, key)
            + " and not above its predecessor "
            + position(shape, before);
      }
      before = key;
    }
    return null;
  }

  private static int[] checkedShape(String operation, int[] shape) {
    int[] sizes = shape.clone();
    if (sizes.length == 0) {
      throw new IllegalArgumentException(operation + ": a shape needs at least one dimension");
    }
    long product = 1;
    boolean empty = false;
    for (int d = 0; d < sizes.length; d++) {
      if (sizes[d] < 0) {
        throw new IllegalArgumentException(
            operation + ": size of dimension " + d + " (" + sizes[d] + ") must not be negative");
      }
      empty |= sizes[d] == 0;
    }
    for (int d = 0; d < sizes.length && !empty; d++) {
      if (product > Long.MAX_VALUE / sizes[d]) {
        throw new IllegalArgumentException(
            operation + ": " + text(sizes) + " has more than 2^63 - 1 elements");
      }
      product *= sizes[d];
    }
    return sizes;
  }

  private static long elements(int[] shape) {
    long product = 1;
    for (int size : shape) {
      if (size == 0) {
        return 0;
      }
    }
    for (int size : shape) {
      product *= size;
    }
    return product;
  }

  private static long keyOf(String operation, int[] shape, int[] coordinates) {
    if (coordinates.length != shape.length) {
      throw new IllegalArgumentException(
          operation
              + ": number of coordinates ("
              + coordinates.length
              + ") must equal the rank ("
              + shape.length
              + ")");
    }
    long key = 0;
    for (int d = 0; d < shape.length; d++) {
      key = key * shape[d] + Objects.checkIndex(coordinates[d], shape[d]);
    }
    return key;
  }

  /** Places in row-major order of the positions when only these dimensions exist, in this order. */
  private long[] keys(int[] dimensions) {
    long[] keys = new long[nnz()];
    for (int d : dimensions) {
      for (int k = 0; k < keys.length; k++) {
        keys[k] = keys[k] * shape[d] + coordinates[d][k];
      }
    }
    return keys;
  }

  private int[] identity() {
    int[] dimensions = new int[shape.length];
    Arrays.setAll(dimensions, d -> d);
    return dimensions;
  }

  private static CooTensor ofKeys(int[] shape, long[] keys, float[] numbers) {
    int[][] coordinates = new int[shape.length][keys.length];
    for (int k = 0; k < keys.length; k++) {
      long left = keys[k];
      for (int d = shape.length - 1; d >= 0; d--) {
        coordinates[d][k] = (int) (left % shape[d]);
        left /= shape[d];
      }
    }
    return new CooTensor(shape, coordinates, numbers);
  }

  private int[] without(int dimension) {
    int[] sizes = new int[shape.length - 1];
    System.arraycopy(shape, 0, sizes, 0, dimension);
    System.arraycopy(shape, dimension + 1, sizes, dimension, sizes.length - dimension);
    return sizes;
  }

  private void requireRank(String operation, String instead, int dimension) {
    if (shape.length == 1) {
      throw new IllegalStateException(
          operation
              + ": dropping dimension "
              + dimension
              + " of "
              + text(shape)
              + " leaves none; "
              + instead
              + " instead");
    }
  }

  private void requireMatrix(String operation) {
    if (shape.length != 2) {
      throw new IllegalStateException(
          operation + ": rank (" + shape.length + ") must be 2; the tensor is " + text(shape));
    }
  }

  private static String position(int[] shape, long key) {
    long left = key;
    StringBuilder text = new StringBuilder(")");
    for (int d = shape.length - 1; d >= 0; d--) {
      text.insert(0, (d == 0 ? "(" : ", ") + left % shape[d]);
      left /= shape[d];
    }
    return text.toString();
  }

  private static String text(int[] shape) {
    StringJoiner text = new StringJoiner("x");
    for (int size : shape) {
      text.add(Integer.toString(size));
    }
    return text.toString();
  }

  /** Compares shapes, positions and numbers; NaN equals NaN, 0.0 differs from -0.0. */
  @Override
  public boolean equals(Object other) {
    return this == other
        || (other instanceof CooTensor tensor
            && Arrays.equals(shape, tensor.shape)
            && Arrays.deepEquals(coordinates, tensor.coordinates)
            && values.equals(tensor.values));
  }

  @Override
  public int hashCode() {
    return 31 * (31 * Arrays.hashCode(shape) + Arrays.deepHashCode(coordinates))
        + values.hashCode();
  }

  /** Returns shape, nnz and sparsity, and the entries of a small tensor. */
  @Override
  public String toString() {
    double sparsity = elements() == 0 ? 1 : 1 - (double) nnz() / elements();
    StringBuilder text = new StringBuilder(text(shape));
    text.append(" COO tensor (nnz ").append(nnz()).append(")");
    text.append(String.format(Locale.ROOT, ", %.1f %% sparse", 100 * sparsity));
    if (nnz() <= ENTRIES_SHOWN) {
      long[] keys = keys(identity());
      for (int k = 0; k < keys.length; k++) {
        text.append(k == 0 ? ": " : ", ")
            .append(position(shape, keys[k]))
            .append(' ')
            .append(values.get(k));
      }
    }
    return text.toString();
  }
}
