package org.sparse4j.bench.data;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** The options that say which images a command works on. */
public final class DataOptions {
  private static final int MOST_CLASSES = 256;

  @Spec(Target.MIXEE)
  private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "Folder with train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte and"
              + " t10k-labels-idx1-ubyte, each gzipped (.gz) or not. Default: the bundled 10,000"
              + " images, 8,000 to train on and 2,000 to test on.")
  private @Nullable Path folder;

  @Option(
      names = "--classes",
      paramLabel = "N",
      defaultValue = "10",
      description = "Number of classes; every label is below it. Default: ${DEFAULT-VALUE}.")
  private int classes;

  @Option(
      names = "--compute-scale",
      description =
          "Scale pixels by mean and deviation of the training images. Default: mean 0.2860 and"
              + " deviation 0.3530, the customary figures of Fashion-MNIST.")
  private boolean computed;

  /** Options with their defaults. */
  public DataOptions() {}

  /**
   * Reads the images.
   *
   * @return the chosen set
   * @throws IOException if a file is missing or damaged
   */
  public ImageData read() throws IOException {
    if (classes < 2 || classes > MOST_CLASSES) {
      throw new ParameterException(
          spec.commandLine(), "--classes (" + classes + ") must be between 2 and " + MOST_CLASSES);
    }
    if (folder != null) {
      return ImageData.read(folder, classes);
    }
    ImageData bundled = ImageData.bundled();
    if (classes != bundled.classes()) {
      throw new ParameterException(
          spec.commandLine(),
          "--classes (" + classes + ") must be " + bundled.classes() + " for the bundled images");
    }
    return bundled;
  }

  /**
   * Returns what is to be done to pixels.
   *
   * @param images the images that were read
   * @return the scale
   */
  public PixelScale scale(ImageData images) {
    return computed ? PixelScale.of(images.train()) : PixelScale.FASHION_MNIST;
  }
}
