package org.sparse4j.bench.experiment;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;

/**
 * How a training went, at about twenty points.
 *
 * @param epochs how many epochs were done at a point, over all trainings of the run
 * @param loss mean training loss since the point before
 * @param metric the metric on some of the test samples
 * @param flips fraction of the mask that flipped in a step, on average since the point before
 */
record Curve(List<Double> epochs, List<Double> loss, List<Double> metric, List<Double> flips) {

  Curve {
    epochs = List.copyOf(epochs);
    loss = List.copyOf(loss);
    metric = List.copyOf(metric);
    flips = List.copyOf(flips);
  }

  /** Collects points; numbers are rounded to five digits. */
  static final class Builder {
    private final List<Double> epochs = new ArrayList<>();
    private final List<Double> loss = new ArrayList<>();
    private final List<Double> metric = new ArrayList<>();
    private final List<Double> flips = new ArrayList<>();

    void add(double epoch, double meanLoss, double value, double flipRate) {
      epochs.add(rounded(epoch));
      loss.add(rounded(meanLoss));
      metric.add(rounded(value));
      flips.add(rounded(flipRate));
    }

    Curve build() {
      return new Curve(epochs, loss, metric, flips);
    }

    private static double rounded(double value) {
      return Double.isFinite(value)
          ? new BigDecimal(value).round(new MathContext(5)).doubleValue()
          : value;
    }
  }
}
