package org.sparse4j.bench.convert;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.sparse4j.format.CompressedMatrix;
import org.sparse4j.format.DenseMatrix;

/** An open file that holds weights by name. */
interface WeightSource extends AutoCloseable {

  /**
   * One tensor or matrix.
   *
   * @param name its name
   * @param format what it is stored as: a format's name or an element type
   * @param shape sizes of the dimensions; outputs x inputs of a weight
   * @param bytes bytes in the file
   * @param weight whether it is a matrix that a layer multiplies with, as far as the file tells
   */
  record Tensor(String name, String format, List<Long> shape, long bytes, boolean weight) {
    public Tensor {
      shape = List.copyOf(shape);
    }

    /** Tells whether a shape is that of a weight: a bias stored as one row is none. */
    static boolean isWeight(List<Long> shape) {
      return shape.size() == 2 && shape.getFirst() > 1 && shape.getLast() > 1;
    }
  }

  /** A tensor that is copied as it is. */
  record Raw(String dtype, List<Long> shape, MemorySegment elements) {}

  /** Returns the kind of file, for example {@code safetensors}. */
  String kind();

  /** Returns what the file holds, in its order. */
  List<Tensor> tensors();

  /** Reads a tensor of two dimensions, outputs x inputs. */
  DenseMatrix dense(Tensor tensor) throws IOException;

  /** Returns a matrix in a format of ours, or null if the tensor is none. */
  default @Nullable CompressedMatrix compressed(Tensor tensor) throws IOException {
    return null;
  }

  /** Returns a tensor as it is stored; its memory lives until the source is closed. */
  Raw raw(Tensor tensor) throws IOException;

  /** Returns texts that describe the file as a whole. */
  default Map<String, String> metadata() {
    return Map.of();
  }

  @Override
  void close() throws IOException;
}
