package org.sparse4j.bench.race;

import java.awt.BasicStroke;
import java.awt.Color;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.knowm.xchart.ChartEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.SeriesMarkers;
import org.sparse4j.bench.console.Output;

/**
 * Speed-ups over the best dense opponent as SVG charts: over the sparsity for each operation, shape
 * and number of samples, and over the number of samples for each operation, format and shape.
 *
 * <p>A line at 1 is the dense opponent; where a series crosses it, the crossover is marked: below
 * that sparsity the dense product wins. Void races are left out, losing ones are not.
 */
final class SpeedupCharts {
  /** Why there may be no chart at all. */
  static final String NONE =
      ": a chart needs two races that are not void, have a dense opponent and differ only in"
          + " sparsity or samples";

  private static final int WIDTH = 760;
  private static final int HEIGHT = 480;

  /** A little less than the plot's pixels, so that marks stand at whole powers of two. */
  private static final int TICKS_HIGH = 340;

  private static final int TICKS_WIDE = 380;

  /** More digits than a pixel needs, of which the letters' outlines have very many. */
  private static final Pattern DIGITS = Pattern.compile("(\\.\\d\\d)\\d+");

  private static final float LINE = 2f;
  private static final float DASH = 5f;
  private static final Color INK = new Color(0x33, 0x33, 0x33);
  private static final Color GRID = new Color(0xdd, 0xdd, 0xdd);

  /** Colours that stay apart for the colour-blind and in print, on white. */
  private static final Color[] COLOURS = {
    new Color(0x00, 0x72, 0xb2),
    new Color(0xd5, 0x5e, 0x00),
    new Color(0x00, 0x9e, 0x73),
    new Color(0xcc, 0x79, 0xa7),
    new Color(0xe6, 0x9f, 0x00),
    new Color(0x56, 0xb4, 0xe9),
    new Color(0x88, 0x22, 0x55),
    new Color(0x99, 0x99, 0x33)
  };

  private SpeedupCharts() {}

  /** Numbers of one chart: name of a series to its points. */
  private record Chart(
      String file,
      String title,
      String axis,
      boolean logarithmic,
      Map<String, TreeMap<Double, Double>> series) {}

  /**
   * Draws all charts that have at least two points on a line.
   *
   * @param races races of any kind
   * @param folder where to, one file a chart; existing files of the same names are replaced
   * @return the files, in the order of the races
   */
  static List<Path> write(List<RaceRows> races, Path folder) {
    List<Path> files = new ArrayList<>();
    for (Chart chart : charts(races)) {
      Path file = folder.resolve(chart.file() + ".svg");
      Output.write(file, target -> Files.writeString(target, svg(chart)));
      files.add(file);
    }
    return files;
  }

  /**
   * The drawing, in which letters are outlines, with its numbers in words for those who cannot see
   * it.
   */
  private static String svg(Chart chart) throws IOException {
    String drawing = new String(ChartEncoder.getBytes(draw(chart), "svg"), StandardCharsets.UTF_8);
    StringBuilder words = new StringBuilder();
    words.append("<title>").append(title(chart)).append("</title>\n<desc>");
    words.append(chart.axis()).append(": speed-up");
    chart
        .series()
        .forEach((name, points) -> {
          words.append("; ").append(shown(chart, name, points));
          points.forEach((x, y) ->
              words.append(' ').append(Figures.plain(x)).append(": ").append(Figures.brief(y)));
        });
    words.append("</desc>\n");
    int root = drawing.indexOf('>', drawing.indexOf("<svg")) + 1;
    String rest = DIGITS.matcher(drawing.substring(root)).replaceAll("$1");
    return drawing.substring(0, root) + words + rest;
  }

  private static String title(Chart chart) {
    return chart.title() + ": speed-up over the best dense product";
  }

  private static List<Chart> charts(List<RaceRows> races) {
    Map<String, Chart> charts = new LinkedHashMap<>();
    for (RaceRows race : races) {
      RaceSpec spec = race.spec();
      Optional<Row> own = own(race);
      Double ratio = own.map(Row::ratioToBestDense).orElse(null);
      if (race.isVoid() || ratio == null || spec.operation().isDense()) {
        continue;
      }
      String threads = spec.threads() == 1 ? "" : ", " + spec.threads() + " threads";
      String place = spec.operation().word() + " " + spec.shape();
      Chart bySparsity =
          charts.computeIfAbsent(
              place + " n=" + spec.n() + threads,
              key -> new Chart(fileName(key), key, "sparsity (%)", false, new LinkedHashMap<>()));
      double percent = spec.sparsity() * 100;
      point(bySparsity, "sparse4j " + spec.format(), percent, ratio);
      bestSparse(race).ifPresent(best -> point(bySparsity, "best sparse opponent", percent, best));
      Chart byBatch =
          charts.computeIfAbsent(
              place + " " + spec.format() + threads,
              key -> new Chart(fileName(key), key, "samples n", true, new LinkedHashMap<>()));
      point(byBatch, Figures.plain(percent) + "% sparse", spec.n(), ratio);
    }
    return charts.values().stream()
        .filter(chart -> chart.series().values().stream().anyMatch(points -> points.size() >= 2))
        .toList();
  }

  private static void point(Chart chart, String series, double x, double y) {
    chart.series().computeIfAbsent(series, name -> new TreeMap<>()).merge(x, y, Math::max);
  }

  /** Our row with the best kernels. */
  private static Optional<Row> own(RaceRows race) {
    return race.rows().stream()
        .filter(row -> Participants.belongs(row.contender(), Opponent.OWN))
        .filter(row -> row.timeMicros() != null)
        .findFirst();
  }

  /** How the fastest sparse opponent compares with the fastest dense one. */
  private static OptionalDouble bestSparse(RaceRows race) {
    for (Row row : race.rows()) {
      Double sparse = row.ratioToBestSparse();
      Double dense = row.ratioToBestDense();
      boolean isOwn = Participants.belongs(row.contender(), Opponent.OWN);
      if (!isOwn && sparse != null && sparse == 1 && dense != null) {
        return OptionalDouble.of(dense);
      }
    }
    return OptionalDouble.empty();
  }

  private static String fileName(String title) {
    return title.replace("=", "").replaceAll("[^A-Za-z0-9.]+", "-");
  }

  /**
   * Where a line reaches 1 for good: the least x from which on all points are at least 1, between
   * two points on the straight line through the logarithms.
   *
   * @return nothing if the line begins there or never gets there
   */
  static OptionalDouble crossover(NavigableMap<Double, Double> points) {
    Map.Entry<Double, Double> last = points.lastEntry();
    if (last == null || last.getValue() < 1) {
      return OptionalDouble.empty();
    }
    Map.Entry<Double, Double> above = last;
    for (Map.Entry<Double, Double> below : points.descendingMap().entrySet()) {
      if (below.getValue() < 1) {
        double rise = Math.log(above.getValue()) - Math.log(below.getValue());
        double share = -Math.log(below.getValue()) / rise;
        return OptionalDouble.of(below.getKey() + share * (above.getKey() - below.getKey()));
      }
      above = below;
    }
    return OptionalDouble.empty();
  }

  private static XYChart draw(Chart chart) {
    XYChart drawn =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title(chart))
            .xAxisTitle(chart.axis())
            .yAxisTitle("time of the best dense opponent / time")
            .build();
    var style = drawn.getStyler();
    style.setSeriesColors(COLOURS);
    style.setChartBackgroundColor(Color.WHITE);
    style.setPlotBackgroundColor(Color.WHITE);
    style.setPlotGridLinesColor(GRID);
    style.setChartFontColor(INK);
    style.setAxisTickLabelsColor(INK);
    style.setLegendPosition(LegendPosition.OutsideE);
    style.setYAxisTickLabelsFormattingFunction(SpeedupCharts::power);
    style.setXAxisTickLabelsFormattingFunction(
        chart.logarithmic() ? SpeedupCharts::power : Figures::plain);
    chart
        .series()
        .forEach((name, points) -> {
          XYSeries series = add(chart, drawn, shown(chart, name, points), points);
          series.setLineWidth(LINE);
          series.setMarker(SeriesMarkers.CIRCLE);
        });
    frame(chart, drawn);
    return drawn;
  }

  /** The name of a series, with the sparsity from which it is ahead of dense. */
  private static String shown(Chart chart, String name, NavigableMap<Double, Double> points) {
    OptionalDouble at = crossover(points);
    return chart.logarithmic() || at.isEmpty()
        ? name
        : name + " (from %.0f%%)".formatted(at.getAsDouble());
  }

  private static XYSeries add(
      Chart chart, XYChart drawn, String name, NavigableMap<Double, Double> points) {
    return drawn.addSeries(
        name,
        points.keySet().stream().mapToDouble(x -> chart.logarithmic() ? log2(x) : x).toArray(),
        points.values().stream().mapToDouble(SpeedupCharts::log2).toArray());
  }

  private static double log2(double value) {
    return Math.log(value) / Math.log(2);
  }

  private static String power(double exponent) {
    return Figures.plain(Math.pow(2, exponent));
  }

  /** The line of the dense opponent, the crossovers on it, and axes marked at powers of two. */
  private static void frame(Chart chart, XYChart drawn) {
    TreeSet<Double> xs = new TreeSet<>();
    TreeSet<Double> ys = new TreeSet<>();
    ys.add(1.0);
    TreeMap<Double, Double> crossovers = new TreeMap<>();
    for (NavigableMap<Double, Double> points : chart.series().values()) {
      xs.addAll(points.keySet());
      ys.addAll(points.values());
      if (!chart.logarithmic()) {
        crossover(points).ifPresent(x -> crossovers.put(x, 1.0));
      }
    }
    TreeMap<Double, Double> line = new TreeMap<>();
    line.put(xs.first(), 1.0);
    line.put(xs.last(), 1.0);
    XYSeries dense = add(chart, drawn, "best dense opponent", line);
    dense.setMarker(SeriesMarkers.NONE);
    dense.setLineColor(INK);
    dense.setLineStyle(
        new BasicStroke(
            1f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_MITER, 1f, new float[] {DASH, DASH}, 0f));
    if (!crossovers.isEmpty()) {
      XYSeries marks = add(chart, drawn, "crossover", crossovers);
      marks.setMarker(SeriesMarkers.DIAMOND);
      marks.setMarkerColor(INK);
      marks.setLineStyle(SeriesLines.NONE);
    }
    var style = drawn.getStyler();
    double low = Math.floor(log2(ys.first()));
    double high = Math.max(low + 1, Math.ceil(log2(ys.last())));
    style.setYAxisMin(low);
    style.setYAxisMax(high);
    style.setYAxisTickMarkSpacingHint((int) (TICKS_HIGH / (high - low)));
    if (chart.logarithmic()) {
      style.setXAxisTickMarkSpacingHint((int) (TICKS_WIDE / log2(xs.last() / xs.first())));
    }
  }
}
