package org.sparse4j.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sparse4j.mask.Mask;
import org.sparse4j.testing.Formats;
import org.sparse4j.testing.Samples;

/** What every format of the registry promises, over shapes, densities and special numbers. */
class FormatPropertiesTest {

  /** Data of the samples and extremes, made once: tests only read them. */
  private static final List<Data> DATA = data();

  private static final Map<String, List<Case>> CASES = new ConcurrentHashMap<>();

  /** Dense data, the same positions with special numbers, and other data of the same shape. */
  private record Data(
      String name,
      long seed,
      DenseMatrix dense,
      DenseMatrix wild,
      LongFunction<DenseMatrix> other) {

    static Data of(Samples.Sample sample) {
      return new Data(
          sample.toString(),
          sample.seed(),
          sample.dense(),
          sample.wild(),
          seed -> new Samples.Sample(sample.rows(), sample.columns(), 0.3, seed).dense());
    }

    static Data of(DenseMatrix extreme) {
      int rows = extreme.rows();
      int columns = extreme.columns();
      return new Data(
          "extreme " + rows + "x" + columns,
          1,
          extreme,
          extreme,
          seed -> new Samples.Sample(rows, columns, 0.3, seed).dense());
    }
  }

  /** Data and the matrix that a format makes of them. */
  private record Case(Data data, SparseMatrix matrix) {

    DenseMatrix dense() {
      return data.dense();
    }
  }

  private static List<Data> data() {
    List<Data> data = new ArrayList<>();
    Samples.all().forEach(sample -> data.add(Data.of(sample)));
    Samples.extremes().forEach(extreme -> data.add(Data.of(extreme)));
    return data;
  }

  static List<Formats.Entry> formats() {
    return Formats.all();
  }

  /** Calls a check with every matrix that a format makes of the data. */
  private static void forEachCase(Formats.Entry format, Consumer<Case> check) {
    List<Case> cases = CASES.computeIfAbsent(format.name(), name -> cases(format));
    assertTrue(cases.size() > 20, format + " takes too few shapes to say anything");
    for (Case one : cases) {
      try {
        check.accept(one);
      } catch (AssertionError | RuntimeException error) {
        throw new AssertionError(
            format + ", " + one.data().name() + ": " + error.getMessage(), error);
      }
    }
  }

  private static List<Case> cases(Formats.Entry format) {
    return DATA.stream()
        .filter(data -> format.takes(data.dense().rows(), data.dense().columns()))
        .map(data -> new Case(data, format.build(data.dense(), data.seed())))
        .toList();
  }

  private static void assertBits(float wanted, float found) {
    if (Float.floatToIntBits(wanted) != Float.floatToIntBits(found)) {
      assertEquals(wanted, found);
    }
  }

  @ParameterizedTest
  @MethodSource("formats")
  void countsAreOne(Formats.Entry format) {
    forEachCase(
        format,
        one -> {
          SparseMatrix matrix = one.matrix();
          matrix.validate();
          assertEquals(one.dense().rows(), matrix.rows());
          assertEquals(one.dense().columns(), matrix.columns());
          assertEquals(matrix.nnz(), matrix.values().length());
          assertEquals(matrix.nnz(), matrix.mask().count());
          assertEquals(matrix.nnz(), matrix.parameterCount());
          assertSame(matrix.values(), matrix.parameters().getFirst());
        });
  }

  @ParameterizedTest
  @MethodSource("formats")
  void denseRoundTripIsIdentityOrIdempotent(Formats.Entry format) {
    forEachCase(
        format,
        one -> {
          DenseMatrix once = one.matrix().toDense();
          if (format.exact()) {
            assertTrue(once.contentEquals(one.dense()), "not identity");
          } else {
            SparseMatrix again =
                format.idempotent()
                    ? format.build(once, one.data().seed())
                    : format.build(once, one.matrix().mask());
            DenseMatrix twice = again.toDense();
            assertTrue(twice.contentEquals(once), "not idempotent");
            one.matrix()
                .pattern()
                .forEach((index, row, column) ->
                    assertBits(one.dense().get(row, column), once.get(row, column)));
          }
        });
  }

  @ParameterizedTest
  @MethodSource("formats")
  void maskOfAMatrixRebuiltFromItsMaskIsTheMask(Formats.Entry format) {
    forEachCase(
        format,
        one -> {
          DenseMatrix wild = one.data().wild();
          SparseMatrix rebuilt = format.build(wild, one.matrix().mask());
          rebuilt.validate();
          assertEquals(one.matrix().mask(), rebuilt.mask());
          assertEquals(one.matrix().pattern(), rebuilt.pattern());
          DenseMatrix back = rebuilt.toDense();
          float[] numbers = rebuilt.values().toFloats();
          // NaN, infinities and -0.0 are numbers like any other.
          rebuilt
              .pattern()
              .forEach((index, row, column) -> {
                assertBits(wild.get(row, column), back.get(row, column));
                assertBits(wild.get(row, column), numbers[index]);
              });
        });
  }

  @ParameterizedTest
  @MethodSource("formats")
  void csrHasTheSamePositionsAndNumbers(Formats.Entry format) {
    forEachCase(
        format,
        one -> {
          SparseMatrix matrix = one.matrix();
          assertEquals(CsrMatrix.fromDense(matrix.toDense(), matrix.mask()), matrix.toCsr());
          CsrOrder order = matrix.pattern().csrOrder();
          assertEquals(CsrPattern.of(matrix.mask()), order.pattern());
          assertEquals(CsrOrder.of(matrix.pattern()), order, "not what sorting gives");
          IntBuffer sources = order.sources();
          assertTrue(sources.isReadOnly());
          BitSet seen = new BitSet();
          while (sources.hasRemaining()) {
            seen.set(sources.get());
          }
          assertEquals(matrix.nnz(), seen.cardinality());
          assertEquals(matrix.nnz(), seen.length());
        });
  }

  @ParameterizedTest
  @MethodSource("formats")
  void readsElementsThroughTheCsrForm(Formats.Entry format) {
    forEachCase(
        format,
        one -> {
          CsrMatrix csr = one.matrix().toCsr();
          Mask mask = one.matrix().mask();
          DenseMatrix back = one.matrix().toDense();
          for (int i = 0; i < csr.rows(); i++) {
            for (int j = 0; j < csr.columns(); j++) {
              assertBits(back.get(i, j), csr.get(i, j));
              assertEquals(mask.get(i, j), csr.pattern().indexOf(i, j) >= 0);
            }
          }
        });
  }

  @ParameterizedTest
  @MethodSource("formats")
  void transposedTwiceIsIdentity(Formats.Entry format) {
    forEachCase(
        format,
        one ->
            format
                .transposed(one.matrix())
                .ifPresent(transposed -> {
                  transposed.validate();
                  DenseMatrix turned = DenseMatrix.zeros(transposed.rows(), transposed.columns());
                  turned.copyTransposed(one.matrix().toDense());
                  assertTrue(transposed.toDense().contentEquals(turned), "not the transpose");
                  assertEquals(one.matrix().mask().transposed(), transposed.mask());
                  assertEquals(one.matrix(), format.transposed(transposed).orElseThrow());
                }));
  }

  @ParameterizedTest
  @MethodSource("formats")
  void equalBuildsAreEqualAndOthersAreNot(Formats.Entry format) {
    forEachCase(
        format,
        one -> {
          SparseMatrix matrix = one.matrix();
          SparseMatrix same = format.build(one.dense(), one.data().seed());
          assertEquals(matrix, same);
          assertEquals(matrix.hashCode(), same.hashCode());
          assertEquals(matrix.pattern(), same.pattern());
          assertEquals(matrix.pattern().hashCode(), same.pattern().hashCode());
          assertNotEquals(matrix, new Object());
          assertNotEquals(matrix.pattern(), new Object());
          if (matrix.nnz() > 0) {
            int last = same.values().length() - 1;
            same.values().set(last, same.values().get(last) + 1);
            assertNotEquals(matrix, same);
            // Other data: patterns are equal exactly where the positions are.
            long seed = one.data().seed() + 1;
            SparseMatrix other = format.build(one.data().other().apply(seed), seed);
            assertEquals(
                matrix.mask().equals(other.mask()), matrix.pattern().equals(other.pattern()));
          }
        });
  }

  @ParameterizedTest
  @MethodSource("formats")
  void copySharesNoNumbers(Formats.Entry format) {
    forEachCase(
        format,
        one -> {
          SparseMatrix matrix = one.matrix();
          SparseMatrix copy = ((StoredMatrix<?, ?>) matrix).copy();
          assertEquals(matrix, copy);
          assertNotSame(matrix.values(), copy.values());
          SparseMatrix shared = ((StoredMatrix<?, ?>) matrix).withValues(copy.values());
          assertSame(copy.values(), shared.values());
          assertSame(matrix.pattern(), shared.pattern());
          if (matrix.nnz() > 0) {
            float before = matrix.values().get(0);
            copy.values().set(0, before + 5);
            assertEquals(before, matrix.values().get(0));
            int first = matrix.pattern().csrOrder().sources().get(0);
            float stored = matrix.values().get(first);
            matrix.toCsr().values().set(0, stored + 7);
            assertEquals(stored, matrix.values().get(first));
          }
        });
  }

  @ParameterizedTest
  @MethodSource("formats")
  void narrowValuesAreWithinTheirBounds(Formats.Entry format) {
    forEachCase(
        format,
        one -> {
          SparseMatrix matrix = one.matrix();
          float[] exact = matrix.values().toFloats();
          SparseMatrix rounded = format.to(matrix, DType.BF16);
          assertEquals(DType.BF16, rounded.values().dtype());
          assertSame(matrix.pattern(), rounded.pattern());
          float[] near = rounded.values().toFloats();
          for (int k = 0; k < exact.length; k++) {
            // Eight significant bits: half a unit in the last place.
            double unit = Math.scalb(1.0, Math.getExponent(exact[k]) - 7);
            assertWithin(exact[k], near[k], exact[k] == 0 ? 0 : unit / 2);
          }
          int[] groups = matrix.pattern().valueGroups();
          assertEquals(0, groups[0]);
          assertEquals(matrix.nnz(), groups[groups.length - 1]);
          SparseMatrix quantised = format.to(matrix, DType.I8);
          assertEquals(DType.I8, quantised.values().dtype());
          float[] scaled = quantised.values().toFloats();
          for (int g = 1; g < groups.length; g++) {
            assertTrue(groups[g - 1] <= groups[g], "groups must ascend");
            float largest = 0;
            for (int k = groups[g - 1]; k < groups[g]; k++) {
              largest = Math.max(largest, Math.abs(exact[k]));
            }
            for (int k = groups[g - 1]; k < groups[g]; k++) {
              // Half a scale, and the rounding of scale and product.
              assertWithin(exact[k], scaled[k], largest / 254.0 + largest * 0x1p-22);
            }
          }
          SparseMatrix widened = format.to(rounded, DType.F32);
          assertArrayEquals(near, widened.values().toFloats());
          assertEquals(widened.toCsr(), rounded.toCsr());
        });
  }

  private static void assertWithin(double wanted, double found, double bound) {
    if (!(Math.abs(wanted - found) <= bound)) {
      assertEquals(wanted, found, bound);
    }
  }

  @ParameterizedTest
  @MethodSource("formats")
  void printsShapeAndName(Formats.Entry format) {
    forEachCase(
        format,
        one -> {
          SparseMatrix matrix = one.matrix();
          String pattern = matrix.pattern().toString();
          String start = matrix.rows() + "x" + matrix.columns() + " " + matrix.format();
          assertTrue(pattern.startsWith(start), pattern);
          assertTrue(pattern.contains("(nnz " + matrix.nnz()), pattern);
          assertTrue(matrix.toString().startsWith(pattern), matrix.toString());
          assertTrue(matrix.toString().contains("% sparse"), matrix.toString());
          assertTrue(format.to(matrix, DType.BF16).toString().contains("BF16"));
          assertTrue(format.name().startsWith(matrix.format()), format.name());
        });
  }

  @ParameterizedTest
  @MethodSource("formats")
  void bytesFollowWhatIsStored(Formats.Entry format) {
    forEachCase(
        format,
        one -> {
          SparseMatrix matrix = one.matrix();
          long positions = matrix.pattern().bytes();
          assertEquals(positions + 4 * matrix.nnz(), matrix.bytes());
          assertEquals(positions + 2 * matrix.nnz(), format.to(matrix, DType.BF16).bytes());
          assertTrue(positions > 0 || matrix.nnz() == 0, "positions take room");
          // Two coordinates a position, offsets of rows and columns, a bit an element: none needs
          // more.
          long words = (long) matrix.rows() * ((matrix.columns() + 63) / 64);
          long most = 8 * matrix.nnz() + 8L * (matrix.rows() + matrix.columns() + 2) + 8 * words;
          assertTrue(0 <= positions && positions <= most, positions + " bytes");
        });
  }
}
