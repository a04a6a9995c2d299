package org.sparse4j.bench.convert;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import org.sparse4j.bench.console.Failure;
import org.sparse4j.interchange.NpzFile;
import org.sparse4j.interchange.Numpy;
import org.sparse4j.interchange.ScipySparse;
import org.sparse4j.io.MatrixMarket;

/** Which kind of file a name means. */
final class WeightFiles {
  static final String READS =
      ".safetensors, .onnx, .npz (SciPy sparse or NumPy), .npy, .mtx or .mtx.gz";
  static final String WRITES =
      ".safetensors, or for one matrix .npz (SciPy sparse), .npy (dense), .mtx or .mtx.gz";

  private WeightFiles() {}

  /** Opens a file for reading. */
  static WeightSource open(Path path) throws IOException {
    if (!Files.exists(path)) {
      throw new NoSuchFileException(path.toString());
    }
    String name = name(path);
    if (name.endsWith(".safetensors")) {
      return new SafetensorsSource(path);
    }
    if (name.endsWith(".onnx")) {
      return new OnnxSource(path);
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
    throw Failure.input("unknown kind of file; names end in " + READS);
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

  /** Starts a file of the kind that its name means. */
  static WeightTarget create(Path path) {
    String name = name(path);
    if (name.endsWith(".safetensors")) {
      return new SafetensorsTarget();
    }
    if (name.endsWith(".npz")) {
      return SingleTarget.scipy();
    }
    if (name.endsWith(".npy")) {
      return SingleTarget.npy();
    }
    if (name.endsWith(".mtx") || name.endsWith(".mtx.gz")) {
      return SingleTarget.matrixMarket();
    }
    throw Failure.output(
        "cannot write " + path + ": unknown kind of file; names end in " + WRITES, null);
  }

  private static String name(Path path) {
    return String.valueOf(path.getFileName()).toLowerCase(Locale.ROOT);
  }
}
