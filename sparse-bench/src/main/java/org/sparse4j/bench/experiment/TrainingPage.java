package org.sparse4j.bench.experiment;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;

/** Results of experiments as Markdown; everything follows from the rows. */
final class TrainingPage {

  private static final String HEAD =
      """
      # Results of sparse training

      Made by `sparse4j experiment --json training.json --page training.md` of the rows in [training.json](training.json); a test compares this page with them.
      A row of the tables is one way of training, with the mean over its seeds and, behind the sign, their standard deviation. *Beside* is the mean of paired differences to the
      variant named in the heading, equal seeds starting from equal draws and seeing batches in equal order, with its 95 % interval by Student's t.
      Positive differences of accuracy and negative ones of bits per character are better.

      *FLOPs* are those of all products of the whole training, forward and backward, in parts of the reference's. *Memory* is of the weight matrices at the end of the training: numbers, gradients and optimizer slots together, and how many times `4 (2 + slots) stored` bytes that is; 1 is
      what a truly sparse training needs. Positions and the kernels' packed copies come on top. *Step* is the median time of a training step over slices of training with changes of
      masks included, measured by turns with the reference in one process (`--times`), at the start of the training, where methods that prune on the way are still dense.

      Every row is repeated to the last digit by its command in the JSON, with the same kernels; there are also curves of loss, metric and flip rate.
      Bounds in tables come from runs of another implementation or from the methods' descriptions. At 95 %, one interval in twenty misses by chance. A claimed order *holds* if the whole interval is on its side, *did not hold* if it is on the other, and is *open* if it contains 0.
      """;

  private TrainingPage() {}

  /** All results. */
  static String text(Collection<Row> rows) {
    StringBuilder text = new StringBuilder(HEAD);
    Map<String, Set<String>> data = new LinkedHashMap<>();
    for (Row row : rows) {
      data.computeIfAbsent(row.key().experiment(), name -> new TreeSet<>()).add(row.key().data());
    }
    for (Experiment experiment : Experiments.all(false)) {
      Set<String> names = data.remove(experiment.name());
      if (names != null) {
        for (String name : names) {
          text.append('\n').append(section(experiment, name, rows));
        }
      }
    }
    return text.toString();
  }

  /**
   * The results of an experiment on some data. Its claims are those of the recipe that the rows
   * were made with.
   */
  static String section(Experiment experiment, String data, Collection<Row> all) {
    List<Row> rows =
        current(
            experiment,
            all.stream()
                .filter(row ->
                    row.key().experiment().equals(experiment.name())
                        && row.key().data().equals(data))
                .toList());
    StringBuilder text = new StringBuilder();
    text.append("## ").append(experiment.name()).append(": ").append(data).append("\n\n");
    text.append(experiment.summary()).append("\n\n");
    if (rows.isEmpty()) {
      return text.append("No results.\n").toString();
    }
    Metric metric = rows.getFirst().metric();
    Map<String, List<Row>> variants = new LinkedHashMap<>();
    for (Row row : ordered(experiment, rows)) {
      variants.computeIfAbsent(row.key().label(), label -> new ArrayList<>()).add(row);
    }
    table(text, experiment, metric, variants);
    figures(text, variants);
    sites(text, rows);
    recipes(text, variants);
    claims(text, experiment(experiment, rows), metric, rows);
    return text.toString();
  }

  /** In the order of the experiment; rows of variants it no longer has follow. */
  private static List<Row> ordered(Experiment experiment, List<Row> rows) {
    List<String> labels =
        new ArrayList<>(experiment.variants().stream().map(Variant::label).toList());
    List<Row> ordered = new ArrayList<>(rows);
    ordered.sort((a, b) -> Integer.compare(place(labels, a), place(labels, b)));
    return ordered;
  }

  private static int place(List<String> labels, Row row) {
    int place = labels.indexOf(row.key().label());
    return place < 0 ? labels.size() : place;
  }

  /** Without rows of an older recipe where a variant has some of its present one. */
  private static List<Row> current(Experiment experiment, List<Row> rows) {
    Experiment known = experiment(experiment, rows);
    Map<String, String> recipes = new TreeMap<>();
    known.variants().forEach(variant -> recipes.put(variant.label(), variant.recipe()));
    Set<String> renewed = new TreeSet<>();
    for (Row row : rows) {
      if (row.key().recipe().equals(recipes.get(row.key().label()))) {
        renewed.add(row.key().label());
      }
    }
    return rows.stream()
        .filter(row ->
            !renewed.contains(row.key().label())
                || row.key().recipe().equals(recipes.get(row.key().label())))
        .toList();
  }

  /** The one whose recipes the rows have: images come with two. */
  private static Experiment experiment(Experiment experiment, List<Row> rows) {
    for (boolean full : new boolean[] {false, true}) {
      Experiment one = Experiments.find(experiment.name(), full).orElse(experiment);
      Set<String> recipes = new TreeSet<>(one.variants().stream().map(Variant::recipe).toList());
      if (rows.stream().anyMatch(row -> recipes.contains(row.key().recipe()))) {
        return one;
      }
    }
    return experiment;
  }

  private static void table(
      StringBuilder text, Experiment experiment, Metric metric, Map<String, List<Row>> variants) {
    String reference = experiment.reference();
    List<Row> referenceRows = variants.getOrDefault(reference, List.of());
    double denseFlops =
        sample(
                referenceRows.isEmpty() ? variants.values().iterator().next() : referenceRows,
                row -> row.outcome().flops().total())
            .mean();
    text.append("| variant | sparsity | seeds | test ")
        .append(metric)
        .append(" | beside ")
        .append(reference)
        .append(
            " | trained on | coverage | FLOPs | memory | of expected | positions | packed | step"
                + " |\n");
    text.append("|---|---|---|---|---|---|---|---|---|---|---|---|---|\n");
    variants.forEach((label, rows) -> {
      Sample value = sample(rows, row -> row.outcome().value());
      Sample train = sample(rows, row -> row.outcome().train());
      List<Row> both = new ArrayList<>(rows);
      both.addAll(referenceRows);
      String beside =
          label.equals(reference) || referenceRows.isEmpty()
              ? ""
              : Verdict.of(Claim.order(label, reference, ""), both, metric.sign())
                  .number(metric.digits());
      Memory memory = rows.getFirst().outcome().memory();
      long bytes = memory.weights() + memory.gradients() + memory.slots();
      text.append(
          String.format(
              Locale.ROOT,
              "| %s | %.3f | %s | %s | %s | %s | %.3f | %.3f | %s | %.2f | %s | %s | %s |\n",
              label,
              rows.getFirst().sparsity(),
              seeds(rows),
              number(value, metric),
              beside,
              number(train, metric),
              sample(rows, row -> row.outcome().coverage()).mean(),
              sample(rows, row -> row.outcome().flops().total()).mean() / denseFlops,
              bytes(bytes),
              memory.expected() == 0 ? 1 : (double) bytes / memory.expected(),
              bytes(memory.positions()),
              bytes(memory.plans()),
              step(rows)));
    });
  }

  private static Sample sample(List<Row> rows, ToDoubleFunction<Row> figure) {
    return Sample.of(rows.stream().mapToDouble(figure).toArray());
  }

  private static String seeds(List<Row> rows) {
    return String.join(
        ", ",
        new TreeSet<>(rows.stream().map(row -> row.key().seed()).toList())
            .stream().map(String::valueOf).toList());
  }

  private static String number(Sample sample, Metric metric) {
    String format = "%." + metric.digits() + "f";
    return sample.count() < 2
        ? String.format(Locale.ROOT, format, sample.mean())
        : String.format(Locale.ROOT, format + " ± " + format, sample.mean(), sample.deviation());
  }

  private static String bytes(long bytes) {
    return bytes < 10_000
        ? bytes + " B"
        : String.format(Locale.ROOT, "%,d kB", Math.round(bytes / 1000.0));
  }

  private static String step(List<Row> rows) {
    return rows.stream()
        .flatMap(row -> row.stepMicros().stream())
        .findFirst()
        .map(time ->
            String.format(
                Locale.ROOT,
                "%.0f us, %.2f of the reference",
                time.own(),
                time.own() / time.reference()))
        .orElse("");
  }

  /** What only some methods have. */
  private static void figures(StringBuilder text, Map<String, List<Row>> variants) {
    StringBuilder lines = new StringBuilder();
    variants.forEach((label, rows) -> {
      List<String> parts = new ArrayList<>();
      Set<String> names = new TreeSet<>();
      rows.forEach(row -> names.addAll(row.outcome().figures().keySet()));
      for (String name : names) {
        Sample sample =
            sample(
                rows.stream().filter(row -> row.figure(name).isPresent()).toList(),
                row -> row.figure(name).orElseThrow());
        parts.add(String.format(Locale.ROOT, "%s %.4g", name, sample.mean()));
      }
      if (!parts.isEmpty()) {
        lines.append("- ").append(label).append(": ").append(String.join(", ", parts));
        lines.append('\n');
      }
    });
    if (!lines.isEmpty()) {
      text.append("\nOther figures, means over the seeds (flips: share of the mask a step):\n\n");
      text.append(lines);
    }
  }

  private static void sites(StringBuilder text, List<Row> rows) {
    Set<String> seeds = new TreeSet<>();
    Set<String> dates = new TreeSet<>();
    Set<String> machines = new LinkedHashSet<>();
    for (Row row : rows) {
      seeds.add(String.valueOf(row.key().seed()));
      dates.add(row.site().date());
      machines.add(row.site().machine() + ", " + row.site().jdk() + ", " + row.site().kernels());
    }
    String command = rows.getFirst().site().command().replaceFirst(" --only .*", "");
    text.append("\n`")
        .append(command)
        .append(" --seeds ")
        .append(String.join(",", seeds))
        .append("`; ")
        .append(String.join(", ", dates))
        .append("; ")
        .append(String.join("; ", machines))
        .append(".\n");
    rows.stream()
        .flatMap(row -> row.stepMicros().stream())
        .map(time -> "Steps: " + time.date() + "; " + time.machine() + ".\n")
        .distinct()
        .forEach(text::append);
  }

  /** What all recipes share, then what each has of its own. */
  private static void recipes(StringBuilder text, Map<String, List<Row>> variants) {
    Map<String, String> recipes = new LinkedHashMap<>();
    variants.forEach((label, rows) -> recipes.put(label, rows.getFirst().key().recipe()));
    Map<String, List<String>> byStart = new LinkedHashMap<>();
    Map<String, String> rest = new TreeMap<>();
    recipes.forEach((label, recipe) -> {
      // Semicolons part network, data, optimizer, and what is special.
      String[] parts = recipe.split("; ", 4);
      String start = parts.length < 4 ? recipe : String.join("; ", parts[0], parts[1], parts[2]);
      byStart.computeIfAbsent(start, key -> new ArrayList<>()).add(label);
      rest.put(label, parts.length < 4 ? "" : parts[3]);
    });
    byStart.forEach((start, labels) -> {
      text.append("\nRecipe: ").append(start).append(".\n\n");
      for (String label : labels) {
        if (!String.valueOf(rest.get(label)).isEmpty()) {
          text.append("- ").append(label).append(": ").append(rest.get(label)).append('\n');
        }
      }
    });
  }

  private static void claims(
      StringBuilder text, Experiment experiment, Metric metric, List<Row> rows) {
    List<Verdict> verdicts =
        experiment.claims().stream()
            .map(claim -> Verdict.of(claim, rows, metric.sign()))
            .filter(verdict -> verdict.state() != Verdict.State.MISSING)
            .toList();
    List<Verdict> orders =
        verdicts.stream().filter(v -> v.claim().form() == Claim.Form.ORDER).toList();
    List<Verdict> bounds =
        verdicts.stream().filter(v -> v.claim().form() != Claim.Form.ORDER).toList();
    if (!bounds.isEmpty()) {
      text.append("\n| expected | value | bounds | holds |\n|---|---|---|---|\n");
      for (Verdict bound : bounds) {
        text.append(
            String.format(
                Locale.ROOT,
                "| %s | %s | %s | %s |\n",
                what(bound.claim()),
                String.format(
                    Locale.ROOT, "%." + digits(bound.claim(), metric) + "f", bound.sample().mean()),
                bounds(bound.claim()),
                bound.state() == Verdict.State.HOLDS ? "yes" : "**no**"));
      }
    }
    if (!orders.isEmpty()) {
      text.append('\n');
      orders.forEach(order -> text.append(sentence(order, metric)));
    }
  }

  private static int digits(Claim claim, Metric metric) {
    boolean isMetric = claim.figure().equals(Claim.VALUE) || claim.figure().equals(Claim.TRAIN);
    return isMetric ? metric.digits() : 4;
  }

  private static String what(Claim claim) {
    String sides =
        claim
            .right()
            .map(right -> claim.left() + (claim.form() == Claim.Form.RATIO ? " / " : " - ") + right)
            .orElse(claim.left());
    return sides + ", " + (claim.figure().equals(Claim.TRAIN) ? "trained on" : claim.figure());
  }

  private static String bounds(Claim claim) {
    if (claim.most() == Double.POSITIVE_INFINITY) {
      return "at least " + plain(claim.least());
    }
    if (claim.least() == Double.NEGATIVE_INFINITY) {
      return "at most " + plain(claim.most());
    }
    return plain(claim.least()) + " to " + plain(claim.most());
  }

  private static String plain(double bound) {
    String text = String.format(Locale.ROOT, "%.3f", bound);
    return text.replaceFirst("\\.?0+$", "");
  }

  private static String sentence(Verdict order, Metric metric) {
    Claim claim = order.claim();
    String number =
        order.number(digits(claim, metric))
            + ", "
            + order.sample().count()
            + (order.sample().count() == 1 ? " seed" : " seeds");
    String what =
        claim.left()
            + " better than "
            + claim.right().orElseThrow()
            + (claim.rightFigure().equals(Claim.ONE_SHOT) ? " pruned after training" : "")
            + (claim.figure().equals(Claim.VALUE) ? "" : " in " + claim.figure())
            + " ("
            + claim.source()
            + ")";
    String verdict =
        switch (order.state()) {
          case HOLDS -> "holds: ";
          case FAILS -> "**did not hold**, the opposite is seen: ";
          case OPEN -> "is open: ";
          case MISSING -> "was not run: ";
        };
    return "- " + what + " " + verdict + number + ".\n";
  }
}
