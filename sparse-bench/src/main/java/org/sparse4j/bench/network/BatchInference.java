package org.sparse4j.bench.network;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.Plan;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.Activation;
import org.sparse4j.kernels.operation.Epilogue;
import org.sparse4j.kernels.operation.GemmForm;
import org.sparse4j.kernels.operation.Operation;

/** Several samples at a time: a column is a sample. */
final class BatchInference implements Inference {
  private final DenseMatrix input;
  private final DenseMatrix output;
  private final List<Runnable> steps = new ArrayList<>();

  BatchInference(Network network, Kernels kernels, Workspace workspace, int batch) {
    input = DenseMatrix.zeros(network.inputs(), batch);
    DenseMatrix x = input;
    for (int l = 0; l < network.layers().size(); l++) {
      Layer layer = network.layers().get(l);
      boolean last = l == network.layers().size() - 1;
      Epilogue epilogue =
          Epilogue.biasThen(layer.bias(), last ? Activation.IDENTITY : Activation.RELU);
      DenseMatrix from = x;
      DenseMatrix to = DenseMatrix.zeros(layer.outputs(), batch);
      if (layer.sparse() != null) {
        Plan plan =
            kernels
                .plan(Operation.SPMM, layer.sparse())
                .epilogue(epilogue)
                .batch(batch, batch)
                .build();
        steps.add(() -> plan.run(workspace, from, to));
      } else if (layer.dense() != null) {
        DenseMatrix weights = layer.dense();
        steps.add(() -> kernels.dense().gemm(workspace, GemmForm.AB, weights, from, epilogue, to));
      }
      x = to;
    }
    output = x;
  }

  DenseMatrix input() {
    return input;
  }

  DenseMatrix output() {
    return output;
  }

  @Override
  public void fill(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < input.rows(); i++) {
      for (int j = 0; j < input.columns(); j++) {
        input.set(i, j, (float) random.nextGaussian());
      }
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
    return output.get(row, sample);
  }
}
