package org.sparse4j.train.autograd;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.kernels.execution.PartBody;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.DenseKernels;
import org.sparse4j.kernels.operation.Epilogue;
import org.sparse4j.kernels.operation.GemmForm;
import org.sparse4j.train.random.Streams;

/**
 * The blocks of one use of {@link Attention}; parts are ranges of blocks. One object lives in each
 * workspace.
 */
final class AttentionCall implements PartBody {

  private static final int PROBABILITIES = 0;
  private static final int MASKED = 1;
  private static final int SCRATCH = 5;

  private static final int Q = 0;
  private static final int K = 1;
  private static final int V = 2;
  private static final int O = 3;
  private static final int OTHER = 4;
  private static final int SCORES = 5;
  private static final int DROPPED = 6;
  private static final int MATRICES = 7;

  /** Products below which a second thread costs more than it brings. */
  private static final long WORTH_A_PART = 1 << 16;

  private @Nullable Entry entry;
  private Workspace[] workspaces = new Workspace[0];
  private Part[] partMatrices = new Part[0];
  private final Part gradients = new Part();
  private boolean backward;
  private boolean causal;
  private int heads;
  private int blocks;
  private int parts;
  private int width;
  private int time;
  private float scale;

  /** Copies of a block's rows, and its scores. */
  private static final class Part {
    private @Nullable DenseMatrix[] matrices = new DenseMatrix[MATRICES];

    DenseMatrix get(int number) {
      DenseMatrix result = matrices[number];
      if (result == null) {
        throw new IllegalStateException("attention: no scratch");
      }
      return result;
    }
  }

  /** Says where the gradient of Q, K or V goes. */
  void gradient(int input, DenseMatrix target) {
    gradients.matrices[input] = target;
  }

  void run(Entry e, boolean backwards) {
    entry = e;
    backward = backwards;
    causal = e.flag;
    heads = e.from;
    time = e.to;
    width = e.output().rows() / heads;
    blocks = heads * (e.output().columns() / time);
    scale = (float) (1 / Math.sqrt(width));
    long work = (long) blocks * width * time * time;
    long most = Math.max(1, Math.min(blocks, work / WORTH_A_PART));
    parts = (int) Math.min(e.workspace().threads().count(), most);
    prepare(e);
    e.workspace().threads().run(parts, this);
    entry = null;
  }

  /** Takes all matrices and views on the calling thread, before parts start. */
  private void prepare(Entry e) {
    if (e.needsBackward()) {
      DenseMatrix all = e.saved(PROBABILITIES, Math.multiplyExact(blocks, time), time);
      for (int b = 0; b < blocks; b++) {
        e.rows(b, all, b * time, (b + 1) * time);
      }
    }
    if (causal && !backward) {
      e.saved(MASKED, 1, time).fill(Float.NEGATIVE_INFINITY);
    }
    if (workspaces.length < parts) {
      int known = workspaces.length;
      workspaces = Arrays.copyOf(workspaces, parts);
      partMatrices = Arrays.copyOf(partMatrices, parts);
      for (int p = known; p < parts; p++) {
        workspaces[p] = Workspace.create();
        partMatrices[p] = new Part();
      }
    }
    for (int p = 0; p < parts; p++) {
      for (int m = 0; m < MATRICES; m++) {
        int rows = m >= SCORES ? time : width;
        partMatrices[p].matrices[m] = e.saved(SCRATCH + MATRICES * p + m, rows, time);
      }
    }
  }

  @Override
  public void run(int part) {
    Entry e = entry;
    if (e == null) {
      throw new IllegalStateException("attention: not running");
    }
    int first = (int) ((long) blocks * part / parts);
    int last = (int) ((long) blocks * (part + 1) / parts);
    for (int b = first; b < last; b++) {
      if (backward) {
        backward(e, workspaces[part], partMatrices[part], b);
      } else {
        forward(e, workspaces[part], partMatrices[part], b);
      }
    }
  }

  private void forward(Entry e, Workspace workspace, Part part, int block) {
    DenseKernels dense = e.dense();
    load(e, workspace, part, block);
    DenseMatrix probabilities = e.needsBackward() ? kept(e, block) : part.get(SCORES);
    dense.gemm(workspace, GemmForm.ATB, part.get(K), part.get(Q), Epilogue.none(), probabilities);
    if (causal) {
      mask(e.saved(MASKED, 1, time), probabilities);
    }
    dense.softmax(workspace, probabilities, probabilities);
    DenseMatrix o = part.get(O);
    DenseMatrix weights = dropped(e, workspace, part, block, probabilities);
    dense.gemm(workspace, GemmForm.AB, part.get(V), weights, Epilogue.none(), o);
    store(o, e.output(), block);
  }

  /** With S = K^T Q' and Q' = Q / sqrt(d): dV = dO P^T, dQ = K dS / sqrt(d), dK = Q' dS^T. */
  private void backward(Entry e, Workspace workspace, Part part, int block) {
    DenseKernels dense = e.dense();
    load(e, workspace, part, block);
    DenseMatrix slopes = part.get(O);
    copy(e.outputGradient(), slopes, block);
    DenseMatrix probabilities = kept(e, block);
    DenseMatrix scores = part.get(SCORES);
    DenseMatrix result = part.get(OTHER);
    dense.gemm(workspace, GemmForm.ATB, part.get(V), slopes, Epilogue.none(), scores);
    if (e.number > 0) {
      dense.dropout(workspace, e.number, Streams.derive(e.seed, block), scores, scores);
    }
    dense.softmaxGradient(workspace, probabilities, scores, scores);
    DenseMatrix weights = dropped(e, workspace, part, block, probabilities);
    dense.gemm(workspace, GemmForm.ABT, slopes, weights, Epilogue.none(), result);
    store(result, gradients.get(V), block);
    dense.gemm(workspace, GemmForm.AB, part.get(K), scores, Epilogue.none(), result);
    dense.scale(workspace, scale, result, result);
    store(result, gradients.get(Q), block);
    dense.gemm(workspace, GemmForm.ABT, part.get(Q), scores, Epilogue.none(), result);
    store(result, gradients.get(K), block);
  }

  /** What remains of the probabilities, by the seed of this use and the block. */
  private static DenseMatrix dropped(
      Entry e, Workspace workspace, Part part, int block, DenseMatrix probabilities) {
    if (e.number == 0) {
      return probabilities;
    }
    DenseMatrix rest = part.get(DROPPED);
    e.dense().dropout(workspace, e.number, Streams.derive(e.seed, block), probabilities, rest);
    return rest;
  }

  private void load(Entry e, Workspace workspace, Part part, int block) {
    DenseMatrix q = part.get(Q);
    copy(e.value(0), q, block);
    copy(e.value(1), part.get(K), block);
    copy(e.value(2), part.get(V), block);
    e.dense().scale(workspace, scale, q, q);
  }

  private DenseMatrix kept(Entry e, int block) {
    DenseMatrix all = e.saved(PROBABILITIES, blocks * time, time);
    return e.rows(block, all, block * time, (block + 1) * time);
  }

  /** Row k holds the scores of key k; queries before it are columns 0 to k - 1. */
  private static void mask(DenseMatrix masked, DenseMatrix scores) {
    MemorySegment from = masked.segment();
    MemorySegment to = scores.segment();
    for (int k = 1; k < scores.rows(); k++) {
      MemorySegment.copy(from, 0, to, 4L * k * scores.stride(), 4L * k);
    }
  }

  private void copy(DenseMatrix all, DenseMatrix block, int number) {
    MemorySegment from = all.segment();
    MemorySegment to = block.segment();
    for (int i = 0; i < width; i++) {
      MemorySegment.copy(from, at(all, number, i), to, 4L * i * block.stride(), 4L * time);
    }
  }

  private void store(DenseMatrix block, DenseMatrix all, int number) {
    MemorySegment from = block.segment();
    MemorySegment to = all.segment();
    for (int i = 0; i < width; i++) {
      MemorySegment.copy(from, 4L * i * block.stride(), to, at(all, number, i), 4L * time);
    }
  }

  /** Blocks are counted sequence by sequence, in it head by head. */
  private long at(DenseMatrix all, int block, int row) {
    long feature = (long) (block % heads) * width + row;
    return 4L * (feature * all.stride() + (long) (block / heads) * time);
  }
}
