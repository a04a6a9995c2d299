package org.sparse4j.bench.convert;

import java.io.IOException;
import java.nio.file.Path;
import org.sparse4j.bench.weights.WeightSource;
import org.sparse4j.format.CompressedMatrix;
import org.sparse4j.format.DenseMatrix;

/** A file to be: collects matrices and writes them together. */
interface WeightTarget {

  /**
   * Says how many matrices will come.
   *
   * @throws org.sparse4j.bench.console.Failure if a file of this kind cannot hold as many
   */
  void begin(int matrices);

  /** Tells whether tensors that are no weight matrices find a place. */
  boolean takesOthers();

  /** Takes a matrix in a format of ours. */
  void add(String name, CompressedMatrix matrix);

  /** Takes a dense matrix. */
  void add(String name, DenseMatrix matrix);

  /** Takes a tensor as it is; its memory lives until {@link #write} has returned. */
  void add(String name, WeightSource.Raw tensor);

  /** Takes a text about the file as a whole. */
  void metadata(String key, String value);

  /** Writes all of it. */
  void write(Path path) throws IOException;
}
