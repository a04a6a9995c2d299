package org.sparse4j.bench.inspect;

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
import org.sparse4j.bench.data.DataOptions;
import org.sparse4j.bench.data.ImageData;
import org.sparse4j.bench.network.Network;
import org.sparse4j.bench.report.JsonOption;
import org.sparse4j.bench.report.MaskPicture;
import org.sparse4j.bench.report.Numbers;
import org.sparse4j.bench.weights.WeightFiles;
import org.sparse4j.bench.weights.WeightSource.Tensor;
import org.sparse4j.io.Safetensors;
import org.sparse4j.io.SafetensorsFile;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.execution.Workspace;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows what files hold. */
@Command(
    name = "inspect",
    mixinStandardHelpOptions = true,
    description = {
      "Shows what a file holds: matrices with their density and a picture of the pattern, tensors,"
          + " metadata.",
      "",
      "Reads names that end in " + WeightFiles.READS + ", and checks them whole."
    },
    parameterListHeading = "%nParameters:%n",
    optionListHeading = "%nOptions:%n",
    footer = {
      "",
      "Examples:",
      "  sparse4j inspect sparse4j-out/rigl-95.safetensors",
      "  sparse4j inspect model.safetensors --tensor 0.weight --picture mask.png",
      "  sparse4j inspect model.safetensors --accuracy",
      "  sparse4j inspect matrix.mtx --json"
    })
public final class InspectCommand implements Callable<Integer> {
  private static final int LARGEST_PICTURE = 2048;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "FILE", arity = "1..*", description = "Files to look into.")
  private List<Path> files = new ArrayList<>();

  @Option(names = "--tensor", paramLabel = "NAME", description = "Only this matrix or tensor.")
  private @Nullable String tensor;

  @Option(
      names = "--picture",
      paramLabel = "PNG",
      description =
          "Write a picture of the pattern, dark where a value is stored; of the first matrix, or of"
              + " the one that --tensor names.")
  private @Nullable Path picture;

  @Option(names = "--no-pattern", description = "Leave out the patterns drawn with characters.")
  private boolean withoutPattern;

  @Option(
      names = "--accuracy",
      description =
          "Treat each file as a network (0.weight, 0.bias, 2.weight, ...) and classify the test"
              + " images with it.")
  private boolean accuracy;

  @Mixin private DataOptions data = new DataOptions();

  @Mixin private JsonOption json = new JsonOption();

  /** A command with its defaults. */
  public InspectCommand() {}

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    if (picture != null) {
      if (files.size() > 1) {
        throw usage("--picture takes one FILE, got " + files.size());
      }
      if (WeightFiles.isKnown(picture)) {
        // 'inspect --picture model.safetensors' would replace the model.
        throw usage("--picture (" + picture + ") must not be a file of weights");
      }
      Output.checked(picture);
    }
    json.file()
        .ifPresent(written -> {
          // 'inspect --json model.safetensors other.safetensors' would write over the first file.
          if (WeightFiles.isKnown(written)) {
            throw usage("--json would write over " + written + "; give --json after the files");
          }
          Output.checked(written);
        });
    ImageData images = accuracy ? data.read() : null;
    List<FileSummary> summaries = new ArrayList<>();
    List<Integer> correct = new ArrayList<>();
    for (Path file : files) {
      summaries.add(selected(read(file)));
      correct.add(images == null ? 0 : correct(file, images));
    }
    if (picture != null) {
      draw(summaries.getFirst(), picture);
    }
    json.write(out, () -> tree(summaries, images, correct));
    if (!json.isScreen()) {
      for (int f = 0; f < summaries.size(); f++) {
        out.print(f == 0 ? "" : System.lineSeparator());
        print(out, summaries.get(f));
        if (images != null) {
          out.printf(
              "%naccuracy on %,d test images of %s: %s%n",
              images.test().count(),
              images.name(),
              Numbers.accuracy((double) correct.get(f) / images.test().count()));
        }
      }
    }
    out.flush();
    return ExitCode.OK;
  }

  private FileSummary read(Path file) {
    try {
      return FileSummary.of(file);
    } catch (IOException e) {
      throw Failure.input(ErrorLine.reason(e), e);
    } catch (IllegalArgumentException e) {
      throw Failure.input(file + ": " + e.getMessage(), e);
    }
  }

  private int correct(Path file, ImageData images) {
    try (SafetensorsFile open = Safetensors.open(file)) {
      Network network = Network.read(open);
      return network.countCorrect(
          Kernels.best(), Workspace.create(), images.test(), data.scale(images), images.classes());
    } catch (IOException e) {
      throw Failure.input(ErrorLine.reason(e), e);
    } catch (IllegalArgumentException e) {
      throw Failure.input(file + ": " + e.getMessage(), e);
    }
  }

  private FileSummary selected(FileSummary all) {
    if (tensor == null) {
      return all;
    }
    List<FileSummary.Matrix> matrices =
        all.matrices().stream().filter(matrix -> matrix.name().equals(tensor)).toList();
    List<Tensor> tensors =
        all.tensors().stream().filter(info -> info.name().equals(tensor)).toList();
    if (matrices.isEmpty() && tensors.isEmpty()) {
      List<String> names = new ArrayList<>();
      all.matrices().forEach(matrix -> names.add(matrix.name()));
      all.tensors().forEach(info -> names.add(info.name()));
      throw Failure.input(
          all.file()
              + ": there is no tensor "
              + tensor
              + "; there are "
              + String.join(", ", names));
    }
    return new FileSummary(all.file(), all.kind(), all.bytes(), matrices, tensors, all.metadata());
  }

  private static void draw(FileSummary summary, Path picture) {
    FileSummary.Matrix matrix =
        summary.matrices().stream()
            .filter(candidate -> candidate.pattern() != null || tensorIsOnly(summary))
            .findFirst()
            .orElseThrow(
                () -> Failure.input(summary.file() + ": there is no sparse matrix to draw"));
    if (matrix.pattern() == null) {
      throw Failure.input(
          summary.file() + ": " + matrix.name() + " stores every value, there is nothing to draw");
    }
    byte[] png = MaskPicture.png(matrix.pattern(), LARGEST_PICTURE);
    Output.write(picture, target -> Files.write(target, png));
  }

  private static boolean tensorIsOnly(FileSummary summary) {
    return summary.matrices().size() == 1;
  }

  private void print(PrintWriter out, FileSummary summary) {
    out.printf("%s: %s, %s%n", summary.file(), summary.kind(), Numbers.bytes(summary.bytes()));
    if (!summary.matrices().isEmpty()) {
      TextTable table =
          new TextTable(2, List.of("matrix", "format", "shape", "stored", "density", "bytes"));
      for (FileSummary.Matrix matrix : summary.matrices()) {
        table.row(
            List.of(
                matrix.name(),
                matrix.format(),
                matrix.rows() + "x" + matrix.columns(),
                String.format(Locale.ROOT, "%,d", matrix.stored()),
                Numbers.percent(matrix.density()),
                Numbers.bytes(matrix.bytes())));
      }
      out.println();
      out.println(table);
    }
    if (!summary.tensors().isEmpty()) {
      TextTable table = new TextTable(2, List.of("tensor", "type", "shape", "bytes"));
      for (Tensor info : summary.tensors()) {
        table.row(
            List.of(
                info.name(), info.format(), info.shape().toString(), Numbers.bytes(info.bytes())));
      }
      out.println();
      out.println(table);
    }
    if (!summary.metadata().isEmpty()) {
      out.println();
      out.println("metadata");
      summary.metadata().forEach((key, value) -> out.println("  " + key + ": " + printable(value)));
    }
    if (!withoutPattern) {
      for (FileSummary.Matrix matrix : summary.matrices()) {
        if (matrix.pattern() != null) {
          out.println();
          out.println(matrix.name());
          PatternText.lines(matrix.pattern()).forEach(out::println);
        }
      }
    }
  }

  /** A file's own text must not move the cursor or fill the screen. */
  private static String printable(String value) {
    String plain = value.replaceAll("\\p{Cntrl}", "?");
    return plain.length() <= 200 ? plain : plain.substring(0, 200) + "...";
  }

  private static ObjectNode tree(
      List<FileSummary> summaries, @Nullable ImageData images, List<Integer> correct) {
    ObjectNode tree = JsonNodeFactory.instance.objectNode();
    ArrayNode all = tree.putArray("files");
    for (int f = 0; f < summaries.size(); f++) {
      FileSummary summary = summaries.get(f);
      ObjectNode node = all.addObject();
      node.put("file", summary.file().toString())
          .put("kind", summary.kind())
          .put("bytes", summary.bytes());
      ArrayNode matrices = node.putArray("matrices");
      for (FileSummary.Matrix matrix : summary.matrices()) {
        matrices
            .addObject()
            .put("name", matrix.name())
            .put("format", matrix.format())
            .put("rows", matrix.rows())
            .put("columns", matrix.columns())
            .put("stored", matrix.stored())
            .put("density", matrix.density())
            .put("bytes", matrix.bytes());
      }
      ArrayNode tensors = node.putArray("tensors");
      for (Tensor info : summary.tensors()) {
        ObjectNode entry = tensors.addObject();
        entry.put("name", info.name()).put("type", info.format());
        ArrayNode shape = entry.putArray("shape");
        info.shape().forEach(shape::add);
        entry.put("bytes", info.bytes());
      }
      ObjectNode metadata = node.putObject("metadata");
      summary.metadata().forEach(metadata::put);
      if (images != null) {
        node.put("testImages", images.test().count())
            .put("testCorrect", correct.get(f))
            .put("testAccuracy", (double) correct.get(f) / images.test().count());
      }
    }
    return tree;
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
