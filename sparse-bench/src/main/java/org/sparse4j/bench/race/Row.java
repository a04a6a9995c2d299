package org.sparse4j.bench.race;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * One line of results: one contestant in one race. The component names are those of the file and do
 * not change; a missing number is null.
 *
 * @param operation operation, see {@link RaceOperation#word}
 * @param format storage of the weights
 * @param shape rows x columns of the weights
 * @param n samples
 * @param sparsity share of weights left out
 * @param dtype type of the stored weights
 * @param contender contestant
 * @param kernel routine and layout, or why there are no numbers
 * @param vectorBits width of its vectors
 * @param threads threads it might use
 * @param rounds rounds that count
 * @param timeMicros median time of a call in microseconds
 * @param timeLow fastest round in microseconds
 * @param timeHigh slowest round in microseconds
 * @param gflops rate, counting the operations the contestant performs: all of them for dense ones,
 *     those on stored weights for sparse ones
 * @param probeGflops rate of the probe in the same race, one thread
 * @param ratioToBestDense time of the fastest dense opponent over this time, so above 1 is faster
 *     than dense
 * @param ratioToBestSparse time of the fastest sparse opponent over this time
 * @param peakFraction gflops over probeGflops times threads
 * @param readGigabytes rate at which weights are read, in 10^9 bytes a second, of operations judged
 *     by that
 * @param bytes bytes a call must move at least, where the contestant says so
 * @param flops operations of a call, where it says what it moves
 * @param rooflineMicros least time of a call in microseconds: flops at the probe's rate, or bytes
 *     at the rate the contestant's process reads, whichever is longer; both times the threads
 */
record Row(
    String operation,
    String format,
    String shape,
    int n,
    double sparsity,
    String dtype,
    String contender,
    String kernel,
    @Nullable Integer vectorBits,
    int threads,
    int rounds,
    @Nullable Double timeMicros,
    @Nullable Double timeLow,
    @Nullable Double timeHigh,
    @Nullable Double gflops,
    @Nullable Double probeGflops,
    @Nullable Double ratioToBestDense,
    @Nullable Double ratioToBestSparse,
    @Nullable Double peakFraction,
    @Nullable Double readGigabytes,
    @Nullable Double bytes,
    @Nullable Double flops,
    @Nullable Double rooflineMicros) {

  private static final int DIGITS = 5;

  /** One row for each contestant that finished, and one that says so if there was no probe. */
  static List<Row> of(RaceSpec spec, RaceResult result) {
    List<Row> rows = new ArrayList<>();
    double probe = rate(result.probeRate());
    for (Timing timing : result.timings()) {
      Entry entry = timing.entry();
      double gflops = entry.flops() / timing.median() * 1e-9;
      boolean isProbe = entry.role() == Role.PROBE;
      int threads = entry.threads(spec.threads());
      rows.add(
          new Row(
              spec.operation().word(),
              entry.format().isEmpty() ? spec.format() : entry.format(),
              spec.shape(),
              spec.n(),
              entry.sparsity() < 0 ? spec.sparsity() : entry.sparsity(),
              dtype(spec, entry),
              entry.name(),
              entry.kernel(),
              entry.vectorBits() > 0 ? entry.vectorBits() : null,
              threads,
              timing.rounds(),
              Figures.rounded(timing.median() * 1e6, DIGITS),
              Figures.rounded(timing.low() * 1e6, DIGITS),
              Figures.rounded(timing.high() * 1e6, DIGITS),
              Figures.rounded(gflops, DIGITS),
              Figures.rounded(probe, DIGITS),
              isProbe ? null : ratio(result.best(Role.DENSE), timing),
              isProbe ? null : ratio(result.best(Role.SPARSE), timing),
              gflops > 0 ? Figures.rounded(gflops / (probe * threads), DIGITS) : null,
              isProbe || spec.bytesRead() == 0
                  ? null
                  : Figures.rounded(spec.bytesRead() / timing.median() * 1e-9, DIGITS),
              entry.bytes() > 0 ? (double) entry.bytes() : null,
              entry.bytes() > 0 ? entry.flops() : null,
              roofline(entry, probe * 1e9 * threads, entry.bandwidth() * threads)));
    }
    if (result.probeRate().isEmpty()) {
      rows.add(unmeasured(spec, FmaProbe.NAME, FmaProbe.ABSENT));
    }
    return rows;
  }

  /** A row that says why there are no numbers. */
  static Row unmeasured(RaceSpec spec, String contender, String reason) {
    return new Row(
        spec.operation().word(),
        spec.format(),
        spec.shape(),
        spec.n(),
        spec.sparsity(),
        "f32",
        contender,
        reason,
        null,
        spec.threads(),
        0,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null);
  }

  /** The least time; null where a ceiling or the bytes are not known. */
  private static @Nullable Double roofline(Entry entry, double peak, double bandwidth) {
    return entry.bytes() > 0 && peak > 0 && bandwidth > 0
        ? Figures.rounded(1e6 * Math.max(entry.flops() / peak, entry.bytes() / bandwidth), DIGITS)
        : null;
  }

  /** The share of the least time in the time, at most about 1. */
  @Nullable Double ofRoofline() {
    return rooflineMicros == null || timeMicros == null ? null : rooflineMicros / timeMicros;
  }

  /** Narrow weights are ours alone; everybody else multiplies the same numbers as float32. */
  private static String dtype(RaceSpec spec, Entry entry) {
    return entry.role() == Role.OWN && !entry.name().endsWith(Entry.WIDE)
        ? RaceFormat.of(spec.format()).dtypeWord()
        : "f32";
  }

  private static double rate(OptionalDouble probe) {
    return probe.isPresent() ? probe.getAsDouble() * 1e-9 : Double.NaN;
  }

  private static @Nullable Double ratio(OptionalDouble best, Timing timing) {
    return best.isPresent() ? Figures.rounded(best.getAsDouble() / timing.median(), DIGITS) : null;
  }

  /**
   * Reads what {@link #toJson} wrote.
   *
   * @param node a row
   * @param spec the race that it must be of
   * @return the row
   * @throws IllegalArgumentException if it is of another race, names no contestant, or has a word
   *     or a negative number where a number belongs
   */
  static Row read(JsonNode node, RaceSpec spec) {
    Row row =
        new Row(
            node.path("operation").asText(),
            node.path("format").asText(),
            node.path("shape").asText(),
            node.path("n").asInt(),
            node.path("sparsity").asDouble(),
            node.path("dtype").asText(),
            node.path("contender").asText(),
            node.path("kernel").asText(),
            node.path("vectorBits").isNumber() ? node.path("vectorBits").asInt() : null,
            node.path("threads").asInt(),
            node.path("rounds").asInt(),
            number(node, "timeMicros"),
            number(node, "timeLow"),
            number(node, "timeHigh"),
            number(node, "gflops"),
            number(node, "probeGflops"),
            number(node, "ratioToBestDense"),
            number(node, "ratioToBestSparse"),
            number(node, "peakFraction"),
            number(node, "readGigabytes"),
            number(node, "bytes"),
            number(node, "flops"),
            number(node, "rooflineMicros"));
    String race = spec.operation().word() + " " + spec.shape() + " n=" + spec.n();
    String own = row.operation + " " + row.shape + " n=" + row.n;
    if (!own.equals(race)) {
      throw new IllegalArgumentException("its race (" + own + ") must be " + race);
    }
    if (!node.path("contender").isTextual()) {
      throw new IllegalArgumentException("names no contender");
    }
    return row;
  }

  private static @Nullable Double number(JsonNode node, String name) {
    JsonNode value = node.path(name);
    if (value.isNull() || value.isMissingNode()) {
      return null;
    }
    if (!value.isNumber() || value.asDouble() < 0) {
      throw new IllegalArgumentException(
          name + " (" + value + ") must be a number that is not negative");
    }
    return value.asDouble();
  }

  /** The row under its names. */
  ObjectNode toJson() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("operation", operation)
        .put("format", format)
        .put("shape", shape)
        .put("n", n)
        .put("sparsity", sparsity)
        .put("dtype", dtype)
        .put("contender", contender)
        .put("kernel", kernel)
        .put("vectorBits", vectorBits)
        .put("threads", threads)
        .put("rounds", rounds)
        .put("timeMicros", timeMicros)
        .put("timeLow", timeLow)
        .put("timeHigh", timeHigh)
        .put("gflops", gflops)
        .put("probeGflops", probeGflops)
        .put("ratioToBestDense", ratioToBestDense)
        .put("ratioToBestSparse", ratioToBestSparse)
        .put("peakFraction", peakFraction)
        .put("readGigabytes", readGigabytes)
        .put("bytes", bytes)
        .put("flops", flops)
        .put("rooflineMicros", rooflineMicros);
  }
}
