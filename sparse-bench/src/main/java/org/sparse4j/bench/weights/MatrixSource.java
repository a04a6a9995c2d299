package org.sparse4j.bench.weights;

import java.io.IOException;
import java.util.List;
import org.sparse4j.format.CompressedMatrix;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.DenseMatrix;

/** A file of one sparse matrix, named after the file. */
record MatrixSource(String kind, String name, CsrMatrix matrix, long bytes)
    implements WeightSource {

  @Override
  public List<Tensor> tensors() {
    List<Long> shape = List.of((long) matrix.rows(), (long) matrix.columns());
    return List.of(new Tensor(name, matrix.format(), shape, bytes, true));
  }

  @Override
  public DenseMatrix dense(Tensor tensor) {
    return matrix.toDense();
  }

  @Override
  public CompressedMatrix compressed(Tensor tensor) {
    return matrix;
  }

  @Override
  public Raw raw(Tensor tensor) throws IOException {
    throw new IOException(kind + ": " + name + " is a sparse matrix");
  }

  @Override
  public void close() {}
}
