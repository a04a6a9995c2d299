package org.sparse4j.bench.report;

import java.util.List;
import org.sparse4j.mask.Mask;

/**
 * One trained network.
 *
 * @param key name in files: {@code dense}, {@code rigl-90}
 * @param method name in tables: {@code dense}, {@code RigL}
 * @param sparsity wanted fraction of dropped weights, 0 for dense
 * @param trainCorrect training images classified rightly at the end
 * @param testCorrect test images classified rightly at the end
 * @param curve one point an epoch
 * @param times medians, measured in turn with all other networks
 * @param weightBytes bytes of weights, positions and biases
 * @param optimizerBytes bytes of the optimizer's state
 * @param updates changes of the masks and what they cost
 * @param layers the layers from input to output
 * @param firstMask stored positions of the first layer
 * @param model file of the trained network, relative to the report
 */
public record RunResult(
    String key,
    String method,
    double sparsity,
    int trainCorrect,
    int testCorrect,
    List<Epoch> curve,
    Times times,
    long weightBytes,
    long optimizerBytes,
    Updates updates,
    List<Layer> layers,
    Mask firstMask,
    String model) {

  /** Copies the lists. */
  public RunResult {
    curve = List.copyOf(curve);
    layers = List.copyOf(layers);
  }

  /**
   * How far training was after an epoch.
   *
   * @param number epoch, from 1
   * @param loss mean training loss over the epoch
   * @param testAccuracy fraction of test images classified rightly
   */
  public record Epoch(int number, double loss, double testAccuracy) {}

  /**
   * Times in microseconds.
   *
   * @param step one training step
   * @param single inference of one image
   * @param batch inference of 128 images
   */
  public record Times(double step, double single, double batch) {}

  /**
   * Changes of the masks during training.
   *
   * @param count how many there were
   * @param stepMicros median time of a training step without one, during the training
   * @param updateMicros median time of a training step with one, 0 if there was none
   */
  public record Updates(long count, double stepMicros, double updateMicros) {}

  /**
   * Returns the same network with other times.
   *
   * @param measured the times
   * @return a new record
   */
  public RunResult with(Times measured) {
    return new RunResult(
        key,
        method,
        sparsity,
        trainCorrect,
        testCorrect,
        curve,
        measured,
        weightBytes,
        optimizerBytes,
        updates,
        layers,
        firstMask,
        model);
  }

  /**
   * One layer's weights.
   *
   * @param name its name in the model file
   * @param rows outputs
   * @param columns inputs
   * @param stored stored weights
   */
  public record Layer(String name, int rows, int columns, long stored) {
    /**
     * Returns the stored fraction.
     *
     * @return between 0 and 1
     */
    public double density() {
      return (double) stored / ((long) rows * columns);
    }
  }

  /**
   * Tells whether this is the network that all others stand beside.
   *
   * @return true if nothing was dropped
   */
  public boolean isDense() {
    return sparsity == 0;
  }

  /**
   * Returns the fraction of all weights that is not stored.
   *
   * @return between 0 and 1
   */
  public double actualSparsity() {
    long size = layers.stream().mapToLong(layer -> (long) layer.rows() * layer.columns()).sum();
    return 1 - (double) layers.stream().mapToLong(Layer::stored).sum() / size;
  }
}
