package org.sparse4j.io;

import java.util.List;
import org.sparse4j.format.CompressedMatrix;

/**
 * A matrix of a file and what it takes up there, for tools that list or copy files.
 *
 * @param name name of the matrix
 * @param matrix the matrix itself, independent of the file
 * @param tensors names of the tensors that it is made of, those of matrices inside it included
 * @param metadataKeys keys of the metadata that describe it
 */
public record MatrixEntry(
    String name, CompressedMatrix matrix, List<String> tensors, List<String> metadataKeys) {

  /** Keeps copies of the lists. */
  public MatrixEntry {
    tensors = List.copyOf(tensors);
    metadataKeys = List.copyOf(metadataKeys);
  }
}
