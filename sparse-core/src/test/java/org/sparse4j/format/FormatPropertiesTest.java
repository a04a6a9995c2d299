package org.sparse4j.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.IntBuffer;
import java.util.BitSet;
import java.util.List;
import java.util.function.BiConsumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sparse4j.mask.Mask;
import org.sparse4j.testing.Formats;
import org.sparse4j.testing.Samples;

/** What every format of the registry promises, over shapes, densities and special numbers. */
class FormatPropertiesTest {

  static List<Formats.Entry> formats() {
    return Formats.all();
  }

  /** Calls a check with dense data and what the format makes of them. */
  private static void forEachSample(
      Formats.Entry format, BiConsumer<DenseMatrix, SparseMatrix> check) {
    for (Samples.Sample sample : Samples.all()) {
      if (format.takes(sample.rows(), sample.columns())) {
        run(format, sample.dense(), sample.seed(), sample.toString(), check);
      }
    }
    for (DenseMatrix dense : Samples.extremes()) {
      if (format.takes(dense.rows(), dense.columns())) {
        run(format, dense, 1, "an extreme " + dense.rows() + "x" + dense.columns(), check);
      }
    }
  }

  private static void run(
      Formats.Entry format,
      DenseMatrix dense,
      long seed,
      String sample,
      BiConsumer<DenseMatrix, SparseMatrix> check) {
    try {
      check.accept(dense, format.build(dense, seed));
    } catch (AssertionError | RuntimeException error) {
      throw new AssertionError(format + ", " + sample + ": " + error.getMessage(), error);
    }
  }

  @ParameterizedTest
  @MethodSource("formats")
  void countsAreOne(Formats.Entry format) {
    forEachSample(
        format,
        (dense, matrix) -> {
          matrix.validate();
          assertEquals(dense.rows(), matrix.rows());
          assertEquals(dense.columns(), matrix.columns());
          assertEquals(matrix.nnz(), matrix.values().length());
          assertEquals(matrix.nnz(), matrix.mask().count());
          assertEquals(matrix.nnz(), matrix.parameterCount());
          assertSame(matrix.values(), matrix.parameters().getFirst());
        });
  }

  @ParameterizedTest
  @MethodSource("formats")
  void denseRoundTripIsIdentityOrIdempotent(Formats.Entry format) {
    for (Samples.Sample sample : Samples.all()) {
      if (!format.takes(sample.rows(), sample.columns())) {
        continue;
      }
      DenseMatrix dense = sample.dense();
      SparseMatrix matrix = format.build(dense, sample.seed());
      DenseMatrix once = matrix.toDense();
      if (format.exact()) {
        assertTrue(once.contentEquals(dense), () -> format + ", " + sample);
      } else {
        SparseMatrix again =
            format.idempotent()
                ? format.build(once, sample.seed())
                : format.build(once, matrix.mask());
        DenseMatrix twice = again.toDense();
        assertTrue(twice.contentEquals(once), () -> format + ", " + sample);
        matrix
            .pattern()
            .forEach((index, row, column) ->
                assertEquals(dense.get(row, column), once.get(row, column)));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("formats")
  void maskOfAMatrixRebuiltFromItsMaskIsTheMask(Formats.Entry format) {
    for (Samples.Sample sample : Samples.all()) {
      if (!format.takes(sample.rows(), sample.columns())) {
        continue;
      }
      SparseMatrix matrix = format.build(sample.dense(), sample.seed());
      DenseMatrix wild = sample.wild();
      SparseMatrix rebuilt = format.build(wild, matrix.mask());
      rebuilt.validate();
      assertEquals(matrix.mask(), rebuilt.mask(), () -> format + ", " + sample);
      assertEquals(matrix.pattern(), rebuilt.pattern());
      DenseMatrix back = rebuilt.toDense();
      // NaN, infinities and -0.0 are numbers like any other.
      rebuilt
          .pattern()
          .forEach((index, row, column) -> {
            assertBits(wild.get(row, column), back.get(row, column));
            assertBits(wild.get(row, column), rebuilt.values().get(index));
          });
    }
  }

  private static void assertBits(float wanted, float found) {
    assertEquals(Float.floatToIntBits(wanted), Float.floatToIntBits(found));
  }

  @ParameterizedTest
  @MethodSource("formats")
  void csrHasTheSamePositionsAndNumbers(Formats.Entry format) {
    forEachSample(
        format,
        (dense, matrix) -> {
          CsrMatrix wanted = CsrMatrix.fromDense(matrix.toDense(), matrix.mask());
          assertEquals(wanted, matrix.toCsr());
          CsrOrder order = matrix.pattern().csrOrder();
          assertEquals(CsrPattern.of(matrix.mask()), order.pattern());
          assertEquals(CsrOrder.of(matrix.pattern()), order);
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
  void transposedTwiceIsIdentity(Formats.Entry format) {
    forEachSample(
        format,
        (dense, matrix) ->
            format
                .transposed(matrix)
                .ifPresent(transposed -> {
                  transposed.validate();
                  DenseMatrix turned = DenseMatrix.zeros(matrix.columns(), matrix.rows());
                  turned.copyTransposed(matrix.toDense());
                  assertTrue(transposed.toDense().contentEquals(turned));
                  assertEquals(matrix.mask().transposed(), transposed.mask());
                  assertEquals(matrix, format.transposed(transposed).orElseThrow());
                }));
  }

  @ParameterizedTest
  @MethodSource("formats")
  void equalBuildsAreEqualAndOthersAreNot(Formats.Entry format) {
    for (Samples.Sample sample : Samples.all()) {
      if (!format.takes(sample.rows(), sample.columns())) {
        continue;
      }
      SparseMatrix matrix = format.build(sample.dense(), sample.seed());
      SparseMatrix same = format.build(sample.dense(), sample.seed());
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
        // The same numbers at the positions of other data: equal only if those are the same.
        SparseMatrix other =
            format.build(
                new Samples.Sample(sample.rows(), sample.columns(), 0.3, sample.seed() + 1).dense(),
                sample.seed() + 1);
        assertEquals(
            matrix.mask().equals(other.mask()),
            matrix.pattern().equals(other.pattern()),
            () -> format + ", " + sample);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("formats")
  void copySharesNoNumbers(Formats.Entry format) {
    forEachSample(
        format,
        (dense, matrix) -> {
          StoredMatrix<?, ?> stored = (StoredMatrix<?, ?>) matrix;
          SparseMatrix copy = stored.copy();
          assertEquals(matrix, copy);
          assertNotSame(matrix.values(), copy.values());
          SparseMatrix shared = stored.withValues(copy.values());
          assertSame(copy.values(), shared.values());
          if (matrix.nnz() > 0) {
            float before = matrix.values().get(0);
            copy.values().set(0, before + 5);
            assertEquals(before, matrix.values().get(0));
            CsrMatrix csr = matrix.toCsr();
            csr.values().set(0, before + 7);
            assertEquals(before, matrix.values().get(0));
          }
        });
  }

  @ParameterizedTest
  @MethodSource("formats")
  void narrowValuesAreWithinTheirBounds(Formats.Entry format) {
    forEachSample(
        format,
        (dense, matrix) -> {
          int[] groups = matrix.pattern().valueGroups();
          assertEquals(0, groups[0]);
          assertEquals(matrix.nnz(), groups[groups.length - 1]);
          for (int g = 1; g < groups.length; g++) {
            assertTrue(groups[g - 1] <= groups[g], "groups must ascend");
          }
          float[] exact = matrix.values().toFloats();
          SparseMatrix rounded = format.to(matrix, DType.BF16);
          assertEquals(DType.BF16, rounded.values().dtype());
          assertSame(matrix.pattern(), rounded.pattern());
          for (int k = 0; k < exact.length; k++) {
            // Eight significant bits: half a unit is 2^-9 of the power of two below.
            double unit = Math.scalb(1.0, Math.getExponent(exact[k]) - 7);
            assertEquals(exact[k], rounded.values().get(k), exact[k] == 0 ? 0 : unit / 2);
          }
          SparseMatrix quantised = format.to(matrix, DType.I8);
          float[] scaled = quantised.values().toFloats();
          for (int g = 1; g < groups.length; g++) {
            float largest = 0;
            for (int k = groups[g - 1]; k < groups[g]; k++) {
              largest = Math.max(largest, Math.abs(exact[k]));
            }
            for (int k = groups[g - 1]; k < groups[g]; k++) {
              // Half a scale, and the rounding of scale and product.
              assertEquals(exact[k], scaled[k], largest / 254 + largest * 0x1p-22);
            }
          }
          SparseMatrix widened = format.to(rounded, DType.F32);
          assertArrayEquals(rounded.values().toFloats(), widened.values().toFloats());
          assertTrue(rounded.toDense().contentEquals(widened.toDense()));
          assertEquals(widened.toCsr(), rounded.toCsr());
        });
  }

  @ParameterizedTest
  @MethodSource("formats")
  void printsShapeAndName(Formats.Entry format) {
    forEachSample(
        format,
        (dense, matrix) -> {
          String start = matrix.rows() + "x" + matrix.columns() + " " + matrix.format();
          assertTrue(matrix.pattern().toString().startsWith(start), matrix.pattern().toString());
          assertTrue(
              matrix.pattern().toString().contains("(nnz " + matrix.nnz()),
              matrix.pattern().toString());
          String text = matrix.toString();
          assertTrue(text.startsWith(matrix.pattern().toString()), text);
          assertTrue(text.contains("% sparse"), text);
          assertTrue(format.name().startsWith(matrix.format()), format.name());
        });
  }

  @ParameterizedTest
  @MethodSource("formats")
  void bytesFollowWhatIsStored(Formats.Entry format) {
    forEachSample(
        format,
        (dense, matrix) -> {
          long positions = matrix.pattern().bytes();
          assertEquals(positions + 4 * matrix.nnz(), matrix.bytes());
          assertTrue(positions >= 0);
          assertTrue(matrix.nnz() == 0 || positions > 0, "positions take room");
          assertEquals(positions + 2 * matrix.nnz(), format.to(matrix, DType.BF16).bytes());
          // At most two coordinates a position, offsets of every row and column, and a bit an
          // element.
          long most =
              8 * matrix.nnz()
                  + 8L * (matrix.rows() + matrix.columns() + 2)
                  + 8L * matrix.rows() * ((matrix.columns() + 63) / 64);
          assertTrue(positions <= most, positions + " bytes");
        });
  }

  @ParameterizedTest
  @MethodSource("formats")
  void readsElementsThroughTheCsrForm(Formats.Entry format) {
    forEachSample(
        format,
        (dense, matrix) -> {
          DenseMatrix back = matrix.toDense();
          CsrMatrix csr = matrix.toCsr();
          Mask mask = matrix.mask();
          for (int i = 0; i < matrix.rows(); i++) {
            for (int j = 0; j < matrix.columns(); j++) {
              assertBits(back.get(i, j), csr.get(i, j));
              assertEquals(mask.get(i, j), csr.pattern().indexOf(i, j) >= 0);
            }
          }
        });
  }
}
