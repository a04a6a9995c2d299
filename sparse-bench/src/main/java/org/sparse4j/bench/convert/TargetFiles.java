package org.sparse4j.bench.convert;

import java.nio.file.Path;
import java.util.Locale;
import org.sparse4j.bench.console.Failure;

/** Which kind of file to write a name means. */
final class TargetFiles {
  static final String WRITES =
      ".safetensors, or for one matrix .npz (SciPy sparse), .npy (dense), .mtx, .mtx.gz or .smtx"
          + " (positions only)";

  private TargetFiles() {}

  /** Starts a file of the kind that its name means. */
  static WeightTarget create(Path path, FileConvention convention) {
    String name = name(path);
    if (name.endsWith(".safetensors")) {
      return new SafetensorsTarget(convention);
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
    if (name.endsWith(".smtx")) {
      return SingleTarget.dlmc();
    }
    throw Failure.output(
        "cannot write " + path + ": unknown kind of file; names end in " + WRITES, null);
  }

  private static String name(Path path) {
    return String.valueOf(path.getFileName()).toLowerCase(Locale.ROOT);
  }
}
