package org.sparse4j.bench.check;

import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.DenseVector;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.Activation;
import org.sparse4j.kernels.operation.Epilogue;

/** One product on random operands, all of it drawn from one seed. */
abstract class CheckCase {
  private static final int[] SIZES = {
    0, 1, 2, 3, 4, 5, 7, 8, 9, 11, 13, 15, 16, 17, 19, 23, 31, 32, 33, 47, 48, 49, 63, 64, 65, 79,
    97, 113, 127, 128, 129, 144, 145, 191, 193, 211, 255, 256, 257, 307
  };
  private static final List<Numbers> NUMBERS = List.of(Numbers.values());
  private static final int LARGEST = 320;
  private static final long MOST_PRODUCTS = 1_500_000;

  final SplittableRandom random;
  final Numbers numbers;

  /** Rows of A, or of the first operand. */
  final int m;

  /** Columns of A. */
  final int k;

  /** Samples. */
  final int n;

  final int threads;

  CheckCase(SplittableRandom random, int leastColumns, boolean single) {
    this.random = random;
    numbers = NUMBERS.get(random.nextInt(NUMBERS.size()));
    int rows;
    int columns;
    int samples;
    do {
      rows = size();
      columns = size();
      samples = single ? 1 : size();
    } while (columns < leastColumns || (long) rows * columns * samples > MOST_PRODUCTS);
    m = rows;
    k = columns;
    n = samples;
    threads = 1 + random.nextInt(3);
  }

  private int size() {
    return random.nextInt(4) == 0 ? random.nextInt(LARGEST) : SIZES[random.nextInt(SIZES.length)];
  }

  /** Draws a bias and a function, either of them or none. */
  final Epilogue epilogue(int outputs) {
    // Infinities go through some functions as finite limits.
    Activation[] functions =
        numbers == Numbers.SPECIALS ? new Activation[] {Activation.IDENTITY} : Activation.values();
    Activation activation = functions[random.nextInt(functions.length)];
    if (random.nextBoolean()) {
      return activation == Activation.IDENTITY ? Epilogue.none() : Epilogue.activation(activation);
    }
    DenseVector bias = DenseVector.zeros(outputs);
    for (int i = 0; i < outputs; i++) {
      bias.set(i, numbers.finite(random));
    }
    return Epilogue.biasThen(bias, activation);
  }

  /** Adds the bias of every output: row i of the result, or column i. */
  static void addBias(Epilogue epilogue, Expected want, boolean alongColumns) {
    epilogue
        .bias()
        .ifPresent(bias -> {
          for (int i = 0; i < want.rows; i++) {
            for (int j = 0; j < want.columns; j++) {
              want.add(i, j, bias.get(alongColumns ? j : i), 1);
            }
          }
        });
  }

  /** Runs a product on one thread and compares it, then on the threads of the case. */
  final void compare(
      Teams teams,
      Expected want,
      int terms,
      Activation activation,
      BiConsumer<Workspace, DenseMatrix> product) {
    Operands.Result got = new Operands.Result(want.rows, want.columns);
    product.accept(teams.workspace(1), got.matrix());
    for (int i = 0; i < want.rows; i++) {
      for (int j = 0; j < want.columns; j++) {
        want.require(i, j, got.matrix().get(i, j), terms, activation, numbers.exact());
      }
    }
    got.requireGuards();
    requireShared(teams, got.matrix(), product);
  }

  /** Runs a product on the threads of the case, which must give the bits of one thread. */
  final void requireShared(
      Teams teams, DenseMatrix one, BiConsumer<Workspace, DenseMatrix> product) {
    if (threads > 1) {
      Operands.Result shared = new Operands.Result(one.rows(), one.columns());
      product.accept(teams.workspace(threads), shared.matrix());
      Operands.requireEqual(one, "one thread", shared.matrix(), threads + " threads");
      shared.requireGuards();
    }
  }

  /** One thread, and the threads of the case if they are more. */
  final int[] counts() {
    return threads == 1 ? new int[] {1} : new int[] {1, threads};
  }

  /** Names what kind of case this is: format, operation and type. */
  abstract String kind();

  /**
   * Computes the product and compares it.
   *
   * @throws Mismatch if anything is wrong with it
   */
  abstract void run(Teams teams);

  /** Describes the case for the one who looks for the error. */
  @Override
  public String toString() {
    return kind()
        + ", m "
        + m
        + ", k "
        + k
        + ", n "
        + n
        + ", "
        + numbers.name().toLowerCase(Locale.ROOT)
        + ", "
        + threads
        + (threads == 1 ? " thread" : " threads");
  }
}
