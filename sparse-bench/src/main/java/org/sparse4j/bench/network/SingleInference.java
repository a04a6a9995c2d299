package org.sparse4j.bench.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.DenseVector;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.Plan;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.Activation;
import org.sparse4j.kernels.operation.Epilogue;
import org.sparse4j.kernels.operation.Operation;

/** One sample at a time. */
final class SingleInference implements Inference {
  private final DenseVector input;
  private final DenseVector output;
  private final List<Runnable> steps = new ArrayList<>();

  SingleInference(Network network, Kernels kernels, Workspace workspace) {
    input = DenseVector.zeros(network.inputs());
    DenseVector x = input;
    for (int l = 0; l < network.layers().size(); l++) {
      Layer layer = network.layers().get(l);
      boolean last = l == network.layers().size() - 1;
      Epilogue epilogue =
          Epilogue.biasThen(layer.bias(), last ? Activation.IDENTITY : Activation.RELU);
      DenseVector from = x;
      DenseVector to = DenseVector.zeros(layer.outputs());
      if (layer.sparse() != null) {
        Plan plan = kernels.plan(Operation.SPMV, layer.sparse()).epilogue(epilogue).build();
        steps.add(() -> plan.run(workspace, from, to));
      } else if (layer.dense() != null) {
        DenseMatrix weights = layer.dense();
        steps.add(() -> kernels.dense().gemv(workspace, weights, from, epilogue, to));
      }
      x = to;
    }
    output = x;
  }

  @Override
  public void fill(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < input.length(); i++) {
      input.set(i, (float) random.nextGaussian());
    }
  }

  @Override
  public void run() {
    for (int s = 0; s < steps.size(); s++) {
      steps.get(s).run();
    }
  }

  @Override
  public float score(int row, int sample) {
    return output.get(Objects.checkIndex(sample, 1) + row);
  }
}
