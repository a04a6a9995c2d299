package org.sparse4j.bench.check;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.format.DenseView;
import org.sparse4j.format.FloatValues;

/** Makes operands with something around them that must be neither read nor written. */
final class Operands {
  private static final float GUARD = 12345;

  private Operands() {}

  /** A matrix of random numbers, at times a view on a larger one full of NaN. */
  static DenseMatrix input(int rows, int columns, Numbers numbers, SplittableRandom random) {
    boolean inside = random.nextBoolean();
    DenseMatrix matrix = inside ? inside(rows, columns) : DenseMatrix.zeros(rows, columns);
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        matrix.set(i, j, numbers.input(random));
      }
    }
    return matrix;
  }

  /** A matrix whose elements are zero, inside one that is full of NaN. */
  private static DenseMatrix inside(int rows, int columns) {
    DenseMatrix whole = DenseMatrix.zeros(rows + 2, padded(columns) + 16);
    whole.fill(Float.NaN);
    return middle(whole, rows, columns);
  }

  /** The rows of a matrix between its first and its last, narrower, with padding of its own. */
  private static DenseMatrix middle(DenseMatrix whole, int rows, int columns) {
    DenseMatrix between = whole.rows(1, rows + 1);
    between.columns(0, padded(columns)).fill(0);
    return DenseMatrix.wrap(between.segment(), rows, columns, whole.stride());
  }

  private static int padded(int columns) {
    return (columns + 15) & -16;
  }

  /** A result that is NaN everywhere, with guards around. */
  static final class Result {
    private final DenseMatrix whole;
    private final DenseMatrix matrix;

    Result(int rows, int columns) {
      whole = DenseMatrix.zeros(rows + 2, padded(columns) + 16);
      whole.fill(GUARD);
      matrix = middle(whole, rows, columns);
      matrix.fill(Float.NaN);
    }

    DenseMatrix matrix() {
      return matrix;
    }

    /** Throws if anything but the elements was written. */
    void requireGuards() {
      int from = padded(matrix.columns());
      for (int i = 0; i < whole.rows(); i++) {
        boolean row = i > 0 && i <= matrix.rows();
        for (int j = row ? matrix.columns() : 0; j < whole.columns(); j++) {
          float want = row && j < from ? 0 : GUARD;
          if (whole.get(i, j) != want) {
            throw new Mismatch(
                "row " + (i - 1) + ", column " + j + " beyond the result was overwritten");
          }
        }
      }
    }
  }

  /** The transpose of a matrix as a view: of native or heap memory, dense or spread out. */
  static DenseView samples(DenseMatrix columns, SplittableRandom random) {
    int n = columns.columns();
    int k = columns.rows();
    DenseView turned = columns.view().transposed();
    return switch (random.nextInt(4)) {
      case 0 -> turned;
      case 1 -> DenseMatrix.copyOf(turned).view();
      case 2 -> DenseView.of(DenseMatrix.copyOf(turned).toArray(), n, k);
      default -> {
        float[] spread = new float[3 * n * k + 1];
        Arrays.fill(spread, Float.NaN);
        for (int t = 0; t < n; t++) {
          for (int j = 0; j < k; j++) {
            spread[3 * (t * k + j)] = columns.get(j, t);
          }
        }
        yield DenseView.of(MemorySegment.ofArray(spread), n, k, 3L * k, 3);
      }
    };
  }

  /** An array of a result: NaN everywhere. */
  static FloatValues nan(int length) {
    float[] numbers = new float[length];
    Arrays.fill(numbers, Float.NaN);
    return FloatValues.wrap(numbers);
  }

  /** Throws unless two results, each of somebody, have the same bits; NaNs are alike. */
  static void requireEqual(DenseMatrix want, String right, DenseMatrix got, String who) {
    for (int i = 0; i < want.rows(); i++) {
      for (int j = 0; j < want.columns(); j++) {
        if (Float.floatToIntBits(want.get(i, j)) != Float.floatToIntBits(got.get(i, j))) {
          throw new Mismatch(
              "row "
                  + i
                  + ", column "
                  + j
                  + ": "
                  + who
                  + " got "
                  + got.get(i, j)
                  + ", "
                  + right
                  + " "
                  + want.get(i, j));
        }
      }
    }
  }
}
