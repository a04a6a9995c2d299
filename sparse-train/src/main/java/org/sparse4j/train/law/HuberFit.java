package org.sparse4j.train.law;

import java.util.Arrays;
import java.util.List;
import org.sparse4j.train.random.Streams;

/**
 * Fits positive constants of a formula to losses: the smallest mean Huber loss of the residuals
 * that BFGS finds from many random starts.
 *
 * <p>The surface has several minima of nearly equal depth, so what is reproducible is the loss of
 * the fit, not its constants; equal seeds give equal constants.
 */
final class HuberFit {

  private static final int STARTS = 60;
  private static final int STEPS = 3000;
  private static final double ENOUGH = 1e-4;
  private static final double SMALLEST_STEP = 1e-12;
  private static final double SMALLEST_SLOPE = 1e-11;

  private final Formula formula;
  private final List<double[]> settings;
  private final double[] losses;
  private final Residuals residuals;
  private final double[] slopes;

  /** Constants, and the mean Huber loss that they reach. */
  static final class Result {
    private final double[] constants;
    private final double loss;

    private Result(double[] constants, double loss) {
      this.constants = constants;
      this.loss = loss;
    }

    double[] constants() {
      return constants.clone();
    }

    double loss() {
      return loss;
    }
  }

  HuberFit(
      Formula formula, int constants, List<double[]> settings, double[] losses, Residuals kind) {
    this.formula = formula;
    this.settings = settings;
    this.losses = losses;
    this.residuals = kind;
    this.slopes = new double[constants];
  }

  /** Starts from logarithms between two bounds, uniformly. */
  Result run(double[] low, double[] high, long seed) {
    Result best = new Result(new double[low.length], Double.POSITIVE_INFINITY);
    for (int s = 0; s < STARTS; s++) {
      double[] start = new double[low.length];
      long stream = Streams.derive(seed, s);
      for (int c = 0; c < start.length; c++) {
        start[c] = low[c] + (high[c] - low[c]) * Streams.uniform(stream, c);
      }
      Result found = descend(start);
      if (found.loss() < best.loss()) {
        best = found;
      }
    }
    return best;
  }

  /** Mean Huber loss and its gradient. */
  private double objective(double[] constants, double[] gradient) {
    Arrays.fill(gradient, 0);
    double sum = 0;
    for (int p = 0; p < losses.length; p++) {
      double value = formula.value(constants, settings.get(p), slopes);
      double residual = residuals.residual(value, losses[p]);
      double factor = residuals.slope(value) * residuals.huberSlope(residual);
      sum += residuals.huber(residual);
      for (int c = 0; c < gradient.length; c++) {
        gradient[c] += factor * slopes[c];
      }
    }
    for (int c = 0; c < gradient.length; c++) {
      gradient[c] /= losses.length;
    }
    return sum / losses.length;
  }

  /** BFGS with a line search that halves steps until they descend enough. */
  private Result descend(double[] start) {
    int n = start.length;
    double[] x = start.clone();
    double[] g = new double[n];
    double loss = objective(x, g);
    double[][] h = new double[n][n];
    boolean fresh = true;
    for (int step = 0; step < STEPS && norm(g) > SMALLEST_SLOPE; step++) {
      if (fresh) {
        identity(h, 1 / Math.max(norm(g), SMALLEST_STEP));
      }
      double[] direction = new double[n];
      double descent = 0;
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
          direction[i] -= h[i][j] * g[j];
        }
        descent += direction[i] * g[i];
      }
      if (!(descent < 0)) {
        if (fresh) {
          break;
        }
        fresh = true;
        continue;
      }
      double length = 1;
      double[] next = new double[n];
      double[] slope = new double[n];
      double reached = Double.POSITIVE_INFINITY;
      while (length > SMALLEST_STEP) {
        for (int i = 0; i < n; i++) {
          next[i] = x[i] + length * direction[i];
        }
        reached = objective(next, slope);
        if (reached <= loss + ENOUGH * length * descent) {
          break;
        }
        length /= 2;
      }
      if (!(reached < loss)) {
        if (fresh) {
          break;
        }
        fresh = true;
        continue;
      }
      fresh = !update(h, x, next, g, slope);
      x = next;
      g = slope;
      loss = reached;
    }
    return new Result(x, loss);
  }

  private static void identity(double[][] h, double scale) {
    for (int i = 0; i < h.length; i++) {
      Arrays.fill(h[i], 0);
      h[i][i] = scale;
    }
  }

  /** Takes the change of the gradient into the inverse Hessian; false if it cannot be one. */
  private static boolean update(
      double[][] h, double[] x, double[] next, double[] g, double[] slope) {
    int n = x.length;
    double[] s = new double[n];
    double[] y = new double[n];
    double product = 0;
    for (int i = 0; i < n; i++) {
      s[i] = next[i] - x[i];
      y[i] = slope[i] - g[i];
      product += s[i] * y[i];
    }
    if (!(product > 0)) {
      return false;
    }
    double[] hy = new double[n];
    double curvature = 0;
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        hy[i] += h[i][j] * y[j];
      }
      curvature += hy[i] * y[i];
    }
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        h[i][j] +=
            (1 + curvature / product) * s[i] * s[j] / product
                - (hy[i] * s[j] + s[i] * hy[j]) / product;
      }
    }
    return true;
  }

  private static double norm(double[] vector) {
    double sum = 0;
    for (double element : vector) {
      sum += element * element;
    }
    return Math.sqrt(sum);
  }
}
