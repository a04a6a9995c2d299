package org.sparse4j.bench.console;

import java.io.Console;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Tells how far a long job is; for one thread. */
public interface Progress extends AutoCloseable {

  /**
   * Sets how far the job is.
   *
   * @param done steps done so far, of the total given at the start
   * @param now what is being done, in a few words
   */
  void at(long done, String now);

  /**
   * Says that a part of the job ended.
   *
   * @param line what came out
   */
  void say(String line);

  /** Ends the display. */
  @Override
  void close();

  /**
   * Chooses the display: a bar on a terminal, else a line a tenth.
   *
   * @param out where plain lines go; bars go to the standard error stream
   * @param wanted false for no display at all
   * @param title what the job is called
   * @param steps its length
   * @return the display
   */
  static Progress start(PrintWriter out, boolean wanted, String title, long steps) {
    if (!wanted) {
      return new Nothing();
    }
    return isTerminal(System.getenv()) ? new Bar(title, steps) : new Lines(out, steps);
  }

  /** A bar redraws its line, which a log, a pipe or a dumb terminal does not understand. */
  @SuppressWarnings("SystemConsoleNull") // The default of jdk.console differs from JDK to JDK.
  private static boolean isTerminal(Map<String, String> environment) {
    Console console = System.console();
    return console != null && console.isTerminal() && !"dumb".equals(environment.get("TERM"));
  }

  /** No display. */
  final class Nothing implements Progress {
    private Nothing() {}

    @Override
    public void at(long done, String now) {}

    @Override
    public void say(String line) {}

    @Override
    public void close() {}
  }

  /** A line each time another tenth is done, and one for each part that ends. */
  final class Lines implements Progress {
    private static final int PARTS = 10;

    private final PrintWriter out;
    private final long steps;
    private long told;

    Lines(PrintWriter out, long steps) {
      this.out = out;
      this.steps = Math.max(1, steps);
    }

    @Override
    public void at(long done, String now) {
      long part = done * PARTS / steps;
      if (part > told) {
        told = part;
        print(String.format(Locale.ROOT, "%3d %%  %s", part * 100 / PARTS, now));
      }
    }

    @Override
    public void say(String line) {
      print(line);
    }

    private void print(String line) {
      out.println(line);
      out.flush();
    }

    @Override
    public void close() {}
  }

  /** A bar with the time left. */
  final class Bar implements Progress {
    private final ProgressBar bar;

    private Bar(String title, long steps) {
      bar =
          new ProgressBarBuilder()
              .setTaskName(title)
              .setInitialMax(steps)
              .setStyle(ProgressBarStyle.ASCII)
              .setUpdateIntervalMillis(200)
              .clearDisplayOnFinish()
              .build();
    }

    @Override
    public void at(long done, String now) {
      bar.stepTo(done);
      bar.setExtraMessage(" " + now);
    }

    @Override
    public void say(String line) {
      bar.setExtraMessage(" " + line);
    }

    @Override
    public void close() {
      bar.close();
    }
  }
}
