package org.sparse4j.kernels.planner;

import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sparse4j.format.BitmapMatrix;
import org.sparse4j.format.BitmapPattern;
import org.sparse4j.format.BlockMatrix;
import org.sparse4j.format.BlockPattern;
import org.sparse4j.format.CooMatrix;
import org.sparse4j.format.CscMatrix;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.CsrOrder;
import org.sparse4j.format.FloatValues;
import org.sparse4j.format.NmMatrix;
import org.sparse4j.format.NmPattern;
import org.sparse4j.format.Pattern;
import org.sparse4j.format.SparseMatrix;
import org.sparse4j.format.Values;
import org.sparse4j.format.VnmMatrix;
import org.sparse4j.format.VnmPattern;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.Plan;
import org.sparse4j.kernels.operation.Epilogue;
import org.sparse4j.kernels.operation.Operation;
import org.sparse4j.mask.Mask;

/**
 * The formats that hold exactly the positions of a matrix, from the simplest on: its own, CSR,
 * block, V:N:M, N:M, bitmap.
 *
 * <p>Numbers are shared with the matrix where their order is the same, else copied as float32,
 * which changes none.
 */
final class Forms {

  /** A bit a position up to here; beyond it only what needs no bits is considered. */
  private static final long MOST_BITS = 1L << 31;

  private final Kernels kernels;
  private final SparseMatrix matrix;
  private final Operation operation;
  private final Epilogue epilogue;
  private final int n;
  private final CsrOrder order;
  private final @Nullable Mask mask;

  Forms(Kernels kernels, SparseMatrix matrix, Operation operation, Epilogue epilogue, int n) {
    this.kernels = kernels;
    this.matrix = matrix;
    this.operation = operation;
    this.epilogue = epilogue;
    this.n = n;
    this.order = matrix.pattern().csrOrder();
    this.mask = (long) matrix.rows() * matrix.columns() <= MOST_BITS ? matrix.mask() : null;
  }

  /** All that fit; a later one with the kernel and the data of an earlier one is left out. */
  List<SparseProduct> all() {
    List<SparseProduct> all = new ArrayList<>();
    List<String> layouts = new ArrayList<>();
    for (String format : formats()) {
      SparseProduct product = product(format).orElse(null);
      if (product != null && !layouts.contains(product.layout())) {
        layouts.add(product.layout());
        all.add(product);
      }
    }
    return all;
  }

  private List<String> formats() {
    List<String> formats = new ArrayList<>(List.of(matrix.format()));
    for (String format : List.of("CSR", "block", "V:N:M", "N:M", "bitmap")) {
      if (!formats.contains(format)) {
        formats.add(format);
      }
    }
    return formats;
  }

  /** The product in one format; empty if the matrix does not fit it or nobody serves it. */
  Optional<SparseProduct> product(String format) {
    if (format.equals(matrix.format())) {
      // Kernels read these by rows, as a copy in CSR that nobody would choose to store this way.
      return matrix instanceof CscMatrix || matrix instanceof CooMatrix
          ? Optional.empty()
          : plan(matrix).map(plan -> new SparseProduct(plan, matrix.values(), null));
    }
    if (format.equals("CSR")) {
      return converted(order.pattern(), order.pattern().csrOrder());
    }
    if (mask == null) {
      return Optional.empty();
    }
    ExactFit fit = new ExactFit(mask);
    Optional<? extends Pattern> pattern =
        switch (format) {
          case "block" -> fit.block().map(size -> BlockPattern.of(mask, size[0], size[1]));
          case "V:N:M" -> fit.vnm().map(rule -> VnmPattern.of(mask, rule));
          case "N:M" -> fit.nm().map(rule -> NmPattern.of(mask, rule));
          case "bitmap" -> Optional.of(BitmapPattern.of(mask));
          default -> Optional.empty();
        };
    return pattern.flatMap(p -> converted(p, p.csrOrder()));
  }

  private Optional<SparseProduct> converted(Pattern pattern, CsrOrder target) {
    if (pattern.nnz() != matrix.nnz()) {
      return Optional.empty();
    }
    int[] sources = new int[Math.toIntExact(pattern.nnz())];
    IntBuffer moved = target.sources();
    IntBuffer own = order.sources();
    boolean same = true;
    for (int k = 0; k < sources.length; k++) {
      int at = moved.get(k);
      sources[at] = own.get(k);
      same &= at == own.get(k);
    }
    Values values = matrix.values();
    if (!same) {
      float[] numbers = new float[sources.length];
      SparseProduct.arrange(values.toFloats(), sources, numbers);
      values = FloatValues.wrap(numbers);
    }
    int @Nullable [] from = same ? null : sources;
    return plan(join(pattern, values)).map(plan -> new SparseProduct(plan, matrix.values(), from));
  }

  private SparseMatrix join(Pattern pattern, Values values) {
    return switch (pattern) {
      case BlockPattern block -> BlockMatrix.of(block, values);
      case VnmPattern vnm -> VnmMatrix.of(vnm, values);
      case NmPattern nm -> NmMatrix.of(nm, values);
      case BitmapPattern bitmap -> BitmapMatrix.of(bitmap, values);
      default -> CsrMatrix.of(order.pattern(), values);
    };
  }

  private Optional<Plan> plan(SparseMatrix form) {
    return kernels.plan(operation, form).epilogue(epilogue).batch(n, n).buildIfServed();
  }
}
