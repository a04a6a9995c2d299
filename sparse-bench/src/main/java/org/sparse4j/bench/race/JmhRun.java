package org.sparse4j.bench.race;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Runs the JMH benchmarks in a process with the same environment as the races. */
final class JmhRun {
  private static final String MAIN = "org.openjdk.jmh.Main";

  private JmhRun() {}

  /**
   * Runs them to the end.
   *
   * @param pattern which benchmarks
   * @param options further options for JMH
   * @param json file for JMH's own result format, if wanted
   * @param folders opponents
   * @return exit status of JMH
   */
  static int start(String pattern, List<String> options, @Nullable Path json, PeerFolders folders)
      throws IOException {
    Path writable = Path.of(System.getProperty("java.io.tmpdir"));
    List<String> command = new ArrayList<>(WorkerKind.KERNELS.command(folders, 1, writable));
    command.subList(command.indexOf(RaceWorker.class.getName()), command.size()).clear();
    command.add(command.indexOf("-cp"), "-Dsparse4j.peers=" + folders.base());
    command.add(MAIN);
    command.add(pattern);
    if (json != null) {
      command.addAll(List.of("-rf", "json", "-rff", json.toString()));
    }
    command.addAll(options);
    Map<String, String> environment = WorkerKind.KERNELS.environment(System.getenv(), 1, writable);
    ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
    builder.environment().clear();
    builder.environment().putAll(environment);
    Process process = builder.start();
    Thread atExit = new Thread(process::destroy, "stop JMH");
    Runtime.getRuntime().addShutdownHook(atExit);
    try {
      return process.waitFor();
    } catch (InterruptedException failure) {
      process.destroy();
      Thread.currentThread().interrupt();
      return 1;
    }
  }
}
