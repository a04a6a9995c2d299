package org.sparse4j.kernels.scalar;

import java.lang.foreign.ValueLayout;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.DenseVector;
import org.sparse4j.format.DenseView;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.Activation;
import org.sparse4j.kernels.operation.AdamStep;
import org.sparse4j.kernels.operation.DenseKernels;
import org.sparse4j.kernels.operation.DenseOperation;
import org.sparse4j.kernels.operation.Epilogue;
import org.sparse4j.kernels.operation.GemmForm;
import org.sparse4j.kernels.operation.KernelInfo;
import org.sparse4j.kernels.operation.SgdStep;

/** The dense operations as plain loops over elements, on the calling thread. */
final class ScalarDenseKernels implements DenseKernels {

  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;

  @FunctionalInterface
  private interface Unary {
    float of(float x);
  }

  @FunctionalInterface
  private interface Binary {
    float of(float a, float b);
  }

  private static float at(DenseMatrix x, int i, int j) {
    return x.segment().getAtIndex(FLOAT, (long) i * x.stride() + j);
  }

  private static void put(DenseMatrix x, int i, int j, float value) {
    x.segment().setAtIndex(FLOAT, (long) i * x.stride() + j, value);
  }

  private static void map(DenseMatrix x, Unary f, DenseMatrix y) {
    for (int i = 0; i < y.rows(); i++) {
      for (int j = 0; j < y.columns(); j++) {
        put(y, i, j, f.of(at(x, i, j)));
      }
    }
  }

  private static void map(DenseMatrix a, DenseMatrix b, Binary f, DenseMatrix c) {
    for (int i = 0; i < c.rows(); i++) {
      for (int j = 0; j < c.columns(); j++) {
        put(c, i, j, f.of(at(a, i, j), at(b, i, j)));
      }
    }
  }

  @Override
  public void gemm(
      Workspace workspace,
      GemmForm form,
      DenseMatrix a,
      DenseMatrix b,
      Epilogue epilogue,
      DenseMatrix c) {
    c.fill(0);
    gemmAdd(workspace, form, a, b, c);
    finish(epilogue, c);
  }

  private static void finish(Epilogue epilogue, DenseMatrix c) {
    epilogue
        .bias()
        .ifPresent(bias -> {
          for (int i = 0; i < c.rows(); i++) {
            for (int j = 0; j < c.columns(); j++) {
              put(c, i, j, at(c, i, j) + bias.get(i));
            }
          }
        });
    if (epilogue.activation() != Activation.IDENTITY) {
      map(c, x -> ScalarActivations.apply(epilogue.activation(), x), c);
    }
  }

  @Override
  public KernelInfo gemmInfo(GemmForm form, int m, int k, int n) {
    return KernelInfo.gemm("scalar", "gemm-" + form, 0, m, k, n);
  }

  @Override
  public KernelInfo info(DenseOperation operation, int rows, int columns) {
    return operation.info("scalar", 0, rows, columns);
  }

  @Override
  public void gemmAdd(
      Workspace workspace, GemmForm form, DenseMatrix a, DenseMatrix b, DenseMatrix c) {
    int k = form == GemmForm.ATB ? a.rows() : a.columns();
    for (int i = 0; i < c.rows(); i++) {
      if (form == GemmForm.ABT) {
        for (int j = 0; j < c.columns(); j++) {
          float sum = at(c, i, j);
          for (int p = 0; p < k; p++) {
            sum += at(a, i, p) * at(b, j, p);
          }
          put(c, i, j, sum);
        }
      } else {
        for (int p = 0; p < k; p++) {
          float factor = form == GemmForm.ATB ? at(a, p, i) : at(a, i, p);
          for (int j = 0; j < c.columns(); j++) {
            put(c, i, j, at(c, i, j) + factor * at(b, p, j));
          }
        }
      }
    }
  }

  @Override
  public void gemmBlocks(
      Workspace workspace,
      GemmForm form,
      int blocks,
      boolean interleaved,
      DenseMatrix a,
      DenseMatrix b,
      DenseMatrix c) {
    boolean transposed = form == GemmForm.ATB;
    int rows = a.rows() / blocks;
    int inner = transposed ? rows : a.columns();
    int outer = transposed ? a.columns() : rows;
    for (int i = 0; i < c.rows(); i++) {
      int block = interleaved ? i % blocks : i / outer;
      int row = interleaved ? i / blocks : i % outer;
      for (int j = 0; j < c.columns(); j++) {
        float sum = 0;
        for (int p = 0; p < inner; p++) {
          int from = interleaved ? block + p * blocks : block * inner + p;
          if (from < b.rows()) {
            float factor = transposed ? at(a, block * rows + p, row) : at(a, block * rows + row, p);
            sum += factor * at(b, from, j);
          }
        }
        put(c, i, j, sum);
      }
    }
  }

  @Override
  public void gemv(
      Workspace workspace, DenseMatrix a, DenseVector x, Epilogue epilogue, DenseVector y) {
    linear(workspace, x.asRow().view(), a, epilogue, y.asRow());
  }

  @Override
  public void linear(
      Workspace workspace, DenseView x, DenseMatrix w, Epilogue epilogue, DenseMatrix y) {
    for (int t = 0; t < x.rows(); t++) {
      for (int i = 0; i < w.rows(); i++) {
        float sum = 0;
        for (int p = 0; p < w.columns(); p++) {
          sum += x.get(t, p) * at(w, i, p);
        }
        float shifted = epilogue.bias().isPresent() ? sum + epilogue.bias().get().get(i) : sum;
        put(y, t, i, ScalarActivations.apply(epilogue.activation(), shifted));
      }
    }
  }

  @Override
  public void transpose(Workspace workspace, DenseView x, DenseMatrix y) {
    for (int i = 0; i < y.rows(); i++) {
      for (int j = 0; j < y.columns(); j++) {
        put(y, i, j, x.get(j, i));
      }
    }
  }

  @Override
  public void copy(Workspace workspace, DenseMatrix x, DenseMatrix y) {
    map(x, value -> value, y);
  }

  @Override
  public void fill(Workspace workspace, float value, DenseMatrix y) {
    y.fill(value);
  }

  @Override
  public void add(Workspace workspace, DenseMatrix a, DenseMatrix b, DenseMatrix c) {
    map(a, b, (p, q) -> p + q, c);
  }

  @Override
  public void subtract(Workspace workspace, DenseMatrix a, DenseMatrix b, DenseMatrix c) {
    map(a, b, (p, q) -> p - q, c);
  }

  @Override
  public void multiply(Workspace workspace, DenseMatrix a, DenseMatrix b, DenseMatrix c) {
    map(a, b, (p, q) -> p * q, c);
  }

  @Override
  public void divide(Workspace workspace, DenseMatrix a, DenseMatrix b, DenseMatrix c) {
    map(a, b, (p, q) -> p / q, c);
  }

  @Override
  public void scale(Workspace workspace, float factor, DenseMatrix x, DenseMatrix y) {
    map(x, value -> factor * value, y);
  }

  @Override
  public void addScaled(Workspace workspace, float factor, DenseMatrix x, DenseMatrix y) {
    map(y, x, (old, value) -> Math.fma(value, factor, old), y);
  }

  @Override
  public void mixPairs(
      Workspace workspace,
      int stride,
      float[] blocks,
      int offset,
      boolean transposed,
      DenseMatrix x,
      DenseMatrix y) {
    for (int pair = 0; pair < x.rows() / 2; pair++) {
      int low = pair / stride * 2 * stride + pair % stride;
      int k = offset + 4 * pair;
      float b = blocks[transposed ? k + 2 : k + 1];
      float c = blocks[transposed ? k + 1 : k + 2];
      for (int j = 0; j < x.columns(); j++) {
        float p = at(x, low, j);
        float q = at(x, low + stride, j);
        put(y, low, j, blocks[k] * p + b * q);
        put(y, low + stride, j, c * p + blocks[k + 3] * q);
      }
    }
  }

  @Override
  public void mixFactors(
      Workspace workspace,
      int[] strides,
      float[] blocks,
      int offset,
      boolean transposed,
      DenseMatrix x,
      DenseMatrix y) {
    if (strides.length == 0) {
      copy(workspace, x, y);
    }
    for (int step = 0; step < strides.length; step++) {
      int f = transposed ? strides.length - 1 - step : step;
      int start = offset + 2 * f * x.rows();
      mixPairs(workspace, strides[f], blocks, start, transposed, step == 0 ? x : y, y);
    }
  }

  @Override
  public void mixPairsGradient(
      Workspace workspace,
      int stride,
      DenseMatrix x,
      DenseMatrix dy,
      float[] gradient,
      int offset) {
    for (int pair = 0; pair < x.rows() / 2; pair++) {
      int low = pair / stride * 2 * stride + pair % stride;
      int k = offset + 4 * pair;
      for (int e = 0; e < 4; e++) {
        int from = low + e / 2 * stride;
        int to = low + e % 2 * stride;
        float sum = 0;
        for (int j = 0; j < x.columns(); j++) {
          sum += at(dy, from, j) * at(x, to, j);
        }
        gradient[k + e] = sum;
      }
    }
  }

  @Override
  public void exp(Workspace workspace, DenseMatrix x, DenseMatrix y) {
    map(x, value -> ElementwiseMath.exp(value), y);
  }

  @Override
  public void log(Workspace workspace, DenseMatrix x, DenseMatrix y) {
    map(x, value -> ElementwiseMath.log(value), y);
  }

  @Override
  public void sqrt(Workspace workspace, DenseMatrix x, DenseMatrix y) {
    map(x, value -> (float) Math.sqrt(value), y);
  }

  @Override
  public void activate(Workspace workspace, Activation activation, DenseMatrix x, DenseMatrix y) {
    map(x, value -> ScalarActivations.apply(activation, value), y);
  }

  @Override
  public void activateGradient(
      Workspace workspace, Activation activation, DenseMatrix x, DenseMatrix dy, DenseMatrix dx) {
    map(x, dy, (value, slope) -> slope * ScalarActivations.derivative(activation, value), dx);
  }

  @Override
  public void dropout(Workspace workspace, float rate, long seed, DenseMatrix x, DenseMatrix y) {
    float kept = 1 / (1 - rate);
    int threshold = (int) (rate * 0x1p24f);
    for (int i = 0; i < y.rows(); i++) {
      long rowKey = ElementwiseMath.rowKey(seed, i);
      for (int j = 0; j < y.columns(); j++) {
        boolean dropped = ElementwiseMath.random(rowKey, j) >>> 8 < threshold;
        put(y, i, j, dropped ? 0 : at(x, i, j) * kept);
      }
    }
  }

  @Override
  public void addBias(Workspace workspace, DenseMatrix x, DenseVector bias, DenseMatrix y) {
    for (int i = 0; i < y.rows(); i++) {
      float b = bias.get(i);
      for (int j = 0; j < y.columns(); j++) {
        put(y, i, j, at(x, i, j) + b);
      }
    }
  }

  @Override
  public void rowSums(Workspace workspace, DenseMatrix x, DenseVector sums) {
    for (int i = 0; i < x.rows(); i++) {
      float sum = 0;
      for (int j = 0; j < x.columns(); j++) {
        sum += at(x, i, j);
      }
      sums.set(i, sum);
    }
  }

  @Override
  public void scaleRows(Workspace workspace, DenseMatrix x, DenseVector factors, DenseMatrix y) {
    for (int i = 0; i < y.rows(); i++) {
      float factor = factors.get(i);
      for (int j = 0; j < y.columns(); j++) {
        put(y, i, j, at(x, i, j) * factor);
      }
    }
  }

  @Override
  public void rowDots(Workspace workspace, DenseMatrix a, DenseMatrix b, DenseVector dots) {
    for (int i = 0; i < a.rows(); i++) {
      float sum = 0;
      for (int j = 0; j < a.columns(); j++) {
        sum += at(a, i, j) * at(b, i, j);
      }
      dots.set(i, sum);
    }
  }

  @Override
  public double sum(Workspace workspace, DenseMatrix x) {
    double sum = 0;
    for (int i = 0; i < x.rows(); i++) {
      for (int j = 0; j < x.columns(); j++) {
        sum += at(x, i, j);
      }
    }
    return sum;
  }

  @Override
  public double sumOfSquares(Workspace workspace, DenseMatrix x) {
    double sum = 0;
    for (int i = 0; i < x.rows(); i++) {
      for (int j = 0; j < x.columns(); j++) {
        sum += (double) at(x, i, j) * at(x, i, j);
      }
    }
    return sum;
  }

  @Override
  public double sumOfSquares(float[] x) {
    double sum = 0;
    for (float value : x) {
      sum += (double) value * value;
    }
    return sum;
  }

  @Override
  public void softmax(Workspace workspace, DenseMatrix x, DenseMatrix y) {
    for (int j = 0; j < x.columns(); j++) {
      exponentials(x, j, y, 0);
    }
  }

  /** Computes {@code y = softmax(x) - rest} in one column; returns the logarithm of the sum. */
  private static float exponentials(DenseMatrix x, int j, DenseMatrix y, float rest) {
    float max = columnMax(x, j);
    float sum = 0;
    for (int i = 0; i < x.rows(); i++) {
      float value = ElementwiseMath.exp(at(x, i, j) - max);
      put(y, i, j, value);
      sum += value;
    }
    float inverse = 1 / sum;
    for (int i = 0; i < x.rows(); i++) {
      put(y, i, j, Math.fma(at(y, i, j), inverse, -rest));
    }
    return ElementwiseMath.log(sum);
  }

  private static float columnMax(DenseMatrix x, int j) {
    float max = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < x.rows(); i++) {
      max = Math.max(max, at(x, i, j));
    }
    return max;
  }

  @Override
  public void softmaxGradient(Workspace workspace, DenseMatrix y, DenseMatrix dy, DenseMatrix dx) {
    for (int j = 0; j < y.columns(); j++) {
      float sum = 0;
      for (int i = 0; i < y.rows(); i++) {
        sum += at(y, i, j) * at(dy, i, j);
      }
      for (int i = 0; i < y.rows(); i++) {
        put(dx, i, j, at(y, i, j) * (at(dy, i, j) - sum));
      }
    }
  }

  @Override
  public void logSoftmax(Workspace workspace, DenseMatrix x, DenseMatrix y) {
    for (int j = 0; j < x.columns(); j++) {
      float max = columnMax(x, j);
      float sum = 0;
      for (int i = 0; i < x.rows(); i++) {
        sum += ElementwiseMath.exp(at(x, i, j) - max);
      }
      float log = ElementwiseMath.log(sum);
      for (int i = 0; i < x.rows(); i++) {
        put(y, i, j, at(x, i, j) - max - log);
      }
    }
  }

  @Override
  public void logSoftmaxGradient(
      Workspace workspace, DenseMatrix y, DenseMatrix dy, DenseMatrix dx) {
    for (int j = 0; j < y.columns(); j++) {
      float sum = 0;
      for (int i = 0; i < y.rows(); i++) {
        sum += at(dy, i, j);
      }
      for (int i = 0; i < y.rows(); i++) {
        put(dx, i, j, Math.fma(ElementwiseMath.exp(at(y, i, j)), -sum, at(dy, i, j)));
      }
    }
  }

  @Override
  public void crossEntropy(
      Workspace workspace,
      DenseMatrix x,
      int[] labels,
      float smoothing,
      DenseVector losses,
      DenseMatrix dx) {
    float rest = smoothing / x.rows();
    for (int j = 0; j < x.columns(); j++) {
      float max = columnMax(x, j);
      float loss = (at(x, labels[j], j) - max) * (smoothing - 1);
      if (smoothing > 0) {
        float sum = 0;
        for (int i = 0; i < x.rows(); i++) {
          sum += at(x, i, j) - max;
        }
        loss = Math.fma(sum, -rest, loss);
      }
      losses.set(j, exponentials(x, j, dx, rest) + loss);
      put(dx, labels[j], j, at(dx, labels[j], j) - (1 - smoothing));
    }
  }

  @Override
  public void argmax(Workspace workspace, DenseMatrix x, int[] rows) {
    for (int j = 0; j < x.columns(); j++) {
      float best = Float.NEGATIVE_INFINITY;
      rows[j] = 0;
      for (int i = 0; i < x.rows(); i++) {
        if (at(x, i, j) > best) {
          best = at(x, i, j);
          rows[j] = i;
        }
      }
    }
  }

  @Override
  public void layerNorm(
      Workspace workspace,
      DenseMatrix x,
      DenseVector gamma,
      DenseVector beta,
      float epsilon,
      DenseVector mean,
      DenseVector invStd,
      DenseMatrix y) {
    int m = x.rows();
    for (int j = 0; j < x.columns(); j++) {
      float sum = 0;
      for (int i = 0; i < m; i++) {
        sum += at(x, i, j);
      }
      float center = sum / m;
      float squares = 0;
      for (int i = 0; i < m; i++) {
        float distance = at(x, i, j) - center;
        squares += distance * distance;
      }
      float inverse = (float) (1 / Math.sqrt(squares / m + epsilon));
      mean.set(j, center);
      invStd.set(j, inverse);
      for (int i = 0; i < m; i++) {
        put(y, i, j, gamma.get(i) * ((at(x, i, j) - center) * inverse) + beta.get(i));
      }
    }
  }

  @Override
  public void layerNormGradient(
      Workspace workspace,
      DenseMatrix x,
      DenseVector gamma,
      DenseVector mean,
      DenseVector invStd,
      DenseMatrix dy,
      DenseVector dgamma,
      DenseVector dbeta,
      DenseMatrix dx) {
    int m = x.rows();
    for (int i = 0; i < m; i++) {
      float factor = 0;
      float shift = 0;
      for (int j = 0; j < x.columns(); j++) {
        factor += at(dy, i, j) * ((at(x, i, j) - mean.get(j)) * invStd.get(j));
        shift += at(dy, i, j);
      }
      dgamma.set(i, factor);
      dbeta.set(i, shift);
    }
    for (int j = 0; j < x.columns(); j++) {
      float first = 0;
      float second = 0;
      for (int i = 0; i < m; i++) {
        float scaled = gamma.get(i) * at(dy, i, j);
        first += scaled;
        second += scaled * ((at(x, i, j) - mean.get(j)) * invStd.get(j));
      }
      for (int i = 0; i < m; i++) {
        float normal = (at(x, i, j) - mean.get(j)) * invStd.get(j);
        float scaled = gamma.get(i) * at(dy, i, j);
        put(dx, i, j, invStd.get(j) * (scaled - first / m - normal * (second / m)));
      }
    }
  }

  @Override
  public void rmsNorm(
      Workspace workspace,
      DenseMatrix x,
      DenseVector gamma,
      float epsilon,
      DenseVector inverse,
      DenseMatrix y) {
    int m = x.rows();
    for (int j = 0; j < x.columns(); j++) {
      float squares = 0;
      for (int i = 0; i < m; i++) {
        squares += at(x, i, j) * at(x, i, j);
      }
      float factor = (float) (1 / Math.sqrt(squares / m + epsilon));
      inverse.set(j, factor);
      for (int i = 0; i < m; i++) {
        put(y, i, j, gamma.get(i) * (at(x, i, j) * factor));
      }
    }
  }

  @Override
  public void rmsNormGradient(
      Workspace workspace,
      DenseMatrix x,
      DenseVector gamma,
      DenseVector inverse,
      DenseMatrix dy,
      DenseVector dgamma,
      DenseMatrix dx) {
    int m = x.rows();
    for (int i = 0; i < m; i++) {
      float sum = 0;
      for (int j = 0; j < x.columns(); j++) {
        sum += at(dy, i, j) * (at(x, i, j) * inverse.get(j));
      }
      dgamma.set(i, sum);
    }
    for (int j = 0; j < x.columns(); j++) {
      float factor = inverse.get(j);
      float dot = 0;
      for (int i = 0; i < m; i++) {
        dot += gamma.get(i) * at(dy, i, j) * (at(x, i, j) * factor);
      }
      for (int i = 0; i < m; i++) {
        float scaled = gamma.get(i) * at(dy, i, j);
        put(dx, i, j, factor * (scaled - at(x, i, j) * factor * (dot / m)));
      }
    }
  }

  @Override
  public void sgd(
      Workspace workspace,
      SgdStep step,
      DenseMatrix gradient,
      DenseMatrix velocity,
      DenseMatrix weights) {
    for (int i = 0; i < weights.rows(); i++) {
      for (int j = 0; j < weights.columns(); j++) {
        float weight = at(weights, i, j);
        float slope = weight * step.decay() + at(gradient, i, j);
        float move = slope;
        if (step.momentum() != 0) {
          float speed = at(velocity, i, j) * step.momentum() + slope;
          put(velocity, i, j, speed);
          move = step.nesterov() ? speed * step.momentum() + slope : speed;
        }
        put(weights, i, j, weight - move * step.rate());
      }
    }
  }

  @Override
  public void sgd(SgdStep step, float[] gradient, float[] velocity, float[] weights) {
    ScalarOptimizers.sgd(step, gradient, velocity, weights);
  }

  @Override
  public void adam(
      Workspace workspace,
      AdamStep step,
      DenseMatrix gradient,
      DenseMatrix first,
      DenseMatrix second,
      DenseMatrix weights) {
    float rate = ScalarOptimizers.rate(step);
    float rootFactor = ScalarOptimizers.rootFactor(step);
    float kept = ScalarOptimizers.kept(step);
    for (int i = 0; i < weights.rows(); i++) {
      for (int j = 0; j < weights.columns(); j++) {
        float weight = at(weights, i, j);
        float slope = weight * step.l2() + at(gradient, i, j);
        float mean = at(first, i, j) * step.beta1() + slope * (1 - step.beta1());
        float square = at(second, i, j) * step.beta2() + slope * (1 - step.beta2()) * slope;
        put(first, i, j, mean);
        put(second, i, j, square);
        float root = (float) Math.sqrt(square) * rootFactor;
        put(weights, i, j, weight * kept - mean * rate / (root + step.epsilon()));
      }
    }
  }

  @Override
  public void adam(
      AdamStep step, float[] gradient, float[] first, float[] second, float[] weights) {
    ScalarOptimizers.adam(step, gradient, first, second, weights);
  }
}
