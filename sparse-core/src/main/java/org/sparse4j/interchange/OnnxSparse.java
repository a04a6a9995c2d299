package org.sparse4j.interchange;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.CsrPattern;
import org.sparse4j.format.FloatValues;

/**
 * A SparseTensorProto: values, their indices (linear or a row of coordinates each, ascending), and
 * the dense shape.
 *
 * @param values the numbers; carries the name
 * @param indices where they are
 * @param dims dense shape
 */
record OnnxSparse(OnnxTensor values, OnnxTensor indices, List<Long> dims) {

  private static final int LARGEST_SIZE = Integer.MAX_VALUE - 16;

  static OnnxSparse read(String where, ProtobufReader parent) throws IOException {
    ProtobufReader fields = parent.message();
    OnnxTensor values = null;
    OnnxTensor indices = null;
    List<Long> dims = new ArrayList<>();
    while (fields.next()) {
      switch (fields.field()) {
        case 1 -> values = OnnxTensor.read(where, fields);
        case 2 -> indices = OnnxTensor.read(where, fields);
        case 3 ->
            fields.numbers(size -> {
              if (size < 0 || dims.size() == 64) {
                throw fields.wrong("at most 64 sizes, none negative", String.valueOf(size));
              }
              dims.add(size);
            });
        default -> {}
      }
    }
    if (values == null || indices == null) {
      throw parent.wrong("values and indices", "no " + (values == null ? "values" : "indices"));
    }
    return new OnnxSparse(values, indices, List.copyOf(dims));
  }

  String name() {
    return values.name();
  }

  ArrayInfo info() {
    return new ArrayInfo(name(), values.info().dtype(), dims);
  }

  /** Reads a matrix; a vector becomes one row. */
  CsrMatrix matrix(OnnxTensor.Folder folder) throws IOException {
    if (dims.isEmpty() || dims.size() > 2 || dims.stream().anyMatch(d -> d > LARGEST_SIZE)) {
      throw values.wrong("one or two dimensions of at most " + LARGEST_SIZE, dims.toString());
    }
    int rows = dims.size() == 2 ? Math.toIntExact(dims.getFirst()) : 1;
    int columns = Math.toIntExact(dims.getLast());
    long nnz = values.elements();
    boolean linear = indices.dims().size() == 1;
    if (values.dims().size() != 1
        || !(linear
            ? indices.dims().equals(List.of(nnz))
            : indices.dims().equals(List.of(nnz, (long) dims.size())))) {
      throw indices.wrong(
          "["
              + nnz
              + "] linear indices or ["
              + nnz
              + ", "
              + dims.size()
              + "] coordinates for the"
              + " values "
              + values.dims(),
          indices.dims().toString());
    }
    float[] numbers = values.floats(folder);
    long[] positions = indices.longs(folder);
    Broken.requireHeap(indices.name(), "row pointers in four copies", rows + 1L, 16);
    int[] pointers = new int[rows + 1];
    int[] columnIndices = new int[numbers.length];
    long before = -1;
    for (int k = 0; k < numbers.length; k++) {
      long row = 0;
      long column = positions[linear ? k : dims.size() * k + dims.size() - 1];
      if (linear) {
        row = columns == 0 ? rows : Math.floorDiv(column, columns);
        column = columns == 0 ? column : Math.floorMod(column, columns);
      } else if (dims.size() == 2) {
        row = positions[2 * k];
      }
      if (row < 0 || row >= rows || column < 0 || column >= columns) {
        throw indices.wrong(
            "an index inside " + rows + "x" + columns + " at " + k,
            linear ? String.valueOf(positions[k]) : "(" + row + ", " + column + ")");
      }
      long position = row * columns + column;
      if (position <= before) {
        throw indices.wrong(
            "ascending indices, each once",
            "(" + row + ", " + column + ") at " + k + " behind linear index " + before);
      }
      before = position;
      pointers[(int) row + 1]++;
      columnIndices[k] = (int) column;
    }
    for (int i = 0; i < rows; i++) {
      pointers[i + 1] += pointers[i];
    }
    return CsrMatrix.of(
        CsrPattern.copyOf(rows, columns, pointers, columnIndices), FloatValues.wrap(numbers));
  }
}
