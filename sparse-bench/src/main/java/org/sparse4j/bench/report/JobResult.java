package org.sparse4j.bench.report;

import java.util.List;

/**
 * A whole job: networks that were trained on the same images with the same seed.
 *
 * @param setting where and how it ran
 * @param runs the networks, the dense one first
 * @param trainingSeconds from the start of the first training to the end of the last measurement
 */
public record JobResult(Setting setting, List<RunResult> runs, double trainingSeconds) {

  /** Copies the list. */
  public JobResult {
    runs = List.copyOf(runs);
  }

  /**
   * Where and how a job ran.
   *
   * @param version of Sparse4J
   * @param commit of the working copy, or {@code unknown}
   * @param command command line
   * @param date day and time, with the offset
   * @param machine processor, cores, operating system
   * @param jdk Java run time
   * @param kernels provider and width
   * @param threads threads that computed
   * @param seed of everything random
   * @param recipe network, optimizer and schedule in words
   * @param epochs passes over the training images
   * @param batch images a step
   * @param learningRate highest learning rate
   * @param data images
   */
  public record Setting(
      String version,
      String commit,
      String command,
      String date,
      String machine,
      String jdk,
      String kernels,
      int threads,
      long seed,
      List<String> recipe,
      int epochs,
      int batch,
      double learningRate,
      Images data) {

    /** Copies the list. */
    public Setting {
      recipe = List.copyOf(recipe);
    }
  }

  /**
   * The images of a job.
   *
   * @param name what they are
   * @param train number of training images
   * @param test number of test images
   * @param height rows of an image
   * @param width columns of an image
   * @param scale what was done to pixels
   */
  public record Images(String name, int train, int test, int height, int width, String scale) {}

  /**
   * Returns the network that all others stand beside.
   *
   * @return the first run
   */
  public RunResult dense() {
    return runs.getFirst();
  }

  /**
   * Returns a network's accuracy on the test images.
   *
   * @param run one of the runs
   * @return fraction classified rightly
   */
  public double testAccuracy(RunResult run) {
    return (double) run.testCorrect() / setting.data().test();
  }

  /**
   * Returns a network's accuracy on the training images.
   *
   * @param run one of the runs
   * @return fraction classified rightly
   */
  public double trainAccuracy(RunResult run) {
    return (double) run.trainCorrect() / setting.data().train();
  }
}
