package org.sparse4j.bench.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A job as one page that needs no other file and no network: numbers, charts and pictures.
 *
 * <p>Charts are drawn by Chart.js (MIT licence), which the page holds whole. It is chosen over
 * chart libraries that draw in Java because those ask the system for fonts, which servers often
 * lack.
 */
public final class HtmlReport {
  static final String CHART_LIBRARY =
      "/META-INF/resources/webjars/chart.js/4.5.1/dist/chart.umd.min.js";

  private static final String CHART_LICENCE =
      "/META-INF/resources/webjars/chart.js/4.5.1/LICENSE.md";

  private static final Pattern FIELD = Pattern.compile("\\{\\{(\\w+)}}");
  private static final int LARGEST_MASK = 1024;

  private final JobResult job;

  private HtmlReport(JobResult job) {
    this.job = job;
  }

  /**
   * Writes the page.
   *
   * @param job its setting and networks
   * @return HTML
   */
  public static String page(JobResult job) {
    return new HtmlReport(job).page();
  }

  private String page() {
    JobResult.Images data = job.setting().data();
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("title", escape("Sparse training on " + data.name()));
    fields.put("lead", escape(lead()));
    fields.put("style", resource("report.css"));
    fields.put("headings", headings());
    fields.put("rows", rows());
    fields.put("caption", escape(ResultTable.CAPTION));
    fields.put("maskUpdates", escape(ResultTable.maskUpdates(job)));
    // The licence asks for its own text in every copy; a comment ends at "-->", which it lacks.
    fields.put("libraryLicence", resource(CHART_LICENCE));
    fields.put("testImages", String.format(Locale.ROOT, "%,d", data.test()));
    fields.put("resolution", resolution());
    int threads = job.setting().threads();
    fields.put("threads", threads == 1 ? "one thread" : threads + " threads");
    fields.put("imageSize", data.height() + " x " + data.width());
    fields.put("masks", masks());
    fields.put("facts", facts());
    fields.put("data", json());
    fields.put("library", library());
    fields.put("script", resource("report.js"));
    Matcher matcher = FIELD.matcher(resource("report.html"));
    return matcher.replaceAll(match -> Matcher.quoteReplacement(field(fields, match.group(1))));
  }

  private static String field(Map<String, String> fields, String name) {
    String value = fields.get(name);
    if (value == null) {
      throw new IllegalStateException("report.html: no field named " + name);
    }
    return value;
  }

  /** The sparsest RigL network, or whatever is last, in a sentence. */
  private String lead() {
    RunResult dense = job.dense();
    RunResult last = job.runs().getLast();
    if (last.isDense()) {
      return "The dense network alone: there is nothing to compare it with.";
    }
    return String.format(
        Locale.ROOT,
        "%s with %s of the weights dropped: a training step takes %s of the dense network's time,"
            + " the weights take %s of its bytes, the optimizer %s; test accuracy is %s beside %s.",
        last.method(),
        Numbers.percent(last.sparsity()),
        share(last.times().step(), dense.times().step()),
        share((double) last.weightBytes(), (double) dense.weightBytes()),
        share((double) last.optimizerBytes(), (double) dense.optimizerBytes()),
        Numbers.accuracy(job.testAccuracy(last)),
        Numbers.accuracy(job.testAccuracy(dense)));
  }

  private static String share(double value, double base) {
    return base == 0 ? "-" : String.format(Locale.ROOT, "%.0f %%", 100 * value / base);
  }

  private static String headings() {
    StringBuilder html = new StringBuilder();
    ResultTable.HEADINGS.forEach(
        heading -> html.append("<th>").append(escape(heading)).append("</th>"));
    return html.toString();
  }

  private String rows() {
    StringBuilder html = new StringBuilder();
    for (RunResult run : job.runs()) {
      html.append("<tr>");
      for (String cell : ResultTable.cells(job, run)) {
        html.append("<td>")
            .append(escape(cell).replaceFirst("(\\(.*\\))$", "<span class=\"beside\">$1</span>"))
            .append("</td>");
      }
      html.append("</tr>\n");
    }
    return html.toString();
  }

  private String resolution() {
    StringBuilder html = new StringBuilder();
    for (String sentence : new Resolution(job).sentences()) {
      html.append("<p>").append(escape(sentence)).append("</p>\n");
    }
    return html.toString();
  }

  private String masks() {
    StringBuilder html = new StringBuilder("<div class=\"masks\">\n");
    for (RunResult run : job.runs()) {
      if (run.isDense()) {
        continue;
      }
      JobResult.Images data = job.setting().data();
      RunResult.Layer layer = run.layers().getFirst();
      String caption =
          String.format(
              Locale.ROOT,
              "%s: %,d of %,d weights",
              label(run),
              layer.stored(),
              (long) layer.rows() * layer.columns());
      html.append("<figure><figcaption>").append(escape(caption)).append("</figcaption><div>");
      html.append(
          image(
              "pixels",
              MaskPicture.columnCounts(run.firstMask(), data.height(), data.width()),
              "Neurons that read each pixel, " + label(run)));
      html.append(
          image("mask", MaskPicture.png(run.firstMask(), LARGEST_MASK), "Mask, " + label(run)));
      html.append("</div></figure>\n");
    }
    return html.append("</div>").toString();
  }

  private static String image(String kind, byte[] png, String alternative) {
    return "<img class=\""
        + kind
        + "\" alt=\""
        + escape(alternative)
        + "\" src=\""
        + MaskPicture.uri(png)
        + "\">";
  }

  private String facts() {
    JobResult.Setting setting = job.setting();
    JobResult.Images data = setting.data();
    StringBuilder html = new StringBuilder();
    fact(html, "Command", "<code>" + escape(setting.command()) + "</code>");
    fact(html, "Date", escape(setting.date()));
    fact(html, "Machine", escape(setting.machine()));
    fact(html, "Java", escape(setting.jdk()));
    fact(html, "Sparse4J", escape(setting.version() + ", commit " + setting.commit()));
    fact(html, "Kernels", escape(setting.kernels()));
    fact(
        html,
        "Images",
        escape(
            String.format(
                Locale.ROOT,
                "%s: %,d to train on, %,d to test on, %d x %d; %s",
                data.name(),
                data.train(),
                data.test(),
                data.height(),
                data.width(),
                data.scale())));
    fact(html, "Recipe", escape(String.join("; ", setting.recipe())));
    fact(html, "Seed", Long.toString(setting.seed()));
    fact(html, "Duration", String.format(Locale.ROOT, "%.0f s", job.trainingSeconds()));
    for (RunResult run : job.runs()) {
      fact(html, "Model, " + escape(label(run)), "<code>" + escape(run.model()) + "</code>");
    }
    return html.toString();
  }

  private static void fact(StringBuilder html, String name, String value) {
    html.append("<tr><td>").append(name).append("</td><td>").append(value).append("</td></tr>\n");
  }

  /** What the charts draw; a script element ends at the first "</", so no "<" may stay. */
  private String json() {
    ObjectNode tree = JsonNodeFactory.instance.objectNode();
    ArrayNode runs = tree.putArray("runs");
    RunResult.Times base = job.dense().times();
    for (RunResult run : job.runs()) {
      ObjectNode node = runs.addObject();
      node.put("label", label(run))
          .put("method", run.method().toLowerCase(Locale.ROOT))
          .put("sparsity", run.sparsity());
      node.putObject("faster")
          .put("step", base.step() / run.times().step())
          .put("single", base.single() / run.times().single())
          .put("batch", base.batch() / run.times().batch());
      ArrayNode layers = node.putArray("layers");
      for (RunResult.Layer layer : run.layers()) {
        layers
            .addObject()
            .put("label", layer.name() + " (" + layer.rows() + " x " + layer.columns() + ")")
            .put("density", layer.density());
      }
      ArrayNode epochs = node.putArray("epochs");
      for (RunResult.Epoch epoch : run.curve()) {
        epochs
            .addObject()
            .put("epoch", epoch.number())
            .put("loss", epoch.loss())
            .put("accuracy", 100 * epoch.testAccuracy());
      }
    }
    return JobJson.text(tree).replace("<", "\\u003c").strip();
  }

  private static String label(RunResult run) {
    return run.isDense() ? run.method() : run.method() + " " + Numbers.percent(run.sparsity());
  }

  /** The map of the library's source lies in no report; a browser would look for it. */
  private static String library() {
    return resource(CHART_LIBRARY).replaceAll("(?m)^//# sourceMappingURL=.*$", "").strip();
  }

  private static String resource(String name) {
    try (InputStream in = HtmlReport.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the application is damaged: " + name + " is missing");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Makes a text stand for itself in HTML, between tags and in quoted attributes. */
  static String escape(String text) {
    StringBuilder html = new StringBuilder();
    text.codePoints()
        .forEach(c -> {
          switch (c) {
            case '&' -> html.append("&amp;");
            case '<' -> html.append("&lt;");
            case '>' -> html.append("&gt;");
            case '"' -> html.append("&quot;");
            case '\'' -> html.append("&#39;");
            default -> html.appendCodePoint(c);
          }
        });
    return html.toString();
  }
}
