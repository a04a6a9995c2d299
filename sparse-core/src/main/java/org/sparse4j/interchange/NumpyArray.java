package org.sparse4j.interchange;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.sparse4j.format.DenseMatrix;

/**
 * An array that was read from a NumPy file; independent of the file, immutable, safe to share.
 *
 * <p>Numbers come out in C order (the last index runs fastest), whatever order the file has.
 */
public final class NumpyArray {

  private static final int LARGEST_SIZE = Integer.MAX_VALUE - 32;

  private final String where;
  private final String name;
  private final NpyHeader header;
  private final MemorySegment data;
  private final long elements;

  private NumpyArray(
      String where, String name, NpyHeader header, MemorySegment data, long elements) {
    this.where = where;
    this.name = name;
    this.header = header;
    this.data = data;
    this.elements = elements;
  }

  /** Returns the elements that a header asks for, whose bytes must be those that are there. */
  static long elements(String where, NpyHeader header, long bytesThere) throws IOException {
    int size = header.elementBytes();
    if (size == 0 && !header.descr().startsWith("S") && !header.descr().startsWith("U")) {
      throw Broken.in(
          where,
          "a type of numbers or texts",
          header.descr().startsWith("O")
              ? "pickled Python objects, which are code and are not run"
              : Broken.quote(header.descr()));
    }
    long elements = header.shape().contains(0L) ? 0 : 1;
    for (long dimension : header.shape()) {
      if (elements > 0 && dimension > Long.MAX_VALUE / elements) {
        throw wrongLength(where, header, bytesThere);
      }
      elements *= dimension;
    }
    if (Math.multiplyHigh(elements, size) != 0 || elements * size != bytesThere) {
      throw wrongLength(where, header, bytesThere);
    }
    return elements;
  }

  private static IOException wrongLength(String where, NpyHeader header, long bytesThere) {
    return Broken.at(
        where,
        header.dataStart(),
        "the bytes of " + header.info("").dtype() + " " + header.shape(),
        bytesThere + " bytes");
  }

  static NumpyArray of(String where, String name, NpyHeader header, MemorySegment data)
      throws IOException {
    long elements = elements(where, header, data.byteSize());
    return new NumpyArray(where, name, header, data.asReadOnly(), elements);
  }

  /**
   * Returns name, element type and shape.
   *
   * @return what the header says; the name is empty for a file of a single array
   */
  public ArrayInfo info() {
    return header.info(name);
  }

  /**
   * Returns the sizes of the dimensions.
   *
   * @return sizes; none for a scalar; immutable
   */
  public List<Long> shape() {
    return header.shape();
  }

  /**
   * Returns the product of the shape.
   *
   * @return number of elements; 1 for a scalar
   */
  public long elements() {
    return elements;
  }

  /**
   * Copies all numbers as float32: F32 bit for bit, F64 and wide integers rounded to nearest even,
   * true as 1.
   *
   * @return a new array in C order
   * @throws IOException if the elements are texts or complex, or do not fit into an array
   */
  public float[] floats() throws IOException {
    ElementType type = numbers();
    Broken.requireHeap(where, "floats", elements, 4);
    float[] stored = new float[(int) elements];
    type.copy(data, header.order(), 0, stored, 0, stored.length);
    if (!isReversed()) {
      return stored;
    }
    Broken.requireHeap(where, "two copies of the floats", elements, 8);
    float[] ordered = new float[stored.length];
    int[] sources = sources();
    for (int k = 0; k < ordered.length; k++) {
      ordered[k] = stored[sources[k]];
    }
    return ordered;
  }

  /**
   * Copies all numbers of an array of integers.
   *
   * @return a new array in C order
   * @throws IOException if the elements are no integers, one is above the range of long, or they do
   *     not fit into an array
   */
  public long[] longs() throws IOException {
    ElementType type = numbers();
    if (!type.isInteger()) {
      throw Broken.in(where, "integers", type.name());
    }
    Broken.requireHeap(where, "integers", elements, 8);
    long[] numbers = new long[(int) elements];
    int[] sources = isReversed() ? sources() : null;
    for (int k = 0; k < numbers.length; k++) {
      numbers[k] = type.integer(data, header.order(), sources == null ? k : sources[k]);
      if (type == ElementType.U64 && numbers[k] < 0) {
        throw Broken.in(
            where, "integers up to 2^63 - 1", Long.toUnsignedString(numbers[k]) + " at " + k);
      }
    }
    return numbers;
  }

  /**
   * Copies all numbers of an array of integers that int holds.
   *
   * @return a new array in C order
   * @throws IOException if the elements are no integers, one is out of range, or they do not fit
   *     into an array
   */
  public int[] ints() throws IOException {
    long[] wide = longs();
    int[] numbers = new int[wide.length];
    for (int k = 0; k < numbers.length; k++) {
      if (wide[k] != (int) wide[k]) {
        throw Broken.in(
            where,
            "integers between " + Integer.MIN_VALUE + " and " + Integer.MAX_VALUE,
            wide[k] + " at " + k);
      }
      numbers[k] = (int) wide[k];
    }
    return numbers;
  }

  /**
   * Returns the text of an array that is a single string.
   *
   * @return the text without the zeros that NumPy pads it with
   * @throws IOException if the array is something else, or a character is none
   */
  public String text() throws IOException {
    String descr = header.descr();
    boolean bytes = descr.startsWith("S");
    if (elements != 1 || !(bytes || descr.startsWith("U"))) {
      throw Broken.in(where, "a single text", info().dtype() + " " + shape());
    }
    // The charset's name says the byte order; a text that is not one is shown with U+FFFD.
    Charset charset =
        bytes
            ? StandardCharsets.ISO_8859_1
            : header.order() == ByteOrder.BIG_ENDIAN
                ? StandardCharsets.UTF_32BE
                : StandardCharsets.UTF_32LE;
    String text = new String(data.toArray(ValueLayout.JAVA_BYTE), charset);
    int end = text.length();
    while (end > 0 && text.charAt(end - 1) == 0) {
      end--;
    }
    return text.substring(0, end);
  }

  /**
   * Copies the numbers into a dense matrix in automatic memory, as {@link #floats()} reads them.
   *
   * @return a new matrix; an array with one dimension gives {@code 1 x n}, a scalar {@code 1 x 1}
   * @throws IOException if there are more than two dimensions, a size is too large, the elements
   *     are texts or complex, or memory does not suffice
   */
  public DenseMatrix dense() throws IOException {
    ElementType type = numbers();
    List<Long> shape = shape();
    if (shape.size() > 2 || shape.stream().anyMatch(size -> size > LARGEST_SIZE)) {
      throw Broken.in(where, "at most two dimensions of at most " + LARGEST_SIZE, shape.toString());
    }
    int rows = shape.size() == 2 ? Math.toIntExact(shape.getFirst()) : 1;
    int columns = shape.isEmpty() ? 1 : Math.toIntExact(shape.getLast());
    DenseMatrix matrix = Dense.zeros(where, rows, columns);
    if (isReversed()) {
      float[] column = new float[columns == 0 ? 0 : rows];
      for (int j = 0; rows > 0 && j < columns; j++) {
        type.copy(data, header.order(), (long) j * rows, column, 0, rows);
        for (int i = 0; i < rows; i++) {
          matrix.set(i, j, column[i]);
        }
      }
      return matrix;
    }
    float[] row = new float[rows == 0 ? 0 : columns];
    for (int i = 0; columns > 0 && i < rows; i++) {
      type.copy(data, header.order(), (long) i * columns, row, 0, columns);
      matrix.setRow(i, row, 0);
    }
    return matrix;
  }

  private ElementType numbers() throws IOException {
    ElementType type = header.type();
    if (type == null) {
      throw Broken.in(where, "real numbers", info().dtype());
    }
    return type;
  }

  private boolean isReversed() {
    return header.fortran() && shape().size() > 1;
  }

  /** Returns, for every element in C order, its number in the file, where the first index runs. */
  private int[] sources() throws IOException {
    Broken.requireHeap(where, "positions", elements, 4);
    int dimensions = shape().size();
    int[] index = new int[dimensions];
    int[] strides = new int[dimensions];
    int stride = 1;
    for (int d = 0; d < dimensions && elements > 0; d++) {
      strides[d] = stride;
      stride *= Math.toIntExact(shape().get(d));
    }
    int[] sources = new int[(int) elements];
    int source = 0;
    for (int k = 0; k < sources.length; k++) {
      sources[k] = source;
      for (int d = dimensions - 1; d >= 0; d--) {
        source += strides[d];
        if (++index[d] < shape().get(d)) {
          break;
        }
        source -= index[d] * strides[d];
        index[d] = 0;
      }
    }
    return sources;
  }

  /** Compares type, shape, order and bytes. */
  @Override
  public boolean equals(Object other) {
    return other instanceof NumpyArray array
        && info().equals(array.info())
        && header.order().equals(array.header.order())
        && header.fortran() == array.header.fortran()
        && data.mismatch(array.data) < 0;
  }

  @Override
  public int hashCode() {
    return Objects.hash(name, header.descr(), header.shape());
  }

  /** Returns name, type and shape. */
  @Override
  public String toString() {
    return "NumpyArray " + info();
  }
}
