package org.sparse4j.bench.report;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.sparse4j.bench.console.Output;
import picocli.CommandLine.Option;

/** The option that says where a command's results go as JSON: to a file, the screen or nowhere. */
public final class JsonOption {
  private static final String SCREEN = "-";

  @Option(
      names = "--json",
      paramLabel = "JSON",
      arity = "0..1",
      fallbackValue = SCREEN,
      description = "Write JSON to this file; '-' or no name is standard output.")
  private @Nullable Path json;

  /** An option that was not given. */
  public JsonOption() {}

  /**
   * Tells whether the results go to standard output, where nothing else may then be written.
   *
   * @return false for a file and without the option
   */
  public boolean isScreen() {
    return json != null && json.toString().equals(SCREEN);
  }

  /**
   * Returns the file that will be written, to be checked before work begins.
   *
   * @return nothing for standard output and without the option
   */
  public Optional<Path> file() {
    return isScreen() ? Optional.empty() : Optional.ofNullable(json);
  }

  /**
   * Writes the results where they were asked for.
   *
   * @param out standard output
   * @param tree makes the results; not called without the option
   * @throws org.sparse4j.bench.console.Failure if a file cannot be written
   */
  public void write(PrintWriter out, Supplier<ObjectNode> tree) {
    if (isScreen()) {
      out.print(JobJson.text(tree.get()));
      out.flush();
    } else if (json != null) {
      Output.write(json, JobJson.text(tree.get()));
    }
  }
}
