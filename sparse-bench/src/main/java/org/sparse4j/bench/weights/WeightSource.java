package org.sparse4j.bench.weights;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.sparse4j.format.CompressedMatrix;
import org.sparse4j.format.DenseMatrix;

/** An open file that holds weights by name; for one thread. */
public interface WeightSource extends AutoCloseable {

  /**
   * One tensor or matrix.
   *
   * @param name its name
   * @param format what it is stored as: a format's name or an element type
   * @param shape sizes of the dimensions; outputs x inputs of a weight
   * @param bytes bytes in the file, or of its numbers where the file is compressed
   * @param weight whether it is a matrix that a layer multiplies with, as far as the file tells
   */
  record Tensor(String name, String format, List<Long> shape, long bytes, boolean weight) {
    /** Keeps a copy of the shape. */
    public Tensor {
      shape = List.copyOf(shape);
    }

    /**
     * Tells whether a shape is that of a weight: a bias stored as one row is none.
     *
     * @param shape sizes of the dimensions
     * @return true for two dimensions, both above 1
     */
    public static boolean isWeight(List<Long> shape) {
      return shape.size() == 2 && shape.getFirst() > 1 && shape.getLast() > 1;
    }
  }

  /**
   * A tensor that is copied as it is.
   *
   * @param dtype element type as safetensors spells it
   * @param shape sizes of the dimensions
   * @param elements packed elements; alive until the source is closed
   */
  record Raw(String dtype, List<Long> shape, MemorySegment elements) {
    /** Keeps a copy of the shape. */
    public Raw {
      shape = List.copyOf(shape);
    }
  }

  /**
   * Returns the kind of file.
   *
   * @return for example {@code safetensors}
   */
  String kind();

  /**
   * Lists what the file holds.
   *
   * @return tensors in the order of the file
   */
  List<Tensor> tensors();

  /**
   * Reads a tensor of two dimensions.
   *
   * @param tensor one of {@link #tensors()}
   * @return its elements, outputs x inputs of a weight
   * @throws IOException if it is damaged
   * @throws IllegalArgumentException if it is no matrix of real numbers
   */
  DenseMatrix dense(Tensor tensor) throws IOException;

  /**
   * Returns a matrix in a format of ours.
   *
   * @param tensor one of {@link #tensors()}
   * @return the matrix, or null if the tensor is none
   */
  default @Nullable CompressedMatrix compressed(Tensor tensor) {
    return null;
  }

  /**
   * Returns a tensor as it is stored, or as F32 where its type has no name in safetensors.
   *
   * @param tensor one of {@link #tensors()} that is not {@link #compressed}
   * @return its elements
   * @throws IOException if it is damaged
   */
  Raw raw(Tensor tensor) throws IOException;

  /**
   * Returns texts about the file as a whole.
   *
   * @return texts by key
   */
  default Map<String, String> metadata() {
    return Map.of();
  }

  @Override
  void close();
}
