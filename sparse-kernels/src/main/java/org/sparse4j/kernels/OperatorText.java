package org.sparse4j.kernels;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.sparse4j.kernels.operation.Ceilings;
import org.sparse4j.kernels.operation.KernelInfo;
import org.sparse4j.kernels.operation.LinearOperator;

/** Explains what an operator runs. */
final class OperatorText {

  private OperatorText() {}

  static String explain(LinearOperator operator, int n, @Nullable Ceilings ceilings) {
    String name = operator.rows() + "x" + operator.columns();
    if (n < 1) {
      throw new IllegalArgumentException("explain: n (" + n + ") must be at least 1; A is " + name);
    }
    List<KernelInfo> calls = operator.calls(n);
    String head = "apply " + operator + ", " + name + ", n " + n + ": ";
    if (calls.isEmpty()) {
      return head + "does not say what it runs";
    }
    long flops = 0;
    long bytes = 0;
    double seconds = 0;
    double byBytes = 0;
    List<String> lines = new ArrayList<>();
    for (KernelInfo call : calls) {
      flops += call.flops();
      bytes += call.bytes();
      String line = "  " + call;
      if (ceilings != null) {
        double least = ceilings.seconds(call);
        seconds += least;
        byBytes += ceilings.limit(call).equals("bytes") ? least : 0;
        line += ", " + ceilings.explain(call);
      }
      lines.add(line);
    }
    head +=
        String.format(
            Locale.ROOT,
            "%d calls, %d flops, %d bytes, %.2f flops a byte",
            calls.size(),
            flops,
            bytes,
            bytes == 0 ? 0 : (double) flops / bytes);
    if (ceilings != null) {
      head +=
          String.format(
              Locale.ROOT,
              ", at least %.1f us: %.1f us of calls bound by flops, %.1f us by bytes",
              1e6 * seconds,
              1e6 * (seconds - byBytes),
              1e6 * byBytes);
    }
    lines.addFirst(head);
    return String.join("\n", lines);
  }
}
