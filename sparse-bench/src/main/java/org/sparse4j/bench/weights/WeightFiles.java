package org.sparse4j.bench.weights;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.CsrPattern;
import org.sparse4j.format.FloatValues;
import org.sparse4j.interchange.Dlmc;
import org.sparse4j.interchange.NpzFile;
import org.sparse4j.interchange.Numpy;
import org.sparse4j.interchange.ScipySparse;
import org.sparse4j.io.MatrixMarket;

/** Which kind of file a name means. */
public final class WeightFiles {
  /** The endings of names of files that can be read, for messages and help. */
  public static final String READS =
      ".safetensors, .safetensors.index.json, .onnx, .gguf, .npz (SciPy sparse or NumPy), .npy,"
          + " .mtx, .mtx.gz or .smtx";

  private WeightFiles() {}

  /**
   * Tells whether a file's name is that of a kind which can be read.
   *
   * @param path the file
   * @return true if {@link #open} knows its ending
   */
  public static boolean isKnown(Path path) {
    String name = name(path);
    return name.endsWith(".safetensors")
        || name.endsWith(".safetensors.index.json")
        || name.endsWith(".onnx")
        || name.endsWith(".gguf")
        || name.endsWith(".smtx")
        || name.endsWith(".npz")
        || name.endsWith(".npy")
        || name.endsWith(".mtx")
        || name.endsWith(".mtx.gz");
  }

  /**
   * Opens a file for reading; matrices are read and checked at once.
   *
   * @param path the file
   * @return the open file
   * @throws IOException if it is missing, damaged or of no known kind
   */
  public static WeightSource open(Path path) throws IOException {
    if (path.toString().isEmpty()) {
      throw new IOException("a file must have a name");
    }
    if (!Files.exists(path)) {
      throw new NoSuchFileException(path.toString());
    }
    if (Files.isDirectory(path)) {
      throw new IOException(path + ": is a folder, not a file");
    }
    String name = name(path);
    if (name.endsWith(".safetensors") || name.endsWith(".safetensors.index.json")) {
      return SafetensorsSource.open(path);
    }
    if (name.endsWith(".onnx")) {
      return new OnnxSource(path);
    }
    if (name.endsWith(".gguf")) {
      return new GgufSource(path);
    }
    if (name.endsWith(".smtx")) {
      return new MatrixSource("DLMC", stem(path), ones(Dlmc.read(path)), Files.size(path));
    }
    if (name.endsWith(".npy")) {
      return ArraySource.npy(path, stem(path));
    }
    if (name.endsWith(".npz")) {
      return npz(path);
    }
    if (name.endsWith(".mtx") || name.endsWith(".mtx.gz")) {
      return new MatrixSource(
          "Matrix Market", stem(path), MatrixMarket.read(path), Files.size(path));
    }
    throw new IOException(path + ": unknown kind of file; names end in " + READS);
  }

  /** A file of positions alone: ones there, as Matrix Market has it for its patterns. */
  private static CsrMatrix ones(CsrPattern pattern) {
    float[] numbers = new float[Math.toIntExact(pattern.nnz())];
    Arrays.fill(numbers, 1);
    return CsrMatrix.of(pattern, FloatValues.wrap(numbers));
  }

  private static WeightSource npz(Path path) throws IOException {
    try (NpzFile file = Numpy.open(path)) {
      if (!file.contains("format")) {
        return ArraySource.npz(file);
      }
    }
    return new MatrixSource("SciPy", stem(path), ScipySparse.read(path), Files.size(path));
  }

  /** The name of a file without its endings. */
  private static String stem(Path path) {
    String name = String.valueOf(path.getFileName());
    int dot = name.indexOf('.', 1);
    return dot < 0 ? name : name.substring(0, dot);
  }

  private static String name(Path path) {
    return String.valueOf(path.getFileName()).toLowerCase(Locale.ROOT);
  }
}
