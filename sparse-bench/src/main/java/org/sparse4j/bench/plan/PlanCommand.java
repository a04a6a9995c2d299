package org.sparse4j.bench.plan;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.sparse4j.bench.console.ErrorLine;
import org.sparse4j.bench.console.ExitCode;
import org.sparse4j.bench.console.Failure;
import org.sparse4j.bench.console.Output;
import org.sparse4j.bench.console.Progress;
import org.sparse4j.bench.console.TextTable;
import org.sparse4j.bench.report.JsonOption;
import org.sparse4j.bench.report.Numbers;
import org.sparse4j.bench.weights.WeightFiles;
import org.sparse4j.bench.weights.WeightSource;
import org.sparse4j.bench.weights.WeightSource.Tensor;
import org.sparse4j.format.CompressedMatrix;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.SparseMatrix;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.execution.Threads;
import org.sparse4j.kernels.execution.WorkerTeam;
import org.sparse4j.kernels.operation.Operation;
import org.sparse4j.kernels.planner.Candidate;
import org.sparse4j.kernels.planner.Choice;
import org.sparse4j.kernels.planner.PlanMemory;
import org.sparse4j.kernels.planner.Planner;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Measures in which format each weight of a model is multiplied fastest. */
@Command(
    name = "plan",
    mixinStandardHelpOptions = true,
    description = {
      "Measures in which format each weight matrix of a file is multiplied fastest on this machine,"
          + " and from which sparsity on that beats the dense product.",
      "",
      "Reads names that end in " + WeightFiles.READS + ".",
      "Only formats that hold exactly a matrix's positions are tried; numbers stay as they are."
    },
    parameterListHeading = "%nParameters:%n",
    optionListHeading = "%nOptions:%n",
    footer = {
      "",
      "Examples:",
      "  sparse4j plan sparse4j-out/rigl-95.safetensors",
      "  sparse4j plan model.onnx --batch 1 --threads 2 --explain",
      "  sparse4j plan model.safetensors --remember plans.txt --json plan.json"
    })
public final class PlanCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "FILE", description = "File with weights.")
  private Path file = Path.of("");

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "Samples of a call; 1 is a product with a vector. Default: 128.")
  private int batch = 128;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads that share a product. Default: 1.")
  private int threads = 1;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      description = "Most time to measure one matrix, or one step of a crossover. Default: 2.")
  private double seconds = 2;

  @Option(
      names = "--remember",
      paramLabel = "PLANS",
      description =
          "Take choices that were measured on this machine before from this file, and put new ones"
              + " there.")
  private @Nullable Path remember;

  @Option(names = "--no-crossover", description = "Do not look for crossover sparsities.")
  private boolean withoutCrossover;

  @Option(names = "--explain", description = "Show all candidates of each matrix.")
  private boolean explain;

  @Option(names = "--no-progress", description = "Show no progress.")
  private boolean withoutProgress;

  @Mixin private JsonOption json = new JsonOption();

  /** A command with its defaults. */
  public PlanCommand() {}

  @Override
  public Integer call() throws IOException {
    requireOptions();
    json.file()
        .ifPresent(written -> {
          if (WeightFiles.isKnown(written)) {
            throw usage("--json would write over " + written + "; give --json after the file");
          }
          Output.checked(written);
        });
    PlanMemory memory = memory();
    List<LayerPlan> layers = layers(memory);
    if (memory != null) {
      try {
        memory.save();
      } catch (IOException e) {
        throw Failure.output(ErrorLine.reason(e), e);
      }
    }
    PrintWriter out = spec.commandLine().getOut();
    json.write(out, () -> tree(layers));
    if (!json.isScreen()) {
      print(out, layers);
    }
    out.flush();
    return ExitCode.OK;
  }

  private void requireOptions() {
    int processors = Runtime.getRuntime().availableProcessors();
    if (batch < 1) {
      throw usage("--batch (" + batch + ") must be at least 1");
    }
    if (threads < 1 || threads > processors) {
      throw usage(
          "--threads ("
              + threads
              + ") must be between 1 and "
              + processors
              + ", the processors here");
    }
    if (!(seconds >= 0.001 && seconds <= 3600)) {
      throw usage("--seconds (" + seconds + ") must be between 0.001 and 3600");
    }
  }

  private @Nullable PlanMemory memory() {
    if (remember == null) {
      return null;
    }
    if (WeightFiles.isKnown(remember)) {
      throw usage("--remember takes a file of plans, got " + remember);
    }
    Output.checked(remember);
    try {
      return PlanMemory.open(remember);
    } catch (IOException e) {
      throw Failure.input(ErrorLine.reason(e), e);
    }
  }

  private Operation operation() {
    return batch == 1 ? Operation.SPMV : Operation.SPMM;
  }

  private List<LayerPlan> layers(@Nullable PlanMemory memory) {
    Duration most = Duration.ofNanos(Math.round(seconds * 1e9));
    Planner plain = Planner.timed(Kernels.best()).operation(operation()).within(most);
    Planner planner = memory == null ? plain : plain.remembering(memory);
    try (WeightSource source = WeightFiles.open(file);
        WorkerTeam team = WorkerTeam.of(threads)) {
      // A matrix of no rows or no columns has no product to plan.
      List<Tensor> weights =
          source.tensors().stream()
              .filter(tensor -> tensor.weight() && !tensor.shape().contains(0L))
              .toList();
      if (weights.isEmpty()) {
        throw Failure.input(file + ": there is no weight matrix");
      }
      return layers(source, weights, planner, threads == 1 ? Threads.caller() : team);
    } catch (IOException e) {
      throw Failure.input(ErrorLine.reason(e), e);
    } catch (IllegalArgumentException e) {
      throw Failure.input(file + ": " + e.getMessage(), e);
    }
  }

  private List<LayerPlan> layers(
      WeightSource source, List<Tensor> weights, Planner planner, Threads on) throws IOException {
    List<LayerPlan> layers = new ArrayList<>();
    Map<List<Long>, OptionalDouble> crossovers = new HashMap<>();
    PrintWriter err = spec.commandLine().getErr();
    try (Progress progress =
        Progress.start(err, !withoutProgress, "plan", Math.max(1, weights.size()))) {
      for (Tensor weight : weights) {
        progress.at(layers.size(), weight.name());
        SparseMatrix matrix = sparse(source, weight);
        Choice choice = planner.plan(matrix, batch, on);
        OptionalDouble crossover =
            crossovers.computeIfAbsent(weight.shape(), shape -> crossover(planner, matrix, on));
        layers.add(
            new LayerPlan(weight.name(), weight.format(), matrix.density(), choice, crossover));
      }
      progress.at(weights.size(), "done");
    }
    return layers;
  }

  private SparseMatrix sparse(WeightSource source, Tensor weight) throws IOException {
    CompressedMatrix matrix = source.compressed(weight);
    if (matrix instanceof SparseMatrix sparse) {
      return sparse;
    }
    // Structured matrices and dense tensors count as their numbers that are not 0.
    return CsrMatrix.fromDense(source.dense(weight));
  }

  private OptionalDouble crossover(Planner planner, SparseMatrix matrix, Threads on) {
    boolean tooLarge = (long) matrix.rows() * matrix.columns() > 1L << 28;
    return withoutCrossover || tooLarge
        ? OptionalDouble.empty()
        : OptionalDouble.of(planner.crossover(matrix.rows(), matrix.columns(), batch, on));
  }

  private void print(PrintWriter out, List<LayerPlan> layers) {
    out.printf(
        "%s: %s of %d samples, %d %s, kernels %s%n%n",
        file,
        operation().label(),
        batch,
        threads,
        threads == 1 ? "thread" : "threads",
        Kernels.best());
    TextTable table =
        new TextTable(
            1,
            List.of(
                "matrix",
                "shape",
                "stored",
                "density",
                "chosen",
                "kernel",
                "time",
                "to dense",
                "crossover"));
    for (LayerPlan layer : layers) {
      table.row(
          List.of(
              layer.name(),
              layer.shape(),
              layer.stored(),
              Numbers.percent(rounded(layer.density())),
              layer.choice().format(),
              layer.choice().chosen().info().kernel(),
              Numbers.time(layer.micros()),
              text(layer.choice().speedup(), "%.2fx"),
              text(layer.crossover(), "%.3f")));
    }
    out.println(table);
    out.println();
    long known =
        layers.stream().filter(l -> l.choice().origin() == Choice.Origin.REMEMBERED).count();
    out.printf("%d measured, %d remembered%n", layers.size() - known, known);
    out.println("to dense: how many times as fast as the dense product");
    out.println("crossover: sparsity below which the dense product beats CSR at this shape");
    if (explain) {
      for (LayerPlan layer : layers) {
        out.println();
        out.println(layer.name());
        layer.choice().explain().lines().forEach(out::println);
      }
    }
  }

  private static double rounded(double fraction) {
    return Math.round(fraction * 1e4) / 1e4;
  }

  private static String text(OptionalDouble number, String pattern) {
    return number.isEmpty() ? "-" : String.format(Locale.ROOT, pattern, number.getAsDouble());
  }

  private ObjectNode tree(List<LayerPlan> layers) {
    ObjectNode tree = JsonNodeFactory.instance.objectNode();
    tree.put("file", file.toString())
        .put("operation", operation().label())
        .put("batch", batch)
        .put("threads", threads)
        .put("provider", Kernels.best().provider())
        .put("vectorBits", Kernels.best().vectorBits());
    ArrayNode all = tree.putArray("layers");
    for (LayerPlan layer : layers) {
      Choice choice = layer.choice();
      ObjectNode node = all.addObject();
      node.put("name", layer.name())
          .put("rows", choice.matrix().rows())
          .put("columns", choice.matrix().columns())
          .put("stored", layer.stored())
          .put("density", layer.density())
          .put("chosen", choice.format())
          .put("remembered", choice.origin() == Choice.Origin.REMEMBERED);
      choice.speedup().ifPresent(ratio -> node.put("speedup", ratio));
      layer.crossover().ifPresent(sparsity -> node.put("crossover", sparsity));
      ArrayNode candidates = node.putArray("candidates");
      for (Candidate candidate : choice.candidates()) {
        Candidate.Timing timing = candidate.timing().orElseThrow();
        candidates
            .addObject()
            .put("format", candidate.format())
            .put("kernel", candidate.info().kernel())
            .put("micros", timing.micros())
            .put("low", timing.low())
            .put("high", timing.high())
            .put("bound", timing.bound())
            .put("flops", candidate.info().flops())
            .put("bytes", candidate.info().bytes());
      }
    }
    return tree;
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
