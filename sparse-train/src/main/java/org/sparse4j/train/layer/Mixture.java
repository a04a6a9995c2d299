package org.sparse4j.train.layer;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.train.autograd.Entry;
import org.sparse4j.train.autograd.Operator;
import org.sparse4j.train.autograd.Tape;
import org.sparse4j.train.autograd.Variable;
import org.sparse4j.train.parameter.DenseParameter;
import org.sparse4j.train.parameter.Initializer;
import org.sparse4j.train.parameter.Parameter;

/**
 * A choice between layers that training makes: {@code y = sum_i softmax(alpha)_i f_i(x)} with one
 * trained number alpha_i a candidate; Liu, Simonyan and Yang, DARTS: differentiable architecture
 * search, 2019 (arXiv 1806.09055).
 *
 * <p>The numbers are a parameter named {@code architecture}, 0 at first and not decayed. Give it a
 * rate of its own with {@code RateFactor.named}. Every candidate is computed, so a step costs as
 * much as all of them. Deviation: the authors train the numbers on other samples than the weights;
 * here all parameters take their steps on one batch.
 */
public final class Mixture implements Layer {

  private final List<Layer> candidates;
  private final Parts parts = new Parts();
  private final DenseParameter architecture;
  private final List<Parameter> parameters = new ArrayList<>();

  private Mixture(List<Layer> candidates) {
    this.candidates = candidates;
    architecture =
        DenseParameter.create("architecture", 1, candidates.size(), false, Initializer.constant(0));
    for (int c = 0; c < candidates.size(); c++) {
      parts.add(String.valueOf(c), candidates.get(c));
    }
    parameters.add(architecture);
    parameters.addAll(parts.parameters());
  }

  /**
   * Mixes layers.
   *
   * @param candidates at least two that take and give as many features as one another; their
   *     parameters are renamed
   * @return a new layer on the candidates
   * @throws IllegalArgumentException if there are fewer, or sizes differ
   */
  public static Mixture of(Layer... candidates) {
    List<Layer> all = List.of(candidates);
    if (all.size() < 2) {
      throw new IllegalArgumentException(
          "Mixture: candidates (" + all.size() + ") must be at least 2");
    }
    OptionalInt inputs = OptionalInt.empty();
    OptionalInt outputs = OptionalInt.empty();
    for (Layer candidate : all) {
      OptionalInt own = candidate.inputs();
      if (own.isEmpty()) {
        continue; // takes and gives any number of features, such as a function
      }
      OptionalInt ownOutputs = OptionalInt.of(candidate.outputs(own.getAsInt()));
      if (inputs.isPresent() && !(own.equals(inputs) && ownOutputs.equals(outputs))) {
        throw new IllegalArgumentException(
            "Mixture: inputs and outputs of " + candidate + " must be those of " + all.getFirst());
      }
      inputs = own;
      outputs = ownOutputs;
    }
    return new Mixture(all);
  }

  /** {@code y = sum_i softmax(alpha)_i x_i}; input 0 is alpha. */
  private enum Weighted implements Operator {
    INSTANCE;

    private static final int SHARES = 0;
    private static final int SPARE = 1;

    @Override
    public String label() {
      return "mixture";
    }

    @Override
    public void forward(Entry e) {
      DenseMatrix shares = e.saved(SHARES, 1, e.inputs() - 1);
      softmax(e.value(0), shares);
      for (int c = 1; c < e.inputs(); c++) {
        float share = shares.get(0, c - 1);
        if (c == 1) {
          e.dense().scale(e.workspace(), share, e.value(c), e.output());
        } else {
          e.dense().addScaled(e.workspace(), share, e.value(c), e.output());
        }
      }
    }

    private static void softmax(DenseMatrix alpha, DenseMatrix shares) {
      double largest = Double.NEGATIVE_INFINITY;
      for (int c = 0; c < alpha.columns(); c++) {
        largest = Math.max(largest, alpha.get(0, c));
      }
      double sum = 0;
      for (int c = 0; c < alpha.columns(); c++) {
        sum += Math.exp(alpha.get(0, c) - largest);
      }
      for (int c = 0; c < alpha.columns(); c++) {
        shares.set(0, c, (float) (Math.exp(alpha.get(0, c) - largest) / sum));
      }
    }

    @Override
    public void backward(Entry e) {
      DenseMatrix shares = e.saved(SHARES, 1, e.inputs() - 1);
      DenseMatrix dy = e.outputGradient();
      if (e.needsGradient(0)) {
        double[] dots = new double[e.inputs() - 1];
        double mean = 0;
        for (int c = 0; c < dots.length; c++) {
          dots[c] = dot(e, dy, e.value(c + 1));
          mean += shares.get(0, c) * dots[c];
        }
        DenseMatrix alpha = e.gradientSum(0);
        for (int c = 0; c < dots.length; c++) {
          double slope = shares.get(0, c) * (dots[c] - mean);
          alpha.set(0, c, (float) (alpha.get(0, c) + slope));
        }
      }
      for (int c = 1; c < e.inputs(); c++) {
        if (e.needsGradient(c)) {
          e.dense().scale(e.workspace(), shares.get(0, c - 1), dy, e.gradientTarget(c));
          e.gradientWritten(c);
        }
      }
    }

    private static double dot(Entry e, DenseMatrix a, DenseMatrix b) {
      DenseMatrix product = e.saved(SPARE, a.rows(), a.columns());
      e.dense().multiply(e.workspace(), a, b, product);
      float[] row = new float[a.columns()];
      double sum = 0;
      for (int i = 0; i < a.rows(); i++) {
        product.getRow(i, row, 0);
        for (float element : row) {
          sum += element;
        }
      }
      return sum;
    }
  }

  /**
   * Returns the shares of the candidates as they are now.
   *
   * @return softmax of the numbers, which adds up to 1
   */
  public double[] shares() {
    float[] alpha = architecture.value().toArray();
    double largest = Double.NEGATIVE_INFINITY;
    for (float number : alpha) {
      largest = Math.max(largest, number);
    }
    double[] shares = new double[alpha.length];
    double sum = 0;
    for (int c = 0; c < alpha.length; c++) {
      shares[c] = Math.exp(alpha[c] - largest);
      sum += shares[c];
    }
    for (int c = 0; c < alpha.length; c++) {
      shares[c] /= sum;
    }
    return shares;
  }

  /**
   * Returns the candidate of largest share, the first of them if there are several.
   *
   * @return its number, from 0
   */
  public int chosen() {
    double[] shares = shares();
    int best = 0;
    for (int c = 1; c < shares.length; c++) {
      best = shares[c] > shares[best] ? c : best;
    }
    return best;
  }

  /**
   * Returns the candidates.
   *
   * @return the layers in order
   */
  public List<Layer> candidates() {
    return candidates;
  }

  @Override
  public Variable forward(Tape tape, Variable x) {
    Variable[] inputs = new Variable[candidates.size() + 1];
    inputs[0] = tape.parameter(architecture);
    for (int c = 0; c < candidates.size(); c++) {
      inputs[c + 1] = candidates.get(c).forward(tape, x);
    }
    return tape.apply(Weighted.INSTANCE, inputs[1].rows(), inputs[1].columns(), inputs);
  }

  @Override
  public List<Parameter> parameters() {
    return List.copyOf(parameters);
  }

  @Override
  public OptionalInt inputs() {
    for (Layer candidate : candidates) {
      if (candidate.inputs().isPresent()) {
        return candidate.inputs();
      }
    }
    return OptionalInt.empty();
  }

  @Override
  public int outputs(int inputs) {
    for (Layer candidate : candidates) {
      if (candidate.inputs().isPresent()) {
        return candidate.outputs(inputs);
      }
    }
    return inputs;
  }

  @Override
  public void initialise(long seed) {
    architecture.initialise(seed);
    parts.initialise(seed);
  }

  /** Returns the candidates. */
  @Override
  public String toString() {
    return candidates.stream()
        .map(Layer::toString)
        .collect(Collectors.joining(" or ", "Mixture [", "]"));
  }
}
