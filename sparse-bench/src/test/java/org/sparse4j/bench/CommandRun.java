package org.sparse4j.bench;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;

/**
 * What a command left behind.
 *
 * @param exitCode its exit code
 * @param out its standard output
 * @param err its standard error output
 */
public record CommandRun(int exitCode, String out, String err) {

  /** Runs {@code sparse4j} in this JVM. */
  public static CommandRun of(Object... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    String[] texts = List.of(arguments).stream().map(String::valueOf).toArray(String[]::new);
    int exitCode = Main.run(new PrintWriter(out), new PrintWriter(err), texts);
    return new CommandRun(exitCode, out.toString(), err.toString());
  }

  /** The lines of the standard error output. */
  public List<String> errors() {
    return err.lines().toList();
  }
}
