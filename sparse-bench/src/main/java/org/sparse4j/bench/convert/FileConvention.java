package org.sparse4j.bench.convert;

import org.sparse4j.bench.console.Failure;
import org.sparse4j.format.BitmapMatrix;
import org.sparse4j.format.BlockMatrix;
import org.sparse4j.format.CompressedMatrix;
import org.sparse4j.format.CscMatrix;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.NmMatrix;
import org.sparse4j.interchange.CompressedTensors;
import org.sparse4j.interchange.TorchSparse;
import org.sparse4j.io.SafetensorsWriter;

/** By whose names and rules matrices are stored in a safetensors file. */
enum FileConvention {
  /** Ours: every format, with a checksum. */
  SPARSE4J("sparse4j", "all"),

  /** That of compressed-tensors: bitmaps and 2:4. */
  COMPRESSED_TENSORS("compressed-tensors", "bitmap and 2:4"),

  /** The component arrays of PyTorch's sparse tensors. */
  TORCH("torch", "csr, csc and block");

  private final String word;
  private final String formats;

  FileConvention(String word, String formats) {
    this.word = word;
    this.formats = formats;
  }

  /**
   * Adds a matrix to a file.
   *
   * @throws Failure if the convention has no place for it
   */
  void add(SafetensorsWriter writer, String name, CompressedMatrix matrix) {
    try {
      switch (this) {
        case SPARSE4J -> writer.add(name, matrix);
        case COMPRESSED_TENSORS -> {
          switch (matrix) {
            case BitmapMatrix bitmap -> CompressedTensors.add(writer, name, bitmap);
            case NmMatrix nm -> CompressedTensors.add(writer, name, nm);
            default -> throw noPlace(name, matrix);
          }
        }
        case TORCH -> {
          switch (matrix) {
            case CsrMatrix csr -> TorchSparse.add(writer, name, csr);
            case CscMatrix csc -> TorchSparse.add(writer, name, csc);
            case BlockMatrix block -> TorchSparse.add(writer, name, block);
            default -> throw noPlace(name, matrix);
          }
        }
      }
    } catch (IllegalArgumentException e) {
      throw Failure.input(name + ": " + e.getMessage(), e);
    }
  }

  private Failure noPlace(String name, CompressedMatrix matrix) {
    return Failure.input(
        name
            + ": convention ("
            + word
            + ") holds "
            + formats
            + " matrices, this one is "
            + matrix.format());
  }

  /** Returns the word of the command line. */
  @Override
  public String toString() {
    return word;
  }
}
