package org.sparse4j.train.autograd;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.FloatValues;
import org.sparse4j.kernels.operation.Activation;
import org.sparse4j.kernels.operation.Epilogue;
import org.sparse4j.kernels.operation.GemmForm;
import org.sparse4j.kernels.operation.GroupSampling;
import org.sparse4j.kernels.operation.KernelInfo;
import org.sparse4j.kernels.operation.LinearOperator;
import org.sparse4j.train.forward.Float8;
import org.sparse4j.train.parameter.DenseParameter;
import org.sparse4j.train.parameter.FlatParameter;
import org.sparse4j.train.parameter.ForwardWeight;
import org.sparse4j.train.parameter.Parameter;
import org.sparse4j.train.parameter.SparseParameter;

/** The linear part of an affine map: its product and the gradients of input and parameters. */
sealed interface LinearPart {

  int rows();

  int columns();

  List<? extends Parameter> parameters();

  boolean trains();

  /** {@code y = f(A x + b)}, x being the entry's input. */
  void apply(Entry e, Epilogue epilogue, DenseMatrix y);

  /** Applies bias and function to a product that is there. */
  private static void finish(Entry e, Epilogue epilogue, DenseMatrix y) {
    epilogue.bias().ifPresent(bias -> e.dense().addBias(e.workspace(), y, bias, y));
    if (epilogue.activation() != Activation.IDENTITY) {
      e.dense().activate(e.workspace(), epilogue.activation(), y, y);
    }
  }

  /** Adds to the gradients of the parameters and, where wanted, of the input. */
  void addGradients(Entry e, DenseMatrix dz);

  /** Name of the weights. */
  default String name() {
    return parameters().isEmpty() ? "operator" : parameters().getFirst().name();
  }

  /** Multiplications and additions of one sample's product. */
  double operations();

  /** Multiplications and additions of one sample's gradients of input and parameters. */
  default double backwardOperations() {
    return parameters().isEmpty() ? operations() : 2 * operations();
  }

  /** Zero weights that nobody drew would train to nothing without a word. */
  default void requireReady() {
    for (Parameter parameter : parameters()) {
      if (!parameter.isInitialised()) {
        throw new IllegalStateException(
            "affine: "
                + parameter
                + " has no numbers yet; call initialise(seed) on the model or load them");
      }
    }
  }

  /** A dense weight matrix. */
  record Dense(DenseParameter weight) implements LinearPart {
    @Override
    public int rows() {
      return weight.value().rows();
    }

    @Override
    public int columns() {
      return weight.value().columns();
    }

    @Override
    public String name() {
      return weight.name();
    }

    @Override
    public double operations() {
      return 2.0 * weight.size();
    }

    @Override
    public List<DenseParameter> parameters() {
      return List.of(weight);
    }

    @Override
    public void requireReady() {
      if (!weight.isInitialised()) {
        LinearPart.super.requireReady();
      }
    }

    @Override
    public boolean trains() {
      return true;
    }

    @Override
    public void apply(Entry e, Epilogue epilogue, DenseMatrix y) {
      e.dense().gemm(e.workspace(), GemmForm.AB, weight.value(), e.value(0), epilogue, y);
    }

    @Override
    public void addGradients(Entry e, DenseMatrix dz) {
      if (weight.claimGradient()) {
        e.dense()
            .gemm(e.workspace(), GemmForm.ABT, dz, e.value(0), Epilogue.none(), weight.gradient());
      } else {
        e.dense().gemmAdd(e.workspace(), GemmForm.ABT, dz, e.value(0), weight.gradient());
      }
      if (e.needsGradient(0)) {
        DenseMatrix dx = e.gradientTarget(0);
        e.dense().gemm(e.workspace(), GemmForm.ATB, weight.value(), dz, Epilogue.none(), dx);
        e.gradientWritten(0);
      }
    }

    @Override
    public String toString() {
      return weight.toString();
    }
  }

  /** A sparse weight matrix. */
  record Sparse(SparseParameter weight) implements LinearPart {
    @Override
    public int rows() {
      return weight.rows();
    }

    @Override
    public int columns() {
      return weight.columns();
    }

    @Override
    public String name() {
      return weight.name();
    }

    @Override
    public double operations() {
      return 2.0 * weight.size();
    }

    @Override
    public List<SparseParameter> parameters() {
      return List.of(weight);
    }

    @Override
    public void requireReady() {
      if (!weight.isInitialised()) {
        LinearPart.super.requireReady();
      }
    }

    @Override
    public boolean trains() {
      return true;
    }

    @Override
    public void apply(Entry e, Epilogue epilogue, DenseMatrix y) {
      weight.apply(e.kernels(), e.workspace(), epilogue, e.value(0), y);
    }

    @Override
    public void addGradients(Entry e, DenseMatrix dz) {
      weight.addGradient(e.kernels(), e.workspace(), e.value(0), dz);
      e.captured(weight);
      if (e.needsGradient(0)) {
        DenseMatrix dx = e.gradientTarget(0);
        weight.operator(e.kernels()).applyTransposed(e.workspace(), dz, dx);
        e.gradientWritten(0);
      }
    }

    @Override
    public String toString() {
      return weight.toString();
    }
  }

  /** Dense weights of which products see what a rule says. */
  record Ruled(ForwardWeight weight) implements LinearPart {

    /** Matrices beyond the three that an affine map itself has. */
    private static final int SAMPLED = 3;

    private static final int PRODUCT = 4;
    private static final int SUMS = 5;
    private static final int SUM_GRADIENTS = 6;
    private static final int TRANSPOSED = 7;
    private static final int ROUNDED_WEIGHTS = 8;
    private static final int ROUNDED_INPUTS = 9;
    private static final int ROUNDED_GRADIENT = 10;

    @Override
    public int rows() {
      return weight.weight().value().rows();
    }

    @Override
    public int columns() {
      return weight.weight().value().columns();
    }

    @Override
    public double operations() {
      return 2.0 * weight.productDensity() * weight.weight().size() + blockOperations();
    }

    /** The gradient goes to all weights; where that of the outputs is sampled, it costs less. */
    @Override
    public double backwardOperations() {
      double kept = weight.sampling().map(by -> (double) by.n() / by.m()).orElse(1.0);
      return operations() + 2.0 * kept * weight.weight().size() + blockOperations();
    }

    /** The product with the sums of blocks; the sums themselves cost an addition an input. */
    private double blockOperations() {
      return weight.blocks().map(blocks -> columns() + 2.0 * blocks.size()).orElse(0.0);
    }

    @Override
    public List<DenseParameter> parameters() {
      return weight.parameters();
    }

    @Override
    public boolean trains() {
      return true;
    }

    @Override
    public void apply(Entry e, Epilogue epilogue, DenseMatrix y) {
      if (weight.blocks().isEmpty()) {
        product(e, epilogue, y);
        return;
      }
      DenseMatrix sums = sums(e);
      e.dense()
          .gemm(
              e.workspace(),
              GemmForm.AB,
              weight.blockSums().orElseThrow(),
              e.value(0),
              Epilogue.none(),
              sums);
      product(e, Epilogue.none(), y);
      e.dense().gemmAdd(e.workspace(), GemmForm.AB, weight.blocks().orElseThrow().value(), sums, y);
      finish(e, epilogue, y);
    }

    /** {@code y = f(W~ x + b)}; in 8-bit floating point in training, if that is simulated. */
    private void product(Entry e, Epilogue epilogue, DenseMatrix y) {
      boolean training = e.needsBackward();
      if (!training || !weight.rule().isFloat8()) {
        weight.apply(e.kernels(), e.workspace(), training, epilogue, e.value(0), y);
        return;
      }
      DenseMatrix w = weight.current(e.kernels(), e.workspace(), true);
      rounded(e, Float8.E4M3, GemmForm.AB, ROUNDED_WEIGHTS, w, ROUNDED_INPUTS, e.value(0), y);
      finish(e, epilogue, y);
    }

    /** A product of rounded copies, divided by their scales. */
    private void rounded(
        Entry e,
        Float8 format,
        GemmForm form,
        int slotA,
        DenseMatrix a,
        int slotB,
        DenseMatrix b,
        DenseMatrix y) {
      DenseMatrix ownA = e.saved(slotA, a.rows(), a.columns());
      DenseMatrix ownB = e.saved(slotB, b.rows(), b.columns());
      double scale = (double) scaled(format, a, ownA) * scaled(format, b, ownB);
      e.dense().gemm(e.workspace(), form, ownA, ownB, Epilogue.none(), y);
      e.dense().scale(e.workspace(), (float) (1 / scale), y, y);
    }

    /** Says of which weights a product cannot be rounded. */
    private float scaled(Float8 format, DenseMatrix from, DenseMatrix to) {
      try {
        return format.scaled(from, to);
      } catch (IllegalArgumentException failure) {
        throw new IllegalArgumentException(
            failure.getMessage() + ", in a product of " + weight.weight(), failure);
      }
    }

    private DenseMatrix sums(Entry e) {
      return e.saved(SUMS, weight.blockSums().orElseThrow().rows(), e.value(0).columns());
    }

    private void addBlockGradients(Entry e, DenseParameter blocks, DenseMatrix dy) {
      if (blocks.claimGradient()) {
        e.dense()
            .gemm(e.workspace(), GemmForm.ABT, dy, sums(e), Epilogue.none(), blocks.gradient());
      } else {
        e.dense().gemmAdd(e.workspace(), GemmForm.ABT, dy, sums(e), blocks.gradient());
      }
    }

    @Override
    public void addGradients(Entry e, DenseMatrix dz) {
      DenseMatrix dy = dz;
      if (weight.sampling().isPresent()) {
        dy = e.saved(SAMPLED, dz.rows(), dz.columns());
        weight.sample(e.kernels(), e.workspace(), weight.sampling().get(), dz, dy);
      }
      addWeightGradient(e, dy);
      weight.blocks().ifPresent(blocks -> addBlockGradients(e, blocks, dz));
      if (e.needsGradient(0)) {
        DenseMatrix dx = e.gradientTarget(0);
        if (weight.rule().isFloat8()) {
          DenseMatrix w = weight.current(e.kernels(), e.workspace(), true);
          rounded(e, Float8.E5M2, GemmForm.ATB, ROUNDED_WEIGHTS, w, ROUNDED_GRADIENT, dz, dx);
        } else {
          weight.applyTransposed(e.kernels(), e.workspace(), dz, dx);
        }
        if (weight.blocks().isPresent()) {
          DenseMatrix inner = e.saved(SUM_GRADIENTS, sums(e).rows(), dz.columns());
          DenseMatrix numbers = weight.blocks().get().value();
          e.dense().gemm(e.workspace(), GemmForm.ATB, numbers, dz, Epilogue.none(), inner);
          e.dense().gemmAdd(e.workspace(), GemmForm.ATB, weight.blockSums().get(), inner, dx);
        }
        e.gradientWritten(0);
      }
    }

    private void addWeightGradient(Entry e, DenseMatrix dy) {
      DenseParameter dense = weight.weight();
      boolean scaled = weight.scale().isPresent();
      if (!scaled && dense.claimGradient()) {
        outer(e, dy, dense.gradient());
        return;
      }
      DenseMatrix product = e.saved(PRODUCT, rows(), columns());
      outer(e, dy, product);
      if (scaled) {
        weight.addScaledGradients(product);
      } else {
        e.dense().addScaled(e.workspace(), 1, product, dense.gradient());
      }
    }

    /** {@code target = dY X^T}. */
    private void outer(Entry e, DenseMatrix dy, DenseMatrix target) {
      DenseMatrix x = e.value(0);
      Optional<GroupSampling> sampling = weight.sampling();
      if (weight.rule().isFloat8()) {
        rounded(e, Float8.E5M2, GemmForm.ABT, ROUNDED_GRADIENT, dy, ROUNDED_INPUTS, x, target);
      } else if (sampling.isPresent() && isSparse(sampling.get())) {
        int samples = x.columns();
        DenseMatrix transposed = e.saved(TRANSPOSED, samples, columns());
        transposed.copyTransposed(x);
        SampledProduct.multiply(e, dy, transposed, target);
      } else {
        e.dense().gemm(e.workspace(), GemmForm.ABT, dy, x, Epilogue.none(), target);
      }
    }

    /** A sample is packed for one product, whose columns are the inputs. */
    private boolean isSparse(GroupSampling sampling) {
      return weight.rule().isSparseOnce(columns(), (double) sampling.n() / sampling.m());
    }

    @Override
    public String toString() {
      return weight.toString();
    }
  }

  /** A linear operator of the user's. */
  final class Open implements LinearPart {
    private final LinearOperator operator;
    private final List<? extends FlatParameter> parameters;
    private final List<FloatValues> targets = new ArrayList<>();
    private double operations = -1;

    @SuppressWarnings("ReferenceEquality") // the same array, not an equal one
    Open(LinearOperator operator, List<? extends FlatParameter> parameters) {
      List<FloatValues> values = operator.parameters();
      boolean fit = parameters.isEmpty() || parameters.size() == values.size();
      for (int p = 0; fit && p < parameters.size(); p++) {
        fit = parameters.get(p).values().array() == values.get(p).array();
      }
      if (!fit) {
        throw new IllegalArgumentException(
            "affine: the "
                + parameters.size()
                + " parameters must be on the "
                + values.size()
                + " values of the operator, in its order; the operator is "
                + operator.rows()
                + "x"
                + operator.columns());
      }
      this.operator = operator;
      this.parameters = parameters;
    }

    @Override
    public int rows() {
      return operator.rows();
    }

    @Override
    public int columns() {
      return operator.columns();
    }

    /** What the operator says of itself; one that does not say counts as dense. */
    @Override
    public double operations() {
      if (operations < 0) {
        List<KernelInfo> calls = operator.calls(1);
        operations = 0;
        for (KernelInfo call : calls) {
          operations += call.flops();
        }
        if (calls.isEmpty()) {
          operations = 2.0 * rows() * columns();
        }
      }
      return operations;
    }

    @Override
    public List<? extends FlatParameter> parameters() {
      return parameters;
    }

    @Override
    public boolean trains() {
      return !parameters.isEmpty();
    }

    @Override
    public void apply(Entry e, Epilogue epilogue, DenseMatrix y) {
      operator.apply(e.workspace(), e.value(0), y);
      finish(e, epilogue, y);
    }

    @Override
    public void addGradients(Entry e, DenseMatrix dz) {
      if (!parameters.isEmpty()) {
        targets.clear();
        for (FlatParameter parameter : parameters) {
          targets.add(parameter.gradientTarget());
        }
        operator.parameterGradient(e.workspace(), e.value(0), dz, targets);
        for (FlatParameter parameter : parameters) {
          parameter.gradientWritten();
        }
      }
      if (e.needsGradient(0)) {
        DenseMatrix dx = e.gradientTarget(0);
        operator.applyTransposed(e.workspace(), dz, dx);
        e.gradientWritten(0);
      }
    }

    @Override
    public String toString() {
      return "operator " + operator.rows() + "x" + operator.columns();
    }
  }
}
