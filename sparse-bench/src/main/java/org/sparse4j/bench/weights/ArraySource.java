package org.sparse4j.bench.weights;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.interchange.ArrayInfo;
import org.sparse4j.interchange.NpzFile;
import org.sparse4j.interchange.Numpy;
import org.sparse4j.interchange.NumpyArray;

/** The arrays of a NumPy file, those of real numbers. */
final class ArraySource implements WeightSource {
  private final String kind;
  private final Map<String, NumpyArray> arrays = new LinkedHashMap<>();

  private ArraySource(String kind) {
    this.kind = kind;
  }

  /** Opens a file of one array, which is named after the file. */
  static ArraySource npy(Path path, String name) throws IOException {
    ArraySource source = new ArraySource("NumPy array");
    source.arrays.put(name, Numpy.read(path));
    return source;
  }

  /** Opens an archive of arrays. */
  static ArraySource npz(NpzFile file) throws IOException {
    ArraySource source = new ArraySource("NumPy archive");
    for (String name : file.names()) {
      source.arrays.put(name, file.read(name));
    }
    return source;
  }

  @Override
  public String kind() {
    return kind;
  }

  @Override
  public List<Tensor> tensors() {
    List<Tensor> tensors = new ArrayList<>();
    arrays.forEach((name, array) -> {
      ArrayInfo info = array.info();
      tensors.add(
          new Tensor(
              name,
              info.dtype(),
              info.shape(),
              4 * array.elements(),
              Tensor.isWeight(info.shape())));
    });
    return tensors;
  }

  private NumpyArray array(Tensor tensor) {
    NumpyArray array = arrays.get(tensor.name());
    if (array == null) {
      throw new IllegalArgumentException("there is no array " + tensor.name());
    }
    return array;
  }

  @Override
  public DenseMatrix dense(Tensor tensor) throws IOException {
    return array(tensor).dense();
  }

  @Override
  public Raw raw(Tensor tensor) throws IOException {
    return new Raw("F32", tensor.shape(), MemorySegment.ofArray(array(tensor).floats()));
  }

  @Override
  public void close() {}
}
