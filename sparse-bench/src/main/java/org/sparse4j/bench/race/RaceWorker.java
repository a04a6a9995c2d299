package org.sparse4j.bench.race;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;

/**
 * The process behind some contestants of a race; started by {@link WorkerProcess}.
 *
 * <p>Arguments are {@code probe} if the probe runs here, and {@code name=folder} for each opponent.
 * Ends with its input.
 */
final class RaceWorker {
  private RaceWorker() {}

  /** Answers requests until the input ends. */
  public static void main(String[] arguments) throws IOException {
    PrintStream replies = System.out;
    System.setOut(
        System.err); // libraries print what they like; replies keep the channel to themselves
    boolean probe = false;
    Map<String, Path> folders = new LinkedHashMap<>();
    for (String argument : arguments) {
      int equals = argument.indexOf('=');
      if (equals > 0) {
        folders.put(argument.substring(0, equals), Path.of(argument.substring(equals + 1)));
      } else {
        probe |= argument.equals("probe");
      }
    }
    List<Opponent> opponents = new ArrayList<>();
    ServiceLoader.load(Opponent.class, RaceWorker.class.getClassLoader()).forEach(opponents::add);
    try (RaceHost host = new RaceHost(opponents, folders, probe)) {
      var requests = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      for (String line = requests.readLine(); line != null; line = requests.readLine()) {
        // A line break first: native code may have left half a line on the same channel.
        replies.print("\n" + WorkerProcess.REPLY + host.answer(line) + "\n");
        replies.flush();
      }
    }
    System.exit(0); // libraries may leave threads behind that would keep the process alive
  }
}
