package org.sparse4j.interchange;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.sparse4j.format.CsrBuilder;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.CsrPattern;
import org.sparse4j.format.FloatValues;
import org.sparse4j.format.SparseMatrix;

/**
 * SciPy's sparse matrices: what {@code scipy.sparse.save_npz} writes and {@code load_npz} reads.
 *
 * <p>Read are csr, csc, coo, bsr and dia of two dimensions, matrices and arrays, indices of any
 * integer type, numbers of any real type (rounded to float32). SciPy does not promise sorted
 * indices, so they are sorted here and entries at the same position add up in the order of the
 * file; a file in canonical order keeps every bit. Written are csr, csc, coo and bsr with 32-bit
 * indices and float32 numbers.
 */
public final class ScipySparse {

  private static final int LARGEST_SIZE = Integer.MAX_VALUE - 16;

  private ScipySparse() {}

  /**
   * Reads layout, type and shape.
   *
   * @param path the file
   * @return what the file says
   * @throws IOException if the file cannot be read or holds no sparse matrix of two dimensions
   */
  public static ScipyInfo info(Path path) throws IOException {
    String where = "ScipySparse.info: " + path;
    try (NpzFile file = NpzFile.open(where, path)) {
      return new Reader(where, file).info();
    }
  }

  /**
   * Reads a matrix.
   *
   * <p>Explicit zeros are kept, also those inside the blocks of bsr; of the diagonals of dia, which
   * are stored whole, what is not zero is kept. Time and memory follow the numbers in the file.
   *
   * @param path the file
   * @return a new matrix
   * @throws IOException if the file cannot be read, is no sparse matrix of two dimensions and real
   *     numbers, or its arrays contradict each other; the message names the array
   */
  public static CsrMatrix read(Path path) throws IOException {
    String where = "ScipySparse.read: " + path;
    try (NpzFile file = NpzFile.open(where, path)) {
      return new Reader(where, file).read();
    }
  }

  /**
   * Writes a matrix so that {@code scipy.sparse.load_npz} reads it, every stored entry included.
   *
   * @param matrix what to write; values of other types are written as float32
   * @param layout how
   * @param path the file; replaced as a whole if it exists
   * @throws IOException if writing fails; an existing file is unchanged
   */
  public static void write(SparseMatrix matrix, ScipyLayout layout, Path path) throws IOException {
    // Compressed columns are the compressed rows of the transpose.
    CsrMatrix csr = layout == ScipyLayout.CSC ? matrix.toCsr().transposed() : matrix.toCsr();
    NpzWriter npz = Numpy.npz();
    if (layout == ScipyLayout.COO) {
      int[] rows = new int[csr.values().length()];
      csr.pattern().forEach((index, row, column) -> rows[index] = row);
      npz.add("row", rows).add("col", indices(csr));
    } else {
      int[] pointers = new int[csr.rows() + 1];
      csr.pattern().rowPointers().get(pointers);
      npz.add("indices", indices(csr)).add("indptr", pointers);
    }
    npz.add("format", name(layout.name().toLowerCase(Locale.ROOT)))
        .add("shape", new long[] {matrix.rows(), matrix.columns()})
        .add("data", csr.floatValues().array())
        .write(path);
  }

  private static int[] indices(CsrMatrix csr) {
    int[] columns = new int[csr.values().length()];
    csr.pattern().columnIndices().get(columns);
    return columns;
  }

  private static ArrayOutput name(String format) {
    return ArrayOutput.of(format.getBytes(StandardCharsets.US_ASCII));
  }

  /**
   * Writes a matrix in blocks (bsr): every block with a stored position is stored whole, so
   * positions that were not stored become explicit zeros.
   *
   * @param matrix what to write; values of other types are written as float32
   * @param blockRows rows of a block, which divide those of the matrix
   * @param blockColumns columns of a block, which divide those of the matrix
   * @param path the file; replaced as a whole if it exists
   * @throws IllegalArgumentException if the blocks do not divide the matrix, or take more numbers
   *     than an array holds
   * @throws IOException if writing fails; an existing file is unchanged
   */
  public static void writeBlocks(SparseMatrix matrix, int blockRows, int blockColumns, Path path)
      throws IOException {
    if (blockRows < 1
        || blockColumns < 1
        || matrix.rows() % blockRows != 0
        || matrix.columns() % blockColumns != 0) {
      throw new IllegalArgumentException(
          "ScipySparse.writeBlocks: blocks ("
              + blockRows
              + "x"
              + blockColumns
              + ") must divide the matrix ("
              + matrix.rows()
              + "x"
              + matrix.columns()
              + ")");
    }
    CsrMatrix csr = matrix.toCsr();
    int[] columns = indices(csr);
    float[] values = csr.floatValues().array();
    int stripes = matrix.rows() / blockRows;
    int[] pointers = new int[stripes + 1];
    int[] blocks = new int[16];
    int count = 0;
    for (int stripe = 0; stripe < stripes; stripe++) {
      int from = csr.pattern().rowStart(stripe * blockRows);
      int to = csr.pattern().rowStart((stripe + 1) * blockRows);
      int[] here = Arrays.copyOfRange(columns, from, to);
      for (int k = 0; k < here.length; k++) {
        here[k] /= blockColumns;
      }
      Arrays.sort(here);
      for (int k = 0; k < here.length; k++) {
        if (k == 0 || here[k] != here[k - 1]) {
          if (count == blocks.length) {
            blocks = Arrays.copyOf(blocks, 2 * count);
          }
          blocks[count++] = here[k];
        }
      }
      pointers[stripe + 1] = count;
    }
    long numbers = Math.multiplyExact((long) count, (long) blockRows * blockColumns);
    if (numbers > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          "ScipySparse.writeBlocks: "
              + count
              + " blocks of "
              + blockRows
              + "x"
              + blockColumns
              + " are more numbers than an array holds");
    }
    int[] indices = Arrays.copyOf(blocks, count);
    float[] data = new float[(int) numbers];
    csr.pattern()
        .forEach((index, row, column) -> {
          int stripe = row / blockRows;
          int block =
              Arrays.binarySearch(
                  indices, pointers[stripe], pointers[stripe + 1], column / blockColumns);
          data[(block * blockRows + row % blockRows) * blockColumns + column % blockColumns] =
              values[index];
        });
    Numpy.npz()
        .add("indices", indices)
        .add("indptr", pointers)
        .add("format", name("bsr"))
        .add("shape", new long[] {matrix.rows(), matrix.columns()})
        .add("data", ArrayOutput.of(data, count, blockRows, blockColumns))
        .write(path);
  }

  /** Reads one file; every length and index is checked before it is used. */
  private static final class Reader {
    private final String where;
    private final NpzFile file;
    private int rows;
    private int columns;

    Reader(String where, NpzFile file) {
      this.where = where;
      this.file = file;
    }

    ScipyInfo info() throws IOException {
      String format = header();
      ArrayInfo data = infoOf("data");
      return new ScipyInfo(format, data.dtype(), rows, columns, data.elements());
    }

    private String header() throws IOException {
      // Checked before it is read: a short text and a short vector are all that may be there.
      for (String name : new String[] {"format", "shape"}) {
        ArrayInfo info = infoOf(name);
        if (info.shape().size() > 1 || info.shape().stream().anyMatch(size -> size > 64)) {
          throw Broken.in(file.member(name), "a short array", "shape " + info.shape());
        }
      }
      String format = file.read("format").text();
      if (!List.of("csr", "csc", "coo", "bsr", "dia").contains(format)) {
        throw Broken.in(file.member("format"), "csr, csc, coo, bsr or dia", Broken.quote(format));
      }
      long[] shape = file.read("shape").longs();
      if (shape.length != 2
          || Math.min(shape[0], shape[1]) < 0
          || Math.max(shape[0], shape[1]) > LARGEST_SIZE) {
        throw Broken.in(
            file.member("shape"), "two sizes of at most " + LARGEST_SIZE, Arrays.toString(shape));
      }
      rows = (int) shape[0];
      columns = (int) shape[1];
      return format;
    }

    private ArrayInfo infoOf(String name) throws IOException {
      requireThere(name);
      return file.info(name);
    }

    private void requireThere(String name) throws IOException {
      if (!file.contains(name)) {
        throw Broken.in(
            where,
            "an array " + Broken.quote(name),
            "only " + String.join(", ", file.names().stream().map(Broken::quote).toList()));
      }
    }

    private NumpyArray array(String name, int dimensions) throws IOException {
      requireThere(name);
      NumpyArray array = file.read(name);
      if (array.shape().size() != dimensions) {
        throw Broken.in(file.member(name), dimensions + " dimensions", "shape " + array.shape());
      }
      return array;
    }

    CsrMatrix read() throws IOException {
      String format = header();
      return switch (format) {
        case "csr" -> compressed(rows, columns);
        case "csc" -> {
          requireRows();
          yield compressed(columns, rows).transposed();
        }
        case "coo" -> coordinates();
        case "bsr" -> blocks();
        default -> diagonals();
      };
    }

    private CsrMatrix compressed(int major, int minor) throws IOException {
      float[] data = array("data", 1).floats();
      int[] indices = indices("indices", minor);
      requireLength("indices", indices.length, data.length);
      int[] pointers = pointers(major, data.length);
      // SciPy allows spare room behind the last entry.
      int nnz = pointers[major];
      if (isCanonical(pointers, indices)) {
        return CsrMatrix.of(
            CsrPattern.copyOf(major, minor, pointers, Arrays.copyOf(indices, nnz)),
            FloatValues.wrap(nnz == data.length ? data : Arrays.copyOf(data, nnz)));
      }
      CsrBuilder builder = CsrMatrix.builder(major, minor).sumDuplicates();
      for (int i = 0; i < major; i++) {
        for (int k = pointers[i]; k < pointers[i + 1]; k++) {
          builder.add(i, indices[k], data[k]);
        }
      }
      return builder.build();
    }

    private static boolean isCanonical(int[] pointers, int[] indices) {
      for (int i = 1; i < pointers.length; i++) {
        for (int k = pointers[i - 1] + 1; k < pointers[i]; k++) {
          if (indices[k] <= indices[k - 1]) {
            return false;
          }
        }
      }
      return true;
    }

    private CsrMatrix coordinates() throws IOException {
      float[] data = array("data", 1).floats();
      CsrBuilder builder = builder();
      if (file.contains("coords")) {
        long[] coordinates = array("coords", 2).longs();
        requireLength("coords", coordinates.length, 2L * data.length);
        for (int k = 0; k < data.length; k++) {
          int row = index("coords", k, coordinates[k], rows);
          builder.add(row, index("coords", k, coordinates[data.length + k], columns), data[k]);
        }
        return builder.build();
      }
      int[] row = indices("row", rows);
      int[] column = indices("col", columns);
      requireLength("row", row.length, data.length);
      requireLength("col", column.length, data.length);
      for (int k = 0; k < data.length; k++) {
        builder.add(row[k], column[k], data[k]);
      }
      return builder.build();
    }

    private CsrMatrix blocks() throws IOException {
      NumpyArray array = array("data", 3);
      long blockRows = array.shape().get(1);
      long blockColumns = array.shape().get(2);
      if (Math.min(blockRows, blockColumns) < 1
          || rows % blockRows != 0
          || columns % blockColumns != 0) {
        throw Broken.in(
            file.member("data"),
            "blocks that divide " + rows + "x" + columns,
            blockRows + "x" + blockColumns);
      }
      float[] data = array.floats();
      int stripes = (int) (rows / blockRows);
      int blocks = Math.toIntExact(array.shape().getFirst());
      int[] indices = indices("indices", columns / blockColumns);
      requireLength("indices", indices.length, blocks);
      int[] pointers = pointers(stripes, blocks);
      CsrBuilder builder = builder();
      for (int stripe = 0; stripe < stripes; stripe++) {
        for (int block = pointers[stripe]; block < pointers[stripe + 1]; block++) {
          int at = Math.toIntExact(block * blockRows * blockColumns);
          for (int i = 0; i < blockRows; i++) {
            for (int j = 0; j < blockColumns; j++) {
              builder.add(
                  (int) (stripe * blockRows + i),
                  (int) (indices[block] * blockColumns + j),
                  data[at++]);
            }
          }
        }
      }
      return builder.build();
    }

    private CsrMatrix diagonals() throws IOException {
      NumpyArray array = array("data", 2);
      int width = Math.toIntExact(array.shape().get(1));
      long[] offsets = array("offsets", 1).longs();
      requireLength("offsets", offsets.length, array.shape().getFirst());
      if (Arrays.stream(offsets).distinct().count() != offsets.length) {
        throw Broken.in(file.member("offsets"), "every diagonal once", Arrays.toString(offsets));
      }
      float[] data = array.floats();
      CsrBuilder builder = builder();
      for (int k = 0; k < offsets.length; k++) {
        for (int j = 0; j < Math.min(width, columns); j++) {
          float value = data[k * width + j];
          // Row j - offset, without an overflow: the offset is any number.
          if (value != 0 && offsets[k] <= j && offsets[k] > (long) j - rows) {
            builder.add((int) (j - offsets[k]), j, value);
          }
        }
      }
      return builder.build();
    }

    private CsrBuilder builder() throws IOException {
      requireRows();
      return CsrMatrix.builder(rows, columns).sumDuplicates();
    }

    /** Empty rows take memory that no byte of the file stands for. */
    private void requireRows() throws IOException {
      Broken.requireHeap(where, "row pointers in four copies", rows + 1L, 16);
    }

    private int[] pointers(int count, int entries) throws IOException {
      int[] pointers = array("indptr", 1).ints();
      requireLength("indptr", pointers.length, count + 1L);
      for (int i = 0; i <= count; i++) {
        int least = i == 0 ? 0 : pointers[i - 1];
        int most = i == 0 ? 0 : entries;
        if (pointers[i] < least || pointers[i] > most) {
          throw Broken.in(
              file.member("indptr"),
              "between " + least + " and " + most + " at " + i,
              String.valueOf(pointers[i]));
        }
      }
      return pointers;
    }

    private int[] indices(String name, long limit) throws IOException {
      long[] wide = array(name, 1).longs();
      int[] indices = new int[wide.length];
      for (int k = 0; k < wide.length; k++) {
        indices[k] = index(name, k, wide[k], limit);
      }
      return indices;
    }

    private int index(String name, int at, long index, long limit) throws IOException {
      if (index < 0 || index >= limit) {
        throw Broken.in(
            file.member(name), "an index below " + limit + " at " + at, String.valueOf(index));
      }
      return (int) index;
    }

    private void requireLength(String name, long found, long wanted) throws IOException {
      if (found != wanted) {
        throw Broken.in(file.member(name), wanted + " elements", String.valueOf(found));
      }
    }
  }
}
