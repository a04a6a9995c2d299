package org.sparse4j.structured;

import java.nio.IntBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * A permutation: row i of the product is row {@code sources[i]} of the operand, {@code M[i,
 * sources[i]] = 1}. Immutable, without parameters.
 */
public final class PermutationMatrix extends ComputedMatrix {

  private static final String NAME = "PermutationMatrix";

  private final int[] sources;

  private PermutationMatrix(int[] sources) {
    super(sources.length, sources.length, List.of());
    this.sources = sources;
  }

  /**
   * Copies an index array.
   *
   * @param sources where each row comes from; every number from 0 once; not kept
   * @return a new matrix
   * @throws IllegalArgumentException naming the first number that is out of range or repeated
   */
  public static PermutationMatrix copyOf(int... sources) {
    boolean[] seen = new boolean[sources.length];
    for (int i = 0; i < sources.length; i++) {
      int source = sources[i];
      if (source < 0 || source >= sources.length) {
        throw new IllegalArgumentException(
            NAME
                + ": sources["
                + i
                + "] = "
                + source
                + " is not below the number of rows ("
                + sources.length
                + ")");
      }
      if (seen[source]) {
        throw new IllegalArgumentException(
            NAME + ": sources[" + i + "] = " + source + " was there before");
      }
      seen[source] = true;
    }
    return new PermutationMatrix(sources.clone());
  }

  /**
   * Returns the identity.
   *
   * @param size rows and columns
   * @return a new matrix
   * @throws IllegalArgumentException if {@code size} is negative
   */
  public static PermutationMatrix identity(int size) {
    return transposition(1, size);
  }

  /**
   * Returns the permutation that reads a vector as a row-major height x width matrix, transposes
   * it, and flattens the result: {@code y[j height + i] = x[i width + j]}. With height the number
   * of blocks it is the shuffle before a {@link BlockDiagonalMatrix}, and the permutation of {@link
   * MonarchMatrix}.
   *
   * @param height rows of the matrix that is read
   * @param width columns of the matrix that is read
   * @return a new matrix of size height * width
   * @throws IllegalArgumentException if a size is negative or the product too large
   */
  public static PermutationMatrix transposition(int height, int width) {
    requireShape(NAME, height, width);
    int[] sources = new int[arrayLength(NAME, height + "x" + width, (long) height * width)];
    for (int j = 0; j < width; j++) {
      for (int i = 0; i < height; i++) {
        sources[j * height + i] = i * width + j;
      }
    }
    return new PermutationMatrix(sources);
  }

  /**
   * Returns the permutation that reverses the bits of an index, as the input of a fast Fourier
   * transform needs it.
   *
   * @param size a power of two
   * @return a new matrix
   * @throws IllegalArgumentException if {@code size} is no power of two
   */
  public static PermutationMatrix bitReversal(int size) {
    if (size < 1 || Integer.bitCount(size) != 1) {
      throw new IllegalArgumentException(NAME + ": size (" + size + ") must be a power of two");
    }
    int unused = Integer.SIZE - Integer.numberOfTrailingZeros(size);
    int[] sources = new int[size];
    for (int i = 1; i < size; i++) {
      sources[i] = Integer.reverse(i) >>> unused;
    }
    return new PermutationMatrix(sources);
  }

  /**
   * Returns where each row comes from.
   *
   * @return a read-only view
   */
  public IntBuffer sources() {
    return IntBuffer.wrap(sources).asReadOnlyBuffer();
  }

  @Override
  public String format() {
    return "permutation";
  }

  @Override
  public long bytes() {
    return 4L * sources.length;
  }

  /** {@inheritDoc} The transpose of a permutation is its inverse. */
  @Override
  public PermutationMatrix transposed() {
    int[] inverse = new int[sources.length];
    for (int i = 0; i < inverse.length; i++) {
      inverse[sources[i]] = i;
    }
    return new PermutationMatrix(inverse);
  }

  @Override
  VectorProduct product() {
    return (x, y) -> {
      for (int i = 0; i < sources.length; i++) {
        y[i] = x[sources[i]];
      }
    };
  }

  /** Compares the permutations. */
  @Override
  public boolean equals(Object other) {
    return other instanceof PermutationMatrix matrix && Arrays.equals(sources, matrix.sources);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(sources);
  }

  @Override
  String layout() {
    return "indices";
  }
}
