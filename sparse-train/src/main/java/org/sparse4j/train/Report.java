package org.sparse4j.train;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.sparse4j.train.flops.RunFlops;
import org.sparse4j.train.traits.Traits;

/**
 * What a training achieved and what it cost.
 *
 * @param ending why it stopped
 * @param epochs all finished epochs, those before a resumption included
 * @param steps weight steps taken
 * @param updates mask updates
 * @param layers how sparse each weight matrix is, dense ones included
 * @param stepMicros median time of a batch without mask update since the run or its resumption
 *     began, of the last 65,536; empty if there was none
 * @param updateMicros median time of a batch with a mask update, likewise; empty if there was none
 * @param flops what the products of all batches cost, those before a resumption included
 * @param meanParameters mean over all batches of how many numbers had a gradient, of sparse weights
 *     those that are stored: Nbar of {@code AverageParameterLaw}; 0 without a batch
 * @param weightBytes bytes of all parameters, positions of sparse ones included
 * @param optimizerBytes bytes of the optimizer's state
 * @param traits what kind of method it was
 * @param kernels provider and vector width
 * @param threads how many threads could work at a time
 */
public record Report(
    Ending ending,
    List<EpochReport> epochs,
    long steps,
    long updates,
    List<LayerStatus> layers,
    OptionalDouble stepMicros,
    OptionalDouble updateMicros,
    RunFlops flops,
    double meanParameters,
    long weightBytes,
    long optimizerBytes,
    Traits traits,
    String kernels,
    int threads) {

  /** Why a training stopped. */
  public enum Ending {
    /** All epochs are done. */
    FINISHED,

    /** The test loss has not improved for as many epochs as patience allows. */
    STOPPED_EARLY,

    /** Someone called cancel; the training can go on. */
    CANCELLED
  }

  /** Copies the lists. */
  public Report {
    epochs = List.copyOf(epochs);
    layers = List.copyOf(layers);
  }

  /**
   * Returns the result on the test set after the last finished epoch.
   *
   * @return the result, or empty without a test set or a finished epoch
   */
  public Optional<Evaluation> test() {
    return epochs.isEmpty() ? Optional.empty() : epochs.getLast().test();
  }

  /**
   * Returns the fraction of weights that is stored, over all weight matrices.
   *
   * @return stored weights by positions; 1 without a weight matrix
   */
  public double density() {
    return density(layers);
  }

  static double density(List<LayerStatus> layers) {
    long stored = 0;
    long size = 0;
    for (LayerStatus layer : layers) {
      stored += layer.stored();
      size += (long) layer.rows() * layer.columns();
    }
    return size == 0 ? 1 : (double) stored / size;
  }
}
