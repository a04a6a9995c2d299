package org.sparse4j.bench.peers;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import org.sparse4j.bench.race.Problem;

/**
 * The part of MKL's sparse interface that the races call: create, hint, optimize, multiply.
 * Integers have 32 bits, which is what {@code libmkl_rt} starts with.
 */
final class MklLibrary {
  /** {@code SPARSE_OPERATION_NON_TRANSPOSE}. */
  static final int PLAIN = 10;

  /** {@code SPARSE_OPERATION_TRANSPOSE}. */
  static final int TRANSPOSED = 11;

  /** {@code SPARSE_LAYOUT_ROW_MAJOR}. */
  static final int ROW_MAJOR = 101;

  /** {@code SPARSE_LAYOUT_COLUMN_MAJOR}. */
  static final int COLUMN_MAJOR = 102;

  private static final int ZERO_BASED = 0;
  private static final int GENERAL = 20;
  private static final int INTEL_OPENMP = 0;
  private static final int CALLS = 100_000;

  /** {@code struct matrix_descr}: type, mode, diagonal; passed by value. */
  private static final StructLayout DESCRIPTOR =
      MemoryLayout.structLayout(JAVA_INT, JAVA_INT, JAVA_INT);

  private final NativeLibrary library;
  private final MemorySegment general;

  private MklLibrary(NativeLibrary library, MemorySegment general) {
    this.library = library;
    this.general = general;
  }

  /** Loads MKL; the first call decides which threads it uses. */
  static MklLibrary load(Path folder) {
    NativeLibrary library = NativeLibrary.load(folder, "libmkl_rt.");
    MethodHandle layer =
        library.function("MKL_Set_Threading_Layer", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    try {
      int ignored = (int) layer.invokeExact(INTEL_OPENMP); // the jar has no sequential one
    } catch (Throwable failure) {
      throw NativeLibrary.unexpected(failure);
    }
    MemorySegment general = Arena.global().allocate(DESCRIPTOR);
    general.setAtIndex(JAVA_INT, 0, GENERAL);
    return new MklLibrary(library, general);
  }

  /** The problem's weights as compressed rows. */
  MemorySegment csr(Problem problem) {
    MethodHandle create =
        library.function(
            "mkl_sparse_s_create_csr",
            FunctionDescriptor.of(
                JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, ADDRESS,
                ADDRESS));
    MemorySegment pointers = problem.segment(problem.rowPointers());
    MemorySegment columns = problem.segment(problem.columnIndices());
    MemorySegment values = problem.segment(problem.values());
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment handle = arena.allocate(ADDRESS);
      require(
          "mkl_sparse_s_create_csr",
          (int)
              create.invokeExact(
                  handle,
                  ZERO_BASED,
                  problem.m(),
                  problem.k(),
                  pointers,
                  pointers.asSlice(Integer.BYTES),
                  columns,
                  values));
      return owned(problem, handle.get(ADDRESS, 0));
    } catch (Throwable failure) {
      throw NativeLibrary.unexpected(failure);
    }
  }

  /** The problem's weights as compressed rows of square blocks. */
  MemorySegment bsr(Problem problem, Blocks blocks) {
    MethodHandle create =
        library.function(
            "mkl_sparse_s_create_bsr",
            FunctionDescriptor.of(
                JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS,
                ADDRESS, ADDRESS, ADDRESS));
    MemorySegment pointers = problem.segment(blocks.rowPointers());
    MemorySegment columns = problem.segment(blocks.columnIndices());
    MemorySegment values = problem.segment(blocks.values());
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment handle = arena.allocate(ADDRESS);
      require(
          "mkl_sparse_s_create_bsr",
          (int)
              create.invokeExact(
                  handle,
                  ZERO_BASED,
                  ROW_MAJOR,
                  problem.m() / blocks.side(),
                  problem.k() / blocks.side(),
                  blocks.side(),
                  pointers,
                  pointers.asSlice(Integer.BYTES),
                  columns,
                  values));
      return owned(problem, handle.get(ADDRESS, 0));
    } catch (Throwable failure) {
      throw NativeLibrary.unexpected(failure);
    }
  }

  private MemorySegment owned(Problem problem, MemorySegment matrix) {
    MethodHandle destroy =
        library.function("mkl_sparse_destroy", FunctionDescriptor.of(JAVA_INT, ADDRESS));
    problem.onClose(() -> {
      try {
        require("mkl_sparse_destroy", (int) destroy.invokeExact(matrix));
      } catch (Throwable failure) {
        throw NativeLibrary.unexpected(failure);
      }
    });
    return matrix;
  }

  private void prepareProducts(MemorySegment matrix, int operation, int layout, int columns) {
    MethodHandle hint =
        library.function(
            "mkl_sparse_set_mm_hint",
            FunctionDescriptor.of(
                JAVA_INT, ADDRESS, JAVA_INT, DESCRIPTOR, JAVA_INT, JAVA_INT, JAVA_INT));
    try {
      ignoreUnsupported(
          "mkl_sparse_set_mm_hint",
          (int) hint.invokeExact(matrix, operation, general, layout, columns, CALLS));
    } catch (Throwable failure) {
      throw NativeLibrary.unexpected(failure);
    }
    optimize(matrix);
  }

  private void prepareVectors(MemorySegment matrix) {
    MethodHandle hint =
        library.function(
            "mkl_sparse_set_mv_hint",
            FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, DESCRIPTOR, JAVA_INT));
    try {
      ignoreUnsupported(
          "mkl_sparse_set_mv_hint", (int) hint.invokeExact(matrix, PLAIN, general, CALLS));
    } catch (Throwable failure) {
      throw NativeLibrary.unexpected(failure);
    }
    optimize(matrix);
  }

  private void optimize(MemorySegment matrix) {
    MethodHandle optimize =
        library.function("mkl_sparse_optimize", FunctionDescriptor.of(JAVA_INT, ADDRESS));
    try {
      ignoreUnsupported("mkl_sparse_optimize", (int) optimize.invokeExact(matrix));
    } catch (Throwable failure) {
      throw NativeLibrary.unexpected(failure);
    }
  }

  /**
   * Lets MKL prepare a matrix for many products {@code C = op(A) B}; returns one call.
   *
   * @param columns columns of B and C
   * @param strideB stride of B in the layout
   * @param strideC stride of C in the layout
   */
  Runnable product(
      MemorySegment matrix,
      int operation,
      int layout,
      int columns,
      MemorySegment b,
      int strideB,
      MemorySegment c,
      int strideC) {
    prepareProducts(matrix, operation, layout, columns);
    MethodHandle multiply =
        library.function(
            "mkl_sparse_s_mm",
            FunctionDescriptor.of(
                JAVA_INT,
                JAVA_INT,
                JAVA_FLOAT,
                ADDRESS,
                DESCRIPTOR,
                JAVA_INT,
                ADDRESS,
                JAVA_INT,
                JAVA_INT,
                JAVA_FLOAT,
                ADDRESS,
                JAVA_INT));
    return () -> {
      try {
        require(
            "mkl_sparse_s_mm",
            (int)
                multiply.invokeExact(
                    operation, 1f, matrix, general, layout, b, columns, strideB, 0f, c, strideC));
      } catch (Throwable failure) {
        throw NativeLibrary.unexpected(failure);
      }
    };
  }

  /** Lets MKL prepare a matrix for many products {@code y = A x}; returns one call. */
  Runnable product(MemorySegment matrix, MemorySegment x, MemorySegment y) {
    prepareVectors(matrix);
    MethodHandle multiply =
        library.function(
            "mkl_sparse_s_mv",
            FunctionDescriptor.of(
                JAVA_INT, JAVA_INT, JAVA_FLOAT, ADDRESS, DESCRIPTOR, ADDRESS, JAVA_FLOAT, ADDRESS));
    return () -> {
      try {
        require(
            "mkl_sparse_s_mv", (int) multiply.invokeExact(PLAIN, 1f, matrix, general, x, 0f, y));
      } catch (Throwable failure) {
        throw NativeLibrary.unexpected(failure);
      }
    };
  }

  private static void require(String function, int status) {
    if (status != 0) {
      throw new IllegalStateException(function + ": status " + status);
    }
  }

  /** A hint that MKL has no use for (status 6) leaves the product as it is. */
  private static void ignoreUnsupported(String function, int status) {
    if (status != 6) {
      require(function, status);
    }
  }
}
