package org.sparse4j.bench.convert;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.sparse4j.bench.console.ErrorLine;
import org.sparse4j.bench.console.ExitCode;
import org.sparse4j.bench.console.Failure;
import org.sparse4j.bench.console.Output;
import org.sparse4j.bench.console.TextTable;
import org.sparse4j.bench.report.JobJson;
import org.sparse4j.bench.report.Numbers;
import org.sparse4j.bench.weights.WeightFiles;
import org.sparse4j.bench.weights.WeightSource;
import org.sparse4j.format.DType;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Turns the weights of a file into another format. */
@Command(
    name = "convert",
    mixinStandardHelpOptions = true,
    description = {
      "Turns the weight matrices of a file into another format, and says what that costs in bytes"
          + " and in precision.",
      "",
      "Reads " + WeightFiles.READS + ".",
      "Writes " + TargetFiles.WRITES + ".",
      "Tensors that are no weight matrices go along as they are. Where weights are dropped, those"
          + " of the largest magnitude stay, matrix by matrix."
    },
    parameterListHeading = "%nParameters:%n",
    optionListHeading = "%nOptions:%n",
    footer = {
      "",
      "Examples:",
      "  sparse4j convert model.onnx csr-90.safetensors --format csr --sparsity 0.9",
      "  sparse4j convert model.safetensors blocks.safetensors --format block:16x16 --sparsity 0.9",
      "  sparse4j convert model.safetensors 2-4.safetensors --format 2:4 --exclude '*embeddings*'",
      "  sparse4j convert csr-90.safetensors dense.safetensors --format dense",
      "  sparse4j convert csr-90.safetensors one.npz --include 0.weight"
    })
public final class ConvertCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(index = "0", paramLabel = "FROM", description = "File to read.")
  private Path from = Path.of("");

  @Parameters(
      index = "1",
      paramLabel = "TO",
      description = "File to write; its name says which kind. Replaced when complete.")
  private Path to = Path.of("");

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = {
        "One of dense, csr, csc, coo, bitmap, condensed, block:HxW, N:M, V:N:M, N:M:gG, low-rank:R,"
            + " block-diagonal:B, monarch:B, with numbers for the letters, such as 2:4 or 16:2:4."
            + " Default: csr."
      })
  private String format = "csr";

  @Option(
      names = "--sparsity",
      paramLabel = "S",
      description =
          "Share of the weights to drop, for formats that leave it open: csr, csc, coo, bitmap,"
              + " condensed, block. Default: drop zeros only.")
  private @Nullable Double sparsity;

  @Option(
      names = "--dtype",
      paramLabel = "TYPE",
      description = "Type of stored numbers: F32, BF16 or I8. Default: F32.")
  private DType dtype = DType.F32;

  @Option(
      names = "--convention",
      paramLabel = "WORD",
      description =
          "Whose names and rules a .safetensors file follows: sparse4j (every format),"
              + " compressed-tensors (bitmap, 2:4) or torch (csr, csc, block). Default: sparse4j.")
  private FileConvention convention = FileConvention.SPARSE4J;

  @Option(
      names = "--include",
      paramLabel = "NAMES",
      description =
          "Only matrices with such names; '*' is any text. Can be given several times. Default: all"
              + " weight matrices.")
  private List<String> include = new ArrayList<>();

  @Option(
      names = "--exclude",
      paramLabel = "NAMES",
      description = "Not matrices with such names. Can be given several times.")
  private List<String> exclude = new ArrayList<>();

  @Option(names = "--only", description = "Leave out the tensors that are not turned.")
  private boolean only;

  @Option(
      names = "--json",
      paramLabel = "JSON",
      description = "Also write what became of each matrix to this file.")
  private @Nullable Path json;

  /** A command with its defaults. */
  public ConvertCommand() {}

  @Override
  public Integer call() throws IOException {
    long start = System.nanoTime();
    TargetFormat target = target();
    Output.checked(to);
    if (json != null) {
      Output.checked(json);
      requireOther(json, from, "FROM");
      requireOther(json, to, "TO");
    }
    WeightTarget file = TargetFiles.create(to, convention);
    if (convention != FileConvention.SPARSE4J && !(file instanceof SafetensorsTarget)) {
      throw new ParameterException(
          spec.commandLine(),
          "--convention (" + convention + ") is for .safetensors files; TO is " + to);
    }
    List<Converted> converted;
    int copied;
    try (WeightSource source = WeightFiles.open(from)) {
      Conversion conversion = new Conversion(source, new NameFilter(include, exclude), target);
      boolean others = !only && file.takesOthers();
      conversion.run(file, others);
      source.metadata().forEach(file::metadata);
      write(file);
      converted = conversion.converted();
      copied = conversion.copied();
    } catch (Failure e) {
      throw e.exitCode() == ExitCode.INPUT ? Failure.input(from + ": " + e.getMessage(), e) : e;
    } catch (IOException e) {
      throw Failure.input(ErrorLine.reason(e), e);
    }
    double seconds = (System.nanoTime() - start) * 1e-9;
    if (json != null) {
      Output.write(json, JobJson.text(tree(converted, copied, seconds)));
    }
    print(converted, copied, seconds);
    return ExitCode.OK;
  }

  /** The figures must not replace the weights. */
  private void requireOther(Path figures, Path weights, String parameter) throws IOException {
    boolean same =
        (Files.exists(figures) && Files.exists(weights))
            ? Files.isSameFile(figures, weights)
            : figures.toAbsolutePath().normalize().equals(weights.toAbsolutePath().normalize());
    if (same) {
      throw new ParameterException(
          spec.commandLine(),
          "--json (" + figures + ") must be another file than " + parameter + " (" + weights + ")");
    }
  }

  private TargetFormat target() {
    try {
      return TargetFormat.parse(format, sparsity, dtype);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  private void write(WeightTarget file) {
    try {
      file.write(to);
    } catch (IOException e) {
      throw Failure.output("cannot write " + to + ": " + ErrorLine.reason(e), e);
    } catch (IllegalArgumentException e) {
      throw Failure.output("cannot write " + to + ": " + e.getMessage(), e);
    }
  }

  private void print(List<Converted> converted, int copied, double seconds) throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    TextTable table =
        new TextTable(
            1, List.of("matrix", "shape", "from", "to", "stored", "before", "after", "error"));
    long before = 0;
    long after = 0;
    for (Converted one : converted) {
      before += one.bytesBefore();
      after += one.bytesAfter();
      table.row(
          List.of(
              one.name(),
              one.rows() + "x" + one.columns(),
              one.from(),
              one.to(),
              Numbers.percent(one.density()),
              Numbers.bytes(one.bytesBefore()),
              Numbers.bytes(one.bytesAfter()),
              Numbers.percent(one.error())));
    }
    out.println(table);
    out.println();
    out.printf(
        Locale.ROOT,
        "%d matrices, %s before, %s after; %d other tensors copied%n",
        converted.size(),
        Numbers.bytes(before),
        Numbers.bytes(after),
        copied);
    out.println("error: |W - W'| / |W| in the Frobenius norm");
    out.printf(Locale.ROOT, "%s: %s, %.1f s%n", to, Numbers.bytes(Files.size(to)), seconds);
    out.flush();
  }

  private ObjectNode tree(List<Converted> converted, int copied, double seconds)
      throws IOException {
    ObjectNode tree = JsonNodeFactory.instance.objectNode();
    tree.put("from", from.toString())
        .put("to", to.toString())
        .put("format", format)
        .put("dtype", dtype.name())
        .put("bytes", Files.size(to))
        .put("copied", copied)
        .put("seconds", seconds);
    ArrayNode matrices = tree.putArray("matrices");
    for (Converted one : converted) {
      matrices
          .addObject()
          .put("name", one.name())
          .put("rows", one.rows())
          .put("columns", one.columns())
          .put("from", one.from())
          .put("to", one.to())
          .put("stored", one.parameters())
          .put("density", one.density())
          .put("bytesBefore", one.bytesBefore())
          .put("bytesAfter", one.bytesAfter())
          // JSON has no word for NaN, the error of a matrix that holds one.
          .put("error", Double.isFinite(one.error()) ? (Double) one.error() : null);
    }
    return tree;
  }
}
